"""Writes the agent's configuration for this lab, and the secrets that it names."""

from __future__ import annotations

import os

from . import files
from .layout import LAB_FOLDER


#: The zone's provider in the template, and in its place with `provider` powershell.
_PROVIDER = """        kind: rfc2136
        key_name: edgewarden.
        algorithm: hmac-sha256
        secret: edgewarden_tsig
"""
_POWERSHELL = """        kind: powershell
        endpoint:
          url: https://{address}:{port}/wsman
          authentication: ntlm
          ca_file: {pki}/ca.crt
          user: {user}
          password: frontend_password
"""


def write(lab: dict, media: bool = False, provider: str = "rfc2136") -> None:
    """`media`: with a media route (lines that begin with #+ in the template). `provider`: who
    changes the zone, rfc2136 or powershell."""
    words = {"N": str(lab["n"]), "STATE": lab["state"], "PKI": lab["pki"]}
    text = files.fill(os.path.join(LAB_FOLDER, "agent.conf.in"), words)
    if media:
        text = text.replace("#+ ", "")
    if provider == "powershell":
        made = _POWERSHELL.format(address=lab["dns"]["management"]["internal"], pki=lab["pki"],
                                  port=lab["ports"]["wsman"], user=lab["frontend_user"])
        text = text.replace(_PROVIDER, made)
    files.write(files.path(lab, "agent.conf"), text)
    os.makedirs(os.path.join(lab["state"], "agent"), mode=0o700, exist_ok=True)


def write_secret(lab: dict, name: str, value: str) -> None:
    """One secret, in a file of its own that only root reads."""
    target = files.path(lab, "secrets", name)
    with open(target, "w", opener=lambda p, f: os.open(p, f, 0o600)) as file:
        file.write(value)
