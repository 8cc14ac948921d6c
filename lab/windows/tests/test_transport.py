"""Faults of the transport."""

import threading

import requests
from pypsrp.exceptions import WSManFaultError
from pypsrp.powershell import PowerShell, RunspacePool

from .testbed import COMPLETED, POOL1, POOL2, DoubleCase, invoke

BODY = b"no envelope"


class Transport(DoubleCase):
    def test_a_command_that_is_cut_still_acts(self) -> None:
        for before, route in ((True, POOL1), (False, POOL2)):
            with self.subTest(before=before):
                self.double.control("reset")
                self.double.control("cut", operation="Command", before=before)
                with self.double.wsman() as transport, RunspacePool(transport) as pool:
                    answer = invoke(pool, "Set-CsSite", Identity="Redmond", FederationRoute=POOL2)
                    self.assertIsInstance(answer.raised, requests.exceptions.ConnectionError)
                if not before:
                    self.double.until(lambda: self.calls("Set-CsSite")[0]["state"] == "ok")
                self.assertEqual(self.route(), route)

    def test_a_command_id_is_used_once(self) -> None:
        with self.double.wsman() as transport, RunspacePool(transport) as pool:
            self.double.control("hold", cmdlet="Get-CsSite")
            shells = [PowerShell(pool), PowerShell(pool)]
            shells[1].id = shells[0].id
            for shell in shells:
                shell.add_cmdlet("Get-CsSite")
            shells[0].begin_invoke()
            with self.assertRaises(WSManFaultError):
                shells[1].begin_invoke()
            self.double.control("release", cmdlet="Get-CsSite")
            self.double.until(lambda: self.calls("Get-CsSite")[0]["state"] == "ok")
            self.assertEqual(len(self.calls("Get-CsSite")), 1)

    def test_html_instead_of_an_envelope(self) -> None:
        self.double.control("cut", operation="Create", status=503)
        with self.double.wsman() as transport, self.assertRaises(WSManFaultError) as caught:
            RunspacePool(transport).open()
        self.assertIn("503", str(caught.exception.__context__))

    def test_a_hung_host_is_silent_then_goes_on(self) -> None:
        self.double.control("hang", server="edge21")
        answers = []
        thread = threading.Thread(
            target=lambda: answers.append(self.double.run("Get-CsWindowsService", at="edge21"))
        )
        thread.start()
        with self.assertRaises(requests.exceptions.Timeout):
            url = self.double.endpoint("edge21")["url"]
            requests.post(url, data=BODY, verify=self.double.info["ca"], timeout=0.5)
        self.assertEqual(answers, [])
        self.double.control("hang", server="edge21", end=True)
        thread.join(10)
        self.assertEqual(answers[0].state, COMPLETED)

    def test_what_is_no_envelope_is_a_fault(self) -> None:
        at = self.double.endpoint("fe11")
        auth = (at["user"], at["password"])
        answer = requests.post(
            at["url"], data=BODY, auth=auth, verify=self.double.info["ca"], timeout=5
        )
        self.assertEqual(answer.status_code, 500)
        self.assertIn("wsmanfault", answer.text)

    def test_warnings_arrive(self) -> None:
        text = "More than one federated Edge Server."
        self.double.control("warn", cmdlet="Enable-CsTopology", message=text)
        answer = self.double.run("Enable-CsTopology")
        self.assertEqual((answer.state, answer.warnings), (COMPLETED, [text]))

    def test_a_killed_client_does_not_stop_what_it_began(self) -> None:
        self.double.control("hold", cmdlet="Set-CsSite")
        transport = self.double.wsman()
        pool = RunspacePool(transport)
        pool.open()
        shell = PowerShell(pool)
        shell.add_cmdlet("Set-CsSite").add_parameters(
            {"Identity": "Redmond", "FederationRoute": POOL2}
        )
        shell.begin_invoke()
        self.double.control("held", wait=5)
        # As after kill -9: the connection is gone, nobody says goodbye.
        transport.transport.session.close()
        self.double.control("release", cmdlet="Set-CsSite")
        self.double.until(lambda: self.calls("Set-CsSite")[0]["state"] == "ok")
        self.assertEqual(self.route(), POOL2)
        self.assertEqual(len(self.double.control("shells")["open"]), 1)
        self.assertEqual(self.double.control("shells", end=True)["open"], [])
