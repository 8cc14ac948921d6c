"""A person's Topology Builder: the topology as it was downloaded, edited there, published whole."""

import copy

from .organisation import find

PORT = "accessEdgeExternalSipPort"


class TopologyBuilder:
    """At most one is open. What it publishes overwrites all that happened since it was opened."""

    def __init__(self, world) -> None:
        self._world = world
        self._topology: dict | None = None

    def open(self) -> None:
        """Downloads the topology anew; what was edited before is lost."""
        world = self._world
        if not world.store_alive():
            raise ValueError("the Central Management store is dead: nothing can be downloaded")
        with world.lock:
            self._topology = copy.deepcopy(world.store)

    def close(self) -> None:
        """Forgets what was edited."""
        self._topology = None

    def federation_flag(self, pool: str, enabled: bool) -> None:
        """The checkbox of an Edge pool, in a Topology Builder that is opened first if need be."""
        if self._topology is None:
            self.open()
        pools = [p for p, it in self._topology["pools"].items() if it["role"] == "edge"]
        name = find(pools, pool) or next((p for p in pools if p.split(".")[0] == pool), None)
        if name is None:
            raise KeyError(f"no Edge pool '{pool}'; there are {', '.join(pools)}")
        service = self._topology["services"][f"EdgeServer:{name}"]
        service[PORT] = self._world.layout["ports"]["sip"] if enabled else None

    def publish(self) -> list[str]:
        """Publishes the edited topology, and enables it; says what that changed."""
        if self._topology is None:
            raise ValueError("no Topology Builder is open")
        world = self._world
        if not world.store_alive():
            raise ValueError("the Central Management store is dead: nothing can be published")
        with world.lock:
            changed = self.changes()
            world.store = copy.deepcopy(self._topology)
            world.replication.publish(world.store)
        self._topology = None
        return changed

    def changes(self) -> list[str]:
        """In what the open topology differs from the store."""
        if self._topology is None:
            return []
        with self._world.lock:
            return list(_differences(self._world.store, self._topology, ""))


def _differences(before, after, path: str):
    if isinstance(before, dict) and isinstance(after, dict):
        for key in sorted({*before, *after}):
            yield from _differences(before.get(key), after.get(key), f"{path}/{key}".lstrip("/"))
    elif before != after:
        yield f"{path}: {before} -> {after}"
