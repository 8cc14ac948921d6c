"""What people do at other consoles: administrators, and whoever runs the Windows hosts."""

import os

from ..model import products
from ..model.organisation import add_pool, add_site, bare, find, remove_service
from ..model.setup import Result


def store(world, action: str) -> str:
    """`kill`: the SQL server of the Central Management store dies, its pool lives; `revive`."""
    if action not in ("kill", "revive"):
        raise ValueError("store kill|revive")
    with world.lock:
        if action == "kill":
            world.dead_stores.add(world.cms_holder)
        else:
            world.dead_stores.clear()
    world.replication.wake()
    return f"the store on {world.cms_holder} is {'alive' if world.store_alive() else 'dead'}"


def cms_failover(world, pool: str) -> str:
    """Invoke-CsManagementServerFailover by an administrator: that pool holds the store now."""
    with world.lock:
        pools = [f for f, p in world.store["pools"].items() if p["role"] == "frontend"]
        found = _short(pools, pool)
        if found is None:
            raise KeyError(f"no Front End pool '{pool}'; there are {', '.join(pools)}")
        world.cms_holder = found
        world.dead_stores.discard(found)
    world.replication.wake()
    return f"{found} holds the Central Management store"


def topology_builder(world, action: str) -> dict:
    """`open` downloads the topology, `publish` puts what was edited over the store, `close`."""
    changed: list[str] = []
    if action == "open":
        world.builder.open()
    elif action == "publish":
        changed = world.builder.publish()
    elif action == "close":
        world.builder.close()
    else:
        raise ValueError("topology-builder open|publish|close")
    return {"topology-builder": action, "published": changed}


def federation_flag(world, pool: str, state: str, publish: bool = False) -> dict:
    """A person sets or clears the federation checkbox of an Edge pool in Topology Builder."""
    if state not in ("on", "off"):
        raise ValueError("federation-flag POOL on|off")
    world.builder.federation_flag(pool.lower(), state == "on")
    if not publish:
        return {"edited": world.builder.changes()}
    return {"published": world.builder.publish()}


def add_pool_command(
    world,
    pool: str,
    site: str,
    roles: str,
    members: str | None = None,
    edge: str | None = None,
    version: int | None = None,
) -> str:
    """A pool more: Director, stand-alone Mediation Server, branch appliance; published at once."""
    with world.lock:
        name, found = add_pool(
            world.store,
            pool,
            site,
            [r for r in roles.split(",") if r],
            [m for m in (members or "").split(",") if m],
            edge,
            version or world.product.service_version,
        )
        for member in found:
            world.replication.add(member)
        world.replication.publish(world.store)
    return f"{name}: {', '.join(found)}"


def remove_service_command(world, identity: str) -> str:
    """A role is taken from its pool, such as MediationServer:fepool1.contoso.lan."""
    with world.lock:
        name = remove_service(world.store, identity)
        world.replication.publish(world.store)
    return f"{name} is gone"


def add_site_command(
    world, site: str, route: str | None = None, xmpp_route: str | None = None
) -> str:
    """A central site more, with its routes (identities, or Edge pools)."""
    with world.lock:
        add_site(world.store, site, route, xmpp_route)
        world.replication.publish(world.store)
    return f"site {site}"


def product(world, version: str, pool: str | None = None) -> str:
    """The estate, or one pool of it, is of another product generation; published at once."""
    if version not in products.PRODUCTS:
        raise KeyError(f"no product '{version}'; there are {', '.join(products.PRODUCTS)}")
    found = None
    if pool is not None:
        found = _short(world.store["pools"], pool)
        if found is None:
            raise KeyError(f"no pool '{pool}'")
    products.apply(world, products.PRODUCTS[version], found)
    return f"{found or 'the estate'} is {version}"


def set_product_version(world, server: str, version: str) -> str:
    """The build that the replication status tells of one server."""
    found = _short(world.replication.replicas, server)
    if found is None:
        raise KeyError(f"no replica '{server}'")
    world.product_versions[found] = version
    return f"{found}: {version}"


def setup_result(
    world,
    server: str,
    exit_code: int = 0,
    version: str | None = None,
    times: int | None = None,
) -> str:
    """How Invoke-EdgewardenSetup ends on a server: exit code, and the build it leaves behind."""
    fqdn = world.host(server).fqdn
    good = exit_code == 0 and version is None
    world.setup.expect(fqdn, None if good else Result(int(exit_code), version, times))
    return f"{fqdn}: Setup ends with {exit_code}" + (f", build {version}" if version else "")


def setup(world, server: str) -> dict:
    """A person runs Setup on an Edge server, or on every member of a pool."""
    with world.lock:
        pool = _short([p for p, it in world.store["pools"].items() if it["role"] == "edge"], server)
        members = list(world.store["pools"][pool]["members"]) if pool else [world.host(server).fqdn]
    done = {}
    for fqdn in members:
        if world.host(fqdn).role != "edge":
            raise KeyError(f"{server} is no Edge server")
        code, said = world.setup.run(fqdn)
        done[fqdn] = {"exitCode": code, "said": said}
    return done


def refuse(world, server: str, end: bool = False) -> str:
    """A host's WSMan endpoint refuses connections though the host lives, until `end`."""
    world.refuse(world.host(server), not end)
    return f"{server}: WSMan {'answers' if end else 'refuses'}"


def dead(world, server: str, end: bool = False) -> str:
    """A host of the Windows side alone is dead: a Director, the DNS server; `end`: it is back."""
    found = _short(world.own_hosts(), server)
    if found is None:
        raise KeyError(f"no host '{server}' here (lab/break breaks the others)")
    path = os.path.join(world.state, "down", found)
    if end and os.path.exists(path):
        os.unlink(path)
    elif not end:
        open(path, "w", encoding="utf-8").close()
    world.look()
    return f"{found}: {'back' if end else 'dead'}"


def keep_names(world, server: str, end: bool = False) -> str:
    """A host's resolver goes on with the public records as they are now, until `end`."""
    world.names.keep(world.host(server).fqdn, not end)
    return f"{server}: resolves names as they {'are' if end else 'were'}"


def close_cloud(world, server: str, end: bool = False) -> str:
    """A host does not reach sipfed.online.lync.com, until `end`."""
    world.names.close_cloud(world.host(server).fqdn, not end)
    return f"{server}: Microsoft 365 is {'reached' if end else 'not reached'}"


def fail_service(world, server: str, service: str, end: bool = False) -> str:
    """Services of a server (wildcards allowed) do not start, until `end`."""
    world.services.refuse_starts(world.host(server).fqdn, service, not end)
    return f"{server}: {service} {'starts' if end else 'does not start'}"


def _short(names, wanted: str) -> str | None:
    """The full name of one that is given in full or by its first label."""
    return find(names, bare(wanted) or "") or next(
        (n for n in names if n.split(".")[0].lower() == wanted.lower()), None
    )


COMMANDS = {
    "store": store,
    "cms-failover": cms_failover,
    "topology-builder": topology_builder,
    "federation-flag": federation_flag,
    "add-pool": add_pool_command,
    "remove-service": remove_service_command,
    "add-site": add_site_command,
    "product": product,
    "set-product-version": set_product_version,
    "setup-result": setup_result,
    "setup": setup,
    "refuse": refuse,
    "dead": dead,
    "keep-names": keep_names,
    "close-cloud": close_cloud,
    "fail-service": fail_service,
}
