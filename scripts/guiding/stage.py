"""The organisation that a page plays on: the lab, an agent with a mailbox, and people."""

import email
import email.policy
import json
import os
import pwd
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time

from .directions import CONDITIONS, Directed, transcript

PEOPLE = {"anna": 2001, "berta": 2002}
CONFIGURATION = """
alerts:
  - name: oncall
    kind: mail
    server: 127.0.0.1:{port}
    security: none
    from: warden@contoso.test
    to: [oncall@contoso.test]
"""


class Stage(Directed):
    """`begin`, then for each page `turn`, `direct` and `run`, at last `end`."""

    def __init__(self, repository, program, state):
        super().__init__("anna")
        self.repository = repository
        self.program = program
        self.state = state
        self.socket = os.path.join(state, "socket", "agent.sock")
        self.agent = None
        self.sink = None
        self.log = None
        self.played = 0
        # Mails before this line of the mailbox are another page's.
        self.first_mail = 1
        self.bin = tempfile.mkdtemp(prefix="edgewarden-guide-")
        # Pages call the alert that they are about alert 1.
        self.alert = 1
        # Where people are.
        self.folder = os.path.join(self.bin, "folder")

    # People have accounts in this mount namespace alone.

    def make_people(self):
        for name, line in [("passwd", "{0}:x:{1}:{1}::/tmp:/bin/sh\n"), ("group", "{0}:x:{1}:\n")]:
            path = os.path.join(self.bin, name)
            with open(f"/etc/{name}") as original, open(path, "w") as copy:
                copy.write(original.read())
                copy.writelines(line.format(*person) for person in PEOPLE.items())
            os.chmod(path, 0o644)
            subprocess.run(["mount", "--bind", path, f"/etc/{name}"], check=True)
        assert pwd.getpwnam("anna").pw_uid == PEOPLE["anna"]

    def begin(self):
        self.make_people()
        os.chmod(self.bin, 0o755)
        os.symlink(self.program, os.path.join(self.bin, "edgewarden"))
        self.lab("down")
        self.lab("up")
        self.lab("windows-ctl", "set-replication-delay", "0.5", "--status-lag", "0.2")
        for folder in (self.state, os.path.dirname(self.socket)):
            os.makedirs(folder, exist_ok=True)
            os.chmod(folder, 0o755)
        port = self.open_mailbox()
        path = os.path.join(self.state, "agent.conf")
        with open(path) as file:
            text = file.read()
        text = text.replace(f"socket: {self.state}/agent/agent.sock", f"socket: {self.socket}")
        with open(path, "w") as file:
            file.write(text + CONFIGURATION.format(port=port))
        self.log = open(os.path.join(self.state, "agent.log"), "w")

    def turn(self):
        """Makes everything as it is at the beginning of a page: the lab, an agent without a past."""
        if self.played > 0:
            self.stop_agent()
            shutil.rmtree(os.path.join(self.state, "agent"))
            self.lab("reset")
            self.lab("windows-ctl", "set-replication-delay", "0.5", "--status-lag", "0.2")
            with open(self.mails) as file:
                self.first_mail = len(file.read().splitlines())
        self.played += 1
        shutil.rmtree(self.folder, ignore_errors=True)
        os.mkdir(self.folder)
        os.chmod(self.folder, 0o1777)
        self.person = "anna"
        self.alert = 1
        path = os.path.join(self.state, "agent.conf")
        self.agent = subprocess.Popen([self.program, "run", "--config", path], umask=0,
                                      stdout=self.log, stderr=self.log)
        self.wait("settled")

    def stop_agent(self):
        if self.agent is not None:
            self.agent.terminate()
            self.agent.wait(timeout=30)
            self.agent = None

    def open_mailbox(self):
        self.mails = os.path.join(self.state, "mails")
        server = os.path.join(self.repository, "Tests/AlertingTests/Peers/mailserver.py")
        python = os.path.join(self.repository, "lab/.venv/bin/python")
        self.sink = subprocess.Popen([python, server, "plain", *self.certificate()],
                                     stdin=subprocess.PIPE, stdout=open(self.mails, "w"))
        self.until(20, "the mail server listens", lambda: os.path.getsize(self.mails) > 0)
        with open(self.mails) as file:
            return json.loads(file.readline())["port"]

    def certificate(self):
        pki = os.path.join(self.state, "pki")
        return os.path.join(pki, "agent.crt"), os.path.join(pki, "agent.key")

    def end(self):
        self.stop_agent()
        if self.sink is not None:
            # It ends when its input does.
            self.sink.stdin.close()
            self.sink.wait(timeout=30)
        if self.log is not None:
            self.log.close()
        self.lab("down")
        for name in ("passwd", "group"):
            subprocess.run(["umount", f"/etc/{name}"], check=False)
        shutil.rmtree(self.bin)
        shutil.rmtree(self.state, ignore_errors=True)

    # Directions

    def lab(self, script, *arguments):
        done = subprocess.run([os.path.join(self.repository, "lab", script), *arguments],
                              capture_output=True, text=True, stdin=subprocess.DEVNULL)
        if done.returncode != 0:
            raise RuntimeError(f"lab/{script}: {done.stdout}{done.stderr}")

    def wait(self, condition):
        def holds():
            done = self.start("edgewarden status --json").communicate()[0]
            try:
                return CONDITIONS[condition](json.loads(done))
            except (ValueError, KeyError):
                return False
        self.until(180, condition, holds)

    def until(self, seconds, what, holds):
        end = time.monotonic() + seconds
        while not holds():
            if time.monotonic() > end:
                raise RuntimeError(f"not within {seconds} s: {what}")
            if self.agent is not None and self.agent.poll() is not None:
                raise RuntimeError(f"the agent ended, see {self.log.name}")
            time.sleep(0.2)

    def misspell(self, right, wrong):
        """Puts a mistake into the person's copy of the configuration."""
        path = os.path.join(self.folder, "agent.conf")
        with open(path if os.path.exists(path) else os.path.join(self.state, "agent.conf")) as file:
            text = file.read()
        if right not in text:
            raise ValueError(f"the configuration has no {right}")
        with open(path, "w") as file:
            file.write(text.replace(right, wrong, 1))

    # What people do and get

    def environment(self, **more):
        return {"PATH": f"{self.bin}:/usr/bin:/bin", "EDGEWARDEN_SOCKET": self.socket,
                "LANG": "C.UTF-8", "HOME": "/tmp", **more}

    def command(self, text):
        uid = str(PEOPLE[self.person])
        # Pages name the first lab's addresses.
        text = re.sub(r"\b127\.10\.", f"127.{10 + int(os.environ['LAB_ID'])}.", text)
        text = text.replace("--alert 1 ", f"--alert {self.alert} ")
        return ["setpriv", "--reuid", uid, "--regid", uid, "--clear-groups", "--", "/bin/sh",
                "-c", text]

    def start(self, text, **more):
        return subprocess.Popen(self.command(text), env=self.environment(**more), text=True,
                                stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                stderr=subprocess.STDOUT, cwd=self.folder)

    def run(self, text):
        """Runs a command as the present person; what it printed, and how it ended if not with 0."""
        typed = self.take_typed()
        process = self.start(text)
        output = process.communicate("".join(f"{line}\n" for line in typed), timeout=120)[0]
        return transcript(output, process.returncode, typed)

    def mail(self, words):
        """The newest mail with that in its subject, as a mailbox shows it."""
        found = []

        def arrived():
            with open(self.mails) as file:
                for line in file.read().splitlines()[self.first_mail:]:
                    message = email.message_from_string(json.loads(line)["message"],
                                                        policy=email.policy.default)
                    if words in message["subject"]:
                        body = message.get_body(("plain",)).get_content()
                        found[:] = [f"Subject: {message['subject']}", "", *body.splitlines()]
            return bool(found)
        self.until(30, f"a mail about {words}", arrived)
        return found

    def await_alert(self, words):
        """Waits until people have it; what came before may have taken the first numbers."""
        fact = re.compile(r"Alert:\s+(\d+)")
        self.alert = next(int(match[1]) for line in self.mail(words) if (match := fact.match(line)))

    def kept(self, words):
        """Keeps that mail in a file; the command that shows it."""
        name = words.lower().replace(" ", "-")
        os.makedirs(os.path.join(self.state, "mail"), exist_ok=True)
        with open(os.path.join(self.state, "mail", name), "w") as file:
            file.write("\n".join(self.mail(words)) + "\n")
        return f"cat mail/{name}"


def isolate():
    """Runs this program again, in a mount namespace of its own."""
    if "EDGEWARDEN_GUIDE_ISOLATED" not in os.environ:
        os.execvpe("unshare", ["unshare", "--mount", "--propagation", "private", "--",
                               sys.executable, *sys.argv],
                   {**os.environ, "EDGEWARDEN_GUIDE_ISOLATED": "1"})
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
