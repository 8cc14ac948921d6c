"""Starting and stopping the services of the servers: `sip` (Kamailio, on an Edge server RTCSRV)
`xmpp` (Prosody, on an Edge server the XMPP Translating Gateway Proxy) and `media` (A/V Edge)."""

from __future__ import annotations

from . import components, files, media, processes, sip, xmpp
from .console import LabError

KINDS = {"sip": sip, "xmpp": xmpp, "media": media}


def kinds(host: dict) -> list[str]:
    return ["sip"] if host["role"] == "frontend" else ["sip", "xmpp", "media"]


def module(host: dict, kind: str):
    if kind not in kinds(host):
        raise LabError(f"{host['short']} has no service '{kind}', only {', '.join(kinds(host))}")
    return KINDS[kind]


def running(lab: dict, host: dict, kind: str) -> bool:
    """Whether the service's processes exist; a hanging one counts as running, as Windows says."""
    return processes.group(module(host, kind).pid_file(lab, host)) is not None


def start(lab: dict, host: dict, kind: str) -> bool:
    """Starts one service and waits until its port answers; False when it ran already."""
    service = module(host, kind)
    fault = (files.read_json(broken_file(lab, host)) or {}).get("mode")
    if fault in ("crash", "hang", "drop") or fault == kind == "media":
        raise LabError(f"{host['short']} is broken ({fault}): nothing can be started on it "
                       f"before lab/mend {host['short']}")
    if kind == "xmpp" and not xmpp.allowed(lab, host):
        raise LabError(f"the XMPP proxy is not installed on {host['short']}: it is not part of "
                       f"{host['pool']} in its replica, or Setup was not run since")
    with files.locked(lab, f"{kind}-{host['short']}"):
        if running(lab, host, kind):
            return False
        service.start(lab, host)
        service.wait(lab, host)
        return True


def stop(lab: dict, host: dict, kind: str) -> bool:
    """Stops one service and waits until it is gone; False when it did not run."""
    service = module(host, kind)
    with files.locked(lab, f"{kind}-{host['short']}"):
        if not running(lab, host, kind):
            return False
        service.stop(lab, host)
        return True


def start_all(lab: dict, wanted: list[tuple[dict, str]]) -> None:
    """Starts many services side by side, then waits for each."""
    begun = [(h, k) for h, k in wanted if not running(lab, h, k)]
    for host, kind in begun:
        module(host, kind).start(lab, host)
    for host, kind in begun:
        module(host, kind).wait(lab, host)


def apply_replica(lab: dict, host: dict) -> str:
    """Makes a server's service follow its replica; says what it did.

    A Front End re-routes its site's outgoing SIP federation. An Edge server closes its public SIP
    listener (to open it takes Setup), follows its next hop, and stops its XMPP proxy when XMPP is
    no longer part of its pool. The XMPP route itself is read from the replicas by whoever plays
    the XMPP gateway (lab/message xmpp).
    """
    if host["role"] == "frontend":
        if not running(lab, host, "sip"):
            return "its Kamailio is not running; it reads the replica when it starts"
        sip.load_route(lab, host)
        return "routes loaded"
    components.follow_replica(lab, host)
    done = []
    if running(lab, host, "sip") and not processes.stopped(sip.pid_file(lab, host)):
        if sip.configuration_changed(lab, host):
            stop(lab, host, "sip")
            start(lab, host, "sip")
            done.append("SIP listener or next hop changed")
    if running(lab, host, "xmpp") and not xmpp.allowed(lab, host):
        stop(lab, host, "xmpp")
        done.append("XMPP proxy stopped")
    return ", ".join(done) or "nothing to change"


def set_up(lab: dict, host: dict) -> str:
    """Runs Setup on an Edge server; says what it installed."""
    missing = components.install(lab, host)
    apply_replica(lab, host)
    if "xmpp" in missing:
        start(lab, host, "xmpp")
    return f"installed {', '.join(missing)}" if missing else "nothing was missing"


def broken_file(lab: dict, host: dict) -> str:
    """Holds how the server was broken and what ran on it then; absent when it is whole."""
    return files.path(lab, "broken", host["short"])
