"""Breaking servers, and mending them again.

  crash         every process killed at once, the host dead: nothing answers, nothing starts
  hang          every process stopped (SIGSTOP): connections are taken, then silence
  drop          the host's packets vanish; its management is gone too
  media         the media ports alone are gone (443 and 3478 of the A/V address, and inside)
  certificate   the certificate outside has expired; also wrongname, untrusted, notyet, soon
"""

from __future__ import annotations

import os
import signal

from . import dns, files, firewall, processes, service, settings, sip
from .console import LabError
from .layout import pool, server
from .pki import FAULTS

CERTIFICATES = {"certificate": "expired", **{f: f for f in FAULTS}}
MODES = ("crash", "hang", "drop", "media", *CERTIFICATES)


def break_server(lab: dict, host: dict, mode: str) -> None:
    """Breaks one server; a server that is broken otherwise already is mended first."""
    if files.read_json(service.broken_file(lab, host)):
        mend_server(lab, host)
    running = [k for k in service.kinds(host) if service.running(lab, host, k)]
    files.write_json(service.broken_file(lab, host), {"mode": mode, "running": running})
    if mode in ("crash", "drop"):
        for name in (host["fqdn"], host["short"]):
            files.write(files.path(lab, "down", name), mode + "\n")
    for kind in running:
        pid_file = service.module(host, kind).pid_file(lab, host)
        if mode == "crash" or mode == kind:
            processes.kill(pid_file)
        elif mode == "hang":
            processes.send(pid_file, signal.SIGSTOP)
    if mode == "drop":
        apply_firewall(lab)
    if mode in CERTIFICATES:
        _show_certificate(lab, host, CERTIFICATES[mode])


def mend_server(lab: dict, host: dict, wait: bool = True) -> list[tuple[dict, str]]:
    """Undoes whatever break the server has. Services that ran when it crashed run again; with
    `wait` false they are returned instead, for the caller to start together with others."""
    broken = files.read_json(service.broken_file(lab, host))
    if not broken:
        return []
    mode = broken["mode"]
    files.remove(service.broken_file(lab, host))
    for name in (host["fqdn"], host["short"]):
        files.remove(files.path(lab, "down", name))
    if mode == "drop":
        # Connections of before would take seconds to notice: TCP waits longer after each silence.
        sip.cut_connections(host)
        apply_firewall(lab)
    if mode in CERTIFICATES:
        _show_certificate(lab, host, None)
    back = []
    for kind in service.kinds(host):
        if mode == "hang":
            processes.send(service.module(host, kind).pid_file(lab, host), signal.SIGCONT)
        elif mode in ("crash", kind) and kind in broken["running"]:
            back.append((host, kind))
    if wait:
        service.start_all(lab, back)
        return []
    return back


def broken_hosts(lab: dict) -> list[tuple[dict, str]]:
    """Every broken server with the way it is broken."""
    found = []
    for host in lab["servers"]:
        broken = files.read_json(service.broken_file(lab, host))
        if broken:
            found.append((host, broken["mode"]))
    return found


def apply_firewall(lab: dict) -> None:
    dropped = [a for host, mode in broken_hosts(lab) if mode == "drop"
               for a in (host["access"], host["av"], host["internal"]) if a]
    firewall.apply(lab, dropped, os.path.exists(dns.stale_file(lab)))


def _show_certificate(lab: dict, host: dict, fault: str | None) -> None:
    settings.set_fault(lab, host, fault)
    for kind in service.kinds(host):
        pid_file = service.module(host, kind).pid_file(lab, host)
        if service.running(lab, host, kind) and not processes.stopped(pid_file):
            service.module(host, kind).reload_certificates(lab, host)


def targets(lab: dict, name: str) -> list[dict]:
    """The servers that a POOL, SERVER or SITE argument means."""
    try:
        return [server(lab, m) for m in pool(lab, name)["members"]]
    except KeyError:
        pass
    try:
        return [server(lab, name)]
    except KeyError as error:
        site = [s for s in lab["servers"] if s["site"].lower() == name.lower()]
        if site:
            return site
        pools = ", ".join(p["short"] for p in lab["pools"])
        sites = ", ".join(s["name"] for s in lab["sites"])
        raise LabError(f"{error.args[0]}; pools: {pools}; sites: {sites}") from None
