"""Starting and stopping the Windows side (lab/windows), when it is there."""

from __future__ import annotations

import os
import subprocess
import time

from . import files, processes
from .console import LabError
from .layout import LAB_FOLDER


def exists() -> bool:
    """Whether there is a Windows side; LAB_WITHOUT_WINDOWS=1 does without it."""
    if os.environ.get("LAB_WITHOUT_WINDOWS") == "1":
        return False
    return os.path.exists(os.path.join(LAB_FOLDER, "windows", "__main__.py"))


def running(lab: dict) -> bool:
    return processes.group(_pid_file(lab)) is not None


def start(lab: dict) -> None:
    if not exists():
        return
    files.remove(os.path.join(lab["state"], "windows.ready"))
    python = os.path.join(LAB_FOLDER, ".venv", "bin", "python")
    environment = {**os.environ, "LAB_ID": str(lab["lab_id"]), "LAB_STATE": lab["state"]}
    pid = processes.start([python, "-m", "windows", "--state", lab["state"]], _pid_file(lab),
                          _log(lab), cwd=LAB_FOLDER, env=environment)
    files.write(files.path(lab, "windows.pid"), f"{pid}\n")


def wait(lab: dict, timeout: float = processes.PATIENCE) -> None:
    """Returns when the Windows side says that it is ready."""
    deadline = time.monotonic() + timeout
    while exists() and not os.path.exists(os.path.join(lab["state"], "windows.ready")):
        if not running(lab):
            raise LabError(f"the Windows side ended while starting: "
                           f"{processes.last_lines(_log(lab))} (log: {_log(lab)})")
        if time.monotonic() > deadline:
            raise LabError(f"the Windows side was not ready within {timeout:.0f} s "
                           f"(log: {_log(lab)})")
        time.sleep(0.02)


def reset(lab: dict) -> None:
    """Puts its model back to the beginning."""
    control = os.path.join(LAB_FOLDER, "windows-ctl")
    if not running(lab) or not os.path.exists(control):
        return
    environment = {**os.environ, "LAB_ID": str(lab["lab_id"]), "LAB_STATE": lab["state"]}
    done = subprocess.run([control, "reset"], capture_output=True, text=True,
                          timeout=processes.PATIENCE, env=environment)
    if done.returncode != 0:
        raise LabError(f"windows-ctl reset failed: {(done.stderr or done.stdout).strip()}")


def _pid_file(lab: dict) -> str:
    return files.path(lab, "pids", "windows")


def _log(lab: dict) -> str:
    return os.path.join(lab["state"], "windows.log")
