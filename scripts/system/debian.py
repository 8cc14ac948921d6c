"""A Debian 12 with systemd, made once by debootstrap from the package source that apt uses here."""

import hashlib
import os
import subprocess

# What the package may depend on, and what a machine with systemd and an administrator has.
PACKAGES = ["ca-certificates", "dbus", "libcurl4", "libldns3", "libsqlite3-0", "man-db", "procps",
            "sudo", "systemd", "systemd-sysv"]
RELEASE = "bookworm"


def source():
    """The address of Debian's main archive, as this machine's apt knows it."""
    said = subprocess.run(
        ["apt-get", "indextargets", "--format", "$(REPO_URI) $(RELEASE) $(COMPONENT) $(ORIGIN)",
         "Created-By: Packages"], check=True, capture_output=True, text=True).stdout
    for line in said.splitlines():
        address, release, component, *origin = line.split()
        if release == RELEASE and component == "main" and origin == ["Debian"]:
            return address
    return "http://deb.debian.org/debian"


def archive(folder, say):
    """The tree as a tar file below `folder`; made anew when the list of packages has changed."""
    key = hashlib.sha256(" ".join([RELEASE, *PACKAGES]).encode()).hexdigest()[:12]
    path = os.path.join(folder, f"{RELEASE}-{key}.tar")
    if os.path.exists(path):
        return path
    say("making a Debian by debootstrap, once: a minute or two")
    os.makedirs(folder, exist_ok=True)
    tree = os.path.join(folder, f"debootstrap-{os.getpid()}")
    os.mkdir(tree)
    # In memory: dpkg waits for the disk after every file.
    subprocess.run(["mount", "-t", "tmpfs", "-o", "mode=0755", "tmpfs", tree], check=True)
    try:
        made = subprocess.run(
            ["debootstrap", "--variant=minbase", f"--include={','.join(PACKAGES)}", RELEASE, tree,
             source()], capture_output=True, text=True)
        if made.returncode != 0:
            raise RuntimeError(f"debootstrap failed:\n{made.stdout[-2000:]}{made.stderr[-2000:]}")
        for part in ("var/cache/apt/archives", "var/lib/apt/lists"):
            subprocess.run(["find", os.path.join(tree, part), "-type", "f", "-delete"], check=True)
        subprocess.run(["tar", "--create", "--file", path + ".new", "--directory", tree,
                        "--numeric-owner", "--one-file-system", "."], check=True)
        os.replace(path + ".new", path)
    finally:
        subprocess.run(["umount", "--lazy", tree], check=True)
        os.rmdir(tree)
    return path
