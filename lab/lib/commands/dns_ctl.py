"""lab/dns-ctl COMMAND: what goes wrong in public DNS, and what people change there by hand."""

from __future__ import annotations

import signal

from .. import console, dns, faults, files, processes
from ..console import LabError, say
from ..layout import DOMAIN

HELP = """lab/dns-ctl COMMAND
  show                       every record on both servers, with the serials
  refuse | allow             the primary refuses updates (frozen zone), or takes them again
  stop | start [SERVER]      a server (primary or secondary; default primary) is gone, or back
  hang | resume [SERVER]     it takes packets and says nothing, or goes on
  stale | fresh              the secondary is cut off and answers from old data, or follows again
  set NAME TYPE DATA...      an administrator's change: the record set becomes exactly these DATA
                             (SRV data in quotes: "0 0 5061 sip2.contoso.test."); TTL as at the start
  ttl NAME TYPE SECONDS      the same records with another TTL
  delete NAME TYPE           the record set is gone
NAME without a final dot is relative to the zone: sip, _sipfederationtls._tcp"""


def command(arguments: list[str]) -> int:
    word, rest = (arguments[0], arguments[1:]) if arguments else ("help", [])
    if word in ("help", "--help", "-h"):
        say(HELP)
        return 0
    lab = console.running_lab()
    actions = {"show": _show, "refuse": _refuse, "allow": _allow, "stop": _stop, "start": _start,
               "hang": _hang, "resume": _resume, "stale": _stale, "fresh": _fresh, "set": _set,
               "ttl": _ttl, "delete": _delete}
    if word not in actions:
        raise LabError(f"no command '{word}'\n{HELP}")
    actions[word](lab, rest)
    return 0


def _show(lab: dict, rest: list[str]) -> None:
    for role in dns.ROLES:
        say(f"{role} {lab['dns'][role]}, serial {dns.serial(lab, role)}")
        try:
            for name, ttl, kind, data in sorted(dns.records(lab, role)):
                say(f"  {name:<44} {ttl:>6} {kind:<5} {data}")
        except LabError as error:
            say(f"  {error}")


def _refuse(lab: dict, rest: list[str]) -> None:
    dns.rndc(lab, "primary", "freeze", DOMAIN)
    say("the primary refuses updates")


def _allow(lab: dict, rest: list[str]) -> None:
    dns.thaw(lab)
    say("the primary takes updates")


def _stop(lab: dict, rest: list[str]) -> None:
    role = _role(rest)
    dns.stop(lab, role)
    say(f"the {role} is stopped")


def _start(lab: dict, rest: list[str]) -> None:
    role = _role(rest)
    dns.start(lab, role)
    dns.wait(lab, role)
    say(f"the {role} runs")


def _hang(lab: dict, rest: list[str]) -> None:
    role = _role(rest)
    dns.hang(lab, role)
    say(f"the {role} hangs")


def _resume(lab: dict, rest: list[str]) -> None:
    role = _role(rest)
    processes.send(dns.pid_file(lab, role), signal.SIGCONT)
    say(f"the {role} goes on")


def _stale(lab: dict, rest: list[str]) -> None:
    dns.follow(lab)
    files.write(dns.stale_file(lab), "")
    faults.apply_firewall(lab)
    say("the secondary is cut off from the primary: it answers from what it has now")


def _fresh(lab: dict, rest: list[str]) -> None:
    files.remove(dns.stale_file(lab))
    faults.apply_firewall(lab)
    dns.follow(lab)
    say("the secondary follows the primary")


def _set(lab: dict, rest: list[str]) -> None:
    if len(rest) < 3:
        raise LabError("usage: lab/dns-ctl set NAME TYPE DATA...")
    name, kind, ttl = _name(rest[0]), rest[1].upper(), lab["dns"]["ttl"]
    dns.update(lab, [f"update delete {name} {kind}"]
               + [f"update add {name} {ttl} {kind} {data}" for data in rest[2:]])
    say(f"{name} {kind} is now: {', '.join(rest[2:])}")


def _ttl(lab: dict, rest: list[str]) -> None:
    if len(rest) != 3 or not rest[2].isdigit():
        raise LabError("usage: lab/dns-ctl ttl NAME TYPE SECONDS")
    name, kind, ttl = _name(rest[0]), rest[1].upper(), rest[2]
    present = [r for r in dns.records(lab) if r[0] == name and r[2] == kind]
    if not present:
        raise LabError(f"there is no {name} {kind}")
    dns.update(lab, [f"update delete {name} {kind}"]
               + [f"update add {name} {ttl} {kind} {data}" for _, _, _, data in present])
    say(f"{name} {kind} has TTL {ttl}")


def _delete(lab: dict, rest: list[str]) -> None:
    if len(rest) != 2:
        raise LabError("usage: lab/dns-ctl delete NAME TYPE")
    dns.update(lab, [f"update delete {_name(rest[0])} {rest[1].upper()}"])
    say(f"{_name(rest[0])} {rest[1].upper()} is gone")


def _role(rest: list[str]) -> str:
    role = rest[0] if rest else "primary"
    if role not in dns.ROLES or len(rest) > 1:
        raise LabError("the server is 'primary' or 'secondary'")
    return role


def _name(text: str) -> str:
    if text.endswith("."):
        return text
    return f"{text}." if text.endswith(DOMAIN) else f"{text}.{DOMAIN}."


if __name__ == "__main__":
    console.main(command)
