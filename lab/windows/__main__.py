"""`python -m windows --state DIR [--standalone [--port-base P]]`, started in the lab's folder."""

import argparse
import json
import os
import signal
import sys
import threading

from . import standalone
from .control.server import ControlServer
from .ports import InsidePorts
from .process.server import PowerShellServer
from .world import Host, World
from .wsman.auth import write_ntlm_users
from .wsman.https import Endpoint

from lib import layout as lab_layout  # The lab's folder is the working directory.


def main() -> int:
    parser = argparse.ArgumentParser(prog="windows", description=__doc__)
    parser.add_argument("--state", required=True, help="folder of the lab's state")
    parser.add_argument("--standalone", action="store_true", help="without the rest of the lab")
    parser.add_argument("--port-base", type=int, help="first port, stand-alone only")
    options = parser.parse_args()
    state = os.path.abspath(options.state)
    os.makedirs(state, exist_ok=True)
    layout = _layout(state, options.standalone)
    hosts = [_host(layout, server) for server in layout["servers"]]
    hosts.append(_dns_host(layout))
    pki = layout["pki"]
    if options.standalone:
        standalone.assign(hosts, options.port_base)
        ca = standalone.make_pki(pki, hosts)
    else:
        ca = os.path.join(pki, "ca.crt")
        _read_passwords(state, hosts)
    run_folder = os.path.join(state, "secrets")
    os.makedirs(run_folder, mode=0o700, exist_ok=True)
    write_ntlm_users(os.path.join(run_folder, "ntlm_users"), hosts)
    lab = None if options.standalone else os.path.join(lab_layout.LAB_FOLDER, "bin")
    world = World(layout, hosts, lab)
    return _serve(world, pki, ca, state)


def _serve(world: World, pki: str, ca: str, state: str) -> int:
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    world.start()
    endpoints = []
    for host in world.hosts:
        endpoint = Endpoint(world, host, *_certificate(pki, host))
        world.on_change(endpoint.host_changed)
        endpoints.append(endpoint)
        if not world.is_down(host.fqdn):
            endpoint.open()
    ports = InsidePorts(world)
    if world.lab is not None:
        ports.start()
    control = ControlServer(world, os.path.join(state, "windows.sock"))
    control.start()
    processes = PowerShellServer(world, os.path.join(state, "powershell.sock"))
    processes.start()
    _write(os.path.join(state, "windows.pid"), f"{os.getpid()}\n")
    ready = os.path.join(state, "windows.ready")
    description = standalone.describe(world.hosts, ca, state)
    if world.lab is None:
        print(json.dumps(description), flush=True)
    _write(ready, "ready\n")
    stop.wait()
    os.unlink(ready)
    control.close()
    processes.close()
    ports.close()
    for endpoint in endpoints:
        endpoint.close()
    world.close()
    return 0


def _layout(state: str, alone: bool) -> dict:
    path = os.path.join(state, "layout.json")
    if not alone:
        with open(path, encoding="utf-8") as file:
            return json.load(file)
    lab_id = int(os.environ.get("LAB_ID") or 0)
    return lab_layout.compute(lab_id, state)


def _host(layout: dict, server: dict) -> Host:
    edge = server["role"] == "edge"
    return Host(
        fqdn=server["fqdn"],
        short=server["short"],
        role=server["role"],
        pool=server["pool"],
        site=server["site"],
        access=server["access"],
        address=server["internal"],
        port=layout["ports"]["wsman"],
        user=layout["edge_user"] if edge else layout["frontend_user"],
    )


def _dns_host(layout: dict) -> Host:
    """The Windows DNS server: only its management endpoint, with the Front Ends' account."""
    server = layout["dns"]["management"]
    return Host(
        fqdn=server["fqdn"],
        short=server["short"],
        role=server["role"],
        pool="",
        site="",
        access=None,
        address=server["internal"],
        port=layout["ports"]["wsman"],
        user=layout["frontend_user"],
    )


def _read_passwords(state: str, hosts: list[Host]) -> None:
    for role in ("edge", "frontend"):
        path = os.path.join(state, "secrets", f"{role}_password")
        with open(path, encoding="utf-8") as file:
            password = file.read().strip()
        for host in hosts:
            if (host.role == "edge") == (role == "edge"):
                host.password = password


def _certificate(pki: str, host: Host) -> tuple[str, str]:
    """The host's WSMan certificate and key, by the name that the lab's PKI gives."""
    name = os.path.join(pki, f"wsman-{host.short}")
    return f"{name}.crt", f"{name}.key"


def _write(path: str, text: str) -> None:
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)


if __name__ == "__main__":
    sys.exit(main())
