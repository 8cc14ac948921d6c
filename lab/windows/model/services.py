"""Windows services of every server: which there are, how they start, whether they run.

On an Edge server RTCSRV, RTCMEDIARELAY and the XMPP proxy are the lab's real servers: what they do
is asked of `lab/bin/service`, never remembered. The others exist only here.
"""

import dataclasses
import fnmatch
import json
import os
import subprocess
import threading
import time
import typing

PRODUCT = "Skype for Business Server"
DEFAULT_XMPP_NAME = "RTCXMPPTGWPROXY"

EDGE_SERVICES = [
    ("REPLICA", f"{PRODUCT} Replica Replicator Agent", "Replica"),
    ("RTCCLSAGT", f"{PRODUCT} Centralized Logging Service Agent", "CentralizedLoggingServiceAgent"),
    ("RTCSRV", f"{PRODUCT} Access Edge", "EdgeServer"),
    ("RTCDATAPROXY", f"{PRODUCT} Web Conferencing Edge", "EdgeServer"),
    ("RTCMRAUTH", f"{PRODUCT} Audio/Video Authentication", "EdgeServer"),
    ("RTCMEDIARELAY", f"{PRODUCT} Audio/Video Edge", "EdgeServer"),
    (DEFAULT_XMPP_NAME, f"{PRODUCT} XMPP Translating Gateway Proxy", "EdgeServer"),
]
FRONT_END_SERVICES = [
    ("MASTER", f"{PRODUCT} Master Replicator Agent", "ManagementServer"),
    ("FTA", f"{PRODUCT} File Transfer Agent", "ManagementServer"),
    ("REPLICA", f"{PRODUCT} Replica Replicator Agent", "Replica"),
    ("RTCCLSAGT", f"{PRODUCT} Centralized Logging Service Agent", "CentralizedLoggingServiceAgent"),
    ("RTCSRV", f"{PRODUCT} Front-End", "Registrar"),
    ("RTCXMPPTGW", f"{PRODUCT} XMPP Translating Gateway", "Registrar"),
    ("RTCMEDSRV", f"{PRODUCT} Mediation", "MediationServer"),
]
ACTIVITY = {
    "RTCSRV": "Incoming Requests per Second={n},Messages In Server=0",
    "RTCDATAPROXY": "Server Connections Currently Active=1",
    "RTCMRAUTH": "Current Requests Serviced=0",
    "RTCMEDIARELAY": "Active sessions=0",
}
# A start or a stop that takes longer has failed, as Windows has it.
SERVICE_SECONDS = 30.0
# For so long after a host's boot disabled services are looked at, so many times.
BOOT_SECONDS = 4.0
BOOT_LOOKS = 8
# ServiceControllerStatus and ServiceStartMode, by number.
STATUS = {"Stopped": 1, "StartPending": 2, "StopPending": 3, "Running": 4}
START_TYPES = {"Boot": 0, "System": 1, "Automatic": 2, "Manual": 3, "Disabled": 4}


@dataclasses.dataclass
class Service:
    """One Windows service of one server."""

    server: str
    name: str
    display_name: str
    role_name: str
    start_type: str = "Automatic"
    running: bool = True
    # sip, xmpp or media when a real server of the lab stands behind it.
    real: str | None = None


class ServiceError(Exception):
    """The service control manager said no."""


class Services:
    """All services of all hosts."""

    def __init__(self, layout: dict, program: str | None, folder: str) -> None:
        self._layout = layout
        self._servers = layout["servers"]
        self._program = program
        self._folder = folder
        self._lock = threading.RLock()
        # One start or stop at a time on one server, as its control manager does it.
        self._gates = {s["fqdn"]: threading.RLock() for s in self._servers}
        self._xmpp_name: str | None = DEFAULT_XMPP_NAME
        self._all: dict[str, list[Service]] = {}
        # Services that do not start: server, pattern of names.
        self._refused: set[tuple[str, str]] = set()
        self.reset()

    def reset(self) -> None:
        """Start types as installed; services that exist only here run."""
        with self._lock:
            self._xmpp_name = DEFAULT_XMPP_NAME
            self._refused.clear()
            for server in self._servers:
                edge = server["role"] == "edge"
                self._all[server["fqdn"]] = [
                    Service(server["fqdn"], name, shown, role, real=_real(name, edge))
                    for name, shown, role in (EDGE_SERVICES if edge else FRONT_END_SERVICES)
                ]
        self._write_start_types()

    def name_xmpp(self, name: str | None) -> None:
        """Switch g: the short name of the XMPP proxy; None: it is not installed."""
        with self._lock:
            self._xmpp_name = name

    def of(self, server: str) -> list[Service]:
        """The services that the server has, with what they do now."""
        with self._lock:
            copies = [dataclasses.replace(s) for s in self._all[server]]
            if self._xmpp_name is None:
                copies = [s for s in copies if s.real != "xmpp"]
            for service in copies:
                if service.real == "xmpp":
                    service.name = typing.cast(str, self._xmpp_name)
        for service in copies:
            if service.real:
                service.running = self._real_state(server, service.real)
        return copies

    def replicates(self, server: str) -> bool:
        """Whether the server's replica agent runs."""
        return self.runs(server, "REPLICA")

    def runs(self, server: str, name: str) -> bool:
        """Whether a service that exists only here runs; True on servers that are not the lab's."""
        with self._lock:
            if server not in self._all:
                return True
            return any(s.name == name and s.running for s in self._all[server])

    def refuse_starts(self, server: str, pattern: str, refused: bool) -> None:
        """Services of a server whose names match do not start, until told otherwise."""
        with self._lock:
            rule = (server, pattern.lower())
            (self._refused.add if refused else self._refused.discard)(rule)

    def start(self, server: str, name: str) -> None:
        """Starts a service and waits for it; running already is fine."""
        service = self._find(server, name)
        if service.start_type == "Disabled":
            raise ServiceError(
                f"Cannot start service {service.name} on computer '.'. The service cannot be "
                "started, either because it is disabled or because it has no enabled devices "
                "associated with it"
            )
        with self._lock:
            refused = any(
                at == server and fnmatch.fnmatch(service.name.lower(), pattern)
                for at, pattern in self._refused
            )
        if refused and not self._runs_now(server, service):
            raise ServiceError(
                f"Cannot start service {service.name} on computer '.'. The service did not "
                "respond to the start or control request in a timely fashion"
            )
        self._set(server, service, "start", True)

    def exists(self, server: str, name: str) -> bool:
        """Whether the server has a service of that short name."""
        try:
            self._find(server, name)
        except KeyError:
            return False
        return True

    def stop(self, server: str, name: str) -> None:
        """Stops a service and waits for it; stopped already is fine."""
        self._set(server, self._find(server, name), "stop", False)

    def set_start_type(self, server: str, name: str, start_type: str) -> None:
        """What Set-Service -StartupType does."""
        with self._lock:
            self._find(server, name).start_type = start_type
        self._write_start_types()

    def host_returned(self, server: str) -> None:
        """A host booted: services start by their start type, and disabled ones stay down."""
        with self._lock:
            services = list(self._all[server])
        for service in services:
            if not service.real:
                service.running = service.start_type == "Automatic"
        # Whoever boots the host may start what ran before; that takes it a moment.
        disabled = [s for s in services if s.real and s.start_type == "Disabled"]
        for _ in range(BOOT_LOOKS if disabled else 0):
            for service in disabled:
                if service.start_type == "Disabled" and self._real_state(server, service.real):
                    self._set(server, service, "stop", False)
            time.sleep(BOOT_SECONDS / BOOT_LOOKS)

    def _find(self, server: str, name: str) -> Service:
        with self._lock:
            for service in self._all[server]:
                shown = self._xmpp_name if service.real == "xmpp" else service.name
                if shown is not None and shown.lower() == name.lower():
                    return service
        raise KeyError(name)

    def _set(self, server: str, service: Service, verb: str, running: bool) -> None:
        with self._gates[server]:
            if service.real and self._program:
                status, text = self._ask(server, verb, service.real)
                if status != 0:
                    raise ServiceError(
                        f"Cannot {verb} service {service.name} on computer '.'. {text}"
                    )
            service.running = running

    def _runs_now(self, server: str, service: Service) -> bool:
        return self._real_state(server, service.real) if service.real else service.running

    def _real_state(self, server: str, which: str) -> bool:
        if not self._program:
            return any(s.running for s in self._all[server] if s.real == which)
        # As `lab/bin/service SERVER status` has it, without the cost of a process.
        from lib import layout as lab_layout
        from lib import service as lab_service

        host = lab_layout.server(self._layout, server)
        return lab_service.running(self._layout, host, which)

    def _ask(self, server: str, verb: str, which: str) -> tuple[int, str]:
        """Exit status and last line of lab/bin/service."""
        command = [self._program or "", server, verb, which]
        try:
            done = subprocess.run(
                command, capture_output=True, text=True, check=False, timeout=SERVICE_SECONDS
            )
        except subprocess.TimeoutExpired:
            return 124, "The service did not respond to the control request in a timely fashion."
        lines = (done.stdout if done.returncode == 0 else done.stderr or done.stdout).strip()
        return done.returncode, lines.splitlines()[-1] if lines else ""

    def _write_start_types(self) -> None:
        """start-types/SERVER.json, for whoever boots the host (lab/mend)."""
        os.makedirs(self._folder, exist_ok=True)
        with self._lock:
            for server, services in self._all.items():
                path = os.path.join(self._folder, f"{server}.json")
                kinds = {s.real: s.start_type for s in services if s.real}
                with open(path + ".new", "w", encoding="utf-8") as file:
                    json.dump(kinds, file)
                os.replace(path + ".new", path)


def _real(name: str, edge: bool) -> str | None:
    if not edge:
        return None
    return {"RTCSRV": "sip", DEFAULT_XMPP_NAME: "xmpp", "RTCMEDIARELAY": "media"}.get(name)
