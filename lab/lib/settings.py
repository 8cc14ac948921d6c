"""What can be set about the Edge servers' TLS, kept in $LAB_STATE/settings.json.

`tls`: the highest version they offer, "1.2" (as Skype for Business Server 2015) or "1.3".
`client_certificate`: "require" (mutual TLS, as a real Edge demands it) or "optional".
`certificates`: which fault certificate a server shows outside in place of its pool's own.
"""

from __future__ import annotations

from . import files
from .layout import pool

DEFAULTS = {"tls": "1.2", "client_certificate": "require", "certificates": {}}


def read(lab: dict) -> dict:
    return {**DEFAULTS, **files.read_json(_file(lab), {})}


def change(lab: dict, **values) -> None:
    files.write_json(_file(lab), {**read(lab), **values})


def set_fault(lab: dict, host: dict, fault: str | None) -> None:
    """Chooses the certificate that an Edge server shows outside: None is its pool's good one."""
    chosen = dict(read(lab)["certificates"])
    chosen.pop(host["short"], None)
    if fault:
        chosen[host["short"]] = fault
    change(lab, certificates=chosen)


def certificate(lab: dict, host: dict) -> str:
    """The name, in the pki folder, of an Edge server's external certificate."""
    short = pool(lab, host["pool"])["short"]
    fault = read(lab)["certificates"].get(host["short"])
    return f"{short}-{fault}" if fault else short


def _file(lab: dict) -> str:
    return files.path(lab, "settings.json")
