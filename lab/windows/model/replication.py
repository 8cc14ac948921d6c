"""Replication: a published topology reaches each server's replica after a delay, one by one.

Times of one update, counted from publishing: after `status_lag` the master replicator has made the
package, so the status shows UpToDate False and a new LastUpdateCreation; after `delay` the server
has applied it. Before the lag is over the status still shows the old state as up to date.
"""

import copy
import dataclasses
import datetime
import json
import os
import subprocess
import threading
import time
import typing

from .organisation import replica_document

# Processes that hang are told again, so often, once a second.
TELL_SECONDS = 3.0
TELL_AGAIN = 60


@dataclasses.dataclass
class Replica:
    """One server's copy of the store, and what the master knows of it."""

    server: str
    generation: int
    document: dict
    up_to_date: bool
    last_status_report: datetime.datetime
    last_update_creation: datetime.datetime
    # The update under way: its generation, and monotonic times of packaging and of applying.
    target: int
    packaged_at: float = 0.0
    applied_at: float = 0.0
    frozen: bool = False
    # A frozen replica that a forced replication wakes.
    until_forced: bool = False


class Replication:
    """Owns all replicas; its thread makes them current when their time comes."""

    def __init__(self, servers: list[str], clock, host_up, master_up, folder: str) -> None:
        # Hosts of the lab; servers that exist in the model only come and go.
        self._hosts = list(servers)
        self._servers = list(servers)
        self._clock = clock
        self._host_up: typing.Callable[[str], bool] = host_up
        self._master_up: typing.Callable[[], bool] = master_up
        self._folder = folder
        self._changed = threading.Condition()
        # One per server, held while its replica is written: no older update overtakes a reset.
        self._gates = {server: threading.Lock() for server in servers}
        self._closing = False
        self.delay = 2.0
        self.status_lag = 0.5
        self.apply_program: str | None = None
        self.replicas: dict[str, Replica] = {}
        self._published: dict = {}
        self._generation = 0

    def start(self, document: dict) -> None:
        """All replicas current with `document`, written out; then the thread."""
        self.reset(document)
        threading.Thread(target=self._run, name="replication", daemon=True).start()

    def reset(self, document: dict) -> None:
        """Every replica current with `document` at once, whether its host is up or not."""
        now = self._clock.now()
        with self._changed:
            before = {r.server: r.document for r in self.replicas.values()}
            for server in set(self._servers) - set(self._hosts):
                self._servers.remove(server)
                del self.replicas[server]
            self._published = copy.deepcopy(document)
            self._generation += 1
            self.delay, self.status_lag = 2.0, 0.5
            for server in self._servers:
                self.replicas[server] = Replica(
                    server, self._generation, self._published, True, now, now, self._generation
                )
            self._changed.notify_all()
        for server in self._servers:
            if before.get(server) != document:
                with self._gates[server]:
                    self._write(server, self._published, now)
                    # At the very start servers read the file by themselves.
                    if server in before:
                        self._tell(server)

    def add(self, server: str) -> None:
        """A server that has a replica, but no host in the lab."""
        now = self._clock.now()
        with self._changed:
            if server in self.replicas:
                return
            self._servers.append(server)
            self._gates[server] = threading.Lock()
            self.replicas[server] = Replica(
                server, self._generation, self._published, True, now, now, self._generation
            )

    def document(self, server: str) -> dict:
        """A copy of what a server's replica holds."""
        with self._changed:
            return copy.deepcopy(self.replicas[server].document)

    def tell(self, server: str) -> None:
        """Makes a host look at its replica once more."""
        with self._gates[server]:
            self._tell(server)

    @property
    def published(self) -> dict:
        """The topology that was published last."""
        return self._published

    def publish(self, document: dict) -> bool:
        """Starts replicating; False, and nothing done, when it is what was published last."""
        with self._changed:
            if document == self._published:
                return False
            self._published = copy.deepcopy(document)
            self._generation += 1
            for replica in self.replicas.values():
                self._aim(replica)
            self._changed.notify_all()
        return True

    def force(self, server: str | None) -> None:
        """A full replication to one server, or to all: a new package even without a change."""
        with self._changed:
            for replica in self.replicas.values():
                if server is None or replica.server == server:
                    if replica.frozen and replica.until_forced:
                        replica.frozen = False
                    self._aim(replica)
            self._changed.notify_all()

    def freeze(self, server: str, frozen: bool, until_forced: bool = False) -> None:
        """Holds a server's replica as it is, until thawed (or until a forced replication)."""
        with self._changed:
            self.replicas[server].frozen = frozen
            self.replicas[server].until_forced = until_forced
            self._changed.notify_all()

    def wake(self) -> None:
        """Looks again: a host came back, a setting changed."""
        with self._changed:
            self._changed.notify_all()

    def close(self) -> None:
        """Ends the thread."""
        with self._changed:
            self._closing = True
            self._changed.notify_all()

    def status(self) -> list[Replica]:
        """One row per server, as the master knows it."""
        with self._changed:
            return [dataclasses.replace(r) for r in self.replicas.values()]

    def _aim(self, replica: Replica) -> None:
        now = time.monotonic()
        replica.target = self._generation
        replica.packaged_at = now + min(self.status_lag, self.delay)
        replica.applied_at = now + self.delay

    def _run(self) -> None:
        while True:
            with self._changed:
                if self._closing:
                    return
                ready, wait = self._due(time.monotonic())
                if not ready:
                    self._changed.wait(wait)
                    continue
            for update in ready:
                # Side by side: a server that hangs must not keep the others waiting.
                threading.Thread(target=self._apply, args=update, daemon=True).start()

    def _apply(self, replica: Replica, generation: int, document: dict, created) -> None:
        server = replica.server
        with self._gates[server]:
            if self.replicas.get(server) is not replica or generation < replica.generation:
                return
            self._write(server, document, created)
            told = self._tell(server)
            with self._changed:
                replica.generation = generation
                replica.document = document
                replica.last_status_report = self._clock.now()
                # A newer update may be under way by now.
                replica.up_to_date = replica.target == generation and not replica.applied_at
        for _ in range(TELL_AGAIN):
            if told or self.replicas.get(server) is not replica:
                return
            time.sleep(1.0)
            with self._gates[server]:
                if generation < replica.generation:
                    return
                told = self._tell(server)

    def _due(self, now: float):
        ready, wait = [], 60.0
        if not self._master_up():
            return ready, None
        for replica in self.replicas.values():
            if replica.applied_at == 0.0:
                continue
            if replica.packaged_at and now >= replica.packaged_at:
                replica.packaged_at = 0.0
                replica.up_to_date = False
                replica.last_update_creation = self._clock.now()
            elif replica.packaged_at:
                wait = min(wait, replica.packaged_at - now)
                continue
            if replica.frozen or not self._host_up(replica.server):
                continue
            if now >= replica.applied_at:
                replica.applied_at = 0.0
                ready.append(
                    (
                        replica,
                        self._generation,
                        self._published,
                        replica.last_update_creation,
                    )
                )
            else:
                wait = min(wait, replica.applied_at - now)
        return ready, max(wait, 0.001)

    def _write(self, server: str, document: dict, created: datetime.datetime) -> None:
        os.makedirs(self._folder, exist_ok=True)
        stamp = created.astimezone(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
        path = os.path.join(self._folder, f"{server}.json")
        with open(path + ".new", "w", encoding="utf-8") as file:
            json.dump(replica_document(document, server, stamp), file, indent=1)
        os.replace(path + ".new", path)

    def _tell(self, server: str) -> bool:
        """Makes the server's real processes look at its replica; False when they do not."""
        if not self.apply_program or server not in self._hosts:
            return True
        command = [self.apply_program, server]
        try:
            done = subprocess.run(
                command, capture_output=True, text=True, check=False, timeout=TELL_SECONDS
            )
        except subprocess.TimeoutExpired:
            print(f"apply-replica {server}: no end after {TELL_SECONDS} s", flush=True)
            return False
        if done.returncode != 0:
            print(f"apply-replica {server}: {done.returncode} {done.stderr}", flush=True)
        return done.returncode == 0
