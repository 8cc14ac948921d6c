"""The DnsServer module on a Windows DNS server's management endpoint: records of one zone.

Names are relative to the zone, as there; `@` is the zone itself, a final dot makes a name absolute.
"""

import datetime

from psrpcore import types as ps

from ..model.zone import ResourceRecord, ZoneError, same_set
from ..psrp.binding import Parameter
from ..psrp.errors import Category, Fault
from ..psrp.objects import Record
from .registry import FORCE, cmdlet

CLASS = "Microsoft.Management.Infrastructure.CimInstance#root/Microsoft/Windows/DNS/"
MODULE = "DnsServer"
NUMBERS = {"A": 1, "NS": 2, "CNAME": 5, "SOA": 6, "PTR": 12, "MX": 15, "TXT": 16, "AAAA": 28,
           "SRV": 33}  # fmt: skip
TYPES = tuple(NUMBERS)
NOT_FOUND, EXISTS, NO_ZONE, REFUSED, NO_SERVER = 9714, 9711, 9601, 9005, 1722
COMMON = (
    Parameter("ComputerName"),
    Parameter("CimSession", "objects"),
    Parameter("ThrottleLimit", "int"),
    Parameter("AsJob", "switch"),
)


@cmdlet(
    "Get-DnsServerResourceRecord",
    "Get-DnsServerResourceRecord",
    [
        Parameter("ZoneName", mandatory=True, position=0),
        Parameter("Name", position=1),
        Parameter("RRType", values=TYPES, sets=("Name",)),
        Parameter("Type", "uint16", sets=("Number",)),
        Parameter("Node", "switch"),
        Parameter("ZoneScope"),
        *COMMON,
    ],
    module=MODULE,
    roles=("dns",),
)
def get_record(call) -> None:
    """Records by name and type, one object each."""
    found = _records(call)
    if found is None:
        return
    if call["Name"] is not None:
        found = [r for r in found if r.name.lower() == _absolute(call, call["Name"])]
    if call["RRType"] is not None:
        found = [r for r in found if r.kind == call["RRType"]]
    if call["Type"] is not None:
        found = [r for r in found if NUMBERS.get(r.kind) == call["Type"]]
    if not found and call["Name"] is not None:
        _not_found(call, call["Name"])
    for record in found:
        call.output(_shown(call, record))


@cmdlet(
    "Add-DnsServerResourceRecord",
    "Add-DnsServerResourceRecord",
    [
        Parameter("ZoneName", mandatory=True),
        Parameter("Name", mandatory=True),
        Parameter("A", "switch", mandatory=True, sets=("A",)),
        Parameter("IPv4Address", "addresses", mandatory=True, sets=("A",)),
        Parameter("AAAA", "switch", mandatory=True, sets=("AAAA",)),
        Parameter("IPv6Address", "addresses", mandatory=True, sets=("AAAA",)),
        Parameter("Srv", "switch", mandatory=True, sets=("Srv",)),
        Parameter("DomainName", mandatory=True, sets=("Srv",)),
        Parameter("Priority", "uint16", mandatory=True, sets=("Srv",)),
        Parameter("Weight", "uint16", mandatory=True, sets=("Srv",)),
        Parameter("Port", "uint16", mandatory=True, sets=("Srv",)),
        Parameter("TimeToLive", "timespan"),
        Parameter("AgeRecord", "switch"),
        Parameter("AllowUpdateAny", "switch"),
        Parameter("CreatePtr", "switch", sets=("A", "AAAA")),
        Parameter("PassThru", "switch"),
        Parameter("ZoneScope"),
        *COMMON,
    ],
    module=MODULE,
    roles=("dns",),
    changes=True,
)
def add_record(call) -> None:
    """One record more; one that exists with the same data is an error."""
    zone = call.world.zone
    with zone.lock:
        present = _records(call)
        if present is None:
            return
        life = call["TimeToLive"]
        ttl = 3600 if life is None else int(life.total_seconds())
        name = _absolute(call, call["Name"])
        for kind, data in _given(call):
            record = ResourceRecord(name, ttl, kind, data)
            if any(same_set(r, record) and _same(r.data, data) for r in present):
                _refuse(call, EXISTS, _could_not_create(call), Category.ResourceExists)
                continue
            if not call.should_process():
                continue
            try:
                zone.add(record)
            except ZoneError as why:
                code = REFUSED if why.refused else NO_SERVER
                _refuse(call, code, _could_not_create(call), Category.NotSpecified)
                return
            call.effect(f"{name} {ttl} {kind} {data} added")
            if call["PassThru"]:
                call.output(_shown(call, record))


@cmdlet(
    "Remove-DnsServerResourceRecord",
    "Remove-DnsServerResourceRecord",
    [
        Parameter("ZoneName", mandatory=True),
        Parameter("Name", mandatory=True),
        Parameter("RRType", mandatory=True, values=TYPES),
        Parameter("RecordData", "strings"),
        Parameter("PassThru", "switch"),
        Parameter("ZoneScope"),
        FORCE,
        *COMMON,
    ],
    module=MODULE,
    roles=("dns",),
    changes=True,
)
def remove_record(call) -> None:
    """The records of a name and a type that have this data; all of them without -RecordData."""
    zone = call.world.zone
    with zone.lock:
        present = _records(call)
        if present is None:
            return
        name, kind = _absolute(call, call["Name"]), call["RRType"]
        found = [r for r in present if r.name.lower() == name and r.kind == kind]
        if call["RecordData"] is not None:
            # The parts of the data as its zone file has them: priority, weight, port, target.
            data = " ".join(call["RecordData"])
            found = [r for r in found if _same(r.data, data)]
        if not found:
            _not_found(call, call["Name"])
            return
        if not call.should_process(asks=True):
            return
        try:
            zone.remove(found)
        except ZoneError as why:
            text = f"Failed to remove {call['Name']} record from {call['ZoneName']} zone on " \
                f"{_server(call)} server."
            _refuse(call, REFUSED if why.refused else NO_SERVER, text, Category.NotSpecified)
            return
        for record in found:
            call.effect(f"{record.name} {record.kind} {record.data} removed")
            if call["PassThru"]:
                call.output(_shown(call, record))


def _records(call) -> list[ResourceRecord] | None:
    """All records of the zone; an error record and None when it is not here or does not answer."""
    zone = call.world.zone
    text = f"Failed to get the zone information for {call['ZoneName']} on server {_server(call)}."
    if call["ZoneName"].rstrip(".").lower() != zone.name:
        _refuse(call, NO_ZONE, text, Category.ObjectNotFound)
        return None
    try:
        return zone.records()
    except ZoneError:
        _refuse(call, NO_SERVER, text, Category.NotSpecified)
        return None


def _given(call) -> list[tuple[str, str]]:
    """Type and data of the records that Add's parameters mean."""
    if call["Srv"]:
        target = call["DomainName"].rstrip(".") + "."
        return [("SRV", f"{call['Priority']} {call['Weight']} {call['Port']} {target}")]
    if call["AAAA"]:
        return [("AAAA", address) for address in call["IPv6Address"]]
    return [("A", address) for address in call["IPv4Address"]]


def _shown(call, record: ResourceRecord) -> Record:
    zone = call.world.zone.name
    relative = record.name.lower().removesuffix(f"{zone}.").rstrip(".") or "@"
    return Record(
        [
            f"{CLASS}DnsServerResourceRecord",
            "Microsoft.Management.Infrastructure.CimInstance",
        ],
        {
            "DistinguishedName": None,
            "HostName": relative,
            "RecordClass": "IN",
            "RecordData": _data(record),
            "RecordType": record.kind,
            "Timestamp": None,
            "TimeToLive": datetime.timedelta(seconds=record.ttl),
            "Type": ps.PSUInt16(NUMBERS.get(record.kind, 0)),
            "PSComputerName": None,
        },
        to_string="DnsServerResourceRecord",
    )


def _data(record: ResourceRecord) -> Record:
    """The nested object of a record's data; CIM objects keep it over the wire."""
    properties: dict = {}
    if record.kind == "SRV":
        priority, weight, port, target = record.data.split()
        properties["DomainName"] = target
        for name, text in (("Port", port), ("Priority", priority), ("Weight", weight)):
            properties[name] = ps.PSUInt16(int(text))
    else:
        name = {"A": "IPv4Address", "AAAA": "IPv6Address", "CNAME": "HostNameAlias",
                "NS": "NameServer", "TXT": "DescriptiveText"}.get(record.kind, "Data")  # fmt: skip
        properties[name] = record.data
    short = f"DnsServerResourceRecord{'Srv' if record.kind == 'SRV' else record.kind}"
    names = [f"{CLASS}{short}", "Microsoft.Management.Infrastructure.CimInstance"]
    return Record(names, {**properties, "PSComputerName": None}, to_string=short)


def _absolute(call, name: str) -> str:
    if name.endswith("."):
        return name.lower()
    zone = call.world.zone.name
    return f"{zone}." if name == "@" else f"{name.lower()}.{zone}."


def _same(one: str, other: str) -> bool:
    return one.lower().rstrip(".") == other.lower().rstrip(".")


def _server(call) -> str:
    return call.host.short.upper()


def _could_not_create(call) -> str:
    return (
        f"Failed to create resource record {call['Name']} in zone {call['ZoneName']} on server "
        f"{_server(call)}."
    )


def _not_found(call, name: str) -> None:
    text = f"Failed to get {name} record in {call['ZoneName']} zone on {_server(call)} server."
    _refuse(call, NOT_FOUND, text, Category.ObjectNotFound)


def _refuse(call, code: int, text: str, category) -> None:
    call.error(
        Fault(
            text,
            f"WIN32 {code},{call.cmdlet.name}",
            category,
            "Microsoft.Management.Infrastructure.CimException",
            target=call["Name"],
        )
    )
