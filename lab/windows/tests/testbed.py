"""What the self-test stands on: a stand-alone double, pypsrp as the client, the control socket."""

import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import unittest

from pypsrp.powershell import PowerShell, RunspacePool
from pypsrp.wsman import WSMan

LAB = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
POOL1 = "EdgeServer:edgepool1.contoso.lan"
POOL2 = "EdgeServer:edgepool2.contoso.lan"
# PSInvocationState.
COMPLETED, FAILED = 4, 5


class Answer:
    """What one pipeline gave."""

    def __init__(self, shell: PowerShell, output: list, raised: Exception | None) -> None:
        self.output = output
        self.errors = [str(e) for e in shell.streams.error]
        self.error_ids = [e.fq_error for e in shell.streams.error]
        self.warnings = [str(w) for w in shell.streams.warning]
        self.state = shell.state
        self.raised = raised

    def properties(self) -> list[dict]:
        """Each object's properties; enums and other objects by their text."""
        rows = []
        for item in self.output:
            own = {**item.adapted_properties, **item.extended_properties}
            rows.append({k: str(v) if hasattr(v, "to_string") else v for k, v in own.items()})
        return rows


class Double:
    """A double of its own, in a folder of its own."""

    def __init__(self) -> None:
        self.state = tempfile.mkdtemp(prefix="windows-double-")
        self._process = subprocess.Popen(
            [sys.executable, "-m", "windows", "--standalone", "--state", self.state],
            cwd=LAB,
            stdout=subprocess.PIPE,
            text=True,
        )
        self.info = json.loads(self._process.stdout.readline())

    def close(self) -> None:
        """Ends it and removes its folder."""
        self._process.terminate()
        self._process.wait(10)
        self._process.stdout.close()
        shutil.rmtree(self.state)

    def endpoint(self, name: str) -> dict:
        """Address and account of a server's endpoint."""
        return next(e for e in self.info["endpoints"] if e["short"] == name)

    def control(self, command: str, **arguments):
        """One request to the control socket."""
        with socket.socket(socket.AF_UNIX) as connection:
            connection.connect(self.info["socket"])
            file = connection.makefile("rwb")
            file.write(json.dumps({"command": command, **arguments}).encode() + b"\n")
            file.flush()
            answer = json.loads(file.readline())
        if "error" in answer:
            raise ValueError(answer["error"])
        return answer["result"]

    def wsman(self, name: str = "fe11", auth: str = "basic", **options) -> WSMan:
        """A pypsrp transport to a server."""
        at = self.endpoint(name)
        settings = {
            "username": at["user"],
            "password": at["password"],
            "encryption": "never",
            "cert_validation": self.info["ca"],
            "operation_timeout": 3,
            "read_timeout": 20,
            **options,
        }
        return WSMan(at["host"], port=at["port"], ssl=True, auth=auth, **settings)

    def run(self, command: str, at: str = "fe11", auth: str = "basic", **parameters) -> Answer:
        """One cmdlet in a session of its own. A parameter may end in _ (Pool_)."""
        with self.wsman(at, auth) as transport, RunspacePool(transport) as pool:
            return invoke(pool, command, **parameters)

    def until(self, what, seconds: float = 8.0):
        """Polls until `what()` is true; fails with its last value."""
        end = time.monotonic() + seconds
        while True:
            value = what()
            if value:
                return value
            if time.monotonic() > end:
                raise AssertionError(f"still {value!r} after {seconds} s")
            time.sleep(0.05)


def invoke(pool: RunspacePool, command: str, *more: tuple[str, dict], **parameters) -> Answer:
    """A pipeline of one cmdlet, or of several: ("Select-Object", {"Property": […]})."""
    shell = PowerShell(pool)
    for name, given in [(command, parameters), *more]:
        shell.add_cmdlet(name)
        for key, value in given.items():
            shell.add_parameter(key, value)
    raised = None
    output: list = []
    try:
        output = shell.invoke()
    except Exception as why:  # The tests look at it.
        raised = why
    return Answer(shell, output or shell.output, raised)


class DoubleCase(unittest.TestCase):
    """Tests on one double, put back to its start before each of them."""

    @classmethod
    def setUpClass(cls) -> None:
        cls.double = Double()

    @classmethod
    def tearDownClass(cls) -> None:
        cls.double.close()

    def setUp(self) -> None:
        for name in os.listdir(os.path.join(self.double.state, "down")):
            os.unlink(os.path.join(self.double.state, "down", name))
        self.double.control("reset")

    def route(self, site: str = "Redmond") -> str:
        return self.double.run("Get-CsSite", Identity=site).properties()[0]["FederationRoute"]

    def calls(self, cmdlet: str) -> list[dict]:
        return [c for c in self.double.control("calls") if c["cmdlet"] == cmdlet]

    def down(self, server: str) -> None:
        open(os.path.join(self.double.state, "down", server), "w").close()
        self.double.until(lambda: self.double.control("show")["down"])
