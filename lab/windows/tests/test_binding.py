"""Commands and their parameters: what is refused, and how."""

import datetime

from psrpcore import types as ps
from pypsrp.powershell import PowerShell, RunspacePool

from ..psrp.binding import Cmdlet, Parameter, convert
from ..psrp.errors import Terminating
from .testbed import COMPLETED, FAILED, POOL1, POOL2, DoubleCase, invoke

LIFE = Parameter("TimeToLive", "timespan")
ANY = Cmdlet("Any", "Any", (LIFE,), print)


class Binding(DoubleCase):
    def test_what_is_wrong_is_rejected_as_powershell_does(self) -> None:
        cases = [
            ("Set-CsSite", {"Identity": "Redmond", "XmppExternalFederationRoute": "x"},
             "A parameter cannot be found that matches parameter name "
             "'XmppExternalFederationRoute'.", "NamedParameterNotFound"),
            ("Get-CsNothing", {}, "The term 'Get-CsNothing' is not recognized", "CommandNotFound"),
            ("Set-CsSite", {"FederationRoute": POOL2}, "mandatory parameters: Identity",
             "MissingMandatoryParameter"),
            ("Get-CsService", {"EdgeServer": True, "Registrar": True},
             "Parameter set cannot be resolved", "AmbiguousParameterSet"),
            ("Get-CsService", {"M": True}, "is ambiguous", "AmbiguousParameter"),
            ("Set-CsEdgeServer", {"Identity": POOL1, "AccessEdgeClientSipPort": "many"},
             "Input string was not in a correct format.", "CannotConvertArgument"),
            ("Set-CsSite", {"Identity": "site:Redmond", "FederationRoute": POOL2},
             "without a prefix", "SiteNotFound"),
            ("Set-CsSite", {"Identity": "Redmond", "FederationRoute": "edgepool2.contoso.lan"},
             "not a service identity", "InvalidServiceIdentity"),
            ("Set-CsSite", {"Identity": "Redmond", "FederationRoute": "EdgeServer:no.lan"},
             "Cannot find service", "ServiceNotFound"),
        ]  # fmt: skip
        for cmdlet, parameters, text, error_id in cases:
            with self.subTest(cmdlet=cmdlet, parameters=parameters):
                answer = self.double.run(cmdlet, **parameters)
                self.assertEqual(answer.state, FAILED)
                self.assertIn(text, answer.errors[0])
                self.assertTrue(answer.error_ids[0].startswith(error_id), answer.error_ids)
        self.assertEqual(self.route(), POOL1)
        self.assertFalse(any(c["applied"] for c in self.double.control("calls")))

    def test_script_is_refused(self) -> None:
        with self.double.wsman() as transport, RunspacePool(transport) as pool:
            shell = PowerShell(pool)
            shell.add_script("Get-CsSite; Remove-CsSite -Force")
            shell.invoke()
            self.assertEqual(shell.state, FAILED)
            self.assertEqual(shell.streams.error[0].fq_error, "ScriptsNotAllowed")

    def test_data_stays_data(self) -> None:
        name = "Redmond'; Remove-CsSite -Force #"
        answer = self.double.run("Get-CsSite", Identity=name)
        self.assertEqual((answer.state, len(answer.errors)), (COMPLETED, 1))
        self.assertEqual(self.calls("Get-CsSite")[0]["parameters"], {"Identity": name})

    def test_error_actions(self) -> None:
        cases = (("Continue", 4, 1), ("Stop", 5, 1), ("SilentlyContinue", 4, 0))
        for action, state, errors in cases:
            with self.subTest(action=action):
                answer = self.double.run("Get-CsSite", Identity="Nowhere", ErrorAction=action)
                self.assertEqual((answer.state, len(answer.errors)), (state, errors))

    def test_pipes_to_select_object_and_json(self) -> None:
        with self.double.wsman() as transport, RunspacePool(transport) as pool:
            select = ("Select-Object", {"Property": ["Identity", "No"]})
            selected = invoke(pool, "Get-CsSite", select)
            self.assertEqual(selected.properties()[0], {"Identity": "Site:Redmond", "No": None})
            made = invoke(
                pool,
                "Get-CsManagementStoreReplicationStatus",
                ("Select-Object", {"Property": ["ReplicaFqdn", "LastUpdateCreation"]}),
                ("ConvertTo-Json", {"Compress": True}),
            )
            self.assertIn('"LastUpdateCreation":"\\/Date(', made.output[0])
            # A wrong later command keeps the first from acting.
            bad = invoke(
                pool, "Set-CsSite", ("Where-Object", {}), Identity="Redmond", FederationRoute=POOL2
            )
            self.assertEqual(bad.state, FAILED)
        self.assertEqual(self.route(), POOL1)

    def test_time_spans(self) -> None:
        for text, seconds in (("00:05:00", 300), ("1.00:00:30", 86430), ("00:00:01.5", 1.5)):
            self.assertEqual(convert(ANY, LIFE, text).total_seconds(), seconds)
        span = ps.PSDuration(datetime.timedelta(seconds=7))
        self.assertEqual(convert(ANY, LIFE, span).total_seconds(), 7)
        self.assertEqual(convert(ANY, LIFE, 10_000_000).total_seconds(), 1)
        for text in ("300s", "24:00:00", "00:60:00", ""):
            with self.assertRaises(Terminating):
                convert(ANY, LIFE, text)
