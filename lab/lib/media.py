"""The A/V Edge of each Edge server (RTCMEDIARELAY): TURN over TCP and UDP, outside on the A/V
address and inside. See media_server.py for what answers there."""

from __future__ import annotations

import os

from . import files, processes
from .layout import LAB_FOLDER, edges


def start(lab: dict, host: dict) -> None:
    """Starts the media ports of an Edge server; does not wait."""
    ports = lab["ports"]
    argv = ["/usr/bin/python3", "-I", "-S", os.path.join(LAB_FOLDER, "lib", "media_server.py"),
            host["short"], str(ports["media_tcp"]), str(ports["media_udp"]),
            host["av"], host["internal"]]
    processes.start(argv, pid_file(lab, host), log(lab, host))


def wait(lab: dict, host: dict) -> None:
    for address in (host["av"], host["internal"]):
        processes.wait_for_port(address, lab["ports"]["media_tcp"], pid_file(lab, host),
                                log(lab, host), f"the A/V Edge of {host['short']}")


def stop(lab: dict, host: dict) -> None:
    processes.stop(pid_file(lab, host), patience=0.5)


def reload_certificates(lab: dict, host: dict) -> None:
    """Nothing to do: TURN shows no certificate."""


def pid_file(lab: dict, host: dict) -> str:
    return files.path(lab, "pids", f"media-{host['short']}")


def log(lab: dict, host: dict) -> str:
    return files.path(lab, "media", f"{host['short']}.log")


def hosts(lab: dict) -> list[dict]:
    """Every host that has media ports."""
    return edges(lab)
