"""What the Deployment Wizard has installed on each Edge server: the federation listeners.

A listener that the topology enables anew is not there before Setup has run on the server
(lab/bin/setup, or Invoke-EdgewardenSetup); one that the topology takes away is gone with its
replica. Marks are kept in $LAB_STATE/setup/SERVER.json; without a file everything is installed.
"""

from __future__ import annotations

import os
import shutil

from . import files, replicas

KINDS = ("sip", "xmpp")


def installed(lab: dict, host: dict, kind: str) -> bool:
    return bool(_read(lab, host)[kind])


def listens(lab: dict, host: dict, kind: str) -> bool:
    """Whether the server carries this federation: its replica says so, and Setup has been run."""
    return bool(replicas.federation_port(lab, host, kind)) and installed(lab, host, kind)


def follow_replica(lab: dict, host: dict) -> None:
    """Forgets what the topology has taken away; where Setup is not needed, installs the rest."""
    marks = _read(lab, host)
    wanted = {k: bool(replicas.federation_port(lab, host, k)) for k in KINDS}
    at_once = os.path.exists(at_once_file(lab))
    _write(lab, host, {k: wanted[k] and (marks[k] or at_once) for k in KINDS})


def install(lab: dict, host: dict) -> list[str]:
    """What Setup does: installs what the replica asks for; says what was missing."""
    marks = _read(lab, host)
    missing = [k for k in KINDS if not marks[k] and replicas.federation_port(lab, host, k)]
    _write(lab, host, {k: marks[k] or k in missing for k in KINDS})
    return missing


def reset(lab: dict) -> None:
    """Everything is installed everywhere; new listeners need Setup."""
    shutil.rmtree(_folder(lab), ignore_errors=True)


def at_once_file(lab: dict) -> str:
    """Exists while new listeners need no Setup (windows-ctl switch listener at-once)."""
    return os.path.join(_folder(lab), "at-once")


def _folder(lab: dict) -> str:
    return os.path.join(lab["state"], "setup")


def _read(lab: dict, host: dict) -> dict:
    kept = files.read_json(os.path.join(_folder(lab), f"{host['short']}.json"), {})
    return {k: kept.get(k, True) for k in KINDS}


def _write(lab: dict, host: dict, marks: dict) -> None:
    if marks != _read(lab, host):
        files.write_json(files.path(lab, "setup", f"{host['short']}.json"), marks)
