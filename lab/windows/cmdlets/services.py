"""Get-CsService: the roles of the topology and how they are associated."""

from ..model.organisation import bare, find
from ..psrp.binding import Parameter
from ..psrp.errors import Category, Fault
from ..psrp.objects import EnumValue, Record
from .registry import cmdlet, identity
from .store import LOCAL_STORE, XDS, matching, read_store

# Switch parameter, its set, the role that it means. Roles that this estate lacks give nothing.
ROLES = [
    "ApplicationDatabase", "ApplicationServer", "ArchivingDatabase", "ArchivingServer",
    "BackupServer", "CentralManagement", "CentralManagementDatabase", "ConferencingServer",
    "Director", "EdgeServer", "FileStore", "ManagementServer", "MediationServer",
    "MonitoringDatabase", "MonitoringServer", "PersistentChatServer", "PstnGateway", "Registrar",
    "TrustedApplicationPool", "UserDatabase", "UserServer", "VideoInteropServer", "WacServer",
    "WebServer",
]  # fmt: skip
POOL = Parameter("PoolFqdn")
# Properties of an Edge service after Registrar, with their keys in the store.
EDGE_PORTS = [
    "AccessEdgeInternalSipPort", "AccessEdgeExternalSipPort", "AccessEdgeClientSipPort",
    "DataPsomServerPort", "DataPsomClientPort", "MediaRelayAuthEdgePort",
    "MediaRelayInternalTurnTcpPort", "MediaRelayExternalTurnTcpPort",
    "MediaRelayInternalTurnUdpPort", "MediaRelayExternalTurnUdpPort",
    "MediaCommunicationPortStart", "MediaCommunicationPortCount",
]  # fmt: skip
EDGE_NAMES = [
    "AccessEdgeExternalFqdn", "DataEdgeExternalFqdn", "AVEdgeExternalFqdn",
    "InternalInterfaceFqdn", "ExternalMrasFqdn", "XmppInternalPort", "XmppListeningPort",
    "SkypeSearchProxyPort",
]  # fmt: skip


@cmdlet(
    "Get-CsService",
    f"{XDS}.GetOcsServiceCmdlet",
    [
        Parameter("Identity", position=0, sets=("Identity",)),
        Parameter("Filter", sets=("Filter",)),
        *(
            Parameter(
                role,
                "switch",
                sets=(role,),
                aliases=("ConferenceServer",) if role == "ConferencingServer" else (),
            )
            for role in ROLES
        ),
        POOL,
        LOCAL_STORE,
    ],
)
def get_service(call) -> None:
    """Services by identity, by role, by pool."""
    store = read_store(call)
    services = store["services"]
    if call["Identity"] is not None:
        name = find(services, call["Identity"])
        if name is None:
            call.error(_not_found(call, call["Identity"]))
            return
        names = [name]
    else:
        names = matching(services, call["Filter"])
    role = next((r for r in ROLES if call[r]), None)
    if role is not None:
        names = [n for n in names if services[n]["role"] == role]
    if call["PoolFqdn"] is not None:
        pool = find(store["pools"], call["PoolFqdn"])
        if pool is None:
            call.error(
                Fault(
                    f'Cannot find pool "{call["PoolFqdn"]}".',
                    f"PoolNotFound,{call.cmdlet.dotnet}",
                    Category.ObjectNotFound,
                    f"{XDS}.PoolNotFoundException",
                    target=call["PoolFqdn"],
                )
            )
            return
        names = [n for n in names if services[n]["pool"] == pool]
    for name in names:
        service = services[name]
        shown = _edge if service["role"] == "EdgeServer" else _internal
        call.output(shown(call, store, name, service))


def _edge(call, store: dict, name: str, service: dict) -> Record:
    properties: dict = {"Identity": name, "Registrar": service["registrar"]}
    for shown in EDGE_PORTS:
        properties[shown] = service[key_of(shown)]
    _federation_port(call, properties)
    for shown in EDGE_NAMES:
        properties[shown] = service[key_of(shown)]
    properties["DependentServiceList"] = [
        identity for identity, s in store["services"].items() if s.get("edgeServer") == name
    ]
    properties.update(_common(store, service))
    return Record([f"{XDS}.DisplayEdgeServer"], properties, to_string=name)


def _federation_port(call, properties: dict) -> None:
    """Switch a: how a pool that is not enabled for federation shows its port."""
    name = "AccessEdgeExternalSipPort"
    if properties[name] is not None:
        return
    shown = call.world.switches["a"]
    if shown == "absent":
        del properties[name]
    else:
        properties[name] = {"null": None, "zero": 0, "empty": "", "unchanged": 5061}[shown]


def _internal(call, store: dict, name: str, service: dict) -> Record:
    properties: dict = {"Identity": name}
    if "edgeServer" in service:
        edge = service["edgeServer"]
        shown = call.world.switches["d"]
        if shown == "identity":
            properties["EdgeServer"] = edge
        elif shown == "fqdn":
            properties["EdgeServer"] = bare(edge)
        elif shown == "renamed":
            properties["EdgeServerService"] = edge
    properties["DependentServiceList"] = [
        identity for identity, s in store["services"].items() if s.get("registrar") == name
    ]
    properties.update(_common(store, service))
    return Record([f"{XDS}.Display{service['role']}"], properties, to_string=name)


def _common(store: dict, service: dict) -> dict:
    site = store["pools"][service["pool"]]["site"]
    number = store["sites"][site]["id"]
    role = service["role"]
    return {
        "ServiceId": f"{number}-{role}-1",
        "SiteId": f"Site:{site}",
        "PoolFqdn": service["pool"],
        "Version": service["version"],
        "Role": EnumValue(f"{XDS}.RoleType", role, ROLES.index(role)),
    }


def key_of(property_name: str) -> str:
    """The store's key of a property: AccessEdgeClientSipPort is accessEdgeClientSipPort."""
    if property_name.startswith("AV"):
        return "av" + property_name[2:]
    return property_name[0].lower() + property_name[1:]


def _not_found(call, wanted: str) -> Fault:
    return Fault(
        f'Cannot find service "{wanted}".',
        f"ServiceNotFound,{call.cmdlet.dotnet}",
        Category.ObjectNotFound,
        f"{XDS}.ServiceNotFoundException",
        target=wanted,
    )


@cmdlet(
    "Get-CsPool",
    f"{XDS}.GetOcsPoolCmdlet",
    [
        identity(sets=("Identity",)),
        Parameter("Filter", sets=("Filter",)),
        Parameter("Site"),
        LOCAL_STORE,
    ],
)
def get_pool(call) -> None:
    """Pools with their computers and services."""
    store = read_store(call)
    names = matching(store["pools"], call["Filter"])
    if call["Identity"] is not None:
        found = find(store["pools"], call["Identity"])
        if found is None:
            call.error(
                Fault(
                    f'Cannot find pool "{call["Identity"]}".',
                    f"PoolNotFound,{call.cmdlet.dotnet}",
                    Category.ObjectNotFound,
                    f"{XDS}.PoolNotFoundException",
                    target=call["Identity"],
                )
            )
            return
        names = [found]
    if call["Site"] is not None:
        wanted = call["Site"].lower().removeprefix("site:")
        names = [n for n in names if store["pools"][n]["site"].lower() == wanted]
    for name in names:
        pool = store["pools"][name]
        call.output(
            Record(
                ["Microsoft.Rtc.Management.Deploy.Internal.Cluster"],
                {
                    "Identity": name,
                    "Services": [i for i, s in store["services"].items() if s["pool"] == name],
                    "Computers": list(pool["members"]),
                    "Site": f"Site:{pool['site']}",
                },
                to_string=name,
            )
        )


@cmdlet(
    "Get-CsComputer",
    f"{XDS}.GetOcsComputerCmdlet",
    [
        identity(sets=("Identity",)),
        Parameter("Filter", sets=("Filter",)),
        Parameter("Pool"),
        Parameter("Local", "switch"),
        LOCAL_STORE,
    ],
)
def get_computer(call) -> None:
    """Computers of the topology, each with its pool."""
    store = read_store(call)
    computers = {m: name for name, pool in store["pools"].items() for m in pool["members"]}
    names = matching(computers, call["Filter"])
    if call["Identity"] is not None:
        found = find(computers, call["Identity"])
        if found is None:
            call.error(
                Fault(
                    f'Cannot find computer "{call["Identity"]}".',
                    f"ComputerNotFound,{call.cmdlet.dotnet}",
                    Category.ObjectNotFound,
                    f"{XDS}.ComputerNotFoundException",
                    target=call["Identity"],
                )
            )
            return
        names = [found]
    if call["Pool"] is not None:
        names = [n for n in names if computers[n].lower() == call["Pool"].lower()]
    if call["Local"]:
        names = [n for n in names if n == call.host.fqdn]
    for name in names:
        call.output(
            Record(
                ["Microsoft.Rtc.Management.Deploy.Internal.Machine"],
                {"Identity": name, "Pool": computers[name], "Fqdn": name},
                to_string=name,
            )
        )
