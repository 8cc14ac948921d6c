"""The Prosody servers: one per Edge server (the XMPP proxy), and the partner's.

An Edge server's Prosody faces partners on its public address (5269). On its internal address it
takes client sessions (5222), which stand in for the connection that the Front End's XMPP gateway
keeps to the proxy. Each has a folder $LAB_STATE/xmpp/NAME.
"""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import time

from . import components, files, processes, settings
from .console import program
from .layout import DOMAIN, LAB_FOLDER, edges

PASSWORD = "lab"  # of the lab's XMPP users, on loopback only


def start(lab: dict, host: dict) -> None:
    """Writes the configuration of `host` and starts its Prosody; does not wait."""
    folder = _folder(lab, host)
    os.makedirs(os.path.join(folder, "data"), exist_ok=True)
    _write_accounts(lab, host, folder)
    _copy_certificate(lab, host, folder)
    user = _user(folder)
    files.write(os.path.join(folder, "prosody.cfg.lua"),
                files.fill(os.path.join(LAB_FOLDER, "prosody", "prosody.cfg.lua"),
                           _words(lab, host, folder, user)))
    argv = [program("prosody"), "--config", os.path.join(folder, "prosody.cfg.lua"), "-F"]
    if user != "root":
        _give(folder, user)
        argv = [program("setpriv"), "--reuid", user, "--regid", user, "--init-groups", *argv]
    processes.start(argv, pid_file(lab, host), log(lab, host),
                    resolver=os.path.join(lab["state"], "dns"))


def wait(lab: dict, host: dict) -> None:
    """Returns when the Prosody of `host` takes streams."""
    for address, port in ((host["internal"], lab["ports"]["xmpp_client"]),
                          (host["access"], lab["ports"]["xmpp"])):
        processes.wait_for_port(address, port, pid_file(lab, host), log(lab, host),
                                f"the Prosody of {host['short']}")


def stop(lab: dict, host: dict) -> None:
    processes.stop(pid_file(lab, host), patience=1)


def allowed(lab: dict, host: dict) -> bool:
    """Whether XMPP federation is part of this Edge server's pool, by its own replica, and Setup
    has been run since."""
    return host["role"] == "partner" or components.listens(lab, host, "xmpp")


def reload_certificates(lab: dict, host: dict) -> None:
    """Makes a running Prosody show the certificate that the settings name now."""
    folder = _folder(lab, host)
    _copy_certificate(lab, host, folder)
    _give(folder, _user(folder))
    size = os.path.getsize(log(lab, host))
    processes.send(pid_file(lab, host), signal.SIGHUP)
    deadline = time.monotonic() + 2
    while time.monotonic() < deadline and os.path.getsize(log(lab, host)) == size:
        time.sleep(0.02)


def pid_file(lab: dict, host: dict) -> str:
    return files.path(lab, "pids", f"xmpp-{host['short']}")


def log(lab: dict, host: dict) -> str:
    return os.path.join(_folder(lab, host), "log")


def hosts(lab: dict) -> list[dict]:
    """Every host that runs a Prosody."""
    return [*edges(lab), lab["partner"]]


def users(lab: dict, host: dict) -> list[str]:
    if host["role"] == "partner":
        return [host["user"]]
    return [user for site in lab["sites"] for user in site["users"]]


def _folder(lab: dict, host: dict) -> str:
    return os.path.join(lab["state"], "xmpp", host["short"])


def _words(lab: dict, host: dict, folder: str, user: str) -> dict[str, str]:
    return {
        "RUN": folder, "PLUGINS": os.path.join(LAB_FOLDER, "prosody") if user == "root" else folder,
        "DOMAIN": _domain(host), "ACCESS": host["access"], "INTERNAL": host["internal"],
        "S2S_PORT": str(lab["ports"]["xmpp"]), "C2S_PORT": str(lab["ports"]["xmpp_client"]),
        "RUN_AS_ROOT": "true" if user == "root" else "false",
    }


def _domain(host: dict) -> str:
    return host.get("domain", DOMAIN)


def _write_accounts(lab: dict, host: dict, folder: str) -> None:
    accounts = os.path.join(folder, "data", _domain(host).replace(".", "%2e"), "accounts")
    os.makedirs(accounts, exist_ok=True)
    for user in users(lab, host):
        files.write(os.path.join(accounts, f"{user}.dat"),
                    f'return {{ ["password"] = "{PASSWORD}"; }};\n')
    shutil.copy(os.path.join(LAB_FOLDER, "prosody", "mod_lab_fresh.lua"), folder)


def _copy_certificate(lab: dict, host: dict, folder: str) -> None:
    name = "partner" if host["role"] == "partner" else settings.certificate(lab, host)
    for suffix in ("crt", "key"):
        shutil.copy(os.path.join(lab["pki"], f"{name}.{suffix}"),
                    os.path.join(folder, f"own.{suffix}"))
    shutil.copy(os.path.join(lab["pki"], "ca.crt"), folder)


def _user(folder: str) -> str:
    """`prosody` when that user can reach the folder, else root (a clone in a private home)."""
    try:
        pwd.getpwnam("prosody")
    except KeyError:
        return "root"
    while folder != "/":
        folder = os.path.dirname(folder)
        if not os.stat(folder).st_mode & 0o001:
            return "root"
    return "prosody"


def _give(folder: str, user: str) -> None:
    entry = pwd.getpwnam(user)
    for parent, names, leaves in os.walk(folder):
        for name in (parent, *(os.path.join(parent, n) for n in (*names, *leaves))):
            os.chown(name, entry.pw_uid, entry.pw_gid)
