"""The log of every cmdlet call that reached an endpoint, aborted ones too."""

import dataclasses
import datetime
import json
import os
import threading
import time
import typing


@dataclasses.dataclass
class Call:
    """One cmdlet call. `state` goes through received, running, held-before, held-after, then ends
    as ok, errors, failed, rejected, stopped or dropped."""

    number: int
    at: str
    server: str
    who: str
    client: str
    shell: str
    pipeline: str
    cmdlet: str
    parameters: dict[str, typing.Any]
    what_if: bool = False
    state: str = "received"
    errors: list[str] = dataclasses.field(default_factory=list)
    # What it changed, in words; empty: nothing was changed.
    effects: list[str] = dataclasses.field(default_factory=list)
    outputs: int = 0
    seconds: float | None = None
    started: float = dataclasses.field(default_factory=time.monotonic, repr=False)

    def entry(self) -> dict:
        """The call as JSON."""
        made = dataclasses.asdict(self)
        del made["started"]
        made["applied"] = bool(self.effects)
        return made


class CallLog:
    """Calls in the order of their arrival, in memory and, when ended, in a file."""

    def __init__(self, path: str | None) -> None:
        self._lock = threading.Lock()
        self._path = path
        if path:
            os.makedirs(os.path.dirname(path), exist_ok=True)
        self._calls: list[Call] = []

    def received(self, **facts) -> Call:
        """Notes a call that has just come in."""
        now = datetime.datetime.now(datetime.timezone.utc)
        with self._lock:
            call = Call(
                number=len(self._calls) + 1,
                at=now.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
                **facts,
            )
            self._calls.append(call)
        return call

    def ended(self, call: Call, state: str) -> None:
        """Notes how it ended."""
        with self._lock:
            call.state = state
            call.seconds = round(time.monotonic() - call.started, 3)
            if self._path:
                with open(self._path, "a", encoding="utf-8") as file:
                    file.write(json.dumps(call.entry()) + "\n")

    def clear(self) -> None:
        """Forgets what has been; numbers start anew."""
        with self._lock:
            self._calls.clear()

    def entries(self) -> list[dict]:
        """All of them, as JSON."""
        with self._lock:
            return [call.entry() for call in self._calls]


def plain(value: typing.Any) -> typing.Any:
    """A parameter's value as JSON."""
    if value is None or isinstance(value, (bool, str)):
        return value if not isinstance(value, str) else str(value)
    if isinstance(value, (int, float)):
        return value
    if isinstance(value, list):
        return [plain(item) for item in value]
    if isinstance(value, dict):
        return {str(key): plain(item) for key, item in value.items()}
    return str(value)
