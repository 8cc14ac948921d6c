"""Shells and their commands: one runspace pool each, with what waits to be received."""

import collections
import dataclasses
import threading
import time
import uuid

from psrpcore import CreatePipelineEvent, EndOfPipelineInputEvent, GetCommandMetadataEvent
from psrpcore import InitRunspacePoolEvent, ServerPipeline
from psrpcore import types as ps

from ..psrp.engine import Caller, Engine, LostAnswer, stopped_record
from ..psrp.errors import Category, Fault, Stopped, Terminating
from ..psrp.objects import to_ps
from ..psrp.pool import Pool

RECORDS = {
    "warning": (ps.WarningRecord, ps.PSRPMessageType.WarningRecord),
    "verbose": (ps.VerboseRecord, ps.PSRPMessageType.VerboseRecord),
}
# More than any client of the lab sends in one shell; a stray stream ends there.
RECEIVED_BYTES_MAX = 64 * 1024 * 1024


@dataclasses.dataclass
class Command:
    """One pipeline of a shell."""

    id: uuid.UUID
    pipeline: ServerPipeline
    stopping: threading.Event = dataclasses.field(default_factory=threading.Event)
    started: bool = False
    input_ended: bool = False
    # The pipeline's last message is written; Done follows when it has been received.
    ended: bool = False
    metadata: object = None


class ShellGone(Exception):
    """The shell was deleted, or its host died."""


class ConnectionCut(Exception):
    """The connection is to end without an answer."""


class Shell:
    """One shell. Its condition guards the pool, which is not thread safe."""

    def __init__(self, world, host, shell_id: str, who: str, client: str, idle: float) -> None:
        self.world = world
        self.host = host
        self.id = shell_id
        self.who = who
        self.client = client
        self.created = time.monotonic()
        self.idle_timeout = idle
        self.last_used = time.monotonic()
        self.waiting = 0
        self.changed = threading.Condition()
        self.commands: dict[uuid.UUID, Command] = {}
        self.gone = False
        # Receives under way end by a cut connection.
        self.cut = False
        version = str(world.protocol_version)
        self.pool = Pool(version, private_data(version))
        # Pipelines run one after another when the pool has one runspace.
        self._running = 0

    def feed(self, data: bytes, command_id: uuid.UUID | None) -> None:
        """Takes fragments from the client. Raises ValueError for what is no PSRP."""
        with self.changed:
            if self.pool.received_bytes + len(data) > RECEIVED_BYTES_MAX:
                raise ValueError("too many bytes for one shell")
            for event in self.pool.feed(data, command_id):
                self._event(event)
            self.changed.notify_all()

    def start_command(self, command_id: uuid.UUID, data: bytes) -> None:
        """Begins a pipeline; its first fragments may be all of it."""
        with self.changed:
            if command_id in self.commands:
                raise KeyError(f"there is a command {command_id} already")
            pipeline = ServerPipeline(self.pool, command_id)
            self.commands[command_id] = Command(command_id, pipeline)
        self.feed(data, command_id)

    def _event(self, event) -> None:
        if isinstance(event, (CreatePipelineEvent, GetCommandMetadataEvent)):
            command = self.commands[event.pipeline_id]
            command.metadata = event.pipeline
            no_input = getattr(event.pipeline, "no_input", True)
            command.input_ended = command.input_ended or no_input
            self._maybe_start(command)
        elif isinstance(event, EndOfPipelineInputEvent):
            command = self.commands[event.pipeline_id]
            command.input_ended = True
            self._maybe_start(command)
        elif isinstance(event, InitRunspacePoolEvent):
            return
        elif hasattr(event, "ci") and event.ci in self.pool._ci_events:
            number = type(event).__name__ == "GetAvailableRunspacesEvent"
            self.pool.runspace_availability_response(event.ci, 1 if number else True)

    def _maybe_start(self, command: Command) -> None:
        if command.started or not command.input_ended or command.metadata is None:
            return
        command.started = True
        name = f"pipeline {self.host.short} {command.id}"
        threading.Thread(target=self._run, args=(command,), name=name, daemon=True).start()

    def _run(self, command: Command) -> None:
        with self.changed:
            while self._running >= max(1, self.pool.max_runspaces):
                if self.gone or command.stopping.is_set():
                    break
                self.changed.wait()
            self._running += 1
            # Windows does not tell of Running.
            command.pipeline._change_state(ps.PSInvocationState.Running, emit=False)
        state, error = ps.PSInvocationState.Completed, None
        lost: LostAnswer | None = None
        try:
            self._engine(command).run(getattr(command.metadata, "commands", []))
        except Terminating as why:
            state, error = ps.PSInvocationState.Failed, why.fault.record()
        except Stopped:
            state, error = ps.PSInvocationState.Stopped, stopped_record()
        except LostAnswer as why:
            lost = why
        except Exception as bug:
            state = ps.PSInvocationState.Failed
            fault = Fault(f"lab: {bug!r}", "LabFault", Category.NotSpecified, activity="")
            error = fault.record()
        with self.changed:
            self._running -= 1
            if not self.gone:
                command.pipeline._change_state(state, error)
                command.ended = True
            if lost is not None:
                self.cut = True
            self.changed.notify_all()
        if lost is not None:
            self.world.shells.cut(self, keep=lost.keep_shell)

    def _engine(self, command: Command) -> Engine:
        caller = Caller(self.host, self.who, self.client, self.id, str(command.id).upper())

        def write(kind, value):
            with self.changed:
                if not self.gone:
                    self._write(command, kind, value)
                    self.changed.notify_all()

        return Engine(self.world, caller, command.stopping, write)

    def _write(self, command: Command, kind: str, value) -> None:
        pipeline = command.pipeline
        if kind == "output":
            pipeline.prepare_message(to_ps(value), ps.PSRPMessageType.PipelineOutput)
        elif kind == "error":
            pipeline.prepare_message(value.record(), ps.PSRPMessageType.ErrorRecord)
        else:
            record, message_type = RECORDS[kind]
            pipeline.prepare_message(record(Message=value), message_type)

    def receive(
        self, command_id: uuid.UUID | None, seconds: float, room: int
    ) -> tuple[list[bytes], bool] | None:
        """Fragments for a command (None: the pool), at most `room` bytes; waits for some.

        The flag says that the command is done. None: the time is over. At least one fragment is
        given even when it alone exceeds the room: fragments are never split here.
        """
        until = time.monotonic() + seconds
        with self.changed:
            self.waiting += 1
            try:
                while True:
                    if self.cut:
                        raise ConnectionCut
                    if self.gone:
                        raise ShellGone
                    found = self._take(command_id, room)
                    if found is not None:
                        return found
                    left = until - time.monotonic()
                    if left <= 0:
                        return None
                    self.changed.wait(left)
            finally:
                self.waiting -= 1
                self.last_used = time.monotonic()

    def _take(self, command_id, room: int) -> tuple[list[bytes], bool] | None:
        queue = self.pool.outgoing.get(command_id) or collections.deque()
        parts: list[bytes] = []
        while queue and (not parts or sum(map(len, parts)) + len(queue[0]) <= room):
            parts.append(queue.popleft())
        command = self.commands.get(command_id) if command_id else None
        if command_id and command is None:
            raise ShellGone
        done = command is not None and command.ended and not queue
        if parts and done and self.world.done_later:
            return parts, False
        return (parts, done) if parts or done else None

    def signal(self, command_id: uuid.UUID, code: str) -> None:
        """Stops a pipeline (ctrl_c), or ends it and forgets it (terminate)."""
        with self.changed:
            command = self.commands.get(command_id)
            if command is None:
                raise ShellGone
            command.stopping.set()
            if code.lower().endswith("terminate"):
                del self.commands[command_id]
                self.pool.outgoing.pop(command_id, None)
                self.pool.pipeline_table.pop(command_id, None)
            self.changed.notify_all()
        self.world.faults.poke()

    def end(self) -> None:
        """The shell is no more: whatever runs is stopped, whoever waits is told."""
        with self.changed:
            self.gone = True
            for command in self.commands.values():
                command.stopping.set()
            self.changed.notify_all()
        self.world.faults.poke()

    def idle_seconds(self) -> float:
        """How long nobody has asked for anything. A running command keeps a shell busy."""
        with self.changed:
            if self.waiting:
                return 0.0
            return time.monotonic() - self.last_used


def private_data(version: str) -> dict:
    """What the server tells of itself on opening."""
    old = version == "2.2"
    ps_version = "4.0" if old else "5.1.14393.2248"
    compatible = ["1.0", "2.0", "3.0", "4.0", *([] if old else ["5.0", ps_version])]
    table = {
        "PSVersion": ps.PSVersion(ps_version),
        "PSCompatibleVersions": [ps.PSVersion(v) for v in compatible],
        "CLRVersion": ps.PSVersion("4.0.30319.42000"),
        "BuildVersion": ps.PSVersion("6.3.9600.18773" if old else "10.0.14393.2248"),
        "WSManStackVersion": ps.PSVersion("3.0"),
    }
    if not old:
        table["PSEdition"] = "Desktop"
    return {"PSVersionTable": table}
