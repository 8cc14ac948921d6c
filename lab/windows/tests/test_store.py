"""The Central Management store: routes, enabling, replication, associations, its loss."""

import datetime
import json
import os

from .testbed import COMPLETED, FAILED, POOL1, POOL2, DoubleCase

STATUS = "Get-CsManagementStoreReplicationStatus"


class Store(DoubleCase):
    def status(self, server: str) -> dict:
        return self.double.run(STATUS, ReplicaFqdn=f"{server}.contoso.lan").properties()[0]

    def replica(self, server: str) -> dict:
        path = os.path.join(self.double.state, "replicas", f"{server}.contoso.lan.json")
        with open(path, encoding="utf-8") as file:
            return json.load(file)

    def set_route(self, site: str = "Redmond") -> None:
        answer = self.double.run("Set-CsSite", Identity=site, FederationRoute=POOL2)
        self.assertEqual((answer.state, answer.errors), (COMPLETED, []))

    def current(self, server: str) -> bool:
        return self.replica(server)["sites"][0]["federationRoute"] == "edgepool2.contoso.lan"

    def test_a_site_has_the_properties_that_are_known_and_no_more(self) -> None:
        rows = self.double.run("Get-CsSite").properties()
        self.assertEqual(
            list(rows[0]),
            "Identity SiteId Services Pools FederationRoute XmppFederationRoute "
            "DefaultPersistentChatPool Description DisplayName SiteType ParentSite".split(),
        )
        self.assertEqual([r["Identity"] for r in rows], ["Site:Redmond", "Site:Dublin"])
        self.assertEqual(rows[0]["SiteType"], "CentralSite")

    def test_a_route_reaches_servers_only_after_enabling_and_the_delay(self) -> None:
        self.double.control("set-replication-delay", seconds=1.0, status_lag=0.3)
        before = self.status("fe11")
        self.set_route()
        self.assertEqual(self.route(), POOL2)
        self.assertTrue(self.status("fe11")["UpToDate"])
        self.assertFalse(self.current("fe11"))
        self.assertEqual(self.double.run("Enable-CsTopology").state, COMPLETED)
        # The old state still shows as up to date; then as behind; then as current.
        self.assertEqual(self.status("fe11"), before)
        self.double.until(lambda: not self.status("fe11")["UpToDate"])
        self.assertFalse(self.current("fe11"))
        self.double.until(lambda: self.status("fe11")["UpToDate"])
        self.assertTrue(self.current("fe11") and self.current("edge22"))
        after = self.status("fe11")
        self.assertGreater(after["LastUpdateCreation"], before["LastUpdateCreation"])

    def test_enabling_nothing_new_moves_nothing(self) -> None:
        before = self.status("fe21")
        self.assertEqual(self.double.run("Enable-CsTopology").state, COMPLETED)
        self.assertEqual(self.calls("Enable-CsTopology")[0]["applied"], False)
        self.double.control("switch", letter="b-enable", value="new-update")
        self.double.control("set-replication-delay", seconds=0.1, status_lag=0)
        self.double.run("Enable-CsTopology")
        self.double.until(
            lambda: self.status("fe21")["LastUpdateCreation"] != before["LastUpdateCreation"]
        )

    def test_by_switch_b_a_route_replicates_at_once(self) -> None:
        self.double.control("switch", letter="b", value="immediate")
        self.double.control("set-replication-delay", seconds=0.1)
        self.set_route()
        self.double.until(lambda: self.current("fe21"))

    def test_dead_and_frozen_servers_stay_behind(self) -> None:
        self.double.control("set-replication-delay", seconds=0.2, status_lag=0)
        self.double.control("freeze-replication", server="fe21", until_forced=True)
        self.down("edge11")
        self.set_route()
        self.double.run("Enable-CsTopology")
        self.double.until(lambda: self.current("fe11"))
        for server in ("edge11", "fe21"):
            self.assertFalse(self.status(server)["UpToDate"])
            self.assertFalse(self.current(server))
        os.unlink(os.path.join(self.double.state, "down", "edge11"))
        self.double.until(lambda: self.current("edge11") and self.status("edge11")["UpToDate"])
        forced = self.double.run(
            "Invoke-CsManagementStoreReplication", ReplicaFqdn="fe21.contoso.lan"
        )
        self.assertEqual(forced.state, COMPLETED)
        self.double.until(lambda: self.current("fe21") and self.status("fe21")["UpToDate"])

    def test_times_are_of_the_windows_time_zone(self) -> None:
        now = datetime.datetime.now(datetime.timezone.utc)
        self.double.control("settings", clock_offset=3600)
        self.double.control("set-replication-delay", seconds=0, status_lag=0)
        self.set_route()
        before = self.status("fe11")["LastUpdateCreation"]
        self.double.run("Enable-CsTopology")
        self.double.until(lambda: self.status("fe11")["LastUpdateCreation"] != before)
        created = self.status("fe11")["LastUpdateCreation"]
        self.assertIn("-08:00", str(created))
        stamp = datetime.datetime.fromisoformat(str(created)[:26] + "-08:00")
        self.assertAlmostEqual((stamp - now).total_seconds(), 3600, delta=60)

    def test_clearing_a_route_by_switch_c(self) -> None:
        for answer, value, cleared in (
            ("both", "", True), ("both", None, True), ("null", "", False),
            ("empty", "", True), ("neither", None, False),
        ):  # fmt: skip
            with self.subTest(answer=answer, value=value):
                self.double.control("reset")
                self.double.control("switch", letter="c", value=answer)
                done = self.double.run("Set-CsSite", Identity="Redmond", FederationRoute=value)
                self.assertEqual(done.state, COMPLETED if cleared else FAILED)
                self.assertEqual(self.route(), None if cleared else POOL1)

    def test_the_federation_flag_by_switch_a(self) -> None:
        path = f"services/{POOL2}/accessEdgeExternalSipPort"
        self.double.control("set", path=path, value=None)
        shown = {"null": None, "zero": 0, "empty": "", "unchanged": 5061}
        for answer in (*shown, "absent"):
            with self.subTest(answer=answer):
                self.double.control("switch", letter="a", value=answer)
                row = self.double.run(
                    "Get-CsService", EdgeServer=True, PoolFqdn="edgepool2.contoso.lan"
                ).properties()[0]
                if answer == "absent":
                    self.assertNotIn("AccessEdgeExternalSipPort", row)
                else:
                    self.assertEqual(row["AccessEdgeExternalSipPort"], shown[answer])

    def test_associations_move_and_dependents_follow(self) -> None:
        for cmdlet, role in (("Registrar", "Registrar"), ("ConferenceServer", "ConferencingServer"),
                             ("MediationServer", "MediationServer")):  # fmt: skip
            identity = f"{role}:fepool1.contoso.lan"
            done = self.double.run(f"Set-Cs{cmdlet}", Identity=identity, EdgeServer=POOL2)
            self.assertEqual((done.state, done.errors), (COMPLETED, []))
            row = self.double.run("Get-CsService", Identity=identity).properties()[0]
            self.assertEqual(row["EdgeServer"], POOL2)
        edge = self.double.run("Get-CsService", Identity=POOL2).properties()[0]
        self.assertEqual(len(edge["DependentServiceList"]), 6)
        hop = "Registrar:fepool2.contoso.lan"
        self.double.run("Set-CsEdgeServer", Identity=POOL1, Registrar=hop)
        row = self.double.run("Get-CsService", Identity=POOL1).properties()[0]
        self.assertEqual((row["Registrar"], row["DependentServiceList"]), (hop, []))

    def test_the_store_dies_with_its_pool_and_can_be_moved(self) -> None:
        self.down("fe11")
        answer = self.double.run("Set-CsSite", at="fe21", Identity="Dublin", FederationRoute=POOL2)
        self.assertEqual(answer.state, FAILED)
        self.assertIn("SQL Server", answer.errors[0])
        for shown in ("empty", "error"):
            self.double.control("switch", letter="cms", value=shown)
            status = self.double.run(STATUS, at="fe21", CentralManagementStoreStatus=True)
            if shown == "empty":
                self.assertIsNone(status.properties()[0]["ActiveMasterFqdn"])
            else:
                self.assertEqual(status.state, FAILED)
        self.double.control("cms-failover", pool="fepool2")
        answer = self.double.run("Set-CsSite", at="fe21", Identity="Dublin", FederationRoute=POOL2)
        self.assertEqual(answer.errors, [])
        status = self.double.run(STATUS, at="fe21", CentralManagementStoreStatus=True)
        self.assertEqual(status.properties()[0]["ActiveMasterFqdn"], "fe21.contoso.lan")

    def test_pools_computers_rights_and_the_partner(self) -> None:
        pool = self.double.run("Get-CsPool", Identity="edgepool1.contoso.lan").properties()[0]
        self.assertEqual(pool["Computers"], ["edge11.contoso.lan", "edge12.contoso.lan"])
        rows = self.double.run("Get-CsComputer", Pool="edgepool2.contoso.lan").properties()
        self.assertEqual([r["Identity"][:6] for r in rows], ["edge21", "edge22"])
        right = self.double.run("Test-CsSetupPermission", ComputerOU="ou=lab").properties()[0]
        self.assertEqual(right["Result"], "Success")
        for domain, result in (("fabrikam.test", "Success"), ("nobody.test", "Failure")):
            row = self.double.run(
                "Test-CsFederatedPartner", TargetFqdn="edgepool2.contoso.lan", Domain=domain
            ).properties()[0]
            self.assertEqual(row["Result"], result)

    def test_the_endpoint_shows_and_hides(self) -> None:
        row = self.double.run("Get-Command", Name="Set-CsSite").properties()[0]
        self.assertIn("XmppFederationRoute", row["Parameters"])
        self.assertNotIn("XmppExternalFederationRoute", row["Parameters"])
        self.double.control("switch", letter="h", value="set-site")
        hidden = self.double.run("Get-Command", Name="Set-CsSite")
        self.assertEqual((hidden.state, len(hidden.errors)), (COMPLETED, 1))
        answer = self.double.run("Set-CsSite", Identity="Redmond", FederationRoute=POOL2)
        self.assertEqual(answer.error_ids, ["CommandNotFoundException"])

    def test_an_administrator_changes_things_by_hand(self) -> None:
        self.double.control("set-replication-delay", seconds=0.1)
        self.double.control(
            "set", path="sites/Redmond/federationRoute", value="edgepool2.contoso.lan"
        )
        self.assertEqual(self.route(), POOL2)
        self.double.until(lambda: self.current("fe11"))
        self.assertEqual(self.calls("Set-CsSite"), [])
