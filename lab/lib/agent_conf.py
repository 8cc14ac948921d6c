"""Writes the agent's configuration for this lab, and the secrets that it names."""

from __future__ import annotations

import os

from . import files
from .layout import LAB_FOLDER


def write(lab: dict, extended: bool = False) -> None:
    """`extended`: with the keys that an agent of the first issues does not know (lines that begin
    with #+ in the template)."""
    words = {"N": str(lab["n"]), "STATE": lab["state"], "PKI": lab["pki"]}
    text = files.fill(os.path.join(LAB_FOLDER, "agent.conf.in"), words)
    if extended:
        text = text.replace("#+ ", "")
    files.write(files.path(lab, "agent.conf"), text)
    os.makedirs(os.path.join(lab["state"], "agent"), mode=0o700, exist_ok=True)


def write_secret(lab: dict, name: str, value: str) -> None:
    """One secret, in a file of its own that only root reads."""
    target = files.path(lab, "secrets", name)
    with open(target, "w", opener=lambda p, f: os.open(p, f, 0o600)) as file:
        file.write(value)
