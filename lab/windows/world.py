"""Everything that the endpoints share: the organisation, its hosts, the faults, the log."""

import dataclasses
import json
import os
import socket
import threading
import typing

from .cmdlets import ALL
from .control.calls import CallLog
from .control.faults import Faults
from .model.builder import TopologyBuilder
from .model.clock import WindowsClock
from .model.organisation import bare, initial_store
from .model.names import Names
from .model.products import PRODUCTS, Product
from .model.replication import Replication
from .model.services import Services
from .model.setup import Setup
from .model.switches import Switches
from .model.zone import zone_of
from .wsman.auth import SCHEMES
from .wsman.table import ShellTable
from .wsman.trouble import Trouble

HIDDEN = {
    "none": (),
    "set-site": ("set-cssite",),
    "set-registrar": ("set-csregistrar",),
    "enable-topology": ("enable-cstopology",),
    "all-changes": tuple(name for name, c in ALL.items() if c.should_process),
}


@dataclasses.dataclass
class Host:
    """One Windows server with a WSMan endpoint."""

    fqdn: str
    short: str
    role: str
    pool: str
    site: str
    access: str | None
    address: str
    port: int
    # How the account is called, and its password.
    user: str = ""
    password: str = ""
    # What keeps the port, when it was chosen freely.
    claim: socket.socket | None = None


class World:
    """The organisation's Windows side."""

    def __init__(self, layout: dict, hosts: list[Host], lab: str | None) -> None:
        self.layout = layout
        self.hosts = hosts
        self.state = layout["state"]
        # lab/bin, when the rest of the lab is there; None in stand-alone mode.
        self.lab = lab
        # Guards the store. Taken before the replication's own lock, never after it.
        self.lock = threading.RLock()
        self.switches = Switches()
        self.faults = Faults()
        self.clock = WindowsClock()
        self.calls = CallLog(os.path.join(self.state, "windows", "calls.jsonl"))
        self.store = initial_store(layout)
        self.cms_holder = self._first_front_end_pool()
        # Front End pools whose SQL server with the store is dead, though the pool may live.
        self.dead_stores: set[str] = set()
        self.product: Product = PRODUCTS["sfb2015"]
        # Product versions of single servers that differ from the product's.
        self.product_versions: dict[str, str] = {}
        self.builder = TopologyBuilder(self)
        # How the endpoints speak: see wsman/ and README.md.
        self.protocol_version = "2.3"
        self.done_later = False
        self.max_envelope_kb = 500
        self.schemes: tuple[str, ...] = SCHEMES
        self.shells = ShellTable(self)
        self.trouble = Trouble()
        self._looking = threading.Lock()
        self._down: frozenset[str] = frozenset()
        # Hosts whose endpoint refuses, though they live.
        self._refused: frozenset[str] = frozenset()
        self._watchers: list[typing.Callable[[Host, bool], None]] = []
        self._closing = threading.Event()
        program = os.path.join(lab, "service") if lab else None
        self.services = Services(layout, program, os.path.join(self.state, "start-types"))
        self.replication = Replication(
            [h.fqdn for h in hosts if h.role != "dns"],
            self.clock,
            lambda fqdn: not self.is_down(fqdn) and self.services.replicates(fqdn),
            self.store_alive,
            os.path.join(self.state, "replicas"),
        )
        if lab:
            self.replication.apply_program = os.path.join(lab, "apply-replica")
        self.setup = Setup(self)
        # What the Windows DNS cmdlets act on.
        self.zone = zone_of(layout, lab is not None)
        self.names = Names(self.zone)

    def start(self) -> None:
        """Writes the replicas and begins to watch the hosts."""
        os.makedirs(os.path.join(self.state, "down"), exist_ok=True)
        self._down = self._look_down()
        self.replication.start(self.store)
        self.on_change(self.shells.host_changed)
        self.shells.start()
        threading.Thread(target=self._watch, name="hosts", daemon=True).start()

    def reset(self) -> None:
        """The organisation as at the start: model, faults, switches, log. Hosts stay."""
        for fqdn in self.own_hosts():
            try:
                os.unlink(os.path.join(self.state, "down", fqdn))
            except FileNotFoundError:
                pass
        self.look()
        self.faults.reset()
        self.trouble.reset()
        self.switches.reset()
        self.protocol_version, self.done_later = "2.3", False
        self.max_envelope_kb, self.schemes = 500, SCHEMES
        self.shells.idle_timeout, self.shells.max_per_user = None, 30
        self.calls.clear()
        self.clock.offset, self.clock.zone = 0.0, -480
        for host in self.hosts:
            self.refuse(host, False)
        again = self.setup.reset()
        self.zone.reset()
        self.names.reset()
        with self.lock:
            self.dead_stores.clear()
            self.product = PRODUCTS["sfb2015"]
            self.product_versions.clear()
            self.builder.close()
            self.store = initial_store(self.layout)
            self.cms_holder = self._first_front_end_pool()
            self.replication.reset(self.store)
        self.services.reset()
        for server in again:
            self.replication.tell(server)

    def close(self) -> None:
        """Ends the threads."""
        self._closing.set()
        self.shells.close()
        self.replication.close()

    def cmdlet(self, name: str, host: Host):
        """The cmdlet, when this host's endpoint shows it."""
        bare_name = name.rsplit("\\", 1)[-1].lower()
        found = ALL.get(bare_name)
        if found is None or host.role not in found.roles:
            return None
        if bare_name in HIDDEN[self.switches["h"]]:
            return None
        return self.product.shown(found)

    def host(self, name: str) -> Host:
        """The host of this FQDN or short name; KeyError says which there are."""
        for host in self.hosts:
            if name.lower() in (host.fqdn.lower(), host.short.lower()):
                return host
        raise KeyError(f"no server '{name}'; there are {', '.join(h.short for h in self.hosts)}")

    def store_alive(self) -> bool:
        """Whether the pool that holds the Central Management store has a living server, and the
        store's SQL server is alive."""
        if self.cms_holder in self.dead_stores:
            return False
        members = self.store["pools"][bare(self.cms_holder)]["members"]
        return any(not self.is_down(member) for member in members)

    def master(self) -> str | None:
        """The living server that replicates the Central Management store, if any."""
        if self.cms_holder in self.dead_stores:
            return None
        members = self.store["pools"][bare(self.cms_holder)]["members"]
        return next((member for member in members if not self.is_down(member)), None)

    def is_down(self, fqdn: str) -> bool:
        """Whether that host is dead."""
        return fqdn in self._down

    def own_hosts(self) -> set[str]:
        """Hosts that only the Windows side has: the DNS server, servers of pools added later."""
        played = {server["fqdn"] for server in self.layout["servers"]}
        return ({h.fqdn for h in self.hosts} | set(self.replication.replicas)) - played

    def is_refused(self, fqdn: str) -> bool:
        """Whether that host's endpoint refuses connections, dead or alive."""
        return fqdn in self._down or fqdn in self._refused

    def refuse(self, host: Host, refused: bool) -> None:
        """A host's endpoint is gone (its shells too), or back; the host itself goes on."""
        before = host.fqdn in self._refused
        if before == refused:
            return
        change = self._refused.union if refused else self._refused.difference
        self._refused = frozenset(change([host.fqdn]))
        for watcher in self._watchers:
            watcher(host, not self.is_refused(host.fqdn))

    def product_version(self, fqdn: str) -> str:
        """What the replication status says of a server's build."""
        return self.product_versions.get(fqdn, self.product.build)

    def on_change(self, watcher: typing.Callable[[Host, bool], None]) -> None:
        """Calls back with a host and whether it is up, when that changes."""
        self._watchers.append(watcher)

    def look(self) -> None:
        """Looks now which hosts are down, instead of at the next round."""
        with self._looking:
            self._look()

    def _look(self) -> None:
        now = self._look_down()
        before, self._down = self._down, now
        for host in self.hosts:
            if (host.fqdn in before) == (host.fqdn in now):
                continue
            up = host.fqdn not in now
            for watcher in self._watchers:
                watcher(host, up and host.fqdn not in self._refused)
            if up and host.role != "dns":
                threading.Thread(
                    target=self.services.host_returned, args=(host.fqdn,), daemon=True
                ).start()
        if before != now:
            self.replication.wake()

    def snapshot(self) -> dict:
        """The state of the organisation, for people and tests."""
        with self.lock:
            store = json.loads(json.dumps(self.store))
        return {
            "cms": {"holder": self.cms_holder, "alive": self.store_alive()},
            "product": self.product.name,
            "enabled": self.replication.published == store,
            "store": store,
            "replicas": {
                r.server: {
                    "upToDate": r.up_to_date,
                    "lastUpdateCreation": r.last_update_creation.isoformat(),
                    "lastStatusReport": r.last_status_report.isoformat(),
                    "frozen": r.frozen,
                    "productVersion": self.product_version(r.server),
                    "sites": r.document["sites"],
                    "associations": {
                        name: service.get("edgeServer") or service.get("registrar")
                        for name, service in r.document["services"].items()
                        if "edgeServer" in service or "registrar" in service
                    },
                }
                for r in self.replication.status()
            },
            "builder": self.builder.changes(),
            "down": sorted(self._down),
            "refused": sorted(self._refused),
            "notSetUp": self.setup.missing(),
            "hung": self.trouble.hung(),
            "switches": self.switches.all(),
            "faults": self.faults.rules(),
        }

    def _first_front_end_pool(self) -> str:
        return next(p["fqdn"] for p in self.layout["pools"] if p["role"] == "frontend")

    def _watch(self) -> None:
        while not self._closing.wait(0.1):
            self.look()

    def _look_down(self) -> frozenset[str]:
        try:
            names = {name.lower() for name in os.listdir(os.path.join(self.state, "down"))}
        except FileNotFoundError:
            return frozenset()
        # Servers of pools that were added later have no host.
        known = {h.fqdn for h in self.hosts} | set(self.replication.replicas)
        return frozenset(f for f in known if names & {f.lower(), f.lower().split(".")[0]})
