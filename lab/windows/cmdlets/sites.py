"""Get-CsSite, Set-CsSite: the routes of a central site."""

from ..model.organisation import find
from ..psrp.binding import Parameter
from ..psrp.errors import Category, Fault
from ..psrp.objects import EnumValue, Record
from .registry import cmdlet, identity
from .store import LOCAL_STORE, XDS, change_store, matching, read_store, require_store
from .store import service_identity

INTERNAL = "Microsoft.Rtc.Management.Deploy.Internal"
ROUTES = {"FederationRoute": "federationRoute", "XmppFederationRoute": "xmppFederationRoute"}


@cmdlet(
    "Get-CsSite",
    f"{XDS}.GetOcsSiteCmdlet",
    [
        identity(sets=("Identity",)),
        Parameter("Filter", sets=("Filter",)),
        LOCAL_STORE,
    ],
)
def get_site(call) -> None:
    """Sites, with the routes of their federation."""
    store = read_store(call)
    if call["Identity"] is not None:
        # Reading takes both forms; Set-CsSite takes the bare one only.
        wanted = call["Identity"]
        name = find(store["sites"], wanted.removeprefix("Site:").removeprefix("site:"))
        if name is None:
            call.error(_not_found(call, wanted))
            return
        names = [name]
    else:
        names = matching(store["sites"], call["Filter"])
    for name in names:
        call.output(_site(call, store, name))


@cmdlet(
    "Set-CsSite",
    f"{XDS}.SetOcsSiteCmdlet",
    [
        identity(mandatory=True),
        Parameter("DefaultPersistentChatPool"),
        Parameter("Description"),
        Parameter("DisplayName"),
        Parameter("FederationRoute", "object"),
        Parameter("XmppFederationRoute", "object"),
        Parameter("Force", "switch"),
    ],
    roles=("frontend",),
    changes=True,
)
def set_site(call) -> None:
    """Changes a site's routes in the Central Management store."""
    require_store(call)
    with call.world.lock:
        store = call.world.store
        wanted = call["Identity"]
        if ":" in wanted:
            raise call.fail(
                f'Cannot find site "{wanted}". Specify the name of the site without a prefix.',
                "SiteNotFound",
                Category.ObjectNotFound,
                f"{XDS}.SiteNotFoundException",
                target=wanted,
            )
        name = find(store["sites"], wanted)
        if name is None:
            call.error(_not_found(call, wanted))
            return
        changes = {}
        for parameter, key in ROUTES.items():
            if parameter in call:
                changes[key] = _route(call, store, parameter, call[parameter])
        for parameter in ("Description", "DisplayName"):
            if parameter in call:
                changes[parameter[0].lower() + parameter[1:]] = call[parameter]
        if not call.should_process():
            return
        said = ", ".join(f"{k}: {store['sites'][name][k]} -> {v}" for k, v in changes.items())
        change_store(call, f"site {name} {said}", lambda s: s["sites"][name].update(changes))


def _route(call, store: dict, parameter: str, value) -> str | None:
    clears = call.world.switches["c"]
    if value is None or str(value) == "":
        kind = "null" if value is None else "empty"
        if clears in ("both", kind):
            return None
        raise call.fail(
            f"Cannot validate argument on parameter '{parameter}'. The argument is null or "
            "empty. Provide an argument that is not null or empty, and then try the command "
            "again.",
            "ParameterArgumentValidationError",
            Category.InvalidData,
            "System.Management.Automation.ParameterBindingValidationException",
        )
    return service_identity(call, store, str(value), "EdgeServer", parameter)


def _not_found(call, wanted: str) -> Fault:
    return Fault(
        f'Cannot find site "{wanted}".',
        f"SiteNotFound,{call.cmdlet.dotnet}",
        Category.ObjectNotFound,
        f"{XDS}.SiteNotFoundException",
        target=wanted,
    )


def _site(call, store: dict, name: str) -> Record:
    site = store["sites"][name]
    pools = [fqdn for fqdn, pool in store["pools"].items() if pool["site"] == name]
    services = [
        identity for identity, service in store["services"].items() if service["pool"] in pools
    ]
    shown = name if call.world.switches["identity"] == "bare" else f"Site:{name}"
    properties = {
        "Identity": shown,
        "SiteId": site["id"],
        "Services": services,
        "Pools": pools,
        "FederationRoute": site["federationRoute"],
        "XmppFederationRoute": site["xmppFederationRoute"],
        "DefaultPersistentChatPool": None,
        "Description": site["description"],
        "DisplayName": site["displayName"],
        "SiteType": EnumValue(f"{INTERNAL}.SiteType", "CentralSite", 0),
        "ParentSite": None,
    }
    if not call.world.product.xmpp_parameters:
        del properties["XmppFederationRoute"]
    return Record([f"{INTERNAL}.Site+CentralSite"], properties, to_string=shown)
