"""Carries out CREATE_PIPELINE: finds the commands, binds them, runs them, writes what they give."""

import dataclasses
import threading
import traceback
import typing

from psrpcore import types as ps

from ..control.calls import Call, plain
from ..control.faults import raise_or_write
from .binding import Cmdlet, bind
from .errors import (
    Category,
    Fault,
    Stopped,
    Terminating,
    command_not_found,
    scripts_not_allowed,
)


@dataclasses.dataclass
class Caller:
    """Who calls, from where, in which shell, on which host."""

    host: typing.Any
    who: str
    client: str
    shell: str
    pipeline: str


class LostAnswer(Exception):
    """The call acted; its answer never arrives."""

    def __init__(self, keep_shell: bool) -> None:
        super().__init__()
        self.keep_shell = keep_shell


class Invocation:
    """One cmdlet at work: its arguments, its host, and where it writes."""

    def __init__(self, world, caller: Caller, cmdlet: Cmdlet, arguments: dict, call: Call) -> None:
        self.world = world
        self.host = caller.host
        self.caller = caller
        self.cmdlet = cmdlet
        self.arguments = arguments
        self.call = call
        self.inputs: list = []
        # Everything written, in order: ("output", object), ("error", Fault), ("warning", text)...
        self.written: list[tuple[str, typing.Any]] = []
        self.stopping = threading.Event()

    def __getitem__(self, name: str) -> typing.Any:
        return self.arguments.get(name)

    def __contains__(self, name: str) -> bool:
        return name in self.arguments

    def output(self, value: typing.Any) -> None:
        """Writes an object."""
        self.written.append(("output", value))
        self.call.outputs += 1

    def warning(self, text: str) -> None:
        """Writes a warning."""
        if str(self["WarningAction"]) not in ("SilentlyContinue", "Ignore"):
            self.written.append(("warning", text))

    def verbose(self, text: str) -> None:
        """Writes a verbose line, when -Verbose was given."""
        if self["Verbose"]:
            self.written.append(("verbose", text))

    def error(self, fault: Fault) -> None:
        """Writes an error record; with -ErrorAction Stop it ends the pipeline."""
        fault.activity = self.cmdlet.name if fault.activity is None else fault.activity
        action = str(self["ErrorAction"] or "Continue")
        if action == "Stop":
            raise Terminating(fault)
        self.call.errors.append(fault.message)
        if action not in ("SilentlyContinue", "Ignore"):
            self.written.append(("error", fault))

    def fail(
        self,
        message: str,
        error_id: str,
        category=Category.InvalidOperation,
        exception: str = "System.InvalidOperationException",
        target: str | None = None,
        target_type: str = "String",
    ) -> Terminating:
        """A terminating error in this cmdlet's name, to be raised."""
        return Terminating(
            Fault(
                message,
                f"{error_id},{self.cmdlet.dotnet}",
                category,
                exception,
                target,
                target_type,
                activity=self.cmdlet.name,
            )
        )

    def should_process(self, asks: bool = False) -> bool:
        """False under -WhatIf. Asking for confirmation fails: the session has no host. `asks`: the
        cmdlet asks of its own accord, unless -Force or -Confirm:$false is given."""
        if self["WhatIf"]:
            return False
        asked = self["Confirm"]
        if asked is None and asks and not self["Force"]:
            asked = True
        if asked or (asked is None and self.world.switches["confirm"] == "always"):
            raise Terminating(
                Fault(
                    "A command that prompts the user failed because the host program or the "
                    "command type does not support user interaction. The host was attempting "
                    f"to request confirmation with the following message: {self.cmdlet.name}",
                    f"HostFunctionNotImplemented,{self.cmdlet.dotnet}",
                    Category.NotImplemented,
                    "System.Management.Automation.Host.HostException",
                    activity=self.cmdlet.name,
                )
            )
        return True

    def effect(self, text: str) -> None:
        """Notes in the log of calls what was changed."""
        self.call.effects.append(text)


class Engine:
    """Runs the commands of one pipeline; `write` gets what they give."""

    def __init__(self, world, caller: Caller, stopping: threading.Event, write) -> None:
        self._world = world
        self._caller = caller
        self._stopping = stopping
        self._write: typing.Callable[[str, typing.Any], None] = write

    def run(self, commands: list) -> None:
        """Runs all statements. Raises Terminating, Stopped or LostAnswer."""
        statement: list = []
        for command in commands:
            statement.append(command)
            if command.end_of_statement:
                self._statement(statement)
                statement = []
        if statement:
            self._statement(statement)

    def _statement(self, commands: list) -> None:
        # All commands are found and bound before the first one runs.
        invocations: list[Invocation] = []
        try:
            for command in commands:
                invocations.append(self._prepare(command))
            inputs: list = []
            for index, invocation in enumerate(invocations):
                invocation.inputs = inputs
                inputs = self._invoke(invocation, index == len(invocations) - 1)
        finally:
            for invocation in invocations:
                if invocation.call.seconds is None:
                    self._world.calls.ended(invocation.call, "stopped")

    def _prepare(self, command) -> Invocation:
        given = [(None if n is None else str(n), v) for n, v in command.parameters]
        call = self._world.calls.received(
            server=self._caller.host.fqdn,
            who=self._caller.who,
            client=self._caller.client,
            shell=self._caller.shell,
            pipeline=self._caller.pipeline,
            cmdlet=str(command.command_text),
            parameters={n or f"#{i}": plain(v) for i, (n, v) in enumerate(given)},
        )
        try:
            if command.is_script:
                raise scripts_not_allowed()
            cmdlet = self._world.cmdlet(str(command.command_text), self._caller.host)
            if cmdlet is None:
                raise command_not_found(str(command.command_text))
            call.cmdlet = cmdlet.name
            arguments = bind(cmdlet, given)
        except Terminating as error:
            call.errors.append(error.fault.message)
            self._world.calls.ended(call, "rejected")
            raise
        call.what_if = bool(arguments.get("WhatIf"))
        invocation = Invocation(self._world, self._caller, cmdlet, arguments, call)
        invocation.stopping = self._stopping
        return invocation

    def _invoke(self, invocation: Invocation, last: bool) -> list:
        call, faults = invocation.call, self._world.faults
        call.state = "running"
        try:
            faults.stage(call, self._stopping, after=False)
            self._act(invocation)
            faults.stage(call, self._stopping, after=True)
            lost = faults.lost_answer(call)
            if lost is not None:
                if lost.dies:
                    self._world.refuse(self._caller.host, True)
                raise LostAnswer(lost.keep_shell)
        except Terminating as error:
            self._flush(invocation, last)
            call.errors.append(error.fault.message)
            self._world.calls.ended(call, "failed")
            raise
        except Stopped:
            self._world.calls.ended(call, "stopped")
            raise
        except LostAnswer:
            self._world.calls.ended(call, "dropped")
            self._flush(invocation, last)
            raise
        except Exception as bug:  # A fault of the lab itself must not look like a Windows error.
            traceback.print_exc()
            call.errors.append(f"lab: {bug!r}")
            self._world.calls.ended(call, "failed")
            raise
        outputs = self._flush(invocation, last)
        self._world.calls.ended(call, "errors" if call.errors else "ok")
        return outputs

    def _act(self, invocation: Invocation) -> None:
        call, faults, cmdlet = invocation.call, self._world.faults, invocation.cmdlet
        rule = faults.failure(call, after=False)
        if rule is not None:
            raise_or_write(rule, cmdlet, invocation)
            return
        warning = faults.warning(call)
        if warning is not None:
            invocation.warning(warning.message)
        cmdlet.run(invocation)
        rule = faults.failure(call, after=True)
        if rule is not None:
            raise_or_write(rule, cmdlet, invocation)

    def _flush(self, invocation: Invocation, last: bool) -> list:
        """Writes records; gives the outputs to the next command, or writes them too."""
        outputs = []
        for kind, value in invocation.written:
            if kind == "output" and not last:
                outputs.append(value)
            else:
                self._write(kind, value)
        return outputs


def stopped_record() -> ps.ErrorRecord:
    """What a stopped pipeline's state carries."""
    return Fault(
        "The pipeline has been stopped.",
        "PipelineStopped",
        Category.OperationStopped,
        "System.Management.Automation.PipelineStoppedException",
        activity="",
    ).record()
