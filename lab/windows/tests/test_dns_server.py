"""The DnsServer cmdlets of the Windows DNS server's endpoint, on the model's zone."""

from pypsrp.powershell import RunspacePool

from .testbed import COMPLETED, FAILED, DoubleCase, invoke

ZONE = "contoso.test"
GET, ADD, REMOVE = (f"{verb}-DnsServerResourceRecord" for verb in ("Get", "Add", "Remove"))


class DNSServer(DoubleCase):
    def at(self, command: str, **parameters):
        return self.double.run(command, at="dns1", ZoneName=ZONE, **parameters)

    def addresses(self, name: str = "sip", kind: str = "A") -> set[str]:
        found = self.at(GET, Name=name, RRType=kind).output
        label = {"A": "IPv4Address", "AAAA": "IPv6Address"}[kind]
        return {str(r.adapted_properties["RecordData"].adapted_properties[label]) for r in found}

    def test_records_are_nested_objects(self) -> None:
        found = self.at(GET, Name="_sipfederationtls._tcp", RRType="SRV")
        self.assertEqual((found.state, len(found.output)), (COMPLETED, 1))
        own = found.output[0].adapted_properties
        self.assertEqual((own["HostName"], own["RecordType"]), ("_sipfederationtls._tcp", "SRV"))
        data = own["RecordData"].adapted_properties
        self.assertEqual(
            (data["Priority"], data["Weight"], data["Port"], data["DomainName"]),
            (0, 0, 5061, "sip.contoso.test."),
        )
        with self.double.wsman("dns1") as transport, RunspacePool(transport) as pool:
            expand = ("Select-Object", {"ExpandProperty": "RecordData"})
            rows = invoke(pool, GET, expand, ZoneName=ZONE, Name="sip", RRType="A").properties()
        self.assertEqual(len(rows), 2)
        self.assertTrue(rows[0]["IPv4Address"].startswith("127."))

    def test_what_is_not_there_is_an_error(self) -> None:
        cases = (
            ({"Name": "nothing", "RRType": "A"}, "Failed to get nothing record in contoso.test"),
            ({"Name": "sip", "RRType": "AAAA"}, "Failed to get sip record in contoso.test zone"),
        )
        for parameters, text in cases:
            answer = self.at(GET, **parameters)
            self.assertEqual((answer.state, answer.error_ids), (COMPLETED, [f"WIN32 9714,{GET}"]))
            self.assertIn(text, answer.errors[0])
        other = self.double.run(GET, at="dns1", ZoneName="other.test", Name="sip")
        self.assertEqual(other.error_ids, [f"WIN32 9601,{GET}"])

    def test_adding(self) -> None:
        before = self.addresses()
        new = {"Name": "sip", "A": True, "IPv4Address": "192.0.2.1", "TimeToLive": "00:05:00"}
        self.assertEqual(self.at(ADD, WhatIf=True, **new).errors, [])
        self.assertEqual(self.addresses(), before)
        self.assertEqual(self.at(ADD, **new).errors, [])
        self.assertEqual(self.addresses(), before | {"192.0.2.1"})
        self.assertEqual(self.at(ADD, **new).error_ids, [f"WIN32 9711,{ADD}"])
        row = self.at(GET, Name="sip", RRType="A").properties()[0]
        self.assertEqual(row["TimeToLive"], "PT5M")
        both = ["2001:db8::1", "2001:db8::2"]
        added = self.at(ADD, Name="sip", AAAA=True, IPv6Address=both, TimeToLive="0.00:00:30")
        self.assertEqual(added.errors, [])
        self.assertEqual(self.addresses(kind="AAAA"), set(both))
        self.assertEqual([c["applied"] for c in self.calls(ADD)], [False, True, False, True])

    def test_wrong_values_are_not_bound(self) -> None:
        for parameters in (
            {"A": True, "IPv4Address": "192.0.2"}, {"A": True},
            {"A": True, "IPv4Address": "192.0.2.1", "TimeToLive": "300s"},
            {"A": True, "IPv4Address": "192.0.2.1", "Priority": 1},
        ):  # fmt: skip
            with self.subTest(parameters=parameters):
                answer = self.at(ADD, Name="sip", **parameters)
                self.assertEqual((answer.state, len(answer.errors)), (FAILED, 1))

    def test_removing_asks_unless_forced(self) -> None:
        first, second = sorted(self.addresses())
        gone = {"Name": "sip", "RRType": "A", "RecordData": first}
        self.assertEqual(self.at(REMOVE, **gone).state, FAILED)
        self.assertEqual(self.at(REMOVE, WhatIf=True, **gone).errors, [])
        self.assertEqual(self.addresses(), {first, second})
        self.assertEqual(self.at(REMOVE, Force=True, **gone).errors, [])
        self.assertEqual(self.addresses(), {second})
        again = self.at(REMOVE, Force=True, **gone)
        self.assertEqual(again.error_ids, [f"WIN32 9714,{REMOVE}"])
        srv = ["0", "0", "5061", "sip.contoso.test."]
        name = "_sipfederationtls._tcp"
        done = self.at(REMOVE, Name=name, RRType="Srv", RecordData=srv, Confirm=False)
        self.assertEqual(done.errors, [])
        self.assertEqual(len(self.at(GET, Name=name).errors), 1)

    def test_other_cmdlets_are_elsewhere(self) -> None:
        answer = self.double.run("Get-CsSite", at="dns1")
        self.assertEqual(answer.error_ids, ["CommandNotFoundException"])
        answer = self.double.run(GET, ZoneName=ZONE)
        self.assertEqual(answer.error_ids, ["CommandNotFoundException"])
