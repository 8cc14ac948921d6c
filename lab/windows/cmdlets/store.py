"""What cmdlets on the Central Management store share: reading it, changing it, its absence."""

import copy
import fnmatch

from ..model.organisation import find
from ..psrp.binding import Parameter
from ..psrp.errors import Category

XDS = "Microsoft.Rtc.Management.Xds"
LOCAL_STORE = Parameter("LocalStore", "switch")


def read_store(call) -> dict:
    """A copy of the Central Management store; with -LocalStore, of this server's own replica."""
    if call["LocalStore"]:
        return call.world.replication.document(call.host.fqdn)
    require_store(call)
    with call.world.lock:
        return copy.deepcopy(call.world.store)


def require_store(call) -> None:
    """Ends the call when the Central Management store cannot be reached from this host."""
    if call.host.role == "edge":
        raise call.fail(
            "Failed to read the Service Connection Point from Active Directory: the specified "
            "domain either does not exist or could not be contacted.",
            "FailedToReadServiceConnectionPoint",
            Category.ResourceUnavailable,
            "System.DirectoryServices.ActiveDirectory.ActiveDirectoryObjectNotFoundException",
        )
    if not call.world.store_alive():
        holder = call.world.cms_holder
        raise call.fail(
            "Could not connect to SQL server : [Exception=System.Data.SqlClient.SqlException: "
            "A network-related or instance-specific error occurred while establishing a "
            "connection to SQL Server. The server was not found or was not accessible. Verify "
            "that the instance name is correct and that SQL Server is configured to allow "
            f"remote connections.] (Central Management store on {holder})",
            "SqlConnectionFailed",
            Category.ResourceUnavailable,
            "Microsoft.Rtc.Common.Data.SqlConnectionException",
            target=holder,
        )


def change_store(call, what: str, change) -> None:
    """Applies `change(store)` to the central store; by switch b it replicates at once."""
    with call.world.lock:
        before = copy.deepcopy(call.world.store)
        change(call.world.store)
        if call.world.store == before:
            return
        call.effect(what)
        if call.world.switches["b"] == "immediate":
            call.world.replication.publish(call.world.store)


def service_identity(call, store: dict, value: str, role: str, parameter: str) -> str:
    """The identity of an existing service, in the store's spelling; an error otherwise."""
    given_role, _, pool = value.partition(":")
    if not pool:
        raise call.fail(
            f'Cannot bind parameter "{parameter}" to the target. The value "{value}" is not a '
            f'service identity. A service identity has the form "{role}:<pool FQDN>".',
            "InvalidServiceIdentity",
            Category.InvalidData,
            "System.ArgumentException",
            target=value,
        )
    name = find(store["services"], value)
    if given_role.lower() != role.lower() or name is None:
        raise call.fail(
            f'Cannot find service "{value}". Verify that the service exists in the topology.',
            "ServiceNotFound",
            Category.ObjectNotFound,
            "Microsoft.Rtc.Management.Xds.ServiceNotFoundException",
            target=value,
        )
    return name


def matching(names, pattern: str | None) -> list[str]:
    """Names that a -Filter or an -Identity with wildcards means."""
    if pattern is None:
        return list(names)
    return [name for name in names if fnmatch.fnmatch(name.lower(), pattern.lower())]
