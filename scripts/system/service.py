"""The installed agent as its administrator and its operators see it, on the lab."""

import json
import os
import re
import shutil
import sqlite3
import subprocess
import time

from .machine import until

UNIT = "edgewarden.service"
JOURNAL = "/var/lib/edgewarden/journal.db"
# One who operates the agent, and one who has nothing to do with it.
OPERATOR, STRANGER = "ada", "eve"


class Service:
    def __init__(self, machine, lab_folder, repository):
        self.machine = machine
        self.lab_folder = lab_folder
        self.repository = repository

    def lab(self, script, *arguments):
        done = subprocess.run([os.path.join(self.repository, "lab", script), *arguments],
                              env={**os.environ, "LAB_ID": "0", "LAB_STATE": self.lab_folder},
                              capture_output=True, text=True)
        if done.returncode != 0:
            raise AssertionError(f"lab/{script} {' '.join(arguments)}: {done.stdout}{done.stderr}")
        return done.stdout

    def layout(self):
        with open(os.path.join(self.lab_folder, "layout.json")) as file:
            return json.load(file)

    def inside_names(self):
        """The names that an organisation's own DNS knows, with their addresses."""
        return [(server["fqdn"], server["internal"]) for server in self.layout()["servers"]]

    def name_servers(self):
        """Those of the public names."""
        return [self.layout()["dns"][role] for role in ("primary", "secondary")]

    # --- systemd ---------------------------------------------------------------------------------

    def systemctl(self, *arguments, check=True):
        return self.machine.run("systemctl", *arguments, check=check)

    def show(self, name):
        return self.systemctl("show", "--property", name, "--value", UNIT).stdout.strip()

    def start(self):
        # The limit is for an agent that cannot stay; we start it often.
        self.systemctl("reset-failed", UNIT, check=False)
        self.systemctl("start", UNIT)

    def is_active(self):
        return self.show("ActiveState") == "active"

    def process(self):
        """The agent's; the machine's number for it."""
        number = int(self.show("MainPID"))
        if number == 0:
            raise AssertionError(f"the agent does not run; its log ends: {self.log()[-500:]}")
        return number

    def is_another(self, process):
        """Whether a newer process than that is ready."""
        return int(self.show("MainPID")) not in (0, process) and self.is_active()

    def signal(self, name):
        self.systemctl("kill", "--kill-whom=main", f"--signal={name}", UNIT)

    def log(self):
        return self.machine.run("journalctl", "--unit", UNIT, "--no-pager", "--output=cat").stdout

    # --- The program -----------------------------------------------------------------------------

    def edgewarden(self, *arguments, user=OPERATOR, check=True):
        return self.machine.run("edgewarden", *arguments, user=user, check=check)

    def status(self, user=OPERATOR):
        done = self.edgewarden("status", "--json", user=user, check=False)
        return json.loads(done.stdout) if done.stdout.startswith("{") else None

    def await_status(self, seconds, what, holds, user=OPERATOR):
        until(seconds, what, lambda: (status := self.status(user)) is not None
              and not status.get("code") and "routes" in status and holds(status))

    def settle(self):
        """Until every pool is up and every standby ready."""
        def is_settled(status):
            items = [item for route in status["routes"] for standby in route.get("readiness") or []
                     for item in standby["items"] if item["is_required"] and item["item"] != "legs"]
            return (all(pool["verdict"] == "up" for pool in status["pools"]) and items
                    and all(item["state"] in ("ready", "not_needed") for item in items)
                    and all(route.get("holder") for route in status["routes"]))
        self.await_status(40, "every pool is up and every standby ready", is_settled)

    def order(self, direction):
        """Orders a move of route sip as the operator, as soon as it can be taken."""
        end = time.monotonic() + 40
        while True:
            done = self.edgewarden(direction, "sip", "--yes", "--no-follow", "--reason", "a test",
                                   check=False)
            if done.returncode in (0, 5):
                return
            if time.monotonic() > end:
                raise AssertionError(f"the {direction} is not taken: {done.stdout}{done.stderr}")
            time.sleep(1)

    def runs(self):
        return json.loads(self.edgewarden("runs", "--json").stdout)["runs"]

    def newest_run_is(self, outcome):
        return self.runs()[0]["outcome"] == outcome

    def last_event(self):
        """The kind of the newest run's last event, as it is on disk."""
        with sqlite3.connect(f"file:{self.machine.path(JOURNAL)}?mode=ro", uri=True) as database:
            row = database.execute("SELECT payload FROM run_event ORDER BY run DESC, sequence DESC "
                                   "LIMIT 1").fetchone()
        return next(iter(json.loads(row[0])))

    def address(self):
        """Where DNS leads partners."""
        said = subprocess.run(["dig", "+short", "@127.10.0.53", "sip.contoso.test", "A"],
                              capture_output=True, text=True).stdout
        return sorted(said.split())

    def alerts(self):
        path = self.machine.path("var/lib/edgewarden/alerts")
        if not os.path.exists(path):
            return []
        with open(path) as file:
            return [json.loads(line) for line in file]

    # --- Configuration ---------------------------------------------------------------------------

    def configure(self):
        """The lab's configuration and secrets, put where an administrator puts them."""
        with open(os.path.join(self.lab_folder, "agent.conf")) as file:
            text = file.read()
        for old, new in {
            r"state_directory: .*": "state_directory: /var/lib/edgewarden",
            r"socket: .*": "socket: /run/edgewarden/agent.sock",
            r"  secrets_directory: .*\n": "",
            r"interval: 1s": "interval: 500ms",
            r"timeout: 1s": "timeout: 400ms",
            r"stable_for: 10s": "stable_for: 2s",
            r"cool_down: 5s": "cool_down: 1s",
            re.escape(os.path.join(self.lab_folder, "pki")): "/etc/edgewarden",
        }.items():
            text, count = re.subn(old, new, text)
            if count == 0:
                raise AssertionError(f"the lab's configuration has no '{old}'")
        text += ("\nalerts:\n  - name: recorder\n    kind: exec\n"
                 "    command: [/usr/bin/tee, -a, /var/lib/edgewarden/alerts]\n")
        self.write_configuration(text)
        for name in ("ca.crt", "agent.crt", "agent.key"):
            target = self.machine.path(f"etc/edgewarden/{name}")
            shutil.copy(os.path.join(self.lab_folder, "pki", name), target)
            self.machine.run("chgrp", "edgewarden", f"/etc/edgewarden/{name}")
            os.chmod(target, 0o640)
        for name in os.listdir(os.path.join(self.lab_folder, "secrets")):
            with open(os.path.join(self.lab_folder, "secrets", name)) as file:
                self.machine.write(f"etc/edgewarden/secrets/{name}", file.read(), 0o600)

    def read_configuration(self):
        with open(self.machine.path("etc/edgewarden/agent.conf")) as file:
            return file.read()

    def write_configuration(self, text):
        self.machine.write("etc/edgewarden/agent.conf", text, 0o640)
        self.machine.run("chgrp", "edgewarden", "/etc/edgewarden/agent.conf")
