"""A booted Debian: systemd-nspawn in this process's network, which is a namespace of its own."""

import os
import signal
import subprocess
import time

# systemd's: "shut down" (systemd(1), SIGNALS).
POWER_OFF = signal.SIGRTMIN + 4
ENVIRONMENT = {"PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
               "LANG": "C.UTF-8", "TERM": "dumb", "NO_COLOR": "1", "DEBIAN_FRONTEND": "noninteractive"}


class Machine:
    """The container: `boot`, `run` programs in it, `halt`."""

    def __init__(self, archive, folder):
        self.root = os.path.join(folder, f"root-{os.getpid()}")
        self.log = os.path.join(folder, "console.log")
        os.mkdir(self.root)
        # This mount namespace ends with us, and the memory with it.
        subprocess.run(["mount", "-t", "tmpfs", "-o", "mode=0755", "tmpfs", self.root], check=True)
        subprocess.run(["tar", "--extract", "--file", archive, "--directory", self.root,
                        "--numeric-owner"], check=True)
        # Neither a first boot, which asks questions, nor the identity of another machine.
        self.write("etc/machine-id", f"{os.getpid():032x}\n")
        self.nspawn = None
        self.leader = None
        self.cgroups = []

    def boot(self):
        """Starts it; returns when systemd has started everything."""
        command = ["systemd-nspawn", "--quiet", "--register=no", f"--directory={self.root}",
                   "--boot", "--console=pipe", "--link-journal=no", "--resolv-conf=off",
                   "--timezone=off"]
        if not os.path.isdir("/run/systemd/system"):
            # No systemd here that could give it control groups: it gets some of its own.
            command.append("--keep-unit")
            self.cgroups = make_cgroups(f"edgewarden-system-{os.getpid()}")
        with open(self.log, "wb") as log:
            self.nspawn = subprocess.Popen(
                ["setpriv", "--pdeathsig", "KILL", "--", *command], stdin=subprocess.DEVNULL,
                stdout=log, stderr=log, preexec_fn=self.enter_cgroups)
        until(60, "the container boots", self.has_booted)

    def enter_cgroups(self):
        for group in self.cgroups:
            with open(os.path.join(group, "cgroup.procs"), "w") as file:
                file.write(str(os.getpid()))

    def has_booted(self):
        if self.nspawn.poll() is not None:
            with open(self.log) as log:
                raise RuntimeError(f"systemd-nspawn ended: {log.read()[-2000:]}")
        with open(f"/proc/{self.nspawn.pid}/task/{self.nspawn.pid}/children") as file:
            children = file.read().split()
        if not children:
            return False
        self.leader = int(children[0])
        state = self.run("systemctl", "is-system-running", check=False)
        return state.stdout.strip() in ("running", "degraded")

    def run(self, *command, check=True, user=None, text=None):
        """Runs a program in it, as root or as one of its users."""
        as_user = ["runuser", "-u", user, "--"] if user else []
        inside, environment = self.entered(*as_user, *command)
        done = subprocess.run(inside, env=environment, capture_output=True, text=True, input=text,
                              cwd="/")
        if check and done.returncode != 0:
            raise AssertionError(f"{' '.join(command)} ended with {done.returncode}: "
                                 f"{(done.stderr or done.stdout).strip()[-600:]}")
        return done

    def entered(self, *command):
        """The command that runs a program in it, and the environment for that."""
        # An absolute path would be ours until the namespaces are entered.
        return (["nsenter", "--target", str(self.leader), "--all", "--", "/usr/bin/env", *command],
                ENVIRONMENT)

    def path(self, name):
        return os.path.join(self.root, name.lstrip("/"))

    def write(self, name, text, mode=0o644):
        with open(self.path(name), "w") as file:
            file.write(text)
        os.chmod(self.path(name), mode)

    def halt(self):
        """Stops it in good order, or at once when it does not; leaves nothing behind."""
        if self.nspawn is not None:
            if self.leader is not None and self.nspawn.poll() is None:
                os.kill(self.leader, POWER_OFF)
            try:
                self.nspawn.wait(timeout=15)
            except subprocess.TimeoutExpired:
                if self.leader is not None:
                    os.kill(self.leader, signal.SIGKILL)
                self.nspawn.kill()
                self.nspawn.wait()
        for group in self.cgroups:
            for folder, _, _ in os.walk(group, topdown=False):
                os.rmdir(folder)
        subprocess.run(["umount", "--lazy", self.root], check=True)
        os.rmdir(self.root)


def make_cgroups(name):
    """A group below our own in the hierarchies that systemd uses."""
    made = []
    with open("/proc/self/cgroup") as file:
        for line in file.read().splitlines():
            _, controllers, place = line.split(":", 2)
            if controllers == "name=systemd":
                mount = "/sys/fs/cgroup/systemd"
            elif controllers == "":
                unified = "/sys/fs/cgroup/unified"
                mount = unified if os.path.isdir(unified) else "/sys/fs/cgroup"
            else:
                continue
            group = os.path.join(mount, place.lstrip("/"), name)
            os.mkdir(group)
            made.append(group)
    return made


def until(seconds, what, holds):
    """Looks until something is so."""
    end = time.monotonic() + seconds
    while True:
        value = holds()
        if value:
            return value
        if time.monotonic() > end:
            raise AssertionError(f"not within {seconds} s: {what}")
        time.sleep(0.1)
