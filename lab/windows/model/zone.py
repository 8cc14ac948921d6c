"""The zone behind the Windows DNS cmdlets: BIND's in the lab, a model stand-alone."""

import dataclasses
import threading


@dataclasses.dataclass(frozen=True)
class ResourceRecord:
    """One record; names are absolute and end in a dot, data is in the form of a zone file."""

    name: str
    ttl: int
    kind: str
    data: str


class ZoneError(Exception):
    """The server says no. `refused`: it answered, and refused; else it cannot be reached."""

    def __init__(self, text: str, refused: bool) -> None:
        super().__init__(text)
        self.refused = refused


class ModelZone:
    """A zone that exists only here."""

    def __init__(self, layout: dict) -> None:
        self.lock = threading.RLock()
        self._layout = layout
        self._records: list[ResourceRecord] = []
        self.reset()

    @property
    def name(self) -> str:
        """Without the final dot."""
        return self._layout["domain"]

    def reset(self) -> None:
        """As at the start."""
        from lib import layout as lab_layout

        with self.lock:
            self._records = [ResourceRecord(*r) for r in lab_layout.initial_zone(self._layout)]

    def records(self) -> list[ResourceRecord]:
        """All of them."""
        with self.lock:
            return list(self._records)

    def add(self, record: ResourceRecord) -> None:
        """One more; its TTL becomes that of its record set, as in BIND."""
        with self.lock:
            self._records = [
                dataclasses.replace(r, ttl=record.ttl) if same_set(r, record) else r
                for r in self._records
            ]
            self._records.append(record)

    def remove(self, records: list[ResourceRecord]) -> None:
        """Fewer."""
        with self.lock:
            self._records = [r for r in self._records if r not in records]


class BindZone:
    """The lab's public zone, at the primary BIND."""

    def __init__(self, layout: dict) -> None:
        self.lock = threading.RLock()
        self._layout = layout

    @property
    def name(self) -> str:
        """Without the final dot."""
        return self._layout["domain"]

    def reset(self) -> None:
        """Nothing: lab/reset puts BIND back."""

    def records(self) -> list[ResourceRecord]:
        """All but the SOA."""
        from lib import dns
        from lib.console import LabError

        try:
            return [ResourceRecord(*record) for record in dns.records(self._layout)]
        except LabError as why:
            raise ZoneError(str(why), False) from None

    def add(self, record: ResourceRecord) -> None:
        """One more."""
        self._update([f"update add {record.name} {record.ttl} {record.kind} {record.data}"])

    def remove(self, records: list[ResourceRecord]) -> None:
        """Fewer."""
        self._update([f"update delete {r.name} {r.kind} {r.data}" for r in records])

    def _update(self, lines: list[str]) -> None:
        from lib import dns
        from lib.console import LabError

        try:
            dns.update(self._layout, lines)
        except LabError as why:
            answered = "update failed:" in str(why)
            raise ZoneError(str(why), answered) from None


def same_set(one: ResourceRecord, other: ResourceRecord) -> bool:
    """Whether two records belong to one record set."""
    return (one.name.lower(), one.kind) == (other.name.lower(), other.kind)


def zone_of(layout: dict, real: bool) -> ModelZone | BindZone:
    """BIND's zone when the rest of the lab is there."""
    return BindZone(layout) if real else ModelZone(layout)
