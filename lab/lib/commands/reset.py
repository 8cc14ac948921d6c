"""lab/reset: a running lab as it was right after lab/up, in a second or two."""

from __future__ import annotations

import signal
import time

from .. import components, console, dns, faults, files, firewall, media, processes, replicas
from .. import service, settings, sip, windows, xmpp
from ..console import LabError, say


def command(arguments: list[str]) -> int:
    if arguments:
        raise LabError("usage: lab/reset")
    console.require_root()
    lab = console.running_lab()
    begin = time.monotonic()
    for host, _ in faults.broken_hosts(lab):
        faults.mend_server(lab, host, wait=False)
    files.remove(dns.stale_file(lab))
    firewall.remove(lab)
    _default_tls(lab)
    components.reset(lab)
    windows.reset(lab)
    replicas.write_initial(lab)
    for role in dns.ROLES:
        if not processes.send(dns.pid_file(lab, role), signal.SIGCONT):
            dns.start(lab, role)
    service.start_all(lab, [(h, "sip") for h in sip.hosts(lab)]
                      + [(h, "xmpp") for h in xmpp.hosts(lab)]
                      + [(h, "media") for h in media.hosts(lab)])
    for host in lab["servers"]:
        service.apply_replica(lab, host)
    _zone(lab)
    say(f"Lab {lab['lab_id']} is as at the beginning ({time.monotonic() - begin:.1f} s)")
    return 0


def _default_tls(lab: dict) -> None:
    if settings.read(lab) == settings.DEFAULTS:
        return
    settings.change(lab, **settings.DEFAULTS)
    for host in lab["servers"]:
        for kind in service.kinds(host) if host["role"] == "edge" else []:
            if service.running(lab, host, kind):
                service.module(host, kind).reload_certificates(lab, host)


def _zone(lab: dict) -> None:
    for role in dns.ROLES:
        dns.wait(lab, role)
    dns.thaw(lab)
    dns.restore(lab)
    dns.follow(lab)


if __name__ == "__main__":
    console.main(command)
