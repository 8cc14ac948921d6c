"""Faults of the transport: requests that are cut or answered by an HTTP error, hosts that hang."""

import threading

from .shells import ConnectionCut

OPERATIONS = ("Identify", "Create", "Get", "Command", "Send", "Receive", "Signal", "Delete")


class HTTPError(Exception):
    """The request is answered with this status and a page of HTML, as by a proxy or by IIS."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status
        self.body = f"<html><body><h2>HTTP Error {status}</h2></body></html>".encode()


class Trouble:
    """What is in force, for all endpoints."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        # Operation: how often yet, before or after it is carried out, with which status.
        self._rules: dict[str, dict] = {}
        self._hung: set[str] = set()

    def reset(self) -> None:
        """None."""
        with self._changed:
            self._rules.clear()
            self._hung.clear()
            self._changed.notify_all()

    def add(self, operation: str, times: int, before: bool, status: int | None) -> None:
        """The next requests of an operation are cut, or get an HTTP status."""
        name = next((o for o in OPERATIONS if o.lower() == operation.lower()), None)
        if name is None:
            raise ValueError(f"an operation is one of {', '.join(OPERATIONS)}")
        with self._changed:
            self._rules[name] = {"times": times, "before": before, "status": status}

    def stage(self, operation: str, before: bool) -> None:
        """Called before and after an operation. Raises ConnectionCut or HTTPError."""
        with self._changed:
            rule = self._rules.get(operation)
            if rule is None or rule["before"] != before or rule["times"] <= 0:
                return
            rule["times"] -= 1
        if rule["status"] is not None:
            raise HTTPError(rule["status"])
        raise ConnectionCut

    def hang(self, host: str, hung: bool) -> None:
        """A hung host takes connections and says nothing."""
        with self._changed:
            (self._hung.add if hung else self._hung.discard)(host)
            self._changed.notify_all()

    def pause(self, host: str, closing) -> None:
        """Returns when the host does not hang (or its listener closes)."""
        with self._changed:
            while host in self._hung and not closing():
                self._changed.wait(0.5)

    def hung(self) -> list[str]:
        """Hosts that hang."""
        with self._changed:
            return sorted(self._hung)
