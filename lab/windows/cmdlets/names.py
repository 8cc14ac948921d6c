"""Resolve-DnsName: names as the host itself resolves them, from the public zone or what it kept of it."""

from psrpcore import types as ps

from ..model.zone import ResourceRecord, ZoneError
from ..psrp.binding import Parameter
from ..psrp.errors import Category, Fault
from ..psrp.objects import EnumValue, Record
from .registry import EVERYWHERE, cmdlet

NUMBERS = {"A": 1, "NS": 2, "CNAME": 5, "SOA": 6, "AAAA": 28, "SRV": 33}
TYPES = ("A", "AAAA", "A_AAAA", "NS", "CNAME", "SOA", "SRV", "ANY", "ALL", "UNKNOWN")
CLIENT = "Microsoft.DnsClient.Commands"
# What Windows calls these conditions in every language.
NO_NAME, NO_SERVER = "DNS_ERROR_RCODE_NAME_ERROR", "DNS_ERROR_RCODE_SERVER_FAILURE"
SWITCHES = ("CacheOnly", "DnsOnly", "NoHostsFile", "NoRecursion", "QuickTimeout", "TcpOnly",
            "LlmnrFallback", "LlmnrOnly", "NetbiosFallback", "LlmnrNetbiosOnly", "DnssecOk",
            "DnssecCd", "NoIdn")  # fmt: skip


@cmdlet(
    "Resolve-DnsName",
    f"{CLIENT}.ResolveDnsName",
    [
        Parameter("Name", mandatory=True, position=0),
        Parameter("Type", position=1, values=TYPES),
        Parameter("Server", "strings"),
        *(Parameter(name, "switch") for name in SWITCHES),
    ],
    module="DnsClient",
    roles=EVERYWHERE,
)
def resolve(call) -> None:
    """One object per record; a name without records of the type gives the zone's SOA instead."""
    name = call["Name"].rstrip(".").lower() + "."
    wanted = (call["Type"] or "A_AAAA").upper()
    kinds = set(NUMBERS) if wanted in ("ANY", "ALL") else set(wanted.split("_"))
    try:
        records = call.world.names.records(call.host.fqdn)
    except ZoneError:
        _refuse(call, NO_SERVER, "DNS server failure", Category.ResourceUnavailable)
        return
    there = [r for r in records if r.name.lower() == name]
    if not there:
        _refuse(call, NO_NAME, "DNS name does not exist", Category.ResourceUnavailable)
        return
    found = [r for r in there if r.kind in kinds]
    for record in found:
        call.output(_shown(record))
    if not found:
        call.output(_start(call.world.zone.name))


def _shown(record: ResourceRecord) -> Record:
    """Names come without their final dot; enums of the module with their text."""
    properties = _common(record.name.rstrip("."), record.kind, record.ttl, "Answer", 1)
    if record.kind == "SRV":
        priority, weight, port, target = record.data.split()
        properties["NameTarget"] = target.rstrip(".")
        for key, text in (("Priority", priority), ("Weight", weight), ("Port", port)):
            properties[key] = ps.PSUInt16(int(text))
    elif record.kind in ("A", "AAAA"):
        properties["IPAddress"] = record.data
    else:
        properties["NameHost"] = record.data.rstrip(".")
    return Record([f"{CLIENT}.DnsRecord_{record.kind}", f"{CLIENT}.DnsRecord"], properties)


def _start(zone: str) -> Record:
    properties = _common(zone, "SOA", 300, "Authority", 2)
    properties["PrimaryServer"] = f"ns1.{zone}"
    properties["NameAdministrator"] = f"hostmaster.{zone}"
    return Record([f"{CLIENT}.DnsRecord_SOA", f"{CLIENT}.DnsRecord"], properties)


def _common(name: str, kind: str, ttl: int, section: str, number: int) -> dict:
    return {
        "CharacterSet": EnumValue(f"{CLIENT}.DNSCharset", "Unicode", 1),
        "Section": EnumValue(f"{CLIENT}.Section", section, number),
        "Name": name,
        "TTL": ps.PSUInt(ttl),
        "Type": EnumValue(f"{CLIENT}.RecordType", kind, NUMBERS[kind]),
        "DataLength": ps.PSUInt16(4),
    }


def _refuse(call, condition: str, text: str, category) -> None:
    call.error(
        Fault(
            f"{call['Name']} : {text}",
            f"{condition},{CLIENT}.ResolveDnsName",
            category,
            "System.ComponentModel.Win32Exception",
            target=call["Name"],
        )
    )
