"""What the control socket understands. windows-ctl is its command line."""

import copy
import os
import subprocess
import typing

from ..model.organisation import set_path
from . import people
from .faults import Rule


def reset(world) -> str:
    """The organisation as at the start; no faults, switches at their defaults, an empty log."""
    world.reset()
    return "reset"


def set_delay(world, cmdlet: str, seconds: float, server: str | None = None) -> str:
    """Calls of a cmdlet take so long before they act; 0 ends that."""
    if seconds <= 0:
        world.faults.remove("delay", cmdlet)
    else:
        world.faults.add(Rule("delay", cmdlet, server, seconds=float(seconds)))
    return f"{cmdlet}: {seconds} s"


def fail(
    world,
    cmdlet: str,
    times: int | None = None,
    terminating: bool = False,
    after_act: bool = False,
    message: str | None = None,
    error_id: str | None = None,
    server: str | None = None,
    what_if: bool = False,
) -> str:
    """Calls of a cmdlet end in an error; `times` 0 ends that."""
    if times == 0:
        world.faults.remove("fail", cmdlet)
        return f"{cmdlet}: no longer fails"
    world.faults.add(
        Rule(
            "fail",
            cmdlet,
            server,
            times,
            after=after_act,
            terminating=terminating,
            message=message,
            error_id=error_id,
            what_if=what_if,
        )
    )
    return f"{cmdlet}: fails"


def hold(world, cmdlet: str, after: bool = False, server: str | None = None) -> str:
    """Calls of a cmdlet wait, before or after they act, until released."""
    world.faults.add(Rule("hold", cmdlet, server, after=after))
    return f"{cmdlet}: held {'after' if after else 'before'} it acts"


def release(world, cmdlet: str, abort: bool = False) -> dict:
    """Lets held calls go on, and holds no more of them; `abort`: they end without going on."""
    return {"released": world.faults.release(cmdlet, abort)}


def held(world, wait: float = 0.0) -> list:
    """Calls that are held now; waits so many seconds for one."""
    return world.faults.held(float(wait))


def drop_answer(
    world,
    cmdlet: str,
    times: int = 1,
    keep_shell: bool = False,
    dies: bool = False,
    server: str | None = None,
) -> str:
    """The next calls of a cmdlet act, then their connection is cut; `dies`: and the endpoint
    refuses from then on."""
    if times == 0:
        world.faults.remove("drop", cmdlet)
        return f"{cmdlet}: answers again"
    world.faults.add(Rule("drop", cmdlet, server, times, keep_shell=keep_shell, dies=dies))
    return f"{cmdlet}: the next {times} answers are lost"


def warn(world, cmdlet: str, message: str, times: int | None = None) -> str:
    """Calls of a cmdlet write a warning; `times` 0 ends that."""
    if times == 0:
        world.faults.remove("warn", cmdlet)
    else:
        world.faults.add(Rule("warn", cmdlet, None, times, message=message))
    return f"{cmdlet}: {message}"


def cut(
    world, operation: str, times: int = 1, before: bool = False, status: int | None = None
) -> str:
    """The next requests of a WS-Management operation are carried out, then their connection is
    cut; `before`: not carried out; `status`: answered with that HTTP error instead of cut."""
    world.trouble.add(operation, times, before, status)
    return f"{operation}: the next {times} {'cut' if status is None else status}"


def hang(world, server: str, end: bool = False) -> str:
    """A host takes connections and says nothing, until `end`."""
    world.trouble.hang(world.host(server).fqdn, not end)
    return f"{server}: {'answers' if end else 'hangs'}"


def set_replication_delay(world, seconds: float, status_lag: float | None = None) -> str:
    """Time from publishing until replicas are current; until the status tells of the update."""
    world.replication.delay = float(seconds)
    if status_lag is not None:
        world.replication.status_lag = float(status_lag)
    return f"replication takes {seconds} s"


def freeze_replication(world, server: str, until_forced: bool = False) -> str:
    """That server's replica stays as it is."""
    world.replication.freeze(world.host(server).fqdn, True, until_forced)
    return f"{server}: frozen"


def thaw_replication(world, server: str) -> str:
    """Undoes freeze-replication."""
    world.replication.freeze(world.host(server).fqdn, False)
    return f"{server}: replicates"


def switch(world, letter: str | None = None, value: str | None = None) -> dict:
    """Chooses an answer to an open question; without a value, all answers in force."""
    if letter is not None and value is not None:
        world.switches.set(letter, value)
        if letter == "g":
            world.services.name_xmpp(None if value == "missing" else value)
        if letter == "listener":
            world.setup.at_once(value == "at-once")
        if letter == "e" and world.lab is not None:
            # bin/.. is the lab's folder; edge-tls is the servers' own switch.
            program = os.path.join(os.path.dirname(world.lab), "edge-tls")
            subprocess.run([program, value], check=True, capture_output=True)
    return world.switches.all()


def calls(world, clear: bool = False) -> list:
    """Every cmdlet call so far, in order."""
    found = world.calls.entries()
    if clear:
        world.calls.clear()
    return found


def shells(world, end: bool = False) -> dict:
    """Shells that are open, and how many were opened in all; `end` ends them."""
    if end:
        world.shells.end_all()
    return {"open": world.shells.entries(), "opened": world.shells.opened}


def set_value(world, path: str, value: typing.Any, store_only: bool = False) -> dict:
    """An administrator's change by hand, published at once (unless `store_only`)."""
    with world.lock:
        trial = copy.deepcopy(world.store)
        before, after = set_path(trial, path, value)
        world.store = trial
        if not store_only:
            world.replication.publish(world.store)
    return {"path": path, "before": before, "after": after}


def enable(world) -> dict:
    """Enable-CsTopology by an administrator at another console."""
    with world.lock:
        return {"published": world.replication.publish(world.store)}


def server_settings(world, **settings: typing.Any) -> dict:
    """How endpoints speak: protocol_version, done_later, max_envelope_kb, schemes, idle_timeout,
    max_shells, clock_offset, zone."""
    for name, value in settings.items():
        _SETTINGS[name](world, value)
    return {
        "protocol_version": world.protocol_version,
        "done_later": world.done_later,
        "max_envelope_kb": world.max_envelope_kb,
        "schemes": list(world.schemes),
        "idle_timeout": world.shells.idle_timeout,
        "max_shells": world.shells.max_per_user,
        "clock_offset": world.clock.offset,
        "zone": world.clock.zone,
    }


_SETTINGS: dict[str, typing.Callable] = {
    "protocol_version": lambda w, v: setattr(w, "protocol_version", str(v)),
    "done_later": lambda w, v: setattr(w, "done_later", bool(v)),
    "max_envelope_kb": lambda w, v: setattr(w, "max_envelope_kb", int(v)),
    "schemes": lambda w, v: setattr(w, "schemes", tuple(str(v).replace(",", " ").split())),
    "idle_timeout": lambda w, v: setattr(w.shells, "idle_timeout", float(v) if v else None),
    "max_shells": lambda w, v: setattr(w.shells, "max_per_user", int(v)),
    "clock_offset": lambda w, v: setattr(w.clock, "offset", float(v)),
    "zone": lambda w, v: setattr(w.clock, "zone", None if v == "utc" else v),
}


def show(world) -> dict:
    """The organisation as it is."""
    return world.snapshot()


COMMANDS: dict[str, typing.Callable] = {
    "reset": reset,
    "set-delay": set_delay,
    "fail": fail,
    "hold": hold,
    "release": release,
    "held": held,
    "drop-answer": drop_answer,
    "warn": warn,
    "cut": cut,
    "hang": hang,
    "set-replication-delay": set_replication_delay,
    "freeze-replication": freeze_replication,
    "thaw-replication": thaw_replication,
    "switch": switch,
    "calls": calls,
    "shells": shells,
    "set": set_value,
    "enable": enable,
    "settings": server_settings,
    "show": show,
    **people.COMMANDS,
}
