"""What people and misfortune do: a dead store, Topology Builder, Setup, other pools, products."""

from .testbed import COMPLETED, FAILED, POOL1, POOL2, DoubleCase

FLAG = "AccessEdgeExternalSipPort"
STATUS = "Get-CsManagementStoreReplicationStatus"
EDGE1, EDGE2 = "edgepool1.contoso.lan", "edgepool2.contoso.lan"


class DeadStore(DoubleCase):
    def test_every_cmdlet_on_the_store_fails_but_local_reads(self) -> None:
        self.double.control("store", action="kill")
        for cmdlet, parameters in (
            ("Get-CsSite", {}), ("Get-CsService", {}), ("Get-CsPool", {}), (STATUS, {}),
            ("Set-CsSite", {"Identity": "Dublin", "FederationRoute": POOL2}),
            ("Set-CsEdgeServer", {"Identity": POOL1, "Registrar": "Registrar:fepool2.contoso.lan"}),
            ("Enable-CsTopology", {}), ("Invoke-CsManagementStoreReplication", {}),
        ):  # fmt: skip
            with self.subTest(cmdlet=cmdlet):
                answer = self.double.run(cmdlet, at="fe21", **parameters)
                self.assertEqual((answer.state, len(answer.errors)), (FAILED, 1))
                self.assertIn("SQL Server", answer.errors[0])
        for cmdlet, rows in (("Get-CsSite", 2), ("Get-CsService", 10), ("Get-CsPool", 4)):
            answer = self.double.run(cmdlet, at="fe21", LocalStore=True)
            self.assertEqual((answer.errors, len(answer.output)), ([], rows))
        self.assertFalse(any(c["applied"] for c in self.double.control("calls")))

    def test_the_store_comes_back_or_moves(self) -> None:
        self.double.control("store", action="kill")
        self.double.control("cms-failover", pool="fepool2")
        master = self.double.run(STATUS, CentralManagementStoreStatus=True).properties()[0]
        self.assertEqual(master["ActiveMasterFqdn"], "fe21.contoso.lan")
        self.double.control("store", action="kill")
        self.assertEqual(self.double.run("Get-CsSite").state, FAILED)
        self.double.control("store", action="revive")
        self.assertEqual(self.double.run("Get-CsSite").errors, [])

    def test_a_local_store_is_the_servers_own_replica(self) -> None:
        self.double.control("set-replication-delay", seconds=0.1, status_lag=0)
        self.double.control("freeze-replication", server="edge21")
        self.double.run("Set-CsSite", Identity="Redmond", FederationRoute=POOL2)

        def local(server: str) -> str:
            answer = self.double.run("Get-CsSite", at=server, Identity="Redmond", LocalStore=True)
            return answer.properties()[0]["FederationRoute"]

        self.assertEqual((local("fe11"), self.route()), (POOL1, POOL2))
        self.double.run("Enable-CsTopology")
        self.double.until(lambda: local("fe11") == POOL2 and local("edge11") == POOL2)
        self.assertEqual(local("edge21"), POOL1)

    def test_without_a_store_nothing_replicates(self) -> None:
        self.double.control("set-replication-delay", seconds=0.3, status_lag=0)
        self.double.run("Set-CsSite", Identity="Redmond", FederationRoute=POOL2)
        self.double.run("Enable-CsTopology")
        self.double.control("store", action="kill")
        routes = self.double.control("show")["replicas"]["fe11.contoso.lan"]["sites"]
        self.assertEqual(routes["Redmond"]["federationRoute"], POOL1)
        self.double.control("store", action="revive")
        self.double.until(lambda: self.double.run(STATUS, ReplicaFqdn="fe11.contoso.lan")
                          .properties()[0]["UpToDate"])  # fmt: skip


class TopologyBuilder(DoubleCase):
    def flag(self, pool: str):
        row = self.double.run("Get-CsService", EdgeServer=True, PoolFqdn=pool).properties()[0]
        return row[FLAG]

    def test_flags_take_effect_when_published(self) -> None:
        self.double.control("federation-flag", pool="edgepool1", state="off")
        self.double.control("federation-flag", pool="edgepool2", state="off")
        self.assertEqual((self.flag(EDGE1), self.flag(EDGE2)), (5061, 5061))
        self.double.control("federation-flag", pool="edgepool2", state="on", publish=True)
        self.assertEqual((self.flag(EDGE1), self.flag(EDGE2)), (None, 5061))
        self.assertTrue(self.double.control("show")["enabled"])

    def test_an_old_download_overwrites_what_came_between(self) -> None:
        self.double.control("topology-builder", action="open")
        self.double.run("Set-CsSite", Identity="Redmond", FederationRoute=POOL2)
        done = self.double.control("federation-flag", pool="edgepool1", state="off", publish=True)
        self.assertEqual(len(done["published"]), 2)
        self.assertEqual(self.route(), POOL1)

    def test_it_needs_the_store(self) -> None:
        self.double.control("store", action="kill")
        with self.assertRaisesRegex(ValueError, "dead"):
            self.double.control("federation-flag", pool="edgepool1", state="off", publish=True)


class Estate(DoubleCase):
    def roles(self) -> dict:
        rows = self.double.run("Get-CsService").properties()
        return {r["Identity"]: r.get("EdgeServer") for r in rows}

    def test_a_director_has_an_edge_pool_and_replicas(self) -> None:
        self.double.control(
            "add-pool", pool="dirpool1", site="Redmond", roles="Director",
            members="dir11,dir12", edge="edgepool1",
        )  # fmt: skip
        name = "Director:dirpool1.contoso.lan"
        self.assertEqual(self.roles()[name], POOL1)
        edge = self.double.run("Get-CsService", Identity=POOL1).properties()[0]
        self.assertIn(name, edge["DependentServiceList"])
        done = self.double.run("Set-CsDirector", Identity=name, EdgeServer=POOL2)
        self.assertEqual(done.errors, [])
        self.assertEqual(self.roles()[name], POOL2)
        self.assertEqual(self.calls("Set-CsDirector")[0]["applied"], True)
        self.double.control("set-replication-delay", seconds=0.1, status_lag=0)
        self.double.control("dead", server="dir12")
        self.double.run("Enable-CsTopology")

        def current(server: str) -> bool:
            row = self.double.run(STATUS, ReplicaFqdn=f"{server}.contoso.lan").properties()[0]
            return row["UpToDate"]

        self.double.until(lambda: current("dir11") and not current("dir12"))
        self.double.control("reset")
        self.assertNotIn(name, self.roles())
        self.assertEqual(len(self.double.run(STATUS).output), 6)

    def test_a_pool_without_the_mediation_role(self) -> None:
        self.double.control("remove-service", identity="MediationServer:fepool1.contoso.lan")
        self.assertNotIn("MediationServer:fepool1.contoso.lan", self.roles())
        rows = self.double.run("Get-CsService", MediationServer=True).properties()
        self.assertEqual([r["PoolFqdn"] for r in rows], ["fepool2.contoso.lan"])

    def test_a_site_whose_route_is_not_ours(self) -> None:
        self.double.control("add-site", site="Tokyo", route="Director:dirpool9.contoso.lan")
        self.assertEqual(self.route("Tokyo"), "Director:dirpool9.contoso.lan")

    def test_builds_differ_by_server(self) -> None:
        self.double.control("set-product-version", server="edge21", version="6.0.9319.1")
        rows = {r["ReplicaFqdn"]: r["ProductVersion"] for r in self.double.run(STATUS).properties()}
        self.assertEqual(rows["edge21.contoso.lan"], "6.0.9319.1")
        self.assertEqual(rows["edge22.contoso.lan"], "6.0.9319.0")

    def test_generations(self) -> None:
        for name, version, port, module, route in (
            ("lync2010", 5, None, "Lync", False), ("lync2013", 6, 5269, "Lync", True),
            ("sfb2019", 8, None, "SkypeForBusiness", True),
        ):  # fmt: skip
            with self.subTest(name=name):
                self.double.control("reset")
                self.double.control("product", version=name)
                row = self.double.run("Get-CsService", Identity=POOL2).properties()[0]
                self.assertEqual((row["Version"], row["XmppListeningPort"]), (version, port))
                command = self.double.run("Get-Command", Name="Set-CsSite").properties()[0]
                self.assertEqual(command["ModuleName"], module)
                self.assertEqual("XmppFederationRoute" in command["Parameters"], route)
                site = self.double.run("Get-CsSite").properties()[0]
                self.assertEqual("XmppFederationRoute" in site, route)
        self.double.control("reset")
        self.double.control("product", version="sfb2019", pool="edgepool2")
        rows = self.double.run("Get-CsService", EdgeServer=True).properties()
        self.assertEqual([r["XmppListeningPort"] for r in rows], [5269, None])


class Hybrid(DoubleCase):
    """What Edge servers see of Microsoft 365 and of their own organisation's records."""

    def resolve(self, name: str, kind: str, at: str = "edge21"):
        return self.double.run("Resolve-DnsName", at=at, Name=name, Type=kind)

    def test_an_edge_server_resolves_names(self) -> None:
        row = self.resolve("_sipfederationtls._tcp.contoso.test", "SRV").properties()[0]
        self.assertEqual((row["Type"], row["NameTarget"], row["Port"]),
                         ("SRV", "sip.contoso.test", 5061))  # fmt: skip
        self.assertEqual((row["Priority"], row["Weight"], row["TTL"]), (0, 0, 60))
        rows = self.resolve("sip.contoso.test", "A_AAAA").properties()
        self.assertEqual([r["IPAddress"][:4] for r in rows], ["127.", "127."])
        start = self.resolve("sip.contoso.test", "SRV").properties()
        self.assertEqual([r["Type"] for r in start], ["SOA"])
        missing = self.resolve("nothing.contoso.test", "A")
        self.assertEqual((missing.state, missing.output), (COMPLETED, []))
        self.assertIn("DNS_ERROR_RCODE_NAME_ERROR", missing.error_ids[0])

    def test_a_host_keeps_old_names(self) -> None:
        self.double.control("keep-names", server="edge21")
        self.double.run(
            "Add-DnsServerResourceRecord", at="dns1", ZoneName="contoso.test", Name="sip",
            A=True, IPv4Address="192.0.2.1",
        )  # fmt: skip
        self.assertEqual(len(self.resolve("sip.contoso.test", "A").output), 2)
        self.assertEqual(len(self.resolve("sip.contoso.test", "A", at="edge22").output), 3)
        self.double.control("keep-names", server="edge21", end=True)
        self.assertEqual(len(self.resolve("sip.contoso.test", "A").output), 3)

    def test_a_way_to_the_cloud_is_closed(self) -> None:
        def reached(at: str) -> bool:
            answer = self.double.run(
                "Test-NetConnection", at=at, ComputerName="sipfed.online.lync.com", Port=5061
            )
            return answer.properties()[0]["TcpTestSucceeded"]

        self.assertTrue(reached("edge21"))
        self.double.control("close-cloud", server="edge21")
        self.assertEqual((reached("edge21"), reached("edge22")), (False, True))
        self.double.control("close-cloud", server="edge21", end=True)
        self.assertTrue(reached("edge21"))

    def test_the_setup_permission_is_told_in_two_ways(self) -> None:
        def told():
            return self.double.run("Test-CsSetupPermission", ComputerOU="ou=lab").output[0]

        self.double.control("switch", letter="setup", value="missing")
        self.assertEqual(str(told().adapted_properties["Result"]), "Failure")
        self.double.control("switch", letter="setup-output", value="boolean")
        self.assertEqual(told(), False)


class Hosts(DoubleCase):
    def test_an_endpoint_refuses_and_its_host_goes_on(self) -> None:
        self.double.control("refuse", server="edge21")
        with self.assertRaises(Exception):
            self.double.run("Get-CsWindowsService", at="edge21")
        self.double.control("set-replication-delay", seconds=0.1, status_lag=0)
        self.double.run("Set-CsSite", Identity="Redmond", FederationRoute=POOL2)
        self.double.run("Enable-CsTopology")
        self.double.until(
            lambda: self.double.run(STATUS, ReplicaFqdn="edge21.contoso.lan")
            .properties()[0]["UpToDate"]
        )
        self.double.control("refuse", server="edge21", end=True)
        self.assertEqual(self.double.run("Get-CsWindowsService", at="edge21").state, COMPLETED)

    def test_an_endpoint_dies_after_an_act(self) -> None:
        self.double.control("drop-answer", cmdlet="Set-CsSite", dies=True)
        with self.assertRaises(Exception):
            answer = self.double.run("Set-CsSite", Identity="Redmond", FederationRoute=POOL2)
            raise answer.raised
        with self.assertRaises(Exception):
            self.double.run("Get-CsSite")
        answer = self.double.run("Get-CsSite", at="fe21", Identity="Redmond")
        self.assertEqual(answer.properties()[0]["FederationRoute"], POOL2)
        self.assertEqual(self.double.control("show")["refused"], ["fe11.contoso.lan"])
        self.double.control("reset")
        self.assertEqual(self.route(), POOL1)

    def test_services_that_do_not_start(self) -> None:
        self.double.run("Stop-CsWindowsService", at="edge21", Name="RTCSRV")
        self.double.control("fail-service", server="edge21", service="RTC*")
        answer = self.double.run("Start-CsWindowsService", at="edge21", Name="RTCSRV")
        self.assertEqual((answer.state, len(answer.errors)), (COMPLETED, 1))
        # What runs already is no failure.
        answer = self.double.run("Start-CsWindowsService", at="edge21", Name="RTCMRAUTH")
        self.assertEqual(answer.errors, [])
        self.double.control("fail-service", server="edge21", service="RTC*", end=True)
        answer = self.double.run("Start-CsWindowsService", at="edge21", Name="RTCSRV")
        self.assertEqual(answer.errors, [])

    def test_setup_and_how_it_ends(self) -> None:
        row = self.double.run("Invoke-EdgewardenSetup", at="edge21").properties()[0]
        self.assertEqual(list(row), ["ExitCode", "LogFile", "ProductVersion"])
        self.assertEqual((row["ExitCode"], row["ProductVersion"]), (0, "6.0.9319.0"))
        self.double.control("setup-result", server="edge21", version="6.0.9300.0", times=1)
        row = self.double.run("Invoke-EdgewardenSetup", at="edge21").properties()[0]
        self.assertEqual(row["ProductVersion"], "6.0.9300.0")
        self.double.control("setup-result", server="edge21", exit_code=1603)
        row = self.double.run("Invoke-EdgewardenSetup", at="edge21").properties()[0]
        self.assertEqual(row["ExitCode"], 1603)
        self.assertEqual([c["applied"] for c in self.calls("Invoke-EdgewardenSetup")], [True] * 3)
        answer = self.double.run("Invoke-EdgewardenSetup")
        self.assertEqual(answer.error_ids, ["CommandNotFoundException"])

    def test_connections(self) -> None:
        answer = self.double.run("Test-NetConnection", ComputerName="edge21.contoso.lan", Port=4443)
        row = answer.properties()[0]
        self.assertEqual((row["TcpTestSucceeded"], answer.warnings), (True, []))
        self.down("edge21")
        answer = self.double.run("Test-NetConnection", ComputerName="edge21.contoso.lan", Port=4443)
        row = answer.properties()[0]
        self.assertEqual((row["TcpTestSucceeded"], len(answer.warnings)), (False, 1))
        answer = self.double.run("Test-NetConnection", ComputerName="nobody.lan", Port=1)
        self.assertIn("Name resolution", answer.warnings[0])

    def test_parameters_are_asked_for(self) -> None:
        for parameter, rows in (("EdgeServer", 1), ("Nothing", 0)):
            answer = self.double.run(
                "Get-Command", Name="Set-CsRegistrar", ParameterName=parameter
            )
            self.assertEqual((answer.errors, len(answer.output)), ([], rows))
        self.double.control("switch", letter="parameter", value="error")
        answer = self.double.run("Get-Command", Name="Set-CsRegistrar", ParameterName="Nothing")
        self.assertEqual((len(answer.errors), answer.output), (1, []))
