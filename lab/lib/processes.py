"""Starting servers in a session of their own, and stopping exactly those and nothing else.

A started process is recorded as PID and start time (from /proc), so a reused PID is never
mistaken for ours. Every server is the leader of its own process group; signals go to the group,
because Kamailio is several processes.
"""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import time

from .console import LabError, program

#: Seconds until the lab believes that something does not come: a busy machine is slow, and what
#: works is not waited for.
PATIENCE = 30


def start(argv: list[str], pid_file: str, log: str, resolver: str | None = None,
          cwd: str | None = None, env: dict | None = None) -> int:
    """Starts `argv` detached and records it in `pid_file`; with `resolver` (a folder) it sees that
    folder's resolv.conf and nsswitch.conf in place of the machine's, in its own mount namespace."""
    if resolver:
        script = ('mount --bind "$0/resolv.conf" /etc/resolv.conf && '
                  'mount --bind "$0/nsswitch.conf" /etc/nsswitch.conf && exec "$@"')
        argv = [program("unshare"), "-m", "--", "/bin/sh", "-c", script, resolver, *argv]
    with open(log, "ab") as out:
        process = subprocess.Popen(argv, stdin=subprocess.DEVNULL, stdout=out, stderr=out, cwd=cwd,
                                   env=env, start_new_session=True)
    record = {"pid": process.pid, "started": _start_time(process.pid), "program": argv[-1]}
    with open(pid_file + ".new", "w") as file:
        json.dump(record, file)
    os.replace(pid_file + ".new", pid_file)
    process.returncode = 0  # it outlives us: keep Python from warning that it was not waited for
    return process.pid


def group(pid_file: str) -> int | None:
    """The process group recorded in `pid_file`, if its leader still lives."""
    try:
        with open(pid_file) as file:
            record = json.load(file)
    except (FileNotFoundError, ValueError):
        return None
    started = _start_time(record["pid"])
    return record["pid"] if started is not None and started == record["started"] else None


def send(pid_file: str, number: signal.Signals) -> bool:
    """Signals the recorded process group; False when it is no longer there."""
    leader = group(pid_file)
    if leader is None:
        return False
    try:
        os.killpg(leader, number)
    except ProcessLookupError:
        return False
    return True


def stop(pid_file: str, patience: float = 1.5) -> bool:
    """Asks the recorded group to end, then makes it; returns when it is gone. A stopped (SIGSTOP)
    group is killed outright. False when nothing was running."""
    leader = group(pid_file)
    if leader is None:
        _forget(pid_file)
        return False
    if _state(leader) != "T":
        send(pid_file, signal.SIGTERM)
        _wait_until_gone(leader, patience)
    kill(pid_file)
    return True


def kill(pid_file: str) -> bool:
    """Kills the recorded group with SIGKILL and waits until it is gone."""
    leader = group(pid_file)
    try:
        if leader is not None:
            os.killpg(leader, signal.SIGKILL)
            _wait_until_gone(leader, 2)
    except ProcessLookupError:
        pass
    _forget(pid_file)
    return leader is not None


def stopped(pid_file: str) -> bool:
    leader = group(pid_file)
    return leader is not None and _state(leader) == "T"


def wait_for_port(address: str, port: int, pid_file: str, log: str, what: str,
                  timeout: float = PATIENCE) -> None:
    """Returns when ADDRESS:PORT accepts a connection; a LabError when the process dies first."""
    deadline = time.monotonic() + timeout
    while True:
        try:
            with socket.create_connection((address, port), timeout=0.5):
                return
        except OSError:
            pass
        if group(pid_file) is None:
            raise LabError(f"{what} ended while starting: {last_lines(log)} (log: {log})")
        if time.monotonic() > deadline:
            raise LabError(f"{what} did not answer on {address}:{port} within {timeout:.0f} s "
                           f"(log: {log})")
        time.sleep(0.02)


def last_lines(log: str, count: int = 3) -> str:
    try:
        with open(log, errors="replace") as file:
            return " / ".join(line.strip() for line in file.readlines()[-count:])
    except FileNotFoundError:
        return "no log"


def run(argv: list[str], text: str | None = None, check: str | None = None,
        timeout: float = PATIENCE) -> subprocess.CompletedProcess:
    """Runs a program to its end with `text` as its input; with `check` a failure is a LabError
    that begins with it."""
    argv = [program(argv[0]), *argv[1:]]
    try:
        done = subprocess.run(argv, input=text, capture_output=True, text=True, timeout=timeout)
    except subprocess.TimeoutExpired:
        if check:
            raise LabError(f"{check}: {argv[0]} did not end within {timeout:.0f} s") from None
        return subprocess.CompletedProcess(argv, 124, "", "time-out")
    if check and done.returncode != 0:
        raise LabError(f"{check}: {(done.stderr or done.stdout).strip()}")
    return done


def _forget(pid_file: str) -> None:
    try:
        os.unlink(pid_file)
    except FileNotFoundError:
        pass


def _wait_until_gone(leader: int, patience: float) -> None:
    deadline = time.monotonic() + patience
    while time.monotonic() < deadline and _group_members(leader):
        time.sleep(0.02)


def _group_members(leader: int) -> bool:
    """Whether any process of the group still runs (a zombie waiting for its parent does not)."""
    for entry in os.listdir("/proc"):
        if entry.isdigit():
            fields = _stat(int(entry))
            if fields and fields[2] == str(leader) and fields[0] != "Z":
                return True
    return False


def _start_time(pid: int) -> str | None:
    fields = _stat(pid)
    return None if fields is None or fields[0] == "Z" else fields[19]


def _state(pid: int) -> str | None:
    fields = _stat(pid)
    return fields[0] if fields else None


def _stat(pid: int) -> list[str] | None:
    """The fields of /proc/PID/stat from the state on (the name before it may hold spaces)."""
    try:
        with open(f"/proc/{pid}/stat") as file:
            return file.read().rsplit(")", 1)[1].split()
    except (FileNotFoundError, ProcessLookupError):
        return None
