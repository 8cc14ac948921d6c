"""Whoever sets up the product for the first time, by the page for it."""

import os
import shutil

from guiding import terminal
from guiding.directions import CONDITIONS, Directed, transcript

from .machine import until

# Longer than any command of a page takes; its own words say more than ours.
LIMIT = 240
UNIT_DROP_IN = "/etc/systemd/system/edgewarden.service.d"


class Newcomer(Directed):
    """A page's stage: a person who may use sudo, on a machine that knows the lab's names.

    What an organisation has before Edgewarden comes is made here: name resolution, and in the
    person's folder the package and the certificate of the organisation's authority.
    """

    def __init__(self, service, package):
        super().__init__("anna")
        self.service = service
        self.machine = service.machine
        self.package = package

    def begin(self):
        self.machine.run("rm", "-rf", UNIT_DROP_IN)
        self.machine.run("systemctl", "daemon-reload")
        self.machine.run("useradd", "--create-home", "--shell", "/bin/bash", self.person)
        self.machine.write("etc/sudoers.d/anna", f"{self.person} ALL=(ALL) NOPASSWD: ALL\n", 0o440)
        host = self.machine.run("hostname").stdout.strip()
        self.machine.write("etc/hosts", "".join(f"{address} {name}\n" for name, address in [
            ("localhost", "127.0.0.1"), (host, "127.0.1.1"), *self.service.inside_names()]))
        self.machine.write("etc/resolv.conf", "".join(
            f"nameserver {address}\n" for address in self.service.name_servers()))
        version = self.machine.run("dpkg-deb", "--field", self.package, "Version").stdout.strip()
        folder = f"home/{self.person}"
        shutil.copy(self.machine.path(self.package),
                    self.machine.path(f"{folder}/edgewarden_{version}_amd64.deb"))
        shutil.copy(os.path.join(self.service.lab_folder, "pki/ca.crt"),
                    self.machine.path(f"{folder}/internal-ca.crt"))

    # --- What pages tell it ----------------------------------------------------------------------

    def lab(self, *words):
        self.service.lab(*words)

    def wait(self, condition):
        self.service.await_status(180, condition, CONDITIONS[condition], user=self.person)

    def secret(self, name):
        with open(os.path.join(self.service.lab_folder, "secrets", name)) as file:
            return file.read().strip()

    def run(self, text):
        """Runs a command as the person, on a terminal when it is to be answered there."""
        typed, answers = self.take_typed(), self.take_answers()
        command = ["runuser", "--login", "--whitelist-environment=LANG,NO_COLOR", self.person,
                   "--session-command", f"exec 2>&1; {text}"]
        if answers:
            output, status = self.converse(command, answers)
        else:
            done = self.machine.run("timeout", str(LIMIT), *command, check=False,
                                    text="".join(f"{line}\n" for line in typed))
            output, status = done.stdout, done.returncode
        return transcript(output, status, typed)

    def converse(self, command, answers):
        child, end = terminal.begin(*self.machine.entered(*command), "/")
        said = []
        terminal.converse(end, answers, 0.2, said.append)
        _, status = os.waitpid(child, 0)
        return "".join(said).replace("\r\n", "\n"), os.waitstatus_to_exitcode(status)
