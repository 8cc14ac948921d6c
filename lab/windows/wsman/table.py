"""All shells of all hosts: made, found, counted, reaped when idle, lost when a host dies."""

import threading
import time

from . import soap
from .shells import Shell

SHELL_NOT_FOUND = 2150858843
TOO_MANY_SHELLS = 2150859173


class ShellTable:
    """Shells by host and id."""

    def __init__(self, world) -> None:
        self._world = world
        self._lock = threading.Lock()
        self._shells: dict[tuple[str, str], Shell] = {}
        self._closing = threading.Event()
        self.max_per_user = 30
        # Overrides what clients ask for, in seconds.
        self.idle_timeout: float | None = None
        self.opened = 0

    def start(self) -> None:
        """Begins to reap idle shells."""
        threading.Thread(target=self._reap, name="shells", daemon=True).start()

    def close(self) -> None:
        """Ends every shell and the reaper."""
        self._closing.set()
        self.end_all()

    def end_all(self) -> None:
        """Ends every shell, as a restart of the WinRM service would."""
        for shell in self._all():
            self._forget(shell)

    def add(self, shell: Shell) -> None:
        """Takes a new shell in, unless its user has too many on that host."""
        with self._lock:
            mine = [
                s
                for s in self._shells.values()
                if s.host is shell.host and s.who.lower() == shell.who.lower()
            ]
            if len(mine) >= self.max_per_user:
                raise soap.Fault(
                    TOO_MANY_SHELLS,
                    "w:QuotaLimit",
                    "The WS-Management service cannot process the request. This user is allowed "
                    f"a maximum number of {self.max_per_user} concurrent shells, which has been "
                    "exceeded. Close existing shells or raise the quota for this user.",
                )
            key = (shell.host.fqdn, shell.id.upper())
            if key in self._shells:
                raise soap.Fault(
                    183, "w:AlreadyExists", "Cannot create a file when that file already exists."
                )
            self._shells[key] = shell
            self.opened += 1

    def find(self, host, shell_id: str, who: str) -> Shell:
        """A user's shell on a host; a fault when it is not there."""
        with self._lock:
            shell = self._shells.get((host.fqdn, shell_id.upper()))
        if shell is None or shell.gone or shell.who.lower() != who.lower():
            raise not_found(shell_id)
        shell.last_used = time.monotonic()
        return shell

    def delete(self, shell: Shell) -> None:
        """Ends a shell at its client's wish."""
        self._forget(shell)

    def cut(self, shell: Shell, keep: bool) -> None:
        """A lost answer: connections waiting on the shell are cut, and the shell goes too."""
        if not keep:
            self._forget(shell)
            return
        with shell.changed:
            # Whoever waited has been cut by now; the answer can be fetched over a new connection.
            while shell.waiting:
                shell.changed.wait(0.05)
            shell.cut = False
            shell.changed.notify_all()

    def host_changed(self, host, up: bool) -> None:
        """A dead host takes its shells with it."""
        if not up:
            for shell in self._all():
                if shell.host is host:
                    self._forget(shell)

    def entries(self) -> list[dict]:
        """The shells that are open, for tests that look for leaks."""
        now = time.monotonic()
        return [
            {
                "server": s.host.fqdn,
                "shell": s.id,
                "who": s.who,
                "client": s.client,
                "age": round(now - s.created, 1),
                "idle": round(s.idle_seconds(), 1),
                "commands": [str(c).upper() for c in s.commands],
            }
            for s in self._all()
        ]

    def _all(self) -> list[Shell]:
        with self._lock:
            return list(self._shells.values())

    def _forget(self, shell: Shell) -> None:
        with self._lock:
            self._shells.pop((shell.host.fqdn, shell.id.upper()), None)
        shell.end()

    def _reap(self) -> None:
        while not self._closing.wait(0.5):
            for shell in self._all():
                limit = self.idle_timeout or shell.idle_timeout
                if shell.idle_seconds() > limit:
                    self._forget(shell)


def not_found(shell_id: str) -> soap.Fault:
    """What Windows says of a shell that it does not know."""
    return soap.Fault(
        SHELL_NOT_FOUND,
        "w:InvalidSelectors",
        f"The request for the Windows Remote Shell with ShellId {shell_id} failed because the "
        "shell was not found on the server. Possible causes are: the specified ShellId is "
        "incorrect or the shell no longer exists on the server. Provide the correct ShellId or "
        "create a new shell and retry the operation.",
    )
