"""The Central Management store as a plain tree, and how it looks at the start.

The tree is JSON: `sites`, `pools` and `services`, each by name. Services are keyed by identity,
as cmdlets print it (`EdgeServer:edgepool1.contoso.lan`).
"""

import copy

# Version number of Skype for Business Server 2015 in Get-CsService, and of its components.
SERVICE_VERSION = 7
PRODUCT_VERSION = "6.0.9319.0"

# Roles of a Front End pool's services; those with an Edge pool for media come first.
MEDIA_ROLES = ("Registrar", "ConferencingServer", "MediationServer")
FRONT_END_ROLES = ("UserServer", *MEDIA_ROLES)


def initial_store(layout: dict) -> dict:
    """The store before anybody did anything: both sites' federation on pool 1."""
    edge_pools = [p for p in layout["pools"] if p["role"] == "edge"]
    home = f"EdgeServer:{edge_pools[0]['fqdn']}"
    store: dict = {"sites": {}, "pools": {}, "services": {}}
    for site in layout["sites"]:
        store["sites"][site["name"]] = {
            "id": site["id"],
            "displayName": site["name"],
            "description": None,
            "federationRoute": home,
            "xmppFederationRoute": home,
        }
    for pool in layout["pools"]:
        store["pools"][pool["fqdn"]] = {
            "site": pool["site"],
            "role": pool["role"],
            "members": list(pool["members"]),
        }
        if pool["role"] == "edge":
            store["services"][f"EdgeServer:{pool['fqdn']}"] = _edge_service(layout, pool)
        else:
            own = f"EdgeServer:{_edge_pool_of(layout, pool['site'])}"
            for role in FRONT_END_ROLES:
                service: dict = {"role": role, "pool": pool["fqdn"], "version": SERVICE_VERSION}
                if role in MEDIA_ROLES:
                    service["edgeServer"] = own
                store["services"][f"{role}:{pool['fqdn']}"] = service
    return store


def _edge_pool_of(layout: dict, site: str) -> str:
    return next(
        p["fqdn"] for p in layout["pools"] if p["role"] == "edge" and p["site"] == site
    )


def _edge_service(layout: dict, pool: dict) -> dict:
    number = next(s["id"] for s in layout["sites"] if s["name"] == pool["site"])
    domain = layout["domain"]
    return {
        "role": "EdgeServer",
        "pool": pool["fqdn"],
        "version": SERVICE_VERSION,
        "registrar": f"Registrar:{pool['next_hop']}",
        "accessEdgeInternalSipPort": layout["ports"]["sip"],
        # null when federation is not enabled for the pool; switch a says how that is shown.
        "accessEdgeExternalSipPort": layout["ports"]["sip"],
        "accessEdgeClientSipPort": 443,
        "dataPsomServerPort": 8057,
        "dataPsomClientPort": 443,
        "mediaRelayAuthEdgePort": 5062,
        "mediaRelayInternalTurnTcpPort": 443,
        "mediaRelayExternalTurnTcpPort": 443,
        "mediaRelayInternalTurnUdpPort": 3478,
        "mediaRelayExternalTurnUdpPort": 3478,
        "mediaCommunicationPortStart": 50000,
        "mediaCommunicationPortCount": 10000,
        "accessEdgeExternalFqdn": pool["access_fqdn"],
        "dataEdgeExternalFqdn": f"webcon{number}.{domain}",
        "avEdgeExternalFqdn": f"av{number}.{domain}",
        "internalInterfaceFqdn": None,
        "externalMrasFqdn": f"av{number}.{domain}",
        "xmppInternalPort": 23456,
        # null when the pool has no XMPP (2019 and later).
        "xmppListeningPort": layout["ports"]["xmpp"],
        "skypeSearchProxyPort": 4443,
    }


def bare(identity: str | None) -> str | None:
    """The pool of a service identity: `EdgeServer:pool` and `pool` are the same."""
    if not identity:
        return None
    return identity.split(":", 1)[1] if ":" in identity else identity


def find(names, wanted: str) -> str | None:
    """The name as it is written in the store, whatever the case of the question."""
    return next((name for name in names if name.lower() == wanted.lower()), None)


def replica_document(store: dict, server: str, created: str) -> dict:
    """What a server's replica holds, in the form that lab/bin/apply-replica reads."""
    pools = store["pools"]
    return {
        "server": server,
        "created": created,
        "sites": [
            {
                "name": name,
                "frontEndPools": [
                    fqdn
                    for fqdn, pool in pools.items()
                    if pool["site"] == name and pool["role"] == "frontend"
                ],
                "federationRoute": bare(site["federationRoute"]),
                "xmppFederationRoute": bare(site["xmppFederationRoute"]),
            }
            for name, site in store["sites"].items()
        ],
        "edgePools": [
            {
                "fqdn": fqdn,
                "members": list(pool["members"]),
                "accessEdgeExternalSipPort": service["accessEdgeExternalSipPort"],
                "xmppListeningPort": service["xmppListeningPort"],
                "nextHop": bare(service["registrar"]),
            }
            for fqdn, pool in pools.items()
            if pool["role"] == "edge"
            for service in [store["services"][f"EdgeServer:{fqdn}"]]
        ],
    }


def set_path(store: dict, path: str, value) -> tuple[object, object]:
    """Sets one value (`sites/Redmond/federationRoute`); returns what was there and what is."""
    *folders, leaf = path.split("/")
    place = store
    for name in folders:
        key = find(place, name) if isinstance(place, dict) else None
        if key is None:
            raise KeyError(f"there is no '{name}' in {'/'.join(folders)}")
        place = place[key]
    key = find(place, leaf)
    if key is None:
        raise KeyError(f"there is no '{leaf}'; there are {', '.join(place)}")
    if key.endswith("Route") and isinstance(value, str) and value and ":" not in value:
        value = f"EdgeServer:{value}"
    before = copy.deepcopy(place[key])
    place[key] = value
    return before, value


def add_pool(
    store: dict,
    pool: str,
    site: str,
    roles: list[str],
    members: list[str],
    edge: str | None,
    version: int,
) -> tuple[str, list[str]]:
    """A pool that no host of the lab plays; returns its FQDN and its members' FQDNs."""
    suffix = next(iter(store["pools"])).split(".", 1)[1]
    name = pool if "." in pool else f"{pool}.{suffix}"
    if find(store["pools"], name):
        raise ValueError(f"there is a pool {name} already")
    where = find(store["sites"], site)
    if where is None:
        raise KeyError(f"no site '{site}'; there are {', '.join(store['sites'])}")
    for role in roles:
        if role not in ("Director", *FRONT_END_ROLES):
            raise ValueError(f"a role is one of Director, {', '.join(FRONT_END_ROLES)}")
    identity = None
    if edge:
        wanted = f"EdgeServer:{edge if '.' in edge else f'{edge}.{suffix}'}"
        identity = find(store["services"], wanted)
        if identity is None:
            raise KeyError(f"no {wanted}")
    found = [m if "." in m else f"{m}.{suffix}" for m in members] or [name]
    store["pools"][name] = {"site": where, "role": "other", "members": found}
    for role in roles:
        service: dict = {"role": role, "pool": name, "version": version}
        if role != "UserServer":
            service["edgeServer"] = identity
        store["services"][f"{role}:{name}"] = service
    return name, found


def remove_service(store: dict, identity: str) -> str:
    """Takes a role from a pool; returns its identity as it was written."""
    name = find(store["services"], identity)
    if name is None:
        raise KeyError(f"no service '{identity}'; there are {', '.join(store['services'])}")
    if name.startswith("EdgeServer:"):
        raise ValueError("an Edge pool stays an Edge pool")
    del store["services"][name]
    return name


def add_site(store: dict, name: str, route: str | None, xmpp_route: str | None) -> None:
    """A central site without pools."""
    if find(store["sites"], name):
        raise ValueError(f"there is a site {name} already")
    number = max(site["id"] for site in store["sites"].values()) + 1

    def identity(value: str | None) -> str | None:
        return f"EdgeServer:{value}" if value and ":" not in value else value

    store["sites"][name] = {
        "id": number,
        "displayName": name,
        "description": None,
        "federationRoute": identity(route),
        "xmppFederationRoute": identity(xmpp_route),
    }
