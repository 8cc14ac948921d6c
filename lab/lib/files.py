"""Small things every part of the lab keeps in its state folder."""

from __future__ import annotations

import contextlib
import fcntl
import json
import os


def path(lab: dict, *parts: str) -> str:
    """A path inside the state folder; its parent exists afterwards."""
    full = os.path.join(lab["state"], *parts)
    os.makedirs(os.path.dirname(full), exist_ok=True)
    return full


def write(target: str, text: str) -> None:
    """Replaces a file as a whole, so that a reader sees the old text or the new, never a part."""
    temporary = f"{target}.{os.getpid()}.new"
    with open(temporary, "w") as file:
        file.write(text)
    os.replace(temporary, target)


def read_json(source: str, default=None):
    try:
        with open(source) as file:
            return json.load(file)
    except (FileNotFoundError, ValueError):
        return default


def write_json(target: str, value) -> None:
    write(target, json.dumps(value, indent=2) + "\n")


def remove(target: str) -> bool:
    try:
        os.unlink(target)
        return True
    except FileNotFoundError:
        return False


@contextlib.contextmanager
def locked(lab: dict, name: str):
    """Holds the lock `name` of this lab: two commands on one server wait for each other."""
    with open(path(lab, "locks", name), "w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def fill(template: str, words: dict[str, str]) -> str:
    """The text of a template file with every @WORD@ replaced."""
    with open(template) as file:
        text = file.read()
    for word, value in words.items():
        text = text.replace(f"@{word}@", value)
    return text
