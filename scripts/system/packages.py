"""The package under test, and one that plays an older version of it."""

import os
import shutil
import subprocess


def build(repository):
    """Builds the package; its path."""
    done = subprocess.run([os.path.join(repository, "scripts/deb")], stdout=subprocess.PIPE,
                          text=True)
    if done.returncode != 0:
        raise RuntimeError("the package could not be built")
    return done.stdout.split()[-1]


# A line that the older package's example has and the newer one's does not.
OLD_LINE = "# This line is the older package's."


def older(package, folder):
    """The same files under a lower version, and an example that has since changed."""
    tree = os.path.join(folder, "older")
    shutil.rmtree(tree, ignore_errors=True)
    subprocess.run(["dpkg-deb", "--raw-extract", package, tree], check=True)
    control = os.path.join(tree, "DEBIAN/control")
    with open(control) as file:
        lines = ["Version: 0.0.1\n" if line.startswith("Version:") else line for line in file]
    with open(control, "w") as file:
        file.writelines(lines)
    with open(os.path.join(tree, "etc/edgewarden/agent.conf.example"), "a") as file:
        file.write(f"{OLD_LINE}\n")
    path = os.path.join(folder, "edgewarden_0.0.1.deb")
    # Quick to make; nobody keeps it.
    subprocess.run(["dpkg-deb", "--root-owner-group", "-Zgzip", "-z1", "--build", tree, path],
                   check=True, stdout=subprocess.DEVNULL)
    shutil.rmtree(tree)
    return path
