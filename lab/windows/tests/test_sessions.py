"""Sessions: authentication, shells, long polls, sizes, dead hosts."""

import os
import time

import requests
from pypsrp.exceptions import AuthenticationError, WSManFaultError
from pypsrp.powershell import RunspacePool

from .testbed import COMPLETED, DoubleCase, invoke


class Sessions(DoubleCase):
    def test_basic_ntlm_and_negotiate_open_a_session(self) -> None:
        for auth in ("basic", "ntlm", "negotiate"):
            for server in ("fe11", "edge21"):
                with self.subTest(auth=auth, server=server):
                    answer = self.double.run("Get-CsWindowsService", at=server, auth=auth)
                    self.assertEqual(answer.state, COMPLETED)
                    self.assertGreater(len(answer.output), 5)

    def test_wrong_passwords_are_refused(self) -> None:
        for auth in ("basic", "ntlm", "negotiate"):
            with self.subTest(auth=auth), self.assertRaises(AuthenticationError):
                with self.double.wsman(auth=auth, password="wrong") as transport:
                    RunspacePool(transport).open()

    def test_an_account_of_an_edge_is_none_of_a_front_end(self) -> None:
        edge = self.double.endpoint("edge11")
        for auth in ("basic", "ntlm"):
            with self.subTest(auth=auth), self.assertRaises(AuthenticationError):
                user, password = edge["user"], edge["password"]
                with self.double.wsman(auth=auth, username=user, password=password) as transport:
                    RunspacePool(transport).open()

    def test_without_credentials_the_schemes_are_named(self) -> None:
        url = self.double.endpoint("fe11")["url"]
        answer = requests.post(url, data=b"", verify=self.double.info["ca"], timeout=5)
        self.assertEqual(answer.status_code, 401)
        for scheme in ("Negotiate", "NTLM", 'Basic realm="WSMAN"'):
            self.assertIn(scheme, answer.headers["WWW-Authenticate"])

    def test_shells_end_and_leaks_are_seen(self) -> None:
        self.double.run("Get-CsSite")
        self.assertEqual(self.double.control("shells")["open"], [])
        with self.double.wsman() as transport:
            RunspacePool(transport).open()
            self.assertEqual(len(self.double.control("shells")["open"]), 1)
            self.double.control("settings", idle_timeout=0.2)
            self.double.until(lambda: not self.double.control("shells")["open"])

    def test_a_shell_that_is_gone_is_a_fault(self) -> None:
        with self.double.wsman() as transport:
            pool = RunspacePool(transport)
            pool.open()
            self.double.control("settings", idle_timeout=0.2)
            self.double.until(lambda: not self.double.control("shells")["open"])
            answer = invoke(pool, "Get-CsSite")
            self.assertIsInstance(answer.raised, WSManFaultError)
            self.assertEqual(answer.raised.code, 2150858843)

    def test_a_user_may_have_so_many_shells(self) -> None:
        self.double.control("settings", max_shells=1)
        with self.double.wsman() as one, RunspacePool(one), self.double.wsman() as two:
            with self.assertRaises(WSManFaultError) as caught:
                RunspacePool(two).open()
            self.assertEqual(caught.exception.code, 2150859173)

    def test_a_long_poll_times_out_and_goes_on(self) -> None:
        self.double.control("set-delay", cmdlet="Get-CsSite", seconds=2.5)
        with self.double.wsman(operation_timeout=1) as transport, RunspacePool(transport) as pool:
            begun = time.monotonic()
            answer = invoke(pool, "Get-CsSite")
            self.assertGreater(time.monotonic() - begun, 2.4)
            self.assertEqual((answer.state, len(answer.output)), (COMPLETED, 2))

    def test_large_answers_come_in_fragments(self) -> None:
        description = "ä€" * 60000
        self.double.control("set", path="sites/Dublin/description", value=description)
        for size in (150, 500):
            with self.subTest(kilobytes=size):
                self.double.control("settings", max_envelope_kb=size)
                answer = self.double.run("Get-CsSite", Identity="Dublin")
                self.assertEqual(answer.properties()[0]["Description"], description)

    def test_old_protocol_and_late_done(self) -> None:
        self.double.control("settings", protocol_version="2.2", done_later=True)
        self.assertEqual(self.double.run("Get-CsSite").state, COMPLETED)
        rows = self.double.run("Get-Service", at="edge11", Name="RTCSRV").properties()
        self.assertNotIn("StartType", rows[0])

    def test_a_dead_host_refuses(self) -> None:
        with self.double.wsman("edge11") as transport:
            pool = RunspacePool(transport)
            pool.open()
            self.down("edge11")
            self.assertIsNotNone(invoke(pool, "Get-CsWindowsService").raised)
        with self.assertRaises(requests.exceptions.ConnectionError):
            requests.post(self.double.endpoint("edge11")["url"], verify=False, timeout=2)
        os.unlink(os.path.join(self.double.state, "down", "edge11"))
        self.double.until(lambda: not self.double.control("show")["down"])
        self.assertEqual(self.double.run("Get-CsWindowsService", at="edge11").state, COMPLETED)
        self.assertEqual(self.double.control("shells")["open"], [])
