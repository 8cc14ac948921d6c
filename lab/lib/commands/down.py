"""lab/down: stops what lab/up started, and only that."""

from __future__ import annotations

import json
import os
import shutil

from .. import console, firewall, processes
from ..console import LabError, say

#: What lies in a state folder; lab/down deletes these, and windows*, and nothing else.
OWN = ("pki", "dns", "sip", "xmpp", "media", "pids", "replicas", "secrets", "broken", "down",
       "locks", "setup", "layout.json", "settings.json", "agent.conf", "agent", "start-types")


def command(arguments: list[str]) -> int:
    if arguments not in ([], ["--keep-state"]):
        raise LabError("usage: lab/down [--keep-state]")
    console.require_root()
    lab = console.chosen_lab()
    stopped = clean(lab, keep_state="--keep-state" in arguments)
    say(f"Lab {lab['lab_id']} is down ({stopped} servers stopped)" if stopped
        else f"Lab {lab['lab_id']} was not running")
    return 0


def clean(lab: dict, keep_state: bool = False) -> int:
    """Undoes everything; safe to call at any time. Returns how many servers were running."""
    folder = os.path.join(lab["state"], "pids")
    pid_files = sorted(os.path.join(folder, n) for n in os.listdir(folder)) \
        if os.path.isdir(folder) else []
    # The Windows side first: it would start services again when told to.
    pid_files.sort(key=lambda f: not f.endswith("/windows"))
    stopped = sum(processes.kill(f) for f in pid_files)
    firewall.remove(lab)
    for address in (lab["dns"]["primary"], lab["dns"]["secondary"]):
        if address in _addresses():
            processes.run(["ip", "addr", "del", f"{address}/32", "dev", "lo"],
                          check=f"could not remove {address}")
    if not keep_state:
        _remove_state(lab["state"])
    return stopped


def anything_runs(lab: dict) -> bool:
    folder = os.path.join(lab["state"], "pids")
    return os.path.isdir(folder) and any(processes.group(os.path.join(folder, n)) is not None
                                         for n in os.listdir(folder))


def add_addresses(lab: dict) -> None:
    """BIND listens only on addresses that an interface carries; lo carries 127.0.0.1 alone."""
    for address in (lab["dns"]["primary"], lab["dns"]["secondary"]):
        if address not in _addresses():
            processes.run(["ip", "addr", "add", f"{address}/32", "dev", "lo"],
                          check=f"could not add {address}")


def _addresses() -> set[str]:
    shown = processes.run(["ip", "-json", "addr", "show", "dev", "lo"], check="ip addr failed")
    return {a["local"] for link in json.loads(shown.stdout) for a in link.get("addr_info", [])}


def _remove_state(state: str) -> None:
    present = os.listdir(state) if os.path.isdir(state) else []
    for name in (*OWN, *(n for n in present if n.startswith("windows"))):
        path = os.path.join(state, name)
        if os.path.isdir(path) and not os.path.islink(path):
            shutil.rmtree(path, ignore_errors=True)
        elif os.path.lexists(path):
            os.unlink(path)
    try:
        os.rmdir(state)
    except OSError:
        pass  # not there, or something in it that is not ours


if __name__ == "__main__":
    console.main(command)
