"""lab/status [--json]"""

from __future__ import annotations

import json

from .. import console, dns, faults, replicas, service, windows
from ..console import LabError, say
from ..layout import frontends


def command(arguments: list[str]) -> int:
    if arguments not in ([], ["--json"]):
        raise LabError("usage: lab/status [--json]")
    lab = console.running_lab()
    broken = {h["short"]: mode for h, mode in faults.broken_hosts(lab)}
    servers = [{"server": h["short"], "pool": h["pool"], "broken": broken.get(h["short"]),
                **{k: "running" if service.running(lab, h, k) else "stopped"
                   for k in service.kinds(h)}} for h in lab["servers"]]
    routes = [{"frontend": f["short"], "site": f["site"],
               "sip": replicas.site_route(lab, f, "federationRoute"),
               "xmpp": replicas.site_route(lab, f, "xmppFederationRoute")} for f in frontends(lab)]
    serials = {role: dns.serial(lab, role) for role in dns.ROLES}
    if arguments:
        say(json.dumps({"servers": servers, "routes": routes, "serials": serials,
                        "windows": windows.running(lab)}, indent=2))
        return 0
    for s in servers:
        states = ", ".join(f"{k} {s[k]}" for k in ("sip", "xmpp", "media") if k in s)
        say(f"{s['server']:<8} {s['pool']:<24} {states}"
            + (f"   BROKEN: {s['broken']}" if s["broken"] else ""))
    for r in routes:
        say(f"{r['site']:<8} as {r['frontend']} knows it: SIP by {r['sip']}, XMPP by {r['xmpp']}")
    say(f"DNS      serial {serials['primary']} on the primary, {serials['secondary']} on the "
        "secondary")
    say(f"Windows  {'running' if windows.running(lab) else 'not running'}")
    return 0


if __name__ == "__main__":
    console.main(command)
