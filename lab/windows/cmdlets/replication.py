"""The state of replication, and forcing it."""

from ..model.organisation import find
from ..psrp.binding import Parameter
from ..psrp.errors import Category, Fault
from ..psrp.objects import Record
from .registry import FORCE, cmdlet
from .store import XDS, require_store


@cmdlet(
    "Get-CsManagementStoreReplicationStatus",
    f"{XDS}.GetReplicationStatusCmdlet",
    [Parameter("ReplicaFqdn", position=0), Parameter("CentralManagementStoreStatus", "switch")],
)
def get_replication_status(call) -> None:
    """One row per server, or what is known of the store itself."""
    world = call.world
    if call["CentralManagementStoreStatus"]:
        _store_status(call)
        return
    require_store(call)
    wanted = call["ReplicaFqdn"]
    rows = {r.server: r for r in world.replication.status()}
    if wanted is not None:
        name = find(rows, wanted)
        if name is None:
            call.error(_not_found(call, wanted))
            return
        rows = {name: rows[name]}
    for server, row in rows.items():
        call.output(
            Record(
                [f"{XDS}.ReplicaState"],
                {
                    "UpToDate": row.up_to_date,
                    "ReplicaFqdn": server,
                    "LastStatusReport": world.clock.date_time(row.last_status_report),
                    "LastUpdateCreation": world.clock.date_time(row.last_update_creation),
                    "ProductVersion": world.product_version(server),
                },
            )
        )


def _store_status(call) -> None:
    world = call.world
    alive = call.host.role == "frontend" and world.store_alive()
    if not alive and (call.host.role == "edge" or world.switches["cms"] == "error"):
        require_store(call)
    now = world.clock.date_time(world.clock.now()) if alive else None
    master = world.master() if alive else None
    call.output(
        Record(
            [f"{XDS}.CentralManagementStoreStatusResult"],
            {
                "ActiveMasterFqdn": master,
                "ActiveMasterLastHeartbeat": now,
                "ActiveFileTransferAgents": [master] if master else [],
                "ActiveFileTransferAgentLastHeartbeat": now,
                "ActiveReplicas": [r.server for r in world.replication.status()] if alive else [],
                "DeletedReplicas": [],
            },
        )
    )


@cmdlet(
    "Invoke-CsManagementStoreReplication",
    f"{XDS}.InvokeReplicationCmdlet",
    [Parameter("ReplicaFqdn", position=0), FORCE],
    roles=("frontend",),
)
def invoke_replication(call) -> None:
    """A full replication to one server, or to all."""
    require_store(call)
    wanted = call["ReplicaFqdn"]
    server = None
    if wanted is not None:
        server = find(call.world.replication.replicas, wanted)
        if server is None:
            call.error(_not_found(call, wanted))
            return
    call.world.replication.force(server)
    call.effect(f"full replication to {server or 'all'}")


def _not_found(call, wanted: str) -> Fault:
    return Fault(
        f'Cannot find replica "{wanted}".',
        f"ReplicaNotFound,{call.cmdlet.dotnet}",
        Category.ObjectNotFound,
        f"{XDS}.ReplicaNotFoundException",
        target=wanted,
    )
