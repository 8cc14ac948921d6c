"""lab/mend POOL|SERVER|SITE|all"""

from __future__ import annotations

from .. import console, faults, service
from ..console import LabError, say


def command(arguments: list[str]) -> int:
    if len(arguments) != 1:
        raise LabError("usage: lab/mend POOL|SERVER|SITE|all")
    console.require_root()
    lab = console.running_lab()
    hosts = lab["servers"] if arguments[0] == "all" else faults.targets(lab, arguments[0])
    broken = {h["short"] for h, _ in faults.broken_hosts(lab)}
    back = []
    for host in hosts:
        back += faults.mend_server(lab, host, wait=False)
    # SIP and XMPP last: the agent takes a pool for back by them, while media may take longer.
    service.start_all(lab, [(h, k) for h, k in back if k == "media"])
    service.start_all(lab, [(h, k) for h, k in back if k != "media"])
    mended = [h["short"] for h in hosts if h["short"] in broken]
    say(f"mended: {', '.join(mended)}" if mended else "nothing was broken there")
    return 0


if __name__ == "__main__":
    console.main(command)
