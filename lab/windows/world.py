"""Everything that the endpoints share: the organisation, its hosts, the faults, the log."""

import dataclasses
import json
import os
import threading
import typing

from .cmdlets import ALL
from .control.calls import CallLog
from .control.faults import Faults
from .model.clock import WindowsClock
from .model.organisation import bare, initial_store
from .model.replication import Replication
from .model.services import Services
from .model.switches import Switches
from .wsman.auth import SCHEMES
from .wsman.table import ShellTable
from .wsman.trouble import Trouble

HIDDEN = {
    "none": (),
    "set-site": ("set-cssite",),
    "set-registrar": ("set-csregistrar",),
    "enable-topology": ("enable-cstopology",),
    "all-changes": tuple(name for name, c in ALL.items() if c.should_process),
}


@dataclasses.dataclass
class Host:
    """One Windows server with a WSMan endpoint."""

    fqdn: str
    short: str
    role: str
    pool: str
    site: str
    access: str | None
    address: str
    port: int
    # How the account is called, and its password.
    user: str = ""
    password: str = ""


class World:
    """The organisation's Windows side."""

    def __init__(self, layout: dict, hosts: list[Host], lab: str | None) -> None:
        self.layout = layout
        self.hosts = hosts
        self.state = layout["state"]
        # lab/bin, when the rest of the lab is there; None in stand-alone mode.
        self.lab = lab
        # Guards the store. Taken before the replication's own lock, never after it.
        self.lock = threading.RLock()
        self.switches = Switches()
        self.faults = Faults()
        self.clock = WindowsClock()
        self.calls = CallLog(os.path.join(self.state, "windows", "calls.jsonl"))
        self.store = initial_store(layout)
        self.cms_holder = self._first_front_end_pool()
        # How the endpoints speak: see wsman/ and README.md.
        self.protocol_version = "2.3"
        self.done_later = False
        self.max_envelope_kb = 500
        self.schemes: tuple[str, ...] = SCHEMES
        self.shells = ShellTable(self)
        self.trouble = Trouble()
        self._looking = threading.Lock()
        self._down: frozenset[str] = frozenset()
        self._watchers: list[typing.Callable[[Host, bool], None]] = []
        self._closing = threading.Event()
        program = os.path.join(lab, "service") if lab else None
        self.services = Services(layout, program, os.path.join(self.state, "start-types"))
        self.replication = Replication(
            [h.fqdn for h in hosts],
            self.clock,
            lambda fqdn: not self.is_down(fqdn) and self.services.replicates(fqdn),
            self.store_alive,
            os.path.join(self.state, "replicas"),
        )
        if lab:
            self.replication.apply_program = os.path.join(lab, "apply-replica")

    def start(self) -> None:
        """Writes the replicas and begins to watch the hosts."""
        os.makedirs(os.path.join(self.state, "down"), exist_ok=True)
        self._down = self._look_down()
        self.replication.start(self.store)
        self.on_change(self.shells.host_changed)
        self.shells.start()
        threading.Thread(target=self._watch, name="hosts", daemon=True).start()

    def reset(self) -> None:
        """The organisation as at the start: model, faults, switches, log. Hosts stay."""
        self.look()
        self.faults.reset()
        self.trouble.reset()
        self.switches.reset()
        self.protocol_version, self.done_later = "2.3", False
        self.max_envelope_kb, self.schemes = 500, SCHEMES
        self.shells.idle_timeout, self.shells.max_per_user = None, 30
        self.calls.clear()
        self.clock.offset, self.clock.zone = 0.0, -480
        with self.lock:
            self.store = initial_store(self.layout)
            self.cms_holder = self._first_front_end_pool()
            self.replication.reset(self.store)
        self.services.reset()

    def close(self) -> None:
        """Ends the threads."""
        self._closing.set()
        self.shells.close()
        self.replication.close()

    def cmdlet(self, name: str, host: Host):
        """The cmdlet, when this host's endpoint shows it."""
        bare_name = name.rsplit("\\", 1)[-1].lower()
        found = ALL.get(bare_name)
        if found is None or host.role not in found.roles:
            return None
        if bare_name in HIDDEN[self.switches["h"]]:
            return None
        return found

    def host(self, name: str) -> Host:
        """The host of this FQDN or short name; KeyError says which there are."""
        for host in self.hosts:
            if name.lower() in (host.fqdn.lower(), host.short.lower()):
                return host
        raise KeyError(f"no server '{name}'; there are {', '.join(h.short for h in self.hosts)}")

    def store_alive(self) -> bool:
        """Whether the pool that holds the Central Management store has a living server."""
        members = self.store["pools"][bare(self.cms_holder)]["members"]
        return any(not self.is_down(member) for member in members)

    def master(self) -> str | None:
        """The living server that replicates the Central Management store, if any."""
        members = self.store["pools"][bare(self.cms_holder)]["members"]
        return next((member for member in members if not self.is_down(member)), None)

    def is_down(self, fqdn: str) -> bool:
        """Whether that host is dead."""
        return fqdn in self._down

    def on_change(self, watcher: typing.Callable[[Host, bool], None]) -> None:
        """Calls back with a host and whether it is up, when that changes."""
        self._watchers.append(watcher)

    def look(self) -> None:
        """Looks now which hosts are down, instead of at the next round."""
        with self._looking:
            self._look()

    def _look(self) -> None:
        now = self._look_down()
        before, self._down = self._down, now
        for host in self.hosts:
            if (host.fqdn in before) == (host.fqdn in now):
                continue
            up = host.fqdn not in now
            for watcher in self._watchers:
                watcher(host, up)
            if up:
                threading.Thread(
                    target=self.services.host_returned, args=(host.fqdn,), daemon=True
                ).start()
        if before != now:
            self.replication.wake()

    def snapshot(self) -> dict:
        """The state of the organisation, for people and tests."""
        with self.lock:
            store = json.loads(json.dumps(self.store))
        return {
            "cms": {"holder": self.cms_holder, "alive": self.store_alive()},
            "enabled": self.replication.published == store,
            "store": store,
            "replicas": {
                r.server: {
                    "upToDate": r.up_to_date,
                    "lastUpdateCreation": r.last_update_creation.isoformat(),
                    "lastStatusReport": r.last_status_report.isoformat(),
                    "frozen": r.frozen,
                    "sites": r.document["sites"],
                }
                for r in self.replication.status()
            },
            "down": sorted(self._down),
            "hung": self.trouble.hung(),
            "switches": self.switches.all(),
            "faults": self.faults.rules(),
        }

    def _first_front_end_pool(self) -> str:
        return next(p["fqdn"] for p in self.layout["pools"] if p["role"] == "frontend")

    def _watch(self) -> None:
        while not self._closing.wait(0.1):
            self.look()

    def _look_down(self) -> frozenset[str]:
        try:
            names = {name.lower() for name in os.listdir(os.path.join(self.state, "down"))}
        except FileNotFoundError:
            return frozenset()
        return frozenset(
            h.fqdn for h in self.hosts if h.fqdn.lower() in names or h.short.lower() in names
        )
