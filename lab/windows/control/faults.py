"""Faults at the moment of a call: delays, holds, errors, lost answers.

Rules name a cmdlet (wildcards as in file names) and, if wanted, one server.
"""

import dataclasses
import fnmatch
import threading
import time

from ..psrp.errors import Category, Fault, Stopped, Terminating


@dataclasses.dataclass
class Rule:
    """One thing to do to calls of a cmdlet."""

    kind: str
    cmdlet: str
    server: str | None = None
    # How many calls it still catches; None: every one.
    times: int | None = None
    seconds: float = 0.0
    # Errors and holds: after the effect instead of before it.
    after: bool = False
    terminating: bool = False
    message: str | None = None
    error_id: str | None = None
    # Lost answers: the shell survives, so the answer can still be fetched.
    keep_shell: bool = False
    # Lost answers: the endpoint refuses everything from then on.
    dies: bool = False
    # Catches harmless trials (-WhatIf) instead of real calls.
    what_if: bool = False

    def place(self) -> tuple:
        """Rules of the same place replace each other."""
        return self.kind, self.cmdlet.lower(), self.server, self.what_if

    def catches(self, call) -> bool:
        """Whether this call is meant."""
        if self.times == 0 or not fnmatch.fnmatch(call.cmdlet.lower(), self.cmdlet.lower()):
            return False
        if call.what_if != self.what_if:
            return False
        return self.server is None or self.server.lower() in (
            call.server.lower(),
            call.server.split(".")[0].lower(),
        )


class Faults:
    """The rules in force, and the calls that are held by them."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._rules: list[Rule] = []
        # Held calls: the log's entry, and how it was let go (None: still held).
        self._held: dict[int, tuple[object, str | None]] = {}

    def add(self, rule: Rule) -> None:
        """Puts a rule in force; one of the same kind for the same cmdlet and server goes."""
        with self._changed:
            self._rules = [r for r in self._rules if r.place() != rule.place()]
            self._rules.append(rule)
            self._changed.notify_all()

    def remove(self, kind: str, cmdlet: str) -> None:
        """Takes rules of a kind for a cmdlet out of force."""
        with self._changed:
            self._rules = [
                r
                for r in self._rules
                if not (r.kind == kind and r.cmdlet.lower() == cmdlet.lower())
            ]
            self._changed.notify_all()

    def reset(self) -> None:
        """No rules; held calls end without acting."""
        with self._changed:
            self._rules.clear()
            for number, (call, _) in list(self._held.items()):
                self._held[number] = (call, "abort")
            self._changed.notify_all()

    def rules(self) -> list[dict]:
        """The rules in force."""
        with self._changed:
            return [dataclasses.asdict(r) for r in self._rules]

    def held(self, wait: float = 0.0) -> list[dict]:
        """Calls held now; waits up to `wait` seconds for one."""
        until = time.monotonic() + wait
        with self._changed:
            while True:
                found = [c.entry() for c, freed in self._held.values() if freed is None]
                left = until - time.monotonic()
                if found or left <= 0:
                    return found
                self._changed.wait(left)

    def release(self, cmdlet: str, abort: bool = False) -> int:
        """Lets held calls of a cmdlet go on (or end without acting); says how many."""
        freed = 0
        with self._changed:
            self._rules = [
                r
                for r in self._rules
                if not (r.kind == "hold" and r.cmdlet.lower() == cmdlet.lower())
            ]
            for number, (call, state) in list(self._held.items()):
                if state is None and fnmatch.fnmatch(call.cmdlet.lower(), cmdlet.lower()):
                    self._held[number] = (call, "abort" if abort else "go")
                    freed += 1
            self._changed.notify_all()
        return freed

    def stage(self, call, stopping: threading.Event, after: bool) -> None:
        """Delays and holds a call before its effect, or after it. Raises Stopped."""
        if not after:
            delay = self._take("delay", call, False)
            if delay is not None:
                self._wait(call, stopping, time.monotonic() + delay.seconds)
        if self._take("hold", call, after) is not None:
            self._hold(call, stopping, "held-after" if after else "held-before")

    def failure(self, call, after: bool) -> Rule | None:
        """The error that this call is to end with, if any."""
        return self._take("fail", call, after)

    def warning(self, call) -> Rule | None:
        """The warning that this call is to write, if any."""
        return self._take("warn", call, None)

    def lost_answer(self, call) -> Rule | None:
        """Whether this call's answer is lost."""
        return self._take("drop", call, None)

    def poke(self) -> None:
        """Wakes waiting calls, which look whether they were stopped."""
        with self._changed:
            self._changed.notify_all()

    def _take(self, kind: str, call, after: bool | None) -> Rule | None:
        with self._changed:
            for rule in reversed(self._rules):
                if rule.kind == kind and after in (None, rule.after) and rule.catches(call):
                    if rule.times is not None:
                        rule.times -= 1
                    return rule
        return None

    def _wait(self, call, stopping, until: float) -> None:
        with self._changed:
            while time.monotonic() < until:
                if stopping.is_set():
                    raise Stopped
                self._changed.wait(until - time.monotonic())

    def _hold(self, call, stopping, state: str) -> None:
        before = call.state
        with self._changed:
            call.state = state
            self._held[call.number] = (call, None)
            self._changed.notify_all()
            try:
                while self._held[call.number][1] is None:
                    if stopping.is_set():
                        raise Stopped
                    self._changed.wait()
                if self._held[call.number][1] == "abort":
                    raise Stopped
            finally:
                del self._held[call.number]
                call.state = before


def fault_of(rule: Rule, cmdlet) -> Fault:
    """The error record of a rule, in the cmdlet's name."""
    return Fault(
        rule.message or f'Command execution failed: "{cmdlet.name}" could not be carried out.',
        rule.error_id or f"ProcessingFailed,{cmdlet.dotnet}",
        Category.InvalidOperation,
        "Microsoft.Rtc.Management.Deployment.DeploymentException",
        activity=cmdlet.name,
    )


def raise_or_write(rule: Rule, cmdlet, invocation) -> None:
    """Ends the pipeline with the rule's error, or writes it as a record."""
    fault = fault_of(rule, cmdlet)
    if rule.terminating:
        raise Terminating(fault)
    invocation.error(fault)
