"""lab/up: starts everything, in a few seconds, and says where it is."""

from __future__ import annotations

import os
import secrets
import socket
import time

from .. import agent_conf, console, dns, files, media, pki, replicas, service, sip, windows
from .. import xmpp
from ..console import LabError, say
from . import down


def command(arguments: list[str]) -> int:
    if set(arguments) - {"--media", "--windows-dns"}:
        raise LabError("usage: lab/up [--media] [--windows-dns]   (LAB_ID and LAB_STATE choose "
                       "the lab)")
    media_route = "--media" in arguments or os.environ.get("LAB_MEDIA") == "1"
    windows_dns = "--windows-dns" in arguments or os.environ.get("LAB_WINDOWS_DNS") == "1"
    begin = time.monotonic()
    console.require_root()
    console.check_programs()
    lab = console.chosen_lab()
    if down.anything_runs(lab):
        raise LabError(f"lab {lab['lab_id']} is running already; lab/reset puts it back to its "
                       "beginning, lab/down stops it")
    _check_free(lab)
    down.clean(lab)
    try:
        _start(lab, media_route, "powershell" if windows_dns else "rfc2136")
    except BaseException:
        down.clean(lab, keep_state=True)
        raise
    _describe(lab, time.monotonic() - begin)
    return 0


def _check_free(lab: dict) -> None:
    """Refuses when other processes hold this lab's addresses, such as the same LAB_ID elsewhere."""
    for address, port in ((lab["dns"]["primary"], 53), (lab["partner"]["access"], 5061)):
        try:
            socket.create_connection((address, port), timeout=0.5).close()
        except OSError:
            continue
        raise LabError(f"something answers on {address}:{port} already, perhaps lab "
                       f"{lab['lab_id']} with another LAB_STATE: stop it or choose another LAB_ID")


def _start(lab: dict, media_route: bool, provider: str) -> None:
    os.makedirs(lab["state"], exist_ok=True)
    files.write_json(files.path(lab, "layout.json"), lab)
    for name in ("down", "broken", "pids", "locks", "secrets"):
        os.makedirs(os.path.join(lab["state"], name), exist_ok=True)
    os.chmod(os.path.join(lab["state"], "secrets"), 0o700)
    for name in ("frontend_password", "edge_password"):
        agent_conf.write_secret(lab, name, secrets.token_urlsafe(18))
    pki.create(lab)
    replicas.write_initial(lab)
    down.add_addresses(lab)
    dns.create(lab)
    for role in dns.ROLES:
        dns.start(lab, role)
    agent_conf.write(lab, media_route, provider)
    everything = [(h, "sip") for h in sip.hosts(lab)] + [(h, "xmpp") for h in xmpp.hosts(lab)]
    everything += [(h, "media") for h in media.hosts(lab)]
    windows.start(lab)
    service.start_all(lab, everything)
    for role in dns.ROLES:
        dns.wait(lab, role)
    windows.wait(lab)


def _describe(lab: dict, seconds: float) -> None:
    say(f"Lab {lab['lab_id']} is up after {seconds:.1f} s, in {lab['state']}")
    for pool in lab["pools"]:
        hosts = [s for s in lab["servers"] if s["pool"] == pool["fqdn"]]
        say(f"  {pool['fqdn']:<24} {pool['site']:<8} "
            + ", ".join(f"{h['short']} {h['access'] or h['internal']}" for h in hosts))
    say(f"  partner {lab['partner']['domain']:<16} {'':<8} {lab['partner']['access']}")
    management = lab["dns"]["management"]
    say(f"  DNS {lab['domain']:<20} {'':<8} {lab['dns']['primary']} {lab['dns']['secondary']}, "
        f"{management['short']} {management['internal']}")
    if not windows.exists():
        say("  (without the Windows side)")
    say(f"  agent configuration: {lab['state']}/agent.conf")


if __name__ == "__main__":
    console.main(command)
