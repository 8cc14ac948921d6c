"""Where everything in the lab lives: one pure function of LAB_ID.

Addresses, names, ports, roles, pools and sites are computed here and nowhere else. Nothing in this
module reads a file, opens a socket or looks at a clock; `from_environment` reads LAB_ID and
LAB_STATE, and that is all.

    lab = compute(1)
    lab["dns"]["primary"]                       "127.11.0.53"
    server(lab, "edge11")["access"]             "127.11.1.11"
    pool(lab, "edgepool1.contoso.lan")["members"]
"""

from __future__ import annotations

import os

DOMAIN = "contoso.test"
INTERNAL_DOMAIN = "contoso.lan"
PARTNER_DOMAIN = "fabrikam.test"

LAB_FOLDER = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))


def compute(lab_id: int, state: str | None = None) -> dict:
    """The whole layout of lab number `lab_id` (0 to 99), as plain JSON values."""
    if not 0 <= lab_id <= 99:
        raise ValueError(f"LAB_ID must be a number from 0 to 99, not {lab_id}")
    n = 10 + lab_id
    state = os.path.abspath(state or os.path.join(LAB_FOLDER, f"state-{lab_id}"))
    pki = os.path.join(state, "pki")
    sites = [_site(1, "Redmond", "sip"), _site(2, "Dublin", "sip2")]
    servers = [s for site in sites for s in _site_servers(n, site, pki)]
    return {
        "lab_id": lab_id,
        "n": n,
        "state": state,
        "pki": pki,
        "domain": DOMAIN,
        "internal_domain": INTERNAL_DOMAIN,
        "version": "sfb2015",
        "ports": {"sip": 5061, "xmpp": 5269, "xmpp_client": 5222, "wsman": 5986, "dns": 53,
                  # Outside: Access Edge for clients (TLS), A/V Edge (TCP, UDP).
                  "access": 443, "media_tcp": 443, "media_udp": 3478,
                  # Inside, besides 5061, 443 and 3478: replication, A/V authentication, PSOM.
                  "replication": 4443, "media_authentication": 5062, "psom": 8057},
        "sites": [{k: s[k] for k in ("id", "name", "edge_pools", "frontend_pools", "users")}
                  for s in sites],
        "pools": [p for s in sites for p in s["pools"]],
        "servers": servers,
        "dns": {
            "primary": f"127.{n}.0.53",
            "secondary": f"127.{n}.0.54",
            "rndc_port": 953,
            "key_name": "edgewarden.",
            "key_algorithm": "hmac-sha256",
            "admin_key_name": "lab-admin.",
            "ttl": 60,
            # A Windows DNS server's management endpoint; what it changes is BIND's.
            "management": {
                "fqdn": f"dns1.{INTERNAL_DOMAIN}", "short": "dns1", "role": "dns",
                "internal": f"127.{n}.0.61",
            },
        },
        "partner": {
            "domain": PARTNER_DOMAIN,
            "fqdn": f"sip.{PARTNER_DOMAIN}",
            "short": "partner",
            "role": "partner",
            "access": f"127.{n}.3.11",
            "internal": f"127.{n}.3.111",
            "user": "bob",
        },
        "frontend_user": "CONTOSO\\edgewarden",
        "edge_user": "edgewarden",
        "nft_table": f"edgewarden_lab_{lab_id}",
    }


def from_environment() -> dict:
    """The layout that LAB_ID (default 0) and LAB_STATE (default lab/state-$LAB_ID) select."""
    text = os.environ.get("LAB_ID", "0") or "0"
    if not text.isdigit():
        raise ValueError(f"LAB_ID must be a number from 0 to 99, not '{text}'")
    return compute(int(text), os.environ.get("LAB_STATE") or None)


def server(lab: dict, name: str) -> dict:
    """The server with this FQDN or short name; KeyError says which names there are."""
    for s in lab["servers"]:
        if name.lower() in (s["fqdn"], s["short"]):
            return s
    raise KeyError(f"no server '{name}'; there are {', '.join(s['short'] for s in lab['servers'])}")


def pool(lab: dict, name: str) -> dict:
    """The Edge or Front End pool with this FQDN or short name; KeyError says which there are."""
    for p in lab["pools"]:
        if name.lower() in (p["fqdn"], p["short"]):
            return p
    raise KeyError(f"no pool '{name}'; there are {', '.join(p['short'] for p in lab['pools'])}")


def edges(lab: dict) -> list[dict]:
    return [s for s in lab["servers"] if s["role"] == "edge"]


def frontends(lab: dict) -> list[dict]:
    return [s for s in lab["servers"] if s["role"] == "frontend"]


def initial_replica(lab: dict, server_fqdn: str, created: str) -> dict:
    """The replica of a server as it is before anything happened: all federation on pool 1."""
    edge_pools = [p for p in lab["pools"] if p["role"] == "edge"]
    home = edge_pools[0]["fqdn"]
    return {
        "server": server_fqdn,
        "created": created,
        "sites": [{"name": s["name"], "frontEndPools": s["frontend_pools"],
                   "federationRoute": home, "xmppFederationRoute": home} for s in lab["sites"]],
        "edgePools": [{"fqdn": p["fqdn"], "members": p["members"],
                       "accessEdgeExternalSipPort": lab["ports"]["sip"],
                       "xmppListeningPort": lab["ports"]["xmpp"],
                       "nextHop": p["next_hop"]} for p in edge_pools],
    }


def initial_zone(lab: dict) -> list[tuple[str, int, str, str]]:
    """The records of the public zone contoso.test at the start: (name, TTL, type, data)."""
    ttl, dns = lab["dns"]["ttl"], lab["dns"]
    records = [(DOMAIN + ".", ttl, "NS", f"ns{i}.{DOMAIN}.") for i in (1, 2)]
    records += [(f"ns1.{DOMAIN}.", ttl, "A", dns["primary"]),
                (f"ns2.{DOMAIN}.", ttl, "A", dns["secondary"])]
    edge_pools = [p for p in lab["pools"] if p["role"] == "edge"]
    for name, p in [(p["access_fqdn"], p) for p in edge_pools] + [(f"xmpp.{DOMAIN}", edge_pools[0])]:
        records += [(name + ".", ttl, "A", server(lab, m)["access"]) for m in p["members"]]
    records.append((f"_sipfederationtls._tcp.{DOMAIN}.", ttl, "SRV",
                    f"0 0 {lab['ports']['sip']} sip.{DOMAIN}."))
    records.append((f"_xmpp-server._tcp.{DOMAIN}.", ttl, "SRV",
                    f"10 0 {lab['ports']['xmpp']} xmpp.{DOMAIN}."))
    return records


def _site(number: int, name: str, access_name: str) -> dict:
    edge_pool, frontend_pool = (f"{k}{number}.{INTERNAL_DOMAIN}" for k in ("edgepool", "fepool"))
    pools = [
        {"fqdn": edge_pool, "short": f"edgepool{number}", "role": "edge", "site": name,
         "members": [f"edge{number}{i}.{INTERNAL_DOMAIN}" for i in (1, 2)],
         "access_fqdn": f"{access_name}.{DOMAIN}", "next_hop": frontend_pool},
        {"fqdn": frontend_pool, "short": f"fepool{number}", "role": "frontend", "site": name,
         "members": [f"fe{number}1.{INTERNAL_DOMAIN}"]},
    ]
    return {"id": number, "name": name, "pools": pools, "edge_pools": [edge_pool],
            "frontend_pools": [frontend_pool], "users": [["alice"], ["aoife"]][number - 1]}


def _site_servers(n: int, site: dict, pki: str) -> list[dict]:
    """Edge servers have two public addresses (access and av) and an internal one, Front Ends only
    the latter."""
    net, servers = f"127.{n}.{site['id']}", []
    for pool_ in site["pools"]:
        for i, fqdn in enumerate(pool_["members"], start=1):
            edge, short = pool_["role"] == "edge", fqdn.split(".")[0]
            servers.append({
                "fqdn": fqdn, "short": short, "role": pool_["role"], "pool": pool_["fqdn"],
                "site": site["name"],
                "access": f"{net}.1{i}" if edge else None,
                "av": f"{net}.2{i}" if edge else None,
                "internal": f"{net}.11{i}" if edge else f"{net}.5{i}",
                "wsman_certificate": os.path.join(pki, f"wsman-{short}.crt"),
                "wsman_key": os.path.join(pki, f"wsman-{short}.key"),
            })
    return servers
