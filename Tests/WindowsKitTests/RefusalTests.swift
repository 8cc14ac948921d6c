import FailoverCore
import Testing

/// What the role capabilities keep out.
@Suite
struct RefusalTests {
    struct Attempt: Sendable, CustomStringConvertible {
        let role: KitRole
        let command: PowerShellCommand

        var description: String { "\(role.rawValue): \(command)" }

        init(
            _ role: KitRole,
            _ cmdlet: Cmdlet,
            _ bindings: [(CmdletParameter, ParameterValue)] = []
        ) {
            self.role = role
            command = PowerShellCommand(cmdlet, bindings.map { .init($0, $1) })
        }
    }

    private static let attempts = [
        // Other services, and other start types.
        Attempt(
            .edge,
            .setWindowsServiceControl,
            [(.name, .string("WinRM")), (.startupType, .string("Disabled"))]
        ),
        Attempt(
            .edge,
            .setWindowsServiceControl,
            [(.name, .string("RTCSRV")), (.startupType, .string("Boot"))]
        ),
        Attempt(.edge, .getWindowsServiceControl, [(.name, .string("*"))]),
        Attempt(.edge, .stopWindowsService, [(.name, .string("REPLICA"))]),
        Attempt(.edge, .stopWindowsService, [(.name, .strings(["RTCSRV", "REPLICA"]))]),
        Attempt(.edge, .stopWindowsService, [(.name, .string("RTCSRV|x"))]),
        // Other computers.
        Attempt(.edge, .stopWindowsService, [(.computerName, .string("edge11.contoso.net"))]),
        // Arguments for Setup.
        Attempt(.edge, .invokeSetup, [(.name, .string("/?"))]),
        // Another role's commands.
        Attempt(.edge, .setSite, [(.identity, .string("Redmond"))]),
        Attempt(.frontEnd, .invokeSetup),
        Attempt(.frontEnd, .stopWindowsService),
        Attempt(.nameServer, .enableTopology),
        // Values of the wrong kind.
        Attempt(
            .frontEnd,
            .setSite,
            [
                (.identity, .string("*")),
                (.federationRoute, .string("EdgeServer:edgepool2.contoso.net")),
            ]
        ),
        Attempt(
            .frontEnd,
            .setSite,
            [
                (.identity, .string("Redmond")),
                (.federationRoute, .string("Registrar:fepool1.contoso.net")),
            ]
        ),
        Attempt(
            .frontEnd,
            .setRegistrar,
            [
                (.identity, .string("Director:dir1.contoso.net")),
                (.edgeServer, .string("EdgeServer:edgepool2.contoso.net")),
            ]
        ),
        Attempt(
            .frontEnd,
            .testNetConnection,
            [(.computerName, .string("sql1.contoso.net")), (.port, .integer(1_433))]
        ),
        Attempt(
            .frontEnd,
            .testFederatedPartner,
            [(.targetFqdn, .string("a b")), (.domain, .string("fabrikam.com"))]
        ),
        Attempt(.frontEnd, .getSite, [(.identity, .string("Redmond"))]),
        Attempt(.frontEnd, .enableTopology, [(.force, .bool(true))]),
        Attempt(.frontEnd, .getService, [(.localStore, .string("true"))]),
        Attempt(
            .frontEnd,
            .getCommand,
            [(.name, .string("Remove-CsSite")), (.parameterName, .string("Identity"))]
        ),
        // Other types of records.
        Attempt(
            .nameServer,
            .removeRecord,
            [
                (.zoneName, .string("contoso.com")), (.name, .string("@")),
                (.recordType, .string("NS")), (.recordData, .string("ns1.contoso.com.")),
                (.force, .bool(true)),
            ]
        ),
        Attempt(
            .nameServer,
            .getRecords,
            [(.zoneName, .string("..TrustAnchors")), (.recordType, .string("A"))]
        ),
        Attempt(
            .nameServer,
            .getRecords,
            [(.zoneName, .string("contoso.com")), (.computerName, .string("dc1.contoso.net"))]
        ),
    ]

    @Test(
        .enabled(if: KitFiles.hasGrammar, "scripts/setup makes lab/.venv with the grammar"),
        arguments: attempts
    )
    func `what the agent never sends is refused`(attempt: Attempt) throws {
        #expect(!(try Allowance(attempt.role).admits(attempt.command)))
    }

    @Test(arguments: [
        ("Set-CsSite", "Identity", "Redmond"), ("Set-CsSite", "Identity", "Site:São Paulo 2"),
        ("Set-CsRegistrar", "Identity", "registrar:FEPOOL1.contoso.net"),
        ("Stop-CsWindowsService", "Name", "rtcsrv"),
        ("Stop-CsWindowsService", "Name", "RtcXmppTGWProxy"),
        ("Stop-CsWindowsService", "Name", "REPLICA2"),
        ("Add-DnsServerResourceRecord", "Name", "_sipfederationtls._tcp"),
        ("Add-DnsServerResourceRecord", "TimeToLive", "1.00:00:00"),
    ])
    func `what the servers may be called is let through`(
        command: String,
        parameter: String,
        value: String
    ) throws {
        let value = ParameterValue.string(value)
        let rule = try #require(KitRule.rule(command, parameter, [value]))
        #expect(rule.admits(value))
    }
}
