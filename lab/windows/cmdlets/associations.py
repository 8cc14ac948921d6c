"""Set-CsRegistrar and its like: which Edge pool serves a pool, and an Edge pool's next hop."""

from ..model.organisation import find
from ..psrp.binding import Parameter
from ..psrp.errors import Category
from .registry import FORCE, cmdlet, identity
from .services import EDGE_PORTS, key_of
from .store import XDS, change_store, require_store, service_identity

UINT16 = {
    "Registrar": [
        "SipPort", "WebPort", "SipHealthPort", "SipServerTcpPort", "LyssWcfMtlsPort",
        "XmppGatewaySipPort",
    ],
    "ConferencingServer": [
        "AppSharingSipPort", "AppSharingPortCount", "AppSharingPortStart", "AudioPortCount",
        "AudioPortStart", "AudioVideoSipPort", "DataPsomPort", "ImSipPort", "MeetingPsomPort",
        "PhoneSipPort", "VideoPortCount", "VideoPortStart",
    ],
    "MediationServer": [
        "AudioPortCount", "AudioPortStart", "SipClientTcpPort", "SipClientTlsPort",
        "SipServerPort",
    ],
    "Director": ["SipPort", "WebPort", "SipHealthPort", "SipServerTcpPort"],
}  # fmt: skip
STRINGS = {
    "Registrar": [
        "ArchivingServer", "BackupRegistrar", "MonitoringServer", "UserServer", "WebServer",
        "Registrar", "ArchivingDatabase", "MonitoringDatabase",
    ],
    "ConferencingServer": [],
    "MediationServer": ["Registrar"],
    "Director": ["ArchivingServer", "MonitoringServer", "WebServer", "MonitoringDatabase"],
}  # fmt: skip
CMDLETS = {
    "Registrar": "Set-CsRegistrar",
    "ConferencingServer": "Set-CsConferenceServer",
    "MediationServer": "Set-CsMediationServer",
    "Director": "Set-CsDirector",
}


def _declare(role: str, name: str) -> None:
    dotnet = f"{XDS}.SetOcs{name.removeprefix('Set-Cs')}Cmdlet"
    parameters = [identity(mandatory=True), Parameter("EdgeServer")]
    parameters += [Parameter(p, "uint16") for p in UINT16[role]]
    parameters += [Parameter(p) for p in STRINGS[role]]
    parameters.append(FORCE)

    @cmdlet(name, dotnet, parameters, roles=("frontend",), changes=True)
    def set_association(call) -> None:
        require_store(call)
        with call.world.lock:
            store = call.world.store
            name = service_identity(call, store, call["Identity"], role, "Identity")
            changes = {}
            if "EdgeServer" in call:
                value = call["EdgeServer"]
                changes["edgeServer"] = (
                    service_identity(call, store, value, "EdgeServer", "EdgeServer")
                    if value
                    else None
                )
            if not call.should_process() or not changes:
                return
            before = store["services"][name].get("edgeServer")
            change_store(
                call,
                f"{name} edgeServer: {before} -> {changes['edgeServer']}",
                lambda s: s["services"][name].update(changes),
            )


for _role, _name in CMDLETS.items():
    _declare(_role, _name)


@cmdlet(
    "Set-CsEdgeServer",
    f"{XDS}.SetOcsEdgeServerCmdlet",
    [
        identity(mandatory=True),
        Parameter("Registrar"),
        *(Parameter(p, "uint16") for p in EDGE_PORTS),
        Parameter("XmppInternalPort", "uint16"),
        Parameter("XmppListeningPort", "uint16"),
        Parameter("SkypeSearchProxyPort", "uint16"),
        FORCE,
    ],
    roles=("frontend",),
    changes=True,
)
def set_edge_server(call) -> None:
    """An Edge pool's next hop and ports."""
    require_store(call)
    with call.world.lock:
        store = call.world.store
        name = service_identity(call, store, call["Identity"], "EdgeServer", "Identity")
        service = store["services"][name]
        changes: dict = {}
        if "Registrar" in call:
            changes["registrar"] = service_identity(
                call, store, call["Registrar"], "Registrar", "Registrar"
            )
        for parameter in call.arguments:
            key = key_of(parameter)
            if parameter.endswith(("Port", "PortStart", "PortCount")) and key in service:
                changes[key] = call[parameter]
        _federation_flag(call, service, changes)
        if not call.should_process() or not changes:
            return
        said = ", ".join(f"{k}: {service[k]} -> {v}" for k, v in changes.items())
        change_store(call, f"{name} {said}", lambda s: s["services"][name].update(changes))


def _federation_flag(call, service: dict, changes: dict) -> None:
    """Switch a-set: what becomes of a port for a listener that the topology does not have."""
    key = "accessEdgeExternalSipPort"
    if key not in changes or service[key] is not None:
        return
    answer = call.world.switches["a-set"]
    if answer == "ignored":
        del changes[key]
    elif answer == "refused":
        raise call.fail(
            f'Service "{find([call["Identity"]], call["Identity"])}" has no external SIP port: '
            "federation is not enabled for this Edge pool.",
            "PortNotFound",
            Category.InvalidOperation,
            "System.InvalidOperationException",
        )
