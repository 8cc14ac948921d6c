"""Windows services of the servers, in the model alone."""

from .testbed import COMPLETED, DoubleCase

XMPP = "RTCXMPPTGWPROXY"


class Services(DoubleCase):
    def row(self, name: str, at: str = "edge21") -> dict:
        return self.double.run("Get-CsWindowsService", at=at, Name=name).properties()[0]

    def start_type(self, name: str) -> str:
        return self.double.run("Get-Service", at="edge21", Name=name).properties()[0]["StartType"]

    def test_services_stop_and_start(self) -> None:
        self.assertEqual(self.row("rtcsrv")["Status"], "Running")
        done = self.double.run("Stop-CsWindowsService", at="edge21", Name="RTCSRV", Graceful=True)
        self.assertEqual((done.state, done.errors, done.output), (COMPLETED, [], []))
        self.assertEqual(self.row("RTCSRV")["Status"], "Stopped")
        self.assertEqual(self.row("RTCSRV", at="edge22")["Status"], "Running")
        self.double.run("Start-CsWindowsService", at="edge21", Name="RTCSRV")
        self.double.run("Start-CsWindowsService", at="edge21", Name="RTCSRV")
        self.assertEqual(self.row("RTCSRV")["Status"], "Running")
        starts = self.calls("Start-CsWindowsService")
        self.assertEqual([c["applied"] for c in starts], [True, False])

    def test_all_services_stop_and_start(self) -> None:
        self.double.run("Stop-CsWindowsService", at="edge21")
        rows = self.double.run("Get-CsWindowsService", at="edge21").properties()
        self.assertEqual({r["Status"] for r in rows}, {"Stopped"})
        self.double.run("Start-CsWindowsService", at="edge21")
        rows = self.double.run("Get-CsWindowsService", at="edge21").properties()
        self.assertEqual({r["Status"] for r in rows}, {"Running"})
        self.assertEqual(list(rows[0]), "Status Name ActivityLevel DisplayName RoleName".split())

    def test_a_disabled_service_does_not_start(self) -> None:
        self.assertEqual(self.start_type("RTCSRV"), "Automatic")
        fenced = self.double.run(
            "Set-Service", at="edge21", Name="RTCSRV", StartupType="Disabled", Status="Stopped"
        )
        self.assertEqual(fenced.errors, [])
        self.assertEqual(self.start_type("RTCSRV"), "Disabled")
        done = self.double.run("Start-CsWindowsService", at="edge21", Name="RTCSRV")
        self.assertEqual((done.state, len(done.errors)), (COMPLETED, 1))
        self.double.run("Start-CsWindowsService", at="edge21")
        self.assertEqual(self.row("RTCSRV")["Status"], "Stopped")

    def test_unknown_services_are_errors(self) -> None:
        for cmdlet in ("Get-CsWindowsService", "Start-CsWindowsService", "Get-Service"):
            with self.subTest(cmdlet=cmdlet):
                answer = self.double.run(cmdlet, at="edge21", Name="NOSUCH")
                self.assertEqual((answer.state, len(answer.errors)), (COMPLETED, 1))

    def test_the_xmpp_proxys_name_is_switch_g(self) -> None:
        self.assertIn("XMPP", self.row(XMPP)["DisplayName"])
        self.double.control("switch", letter="g", value="XMPPPROXY")
        self.assertEqual(self.row("XMPPPROXY")["Status"], "Running")
        self.double.run("Stop-CsWindowsService", at="edge21", Name="XMPPPROXY")
        self.assertEqual(self.row("XMPPPROXY")["Status"], "Stopped")
        self.double.control("switch", letter="g", value="missing")
        rows = self.double.run("Get-CsWindowsService", at="edge21").properties()
        names = [r["Name"] for r in rows]
        self.assertFalse(any("XMPP" in n for n in names))

    def test_no_one_reaches_an_edge_server_over_rpc(self) -> None:
        answer = self.double.run("Get-CsWindowsService", ComputerName="edge21.contoso.lan")
        self.assertIn("Cannot open Service Control Manager", answer.errors[0])
        answer = self.double.run("Get-CsWindowsService", ComputerName="fe21.contoso.lan")
        self.assertEqual(answer.errors, [])

    def test_the_store_is_out_of_reach_of_an_edge_server(self) -> None:
        answer = self.double.run("Get-CsSite", at="edge21")
        self.assertIn("Service Connection Point", answer.errors[0])
        self.assertEqual(
            self.double.run("Set-CsSite", at="edge21").error_ids, ["CommandNotFoundException"]
        )

    def test_certificates_are_listed_by_use(self) -> None:
        answer = self.double.run(
            "Get-CsCertificate", at="edge21", Type=["AccessEdgeExternal", "Internal"]
        )
        uses = [r["Use"] for r in answer.properties()]
        self.assertEqual(uses, ["AccessEdgeExternal", "Internal"])
