"""The two BIND name servers: the primary takes signed updates, the secondary follows it."""

from __future__ import annotations

import base64
import os
import secrets
import shutil
import signal
import time

from . import processes
from .console import LabError, program
from .layout import DOMAIN, PARTNER_DOMAIN, initial_zone
from .processes import run

ROLES = ("primary", "secondary")


def create(lab: dict) -> None:
    """Writes keys, zones and configurations from scratch: the zone begins at serial 1."""
    folder = _folder(lab)
    shutil.rmtree(folder, ignore_errors=True)
    for role in ROLES:
        os.makedirs(os.path.join(folder, role))
    keys = {lab["dns"]["key_name"]: "edgewarden", lab["dns"]["admin_key_name"]: "lab-admin"}
    for name, file in keys.items():
        secret = base64.b64encode(secrets.token_bytes(32)).decode()
        _private(key_file(lab, file), f'key "{name}" {{ algorithm {lab["dns"]["key_algorithm"]}; '
                                      f'secret "{secret}"; }};\n')
        if file == "edgewarden":
            _private(os.path.join(lab["state"], "secrets", "edgewarden_tsig"), secret)
    for role in ROLES:
        _write(os.path.join(folder, role, "named.conf"), _named_conf(lab, role))
        _write(os.path.join(folder, role, f"{PARTNER_DOMAIN}.db"), _partner_zone(lab))
    _write(os.path.join(folder, "primary", f"{DOMAIN}.db"), _zone_text(lab))
    _write(os.path.join(folder, "resolv.conf"),
           "".join(f"nameserver {lab['dns'][r]}\n" for r in ROLES)
           + "options timeout:1 attempts:1\n")
    _write(os.path.join(folder, "nsswitch.conf"), "hosts: files dns\n")


def start(lab: dict, role: str) -> None:
    """Starts one name server; returns when it answers for the zone."""
    if processes.group(pid_file(lab, role)) is not None:
        return
    folder = os.path.join(_folder(lab), role)
    argv = [_unconfined_named(lab), "-f", "-n", "1", "-c", os.path.join(folder, "named.conf")]
    processes.start(argv, pid_file(lab, role), os.path.join(folder, "out"), cwd=folder)


def wait(lab: dict, role: str) -> None:
    log = os.path.join(_folder(lab), role, "named.log")
    processes.wait_for_port(lab["dns"][role], 53, pid_file(lab, role), log, f"the {role} BIND")


def stop(lab: dict, role: str) -> None:
    processes.stop(pid_file(lab, role))


def hang(lab: dict, role: str) -> None:
    processes.send(pid_file(lab, role), signal.SIGSTOP)


def rndc(lab: dict, role: str, *command: str, check: bool = True) -> str:
    """One rndc command to one server."""
    done = run(["rndc", "-s", lab["dns"][role], "-p", str(lab["dns"]["rndc_port"]),
                "-k", key_file(lab, "lab-admin"), *command],
               check=f"rndc {' '.join(command)} on the {role} failed" if check else None)
    return done.stdout


def update(lab: dict, lines: list[str], key: str = "lab-admin") -> None:
    """Sends one signed RFC 2136 update with these nsupdate lines to the primary."""
    text = f"server {lab['dns']['primary']}\nzone {DOMAIN}\n" + "\n".join(lines) + "\nsend\n"
    run(["nsupdate", "-t", "20", "-k", key_file(lab, key)], text=text,
        check="the primary refused the DNS update")


def records(lab: dict, role: str = "primary") -> list[tuple[str, int, str, str]]:
    """Every record but the SOA that a server holds for the zone: (name, TTL, type, data)."""
    done = run(["dig", "+noall", "+answer", "+tcp", "+time=20", "+tries=1",
                "-y", _dig_key(lab), f"@{lab['dns'][role]}", DOMAIN, "AXFR"],
               check=f"the {role} does not answer")
    found = []
    for line in done.stdout.splitlines():
        fields = line.split(None, 4)
        if len(fields) == 5 and fields[3] not in ("SOA", "TSIG"):
            found.append((fields[0], int(fields[1]), fields[3], fields[4]))
    if not found:
        raise LabError(f"the {role} gave no records for {DOMAIN}: {done.stdout.strip()}")
    return found


def serial(lab: dict, role: str) -> int | None:
    done = run(["dig", "+short", "+time=1", "+tries=1", f"@{lab['dns'][role]}", DOMAIN, "SOA"])
    fields = done.stdout.split()
    return int(fields[2]) if done.returncode == 0 and len(fields) == 7 else None


def thaw(lab: dict) -> None:
    """Lets the primary take updates again; does nothing when it does."""
    rndc(lab, "primary", "thaw", DOMAIN, check=False)


def follow(lab: dict, timeout: float = processes.PATIENCE) -> None:
    """Makes the secondary fetch the zone and waits until both have the same serial."""
    deadline = time.monotonic() + timeout
    next_transfer = 0.0
    while (wanted := serial(lab, "primary")) is None or wanted != serial(lab, "secondary"):
        now = time.monotonic()
        if now > deadline:
            raise LabError("the secondary BIND does not follow the primary "
                           f"(log: {_folder(lab)}/secondary/named.log)")
        if now > next_transfer:
            rndc(lab, "secondary", "retransfer", DOMAIN)
            next_transfer = now + 2
        time.sleep(0.05)


def restore(lab: dict) -> bool:
    """Sets the zone back to its first records; True when anything had to change."""
    wanted, present = set(initial_zone(lab)), set(records(lab))
    lines = [f"update delete {n} {t} {d}" for n, _, t, d in sorted(present - wanted)]
    lines += [f"update add {n} {ttl} {t} {d}" for n, ttl, t, d in sorted(wanted - present)]
    if lines:
        update(lab, lines)
    return bool(lines)


def key_file(lab: dict, name: str) -> str:
    return os.path.join(_folder(lab), f"{name}.key")


def stale_file(lab: dict) -> str:
    """Exists while the secondary is cut off from the primary."""
    return os.path.join(_folder(lab), "stale")


def pid_file(lab: dict, role: str) -> str:
    return os.path.join(lab["state"], "pids", f"named-{role}")


def _folder(lab: dict) -> str:
    return os.path.join(lab["state"], "dns")


def _named_conf(lab: dict, role: str) -> str:
    dns, folder = lab["dns"], os.path.join(_folder(lab), role)
    address, key, admin = dns[role], dns["key_name"], dns["admin_key_name"]
    if role == "primary":
        zone = (f'type primary; file "{DOMAIN}.db"; notify explicit; '
                f'also-notify {{ {dns["secondary"]}; }}; notify-delay 0; '
                f'update-policy {{ grant {key} zonesub A AAAA SRV; grant {admin} zonesub ANY; }};')
    else:
        zone = (f'type secondary; file "{DOMAIN}.db"; primaries {{ {dns["primary"]}; }}; '
                f'transfer-source {address}; notify no;')
    return f"""include "{key_file(lab, 'edgewarden')}";
include "{key_file(lab, 'lab-admin')}";
options {{
  directory "{folder}"; pid-file none; lock-file none; session-keyfile "{folder}/session.key";
  managed-keys-directory "{folder}";
  listen-on {{ {address}; }}; listen-on-v6 {{ none; }};
  notify-source {address}; query-source {address};
  recursion no; dnssec-validation no; empty-zones-enable no; minimal-responses no;
  allow-query {{ any; }}; allow-transfer {{ key "{admin}"; {dns['secondary']}; }};
  serial-query-rate 100; notify-rate 100; startup-notify-rate 100;
  min-refresh-time 1; min-retry-time 1;
}};
controls {{ inet {address} port {dns['rndc_port']} allow {{ 127.0.0.0/8; }}
  keys {{ "{admin}"; }}; }};
logging {{
  channel f {{ file "{folder}/named.log"; severity info; print-time yes; print-category yes; }};
  category default {{ f; }}; category update {{ f; }}; category update-security {{ f; }};
  category notify {{ f; }}; category xfer-in {{ f; }};
}};
zone "{DOMAIN}" {{ {zone} }};
zone "{PARTNER_DOMAIN}" {{ type primary; file "{PARTNER_DOMAIN}.db"; }};
"""


def _zone_text(lab: dict) -> str:
    lines = [f"{DOMAIN}. 60 IN SOA ns1.{DOMAIN}. hostmaster.{DOMAIN}. 1 60 5 3600 5"]
    lines += [f"{name} {ttl} IN {kind} {data}" for name, ttl, kind, data in initial_zone(lab)]
    return "\n".join(lines) + "\n"


def _partner_zone(lab: dict) -> str:
    ports, d = lab["ports"], PARTNER_DOMAIN
    return f"""{d}. 60 IN SOA ns1.{d}. hostmaster.{d}. 1 60 5 3600 5
{d}. 60 IN NS ns1.{d}.
ns1.{d}. 60 IN A {lab['dns']['primary']}
sip.{d}. 60 IN A {lab['partner']['access']}
xmpp.{d}. 60 IN A {lab['partner']['access']}
_sipfederationtls._tcp.{d}. 60 IN SRV 0 0 {ports['sip']} sip.{d}.
_xmpp-server._tcp.{d}. 60 IN SRV 0 0 {ports['xmpp']} xmpp.{d}.
"""


def _unconfined_named(lab: dict) -> str:
    """Debian's AppArmor profile lets /usr/sbin/named read its own folders only; where AppArmor is
    on, the lab runs a copy, to which the profile does not apply."""
    binary = program("named")
    try:
        with open("/sys/module/apparmor/parameters/enabled") as file:
            confined = file.read().strip() == "Y"
    except FileNotFoundError:
        confined = False
    if not confined:
        return binary
    copy = os.path.join(_folder(lab), "named")
    if not os.path.exists(copy):
        shutil.copy(binary, copy)
    return copy


def _dig_key(lab: dict) -> str:
    with open(key_file(lab, "lab-admin")) as file:
        secret = file.read().split('secret "')[1].split('"')[0]
    return f"{lab['dns']['key_algorithm']}:{lab['dns']['admin_key_name']}:{secret}"


def _write(path: str, text: str) -> None:
    with open(path, "w") as file:
        file.write(text)


def _private(path: str, text: str) -> None:
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w", opener=lambda p, f: os.open(p, f, 0o600)) as file:
        file.write(text)
