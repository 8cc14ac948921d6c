"""lab/break POOL|SERVER|SITE [MODE]   (also: lab/break media POOL|SERVER)"""

from __future__ import annotations

from .. import console, faults
from ..console import LabError, say

SAID = {"crash": "has crashed: every process killed, the host is dead",
        "hang": "hangs: it takes connections and says nothing",
        "media": "has lost its media ports",
        "drop": "has gone from the network: its packets are dropped"}


def command(arguments: list[str]) -> int:
    if len(arguments) == 2 and arguments[0] == "media":
        arguments = arguments[::-1]
    mode = arguments[1] if len(arguments) == 2 else "crash"
    if len(arguments) not in (1, 2) or mode not in faults.MODES:
        raise LabError(f"usage: lab/break POOL|SERVER|SITE [{'|'.join(faults.MODES)}]")
    console.require_root()
    lab = console.running_lab()
    hosts = faults.targets(lab, arguments[0])
    if mode in ("media", *faults.CERTIFICATES) and any(h["role"] != "edge" for h in hosts):
        raise LabError(f"'{mode}' is for Edge servers: a Front End has nothing of it outside")
    for host in hosts:
        faults.break_server(lab, host, mode)
        said = SAID.get(mode, f"shows a bad certificate outside ({faults.CERTIFICATES.get(mode)})")
        say(f"{host['short']} {said}")
    return 0


if __name__ == "__main__":
    console.main(command)
