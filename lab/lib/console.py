"""How the lab talks to a person: plain sentences, and one clear sentence when it cannot go on."""

from __future__ import annotations

import glob
import os
import shutil
import sys

from . import files, layout

#: The programs the lab cannot do without, and the Debian package that brings each.
PROGRAMS = {
    "named": "bind9", "dig": "bind9-dnsutils", "nsupdate": "bind9-dnsutils", "rndc": "bind9",
    "kamailio": "kamailio", "kamcmd": "kamailio", "prosody": "prosody", "nft": "nftables",
    "ip": "iproute2", "ss": "iproute2", "openssl": "openssl", "unshare": "util-linux", "setpriv": "util-linux",
}
SYSTEM_PATH = "/usr/sbin:/usr/bin:/sbin:/bin"


class LabError(Exception):
    """Something a person can act on; the message says what, where and what to do."""


def say(text: str) -> None:
    """Prints a line; goes on in silence when nobody reads any more (`lab/up | head -1`)."""
    try:
        print(text, flush=True)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def program(name: str) -> str:
    """The full path of a system program; a LabError says how to get it when it is missing."""
    path = shutil.which(name, path=SYSTEM_PATH)
    if path is None:
        package = PROGRAMS.get(name, name)
        raise LabError(f"the program '{name}' (Debian package {package}) is missing: "
                       "run `make setup`")
    return path


def check_programs() -> None:
    missing = [n for n in PROGRAMS if shutil.which(n, path=SYSTEM_PATH) is None]
    modules = "/usr/lib/*/kamailio/modules/tls.so"
    if "kamailio" not in missing and not glob.glob(modules):
        missing.append("kamailio-tls-modules")
    if missing:
        raise LabError(f"missing on this machine: {', '.join(missing)}: run `make setup`")


def require_root() -> None:
    if os.geteuid() != 0:
        raise LabError("the lab binds ports 53 and 953, adds loopback addresses and firewall rules: "
                       "run it as root (with sudo)")


def running_lab() -> dict:
    """The layout of the selected lab; a LabError when it has not been started."""
    lab = chosen_lab()
    if not os.path.exists(os.path.join(lab["state"], "layout.json")):
        raise LabError(f"lab {lab['lab_id']} is not running (no {lab['state']}): "
                       "start it with lab/up")
    return lab


def chosen_lab() -> dict:
    """The layout that LAB_ID and LAB_STATE select; a LabError when they contradict each other."""
    try:
        lab = layout.from_environment()
    except ValueError as error:
        raise LabError(str(error)) from None
    found = files.read_json(os.path.join(lab["state"], "layout.json"), {}).get("lab_id")
    if found not in (None, lab["lab_id"]):
        raise LabError(f"{lab['state']} holds lab {found}, but LAB_ID selects lab "
                       f"{lab['lab_id']}: set both to belong together")
    return lab


def main(command) -> None:
    """Runs a command function; its return value is the exit code, a LabError is exit code 2."""
    try:
        sys.exit(command(sys.argv[1:]) or 0)
    except LabError as error:
        print(f"{os.environ.get('LAB_COMMAND', 'lab')}: {error}", file=sys.stderr)
        sys.exit(2)
    except KeyboardInterrupt:
        sys.exit(130)
