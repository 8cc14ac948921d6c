"""Each check is a sentence and what shows it, in the order of an installation's life."""

import json
import os
import shutil
import sqlite3
import time

from guiding import page, player
from guiding.directions import CONDITIONS

from . import packages
from .machine import until
from .newcomer import Newcomer
from .service import JOURNAL, OPERATOR, STRANGER, UNIT

# Who has which role of section `access`, each with a Unix account and in the group of operators.
ROLES = {"view": "vera", "approve": "anton", "operate": "otto", "drill": "dora"}
ACCESS = """
access:
  view: [vera]
  approve: [anton]
  operate: [group:edge-admins]
  drill: [dora]
"""

SENTENCES = []


def check(sentence):
    def add(function):
        SENTENCES.append((sentence, function))
        return function
    return add


def same(found, wanted, what):
    if found != wanted:
        raise AssertionError(f"{what}: found {found!r}, wanted {wanted!r}")


def holds(condition, what):
    if not condition:
        raise AssertionError(what)


def install(service, package):
    done = service.machine.run("apt-get", "install", "--yes", "--no-install-recommends", package)
    return done.stdout + done.stderr


def stays(seconds, what, is_so):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        holds(is_so(), f"no longer so: {what}")
        time.sleep(0.5)


def owner_and_mode(machine, path):
    return machine.run("stat", "--format=%U:%G %a", path).stdout.strip()


@check("the package installs with what Debian has, starts nothing, and says in a sentence what to do")
def _(service, older, newer):
    said = install(service, older)
    lines = [line for line in said.splitlines() if line.startswith("edgewarden: ")]
    same(len(lines), 1, f"what the installation says: {said}")
    for word in ("nothing is started yet", "edgewarden init", "/etc/edgewarden/agent.conf"):
        holds(word in lines[0], f"'{word}' is not in: {lines[0]}")
    same(service.show("ActiveState"), "inactive", "the agent")
    same(service.systemctl("is-enabled", UNIT, check=False).stdout.strip(), "disabled", "the unit")


@check("user, folders, man pages and completions are there")
def _(service, older, newer):
    run = service.machine.run
    same(owner_and_mode(service.machine, "/etc/edgewarden"), "root:edgewarden 750", "configuration")
    same(owner_and_mode(service.machine, "/etc/edgewarden/secrets"), "root:root 700", "secrets")
    same(run("getent", "passwd", "edgewarden").stdout.split(":")[6].strip(),
         "/usr/sbin/nologin", "the agent's shell")
    same(run("dpkg-query", "--show", "--showformat=${Conffiles}", "edgewarden").stdout.split()[0::2],
         ["/etc/edgewarden/agent.conf.example"], "conffiles")
    for page in ("edgewarden", "edgewarden-approve"):
        run("test", "-s", f"/usr/share/man/man1/{page}.1.gz")
    words = run("bash", "-c", ". /usr/share/bash-completion/completions/edgewarden && "
                "complete -p edgewarden").stdout
    holds("edgewarden" in words, f"bash knows no completion: {words}")
    run("edgewarden", "check", "--config", "/etc/edgewarden/agent.conf.example")
    run("usermod", "--append", "--groups", "edgewarden", OPERATOR)


@check("the unit's exposure is 1.5 or lower")
def _(service, older, newer):
    service.machine.run("systemd-analyze", "security", "--offline=yes", "--threshold=15",
                        f"/usr/lib/systemd/system/{UNIT}")


@check("a wrong configuration does not start, is told with its place, and is not tried again")
def _(service, older, newer):
    service.configure()
    right = service.read_configuration()
    service.write_configuration(right + "nonsense: true\n")
    holds(service.systemctl("start", UNIT, check=False).returncode != 0, "it started")
    same(service.show("ExecMainStatus"), "2", "exit code")
    same(service.show("NRestarts"), "0", "restarts")
    holds("agent.conf:" in service.log() and "nonsense" in service.log(), "the log does not say why")
    service.write_configuration(right)


@check("it is ready only when it is probing, and answers people before that")
def _(service, older, newer):
    for pool in ("edgepool1", "edgepool2"):
        service.lab("break", pool, "drop")
    right = service.read_configuration()
    # A probe that gets no answer ends after its time, and no sooner.
    slow = right.replace("interval: 500ms", "interval: 4s").replace("timeout: 400ms", "timeout: 4s")
    holds(slow != right, "the lab's configuration has another timeout")
    service.write_configuration(slow)
    service.systemctl("reset-failed", UNIT, check=False)
    begun = time.monotonic()
    service.systemctl("start", "--no-block", UNIT)
    until(20, "the socket answers", lambda: service.status() is not None)
    same(service.show("ActiveState"), "activating", "while no probe has ended the agent")
    until(20, "the agent is ready", service.is_active)
    waited = time.monotonic() - begun
    holds(waited >= 4, f"it was ready after {waited:.1f} s, and no probe had ended")
    for pool in ("edgepool1", "edgepool2"):
        service.lab("mend", pool)
    service.write_configuration(right)
    service.systemctl("enable", UNIT)
    service.systemctl("restart", UNIT)
    service.settle()


@check("operators in the group may use the socket, others may not")
def _(service, older, newer):
    same(service.edgewarden("status").returncode, 0, "status by a member of the group")
    other = service.edgewarden("status", user=STRANGER, check=False)
    same(other.returncode, 3, "status by somebody else")
    same(owner_and_mode(service.machine, "/run/edgewarden"), "edgewarden:edgewarden 750", "folder")


@check("who may view, approve, operate or drill does that alone; the audit names the Unix users")
def _(service, older, newer):
    service.machine.run("groupadd", "edge-admins")
    for role, user in ROLES.items():
        groups = "edgewarden,edge-admins" if role == "operate" else "edgewarden"
        service.machine.run("useradd", "--create-home", "--groups", groups, user)
    right = service.read_configuration()
    service.write_configuration(right + ACCESS)
    service.systemctl("reload", UNIT)
    # Who is in the group and has no role does not even look.
    until(15, "the roles hold", lambda: service.edgewarden("status", check=False).returncode == 1)
    try:
        told = try_roles(service)
    finally:
        service.write_configuration(right)
        service.systemctl("reload", UNIT)
    for deed in ("vera was refused: failover route sip", "otto paused route sip",
                 "dora ordered a rehearsal of the failover of sip",
                 "otto was refused: approve request", "anton approved request"):
        holds(any(line.startswith(deed) for line in told), f"no '{deed}' in {told}")
    service.settle()


def try_roles(service):
    """Everybody tries everything; the audit's lines about it."""
    def refused(why, users, *command):
        for user in users.split():
            done = service.edgewarden(*command, user=user, check=False)
            same(done.returncode, 1, f"{command[0]} by {user}: {done.stdout}{done.stderr}")
            holds(why in done.stderr, f"{user} is told: {done.stderr}")

    refused("access.view names vera", OPERATOR, "status")
    service.await_status(40, "all is up", CONDITIONS["settled"], user="vera")
    refused("access.operate names group:edge-admins", "vera anton dora", "failover", "sip", "--yes",
            "--reason", "a test")
    service.edgewarden("pause", "sip", "--for", "1m", "--reason", "a test", user="otto")
    service.edgewarden("resume", "sip", user="otto")
    refused("access.drill names dora", "vera anton", "drill", "sip", "--what-if")
    service.edgewarden("drill", "sip", "--what-if", user="dora")
    # SIP alone, which is quicker moved: away, and home again.
    for verb in ("stop", "start"):
        for server in ("edge11", "edge12"):
            service.lab("bin/service", server, verb, "sip")
        service.await_status(60, "the agent asks", lambda status: status["waiting"], user="vera")
        number = str(service.status("vera")["waiting"][0]["request"])
        answer = ["approve", number, "--yes", "--reason", "seen"]
        refused("access.approve names anton", "vera otto dora", *answer)
        service.edgewarden(*answer, user="anton")
    told = json.loads(service.edgewarden("audit", "--limit", "200", "--json", user="vera").stdout)
    return [f"{line.get('by')} {line['what']}" for line in told["lines"]]


@check("credentials are readable by the service and by nobody else")
def _(service, older, newer):
    # That it is settled shows that it has them: it signed in at the Front Ends.
    folder = f"/run/credentials/{UNIT}"
    name = "frontend_password"
    with open(service.machine.path(f"etc/edgewarden/secrets/{name}")) as file:
        secret = file.read()
    agent = service.process()
    for path in (f"{folder}/secrets_{name}", f"/etc/edgewarden/secrets/{name}"):
        same(service.machine.run("cat", path).stdout, secret, f"{path}, read by root")
        for user in (OPERATOR, STRANGER):
            done = service.machine.run("cat", path, user=user, check=False)
            holds(done.returncode != 0, f"{user} can read {path}")
    same(service.machine.run("cat", f"{folder}/secrets_{name}", user="edgewarden").stdout, secret,
         "the credential, read by the service's user")
    told = (service.log() + service.systemctl("show", UNIT).stdout
            + service.machine.run("cat", f"/proc/{agent}/environ", f"/proc/{agent}/cmdline").stdout)
    holds(secret not in told, "the secret is in the log, the unit's properties or the environment")


@check("an agent that hangs (SIGSTOP) is restarted by the watchdog")
def _(service, older, newer):
    before = service.process()
    service.signal("STOP")
    until(30, "another process runs", lambda: service.is_another(before))
    holds("Watchdog timeout" in service.log(), "the log says nothing of a watchdog")
    service.settle()


@check("killed (kill -9) in mid-run, it is restarted and brings the run to its end by itself")
def _(service, older, newer):
    same(service.address(), ["127.10.1.11", "127.10.1.12"], "DNS before")
    service.lab("windows-ctl", "hold", "Set-CsSite")
    service.order("failover")
    service.lab("windows-ctl", "held", "--wait", "30")
    before = service.process()
    service.signal("KILL")
    service.lab("windows-ctl", "release", "Set-CsSite")
    until(30, "another process runs", lambda: service.is_another(before))
    until(60, "the run is done", lambda: service.newest_run_is("done"))
    same(service.address(), ["127.10.2.11", "127.10.2.12"], "DNS after")
    report = service.edgewarden("report", str(service.runs()[0]["run"])).stdout
    holds("the agent was killed or crashed" in report, f"the report does not say so: {report}")


@check("SIGHUP with a good file: the same process goes on with it")
def _(service, older, newer):
    before = service.process()
    right = service.read_configuration()
    service.write_configuration(right.replace("mode: approve", "mode: observe"))
    service.systemctl("reload", UNIT)
    service.await_status(15, "every route is in mode observe",
                         lambda status: all(r["mode"] == "observe" for r in status["routes"]))
    service.write_configuration(right)
    service.systemctl("reload", UNIT)
    service.await_status(15, "every route is in mode approve again",
                         lambda status: all(r["mode"] == "approve" for r in status["routes"]))
    same(service.process(), before, "the process")


@check("SIGHUP with a bad file: nothing changes, and people are told why")
def _(service, older, newer):
    before = service.process()
    right = service.read_configuration()
    told = len(service.alerts())
    try:
        service.write_configuration(right.replace("mode: approve", "mode: obsrve"))
        service.systemctl("reload", UNIT)
        until(15, "an alert says so", lambda: any(
            alert["code"] == "agent_trouble" and "obsrve" in str(alert)
            for alert in service.alerts()[told:]))
        same(service.process(), before, "the process")
        holds(all(r["mode"] == "approve" for r in service.status()["routes"]), "a mode changed")
    finally:
        service.write_configuration(right)
    service.systemctl("reload", UNIT)
    service.settle()


@check("systemctl stop in mid-run parks it cleanly, and the next start brings it to its end")
def _(service, older, newer):
    service.lab("windows-ctl", "hold", "Set-CsSite", "--after")
    service.order("failback")
    service.lab("windows-ctl", "held", "--wait", "30")
    service.systemctl("stop", "--no-block", UNIT)
    # Longer than the watchdog's time: an act that was sent is waited for.
    stays(8, "it waits for the act", lambda: service.show("ActiveState") == "deactivating")
    service.lab("windows-ctl", "release", "Set-CsSite")
    until(30, "it has stopped", lambda: service.show("ActiveState") == "inactive")
    same((service.show("Result"), service.show("ExecMainStatus")), ("success", "0"), "its end")
    same(service.last_event(), "parked", "the run's last event")
    same(service.address(), ["127.10.2.11", "127.10.2.12"], "DNS while it is parked")
    service.start()
    until(60, "the run is done", lambda: service.newest_run_is("done"))
    same(service.address(), ["127.10.1.11", "127.10.1.12"], "DNS after")


@check("an upgrade keeps state and configuration, and the agent goes on with the new program")
def _(service, older, newer):
    before, runs, configuration = service.process(), service.runs(), service.read_configuration()
    install(service, newer)
    until(20, "the agent runs", service.is_active)
    holds(service.process() != before, "the old program still runs")
    until(20, "it answers", lambda: service.status() is not None)
    same(service.runs(), runs, "runs")
    same(service.read_configuration(), configuration, "agent.conf")
    with open(service.machine.path("etc/edgewarden/agent.conf.example")) as file:
        holds(packages.OLD_LINE not in file.read(), "the example is still the old one")


@check("an upgrade leaves a stopped agent stopped, and a journal of an older schema is taken over")
def _(service, older, newer):
    service.systemctl("stop", UNIT)
    folder = service.machine.path(os.path.dirname(JOURNAL))
    os.rename(folder, folder + ".kept")
    try:
        os.mkdir(folder, 0o700)
        script = "Tests/JournalingTests/Older/journal-0.1.0.sql"
        with open(os.path.join(service.repository, script)) as file:
            database = sqlite3.connect(service.machine.path(JOURNAL))
            database.executescript(file.read())
            database.close()
        service.machine.run("chown", "-R", "edgewarden:", os.path.dirname(JOURNAL))
        service.machine.run("apt-get", "install", "--yes", "--reinstall", newer)
        same(service.show("ActiveState"), "inactive", "the agent")
        service.start()
        same([(run["run"], run["outcome"]) for run in service.runs()], [(1, "stopped")], "runs")
    finally:
        service.systemctl("stop", UNIT)
        shutil.rmtree(folder)
        os.rename(folder + ".kept", folder)


@check("an agent that cannot stay is restarted five times, then systemd gives up and says so")
def _(service, older, newer):
    service.start()
    for _ in range(6):
        before = service.process()
        service.signal("KILL")
        until(20, "it is restarted or given up", lambda: service.is_another(before)
              or service.show("ActiveState") == "failed")
        if service.show("ActiveState") == "failed":
            break
    same(service.show("ActiveState"), "failed", "after its starts within ten minutes it is")
    holds("Start request repeated too quickly" in service.log(), "the log does not say so")
    service.start()


@check("removal stops the agent and keeps state and configuration")
def _(service, older, newer):
    agent = service.process()
    service.machine.run("apt-get", "remove", "--yes", "edgewarden")
    holds(service.machine.run("test", "-d", f"/proc/{agent}", check=False).returncode != 0,
          "the agent still runs")
    for gone in ("/usr/bin/edgewarden", f"/usr/lib/systemd/system/{UNIT}", "/run/edgewarden"):
        holds(not os.path.lexists(service.machine.path(gone)), f"{gone} is still there")
    for kept in (JOURNAL, "/etc/edgewarden/agent.conf", "/etc/edgewarden/secrets/edge_password"):
        holds(os.path.exists(service.machine.path(kept)), f"{kept} is gone")


@check("purge leaves nothing but the user")
def _(service, older, newer):
    service.machine.run("apt-get", "purge", "--yes", "edgewarden")
    found = service.machine.run(
        "find", "/etc", "/usr", "/var", "/run", "-xdev", "-name", "*edgewarden*",
        "-not", "-path", "/var/log/journal/*", "-not", "-path", "/var/cache/man/*").stdout.split()
    same([path for path in found if not path.endswith("edgewarden.service.d")], [], "left behind")
    holds(service.machine.run("dpkg-query", "--show", "edgewarden", check=False).returncode != 0,
          "dpkg still knows it")
    service.machine.run("getent", "passwd", "edgewarden")


@check("from the package to the first drill, what the quick start shows is what its commands print")
def _(service, older, newer):
    newcomer = Newcomer(service, newer)
    newcomer.begin()
    for path in page.played_on("container", service.repository):
        different = list(player.differences(path, newcomer))
        holds(not different, "\n".join(different))
