"""The Kamailio servers: four Edge servers, a Front End per site, the partner.

Each has a folder $LAB_STATE/sip/NAME with its configuration, TLS profiles, log and control socket.
"""

from __future__ import annotations

import os

from . import components, files, processes, replicas, settings
from .console import program
from .layout import DOMAIN, LAB_FOLDER, edges, frontends, pool, server
from .processes import run

TEMPLATES = os.path.join(LAB_FOLDER, "kamailio")


def start(lab: dict, host: dict) -> None:
    """Writes the configuration of `host` (a server of the layout, or the partner) and starts its
    Kamailio; does not wait."""
    folder = _folder(lab, host)
    os.makedirs(folder, exist_ok=True)
    files.remove(os.path.join(folder, "ctl.sock"))
    for name, text in _configuration(lab, host).items():
        files.write(os.path.join(folder, name), text)
    write_tls(lab, host)
    argv = [program("kamailio"), "-DD", "-E", "-f", os.path.join(folder, f"{host['role']}.cfg"),
            "-Y", folder, "-w", folder, "-m", "32", "-M", "4"]
    processes.start(argv, pid_file(lab, host), log(lab, host),
                    resolver=os.path.join(lab["state"], "dns"))


def wait(lab: dict, host: dict) -> None:
    """Returns when the Kamailio of `host` answers and, for a Front End, knows its routes."""
    address = listen_addresses(lab, host)[-1]
    processes.wait_for_port(address, lab["ports"]["sip"], pid_file(lab, host), log(lab, host),
                            f"the Kamailio of {host['short']}")
    if host["role"] == "frontend":
        load_route(lab, host)


def stop(lab: dict, host: dict) -> None:
    processes.stop(pid_file(lab, host), patience=0.5)


def listen_addresses(lab: dict, host: dict) -> list[str]:
    """The addresses that carry 5061. An Edge server whose pool has no federation, by its replica,
    or on which Setup was not run since it has, listens inside only (and outside for clients)."""
    addresses = [host["internal"]]
    if host["role"] == "partner":
        addresses.append(host["access"])
    if host["role"] == "edge" and components.listens(lab, host, "sip"):
        addresses.append(host["access"])
    return addresses


def configuration_changed(lab: dict, host: dict) -> bool:
    """Whether the running Kamailio listens elsewhere, or has another next hop, than its server's
    replica now says."""
    for name, text in _configuration(lab, host).items():
        with open(os.path.join(_folder(lab, host), name)) as file:
            if file.read() != text:
                return True
    return False


def load_route(lab: dict, host: dict) -> None:
    """Tells a running Front End the Edge servers of its site's route, out of its replica."""
    route = replicas.site_route(lab, host, "federationRoute")
    addresses = [server(lab, m)["internal"] for m in replicas.members(lab, host, route)]
    for key, value in (("pool", route or ""), ("route", ",".join(addresses))):
        control(lab, host, "htable.sets", "lab", key, f"s:{value}" if value else "s:")


def control(lab: dict, host: dict, *command: str) -> str:
    """One command to the Kamailio of `host` over its control socket."""
    return run(["kamcmd", "-s", f"unix:{_folder(lab, host)}/ctl.sock", *command],
               check=f"the Kamailio of {host['short']} refused '{' '.join(command)}'").stdout


def reload_certificates(lab: dict, host: dict) -> None:
    """Makes a running Kamailio show the certificate that the settings name now, without a restart.
    Connections that exist keep the old one, so they are cut; where the kernel cannot do that, the
    server is restarted after all."""
    write_tls(lab, host)
    control(lab, host, "tls.reload")
    if not cut_connections(host):
        stop(lab, host)
        start(lab, host)
        wait(lab, host)


def cut_connections(host: dict) -> bool:
    """Resets every TCP connection of a server, at both ends; False where the kernel could not."""
    mine = " or ".join(f"{end} {a}" for a in (host["access"], host["internal"]) if a
                       for end in ("src", "dst"))
    run(["ss", "-K", "-t", "state", "connected", f"( {mine} )"])
    return not run(["ss", "-Htn", "state", "established", f"( {mine} )"]).stdout.strip()


def write_tls(lab: dict, host: dict) -> None:
    port, role, chosen = lab["ports"]["sip"], host["role"], settings.read(lab)
    if role == "frontend":
        name = host["short"]
        text = (_profile(lab, "server:default", name, verify=True)
                + _profile(lab, "client:default", name, verify=True))
    elif role == "partner":
        text = (_profile(lab, "server:default", "partner", verify=True)
                + _profile(lab, f"server:{host['access']}:{port}", "partner", require=True)
                + _profile(lab, "client:default", "partner", verify=True))
    else:
        edge_pool = pool(lab, host["pool"])
        outside, inside = settings.certificate(lab, host), f"{edge_pool['short']}-internal"
        next_hop = replicas.next_hop(lab, host)
        method = "TLSv1.2" if chosen["tls"] == "1.2" else "TLSv1.2+"
        text = (_profile(lab, "server:default", outside, method=method, verify=True,
                         require=chosen["client_certificate"] == "require")
                + _profile(lab, f"server:{host['internal']}:{port}", inside, require=True)
                + _profile(lab, f"server:{host['access']}:{lab['ports']['access']}", outside,
                           method=method)
                + _profile(lab, "client:default", outside, method=method, verify=True)
                + _profile(lab, f"client:{next_hop['internal']}:{port}", inside, verify=True))
    files.write(os.path.join(_folder(lab, host), "tls.cfg"), text)


def pid_file(lab: dict, host: dict) -> str:
    return files.path(lab, "pids", f"sip-{host['short']}")


def log(lab: dict, host: dict) -> str:
    return os.path.join(_folder(lab, host), "log")


def hosts(lab: dict) -> list[dict]:
    """Every host that runs a Kamailio."""
    return [*edges(lab), *frontends(lab), lab["partner"]]


def _folder(lab: dict, host: dict) -> str:
    return os.path.join(lab["state"], "sip", host["short"])


def _own_name(host: dict) -> str:
    return f"partner.{host['domain']}" if host["role"] == "partner" else host["fqdn"]


def _listen_lines(lab: dict, host: dict) -> list[str]:
    lines = [f"listen=tls:{a}:{lab['ports']['sip']}" for a in listen_addresses(lab, host)]
    if host["role"] == "edge":
        lines.append(f"listen=tls:{host['access']}:{lab['ports']['access']}")
    return lines


def _configuration(lab: dict, host: dict) -> dict[str, str]:
    """The configuration files of a Kamailio, by name, without its TLS profiles."""
    words = _words(lab, host, _folder(lab, host))
    return {name: files.fill(os.path.join(TEMPLATES, name), words)
            for name in ("common.cfg", "federation.cfg", f"{host['role']}.cfg")}


def _words(lab: dict, host: dict, folder: str) -> dict[str, str]:
    words = {
        "RUN": folder, "SERVER": _own_name(host), "LISTEN": "\n".join(_listen_lines(lab, host)),
        "DOMAIN": host.get("domain", DOMAIN), "INTERNAL": host["internal"],
        "FEDERATION_NAME": host.get("domain", DOMAIN), "ANSWER_TIMEOUT": "3000",
        "CONNECTION_LIFETIME": "10" if host["role"] == "frontend" else "2",
    }
    if host["role"] == "edge":
        hop = replicas.next_hop(lab, host)
        words |= {"NEXT_HOP": hop["internal"], "NEXT_HOP_NAME": hop["fqdn"],
                  "FEDERATED": _yes(components.listens(lab, host, "sip")),
                  "CLIENT_PORT": str(lab["ports"]["access"])}
    elif host["role"] == "frontend":
        other = next(f for f in frontends(lab) if f["fqdn"] != host["fqdn"])
        users = {s["name"]: s["users"][0] for s in lab["sites"]}
        words |= {"SITE": host["site"], "USER": users[host["site"]],
                  "OTHER_USER": users[other["site"]], "OTHER_FRONTEND": other["internal"]}
    else:
        words["USER"] = host["user"]
    return words


def _profile(lab: dict, heading: str, certificate: str, method: str = "TLSv1.2+",
             verify: bool = False, require: bool = False) -> str:
    pki = lab["pki"]
    return (f"[{heading}]\nmethod = {method}\n"
            f"certificate = {pki}/{certificate}.crt\nprivate_key = {pki}/{certificate}.key\n"
            f"ca_list = {pki}/ca.crt\nverify_certificate = {_yes(verify or require)}\n"
            f"require_certificate = {_yes(require)}\n\n")


def _yes(value: bool) -> str:
    return "yes" if value else "no"
