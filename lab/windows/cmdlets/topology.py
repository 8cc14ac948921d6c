"""Enabling the topology, its XML, setup permission, moving the Central Management store."""

from xml.sax.saxutils import escape, quoteattr

from psrpcore import types as ps

from ..psrp.binding import Parameter
from ..psrp.errors import Category
from ..psrp.objects import Record
from .partner import task_output
from .registry import FORCE, REPORT, cmdlet
from .store import LOCAL_STORE, read_store, require_store

DEPLOYMENT = "Microsoft.Rtc.Management.Deployment"


@cmdlet(
    "Enable-CsTopology",
    f"{DEPLOYMENT}.ActivateTopologyCmdlet",
    [
        Parameter("GlobalCatalog"),
        Parameter("GlobalSettingsDomainController"),
        Parameter("SkipPrepareCheck", "bool"),
        REPORT,
        FORCE,
    ],
    roles=("frontend",),
    changes=True,
)
def enable_topology(call) -> None:
    """Makes what is in the store take effect: it begins to replicate."""
    require_store(call)
    world = call.world
    if not call.should_process():
        return
    if world.switches["setup"] == "missing":
        raise call.fail(
            'Command execution failed: Access is denied. You must be a domain administrator, or '
            "setup permissions must have been delegated with Grant-CsSetupPermission.",
            "ProcessingFailed",
            Category.PermissionDenied,
            f"{DEPLOYMENT}.DeploymentException",
        )
    with world.lock:
        if world.replication.publish(world.store):
            call.effect("topology enabled")
        elif world.switches["b-enable"] == "new-update":
            world.replication.force(None)
            call.effect("topology enabled, unchanged")


@cmdlet(
    "Get-CsTopology",
    "Microsoft.Rtc.Management.Xds.GetTopologyCmdlet",
    [Parameter("AsXml", "switch"), LOCAL_STORE],
)
def get_topology(call) -> None:
    """The topology as an object without properties of note, or as XML."""
    store = read_store(call)
    if call["AsXml"]:
        call.output(ps.PSXml(_xml(store)))
        return
    name = "Microsoft.Rtc.Management.Deploy.Internal.DefaultTopology"
    call.output(Record([name], {}, to_string=name))


def _xml(store: dict) -> str:
    """The store in the outline of a topology document: enough to be kept and compared."""
    lines = ['<Topology xmlns="urn:schema:Microsoft.Rtc.Management.Deploy.Topology.2008">']
    for name, site in store["sites"].items():
        lines.append(f'<CentralSite SiteId="{site["id"]}"><Name>{escape(name)}</Name>')
        for route in ("federationRoute", "xmppFederationRoute"):
            lines.append(f"<Route Kind={quoteattr(route)}>{escape(site[route] or '')}</Route>")
        lines.append("</CentralSite>")
    for name, service in store["services"].items():
        lines.append(f"<Service Identity={quoteattr(name)}>")
        port = service.get("accessEdgeExternalSipPort")
        if port is not None:
            lines.append(
                '<Port Owner="urn:component:AccessEdge" Usage="SipServer" '
                f'InterfaceSide="External" Port="{port}" Protocol="Mtls" />'
            )
        if service.get("edgeServer"):
            lines.append(f"<DependsOn>{escape(service['edgeServer'])}</DependsOn>")
        lines.append("</Service>")
    lines.append("</Topology>")
    return "".join(lines)


@cmdlet(
    "Test-CsSetupPermission",
    f"{DEPLOYMENT}.TestSetupPermissionCmdlet",
    [
        Parameter("ComputerOU", mandatory=True),
        Parameter("Domain"),
        Parameter("DomainController"),
        Parameter("GlobalCatalog"),
        REPORT,
    ],
    roles=("frontend",),
)
def test_setup_permission(call) -> None:
    """Whether Enable-CsTopology may be run by others than domain administrators."""
    granted = call.world.switches["setup"] == "granted"
    if call.world.switches["setup-output"] == "boolean":
        call.output(granted)
        return
    why = "" if granted else "Setup permission has not been delegated on this container."
    call.output(task_output(call["ComputerOU"], granted, 0.1, why, ""))


@cmdlet(
    "Invoke-CsManagementServerFailover",
    f"{DEPLOYMENT}.InvokeManagementServerFailoverCmdlet",
    [
        Parameter("BackupSqlServerFqdn", sets=("DisasterRecovery",), mandatory=True),
        Parameter("BackupSqlInstanceName", sets=("DisasterRecovery",)),
        Parameter("BackupMirrorSqlServerFqdn", sets=("DisasterRecovery",)),
        Parameter("BackupMirrorSqlInstanceName", sets=("DisasterRecovery",)),
        Parameter("Restore", "switch", sets=("Normal",)),
        FORCE,
        REPORT,
    ],
    roles=("frontend",),
    changes=True,
)
def management_server_failover(call) -> None:
    """Moves the Central Management store to the pool of the server that it runs on."""
    world = call.world
    if "BackupSqlServerFqdn" not in call and not world.store_alive():
        require_store(call)
    if not call.should_process():
        return
    with world.lock:
        before, world.cms_holder = world.cms_holder, call.host.pool
    call.effect(f"Central Management store: {before} -> {call.host.pool}")
    world.replication.wake()
