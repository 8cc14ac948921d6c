"""Each server's own copy of the topology: $LAB_STATE/replicas/FQDN.json, as last replicated."""

from __future__ import annotations

import datetime

from . import files
from .layout import initial_replica, pool, server


def file(lab: dict, host: dict) -> str:
    return files.path(lab, "replicas", f"{host['fqdn']}.json")


def read(lab: dict, host: dict) -> dict:
    return files.read_json(file(lab, host), {"sites": [], "edgePools": []})


def write_initial(lab: dict) -> None:
    """Gives every server the replica of the beginning: all federation on the first Edge pool."""
    created = datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
    for host in lab["servers"]:
        files.write_json(file(lab, host), initial_replica(lab, host["fqdn"], created))


def site_route(lab: dict, host: dict, key: str) -> str | None:
    """The Edge pool that this server believes carries `key` (federationRoute or
    xmppFederationRoute) for its own site."""
    for site in read(lab, host)["sites"]:
        if site["name"] == host["site"]:
            return site.get(key) or None
    return None


def members(lab: dict, host: dict, pool_fqdn: str | None) -> list[str]:
    """The members of an Edge pool as this server knows them, leaving out unknown machines."""
    known = {s["fqdn"] for s in lab["servers"]}
    for edge_pool in read(lab, host)["edgePools"]:
        if edge_pool["fqdn"] == pool_fqdn:
            return [m for m in edge_pool["members"] if m in known]
    return []


def next_hop(lab: dict, host: dict) -> dict:
    """The Front End that an Edge server hands incoming messages to, by its own replica; where that
    names a pool without a machine here, the one of the layout."""
    wanted = pool(lab, host["pool"])["next_hop"]
    for edge_pool in read(lab, host)["edgePools"]:
        if edge_pool["fqdn"] == host["pool"]:
            wanted = edge_pool.get("nextHop") or wanted
    try:
        return server(lab, pool(lab, wanted)["members"][0])
    except KeyError:
        return server(lab, pool(lab, pool(lab, host["pool"])["next_hop"])["members"][0])


def federation_port(lab: dict, host: dict, kind: str) -> int | None:
    """The federation port (kind sip or xmpp) of an Edge server's own pool; None: switched off."""
    key = {"sip": "accessEdgeExternalSipPort", "xmpp": "xmppListeningPort"}[kind]
    for edge_pool in read(lab, host)["edgePools"]:
        if edge_pool["fqdn"] == host["pool"]:
            return edge_pool.get(key)
    return None
