"""What single hosts see of DNS and of Microsoft 365: caches that keep old data, ways that are closed."""

import threading

from .zone import ResourceRecord

# Where hybrid organisations send what is meant for the cloud.
CLOUD = "sipfed.online.lync.com"


class Names:
    """The hosts' view of names; each host sees the zone as it is unless told otherwise."""

    def __init__(self, zone) -> None:
        self._zone = zone
        self._lock = threading.Lock()
        self._kept: dict[str, list[ResourceRecord]] = {}
        self._closed: set[str] = set()

    def reset(self) -> None:
        """Every host sees everything as it is."""
        with self._lock:
            self._kept.clear()
            self._closed.clear()

    def keep(self, fqdn: str, kept: bool) -> None:
        """A host goes on with the records as they are now: a cache, a zone that nobody changes."""
        records = self._zone.records() if kept else None
        with self._lock:
            if records is None:
                self._kept.pop(fqdn, None)
            else:
                self._kept[fqdn] = records

    def records(self, fqdn: str) -> list[ResourceRecord]:
        """The zone as that host sees it; ZoneError when it cannot be asked."""
        with self._lock:
            kept = self._kept.get(fqdn)
        return self._zone.records() if kept is None else kept

    def close_cloud(self, fqdn: str, closed: bool) -> None:
        """A firewall closes a host's way to Microsoft 365."""
        with self._lock:
            (self._closed.add if closed else self._closed.discard)(fqdn)

    def reaches_cloud(self, fqdn: str) -> bool:
        """Whether the way is open."""
        with self._lock:
            return fqdn not in self._closed
