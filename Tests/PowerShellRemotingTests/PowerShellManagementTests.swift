import Curl
import FailoverCore
import FailoverEngine
import PowerShellRemoting
import Testing

@Suite("PowerShellManagement, on the Windows double", .serialized)
struct PowerShellManagementTests {
    private let fe11 = ManagementEndpoint.frontEnd(0)

    @Test(arguments: WindowsDouble.Authentication.allCases)
    func `sites are read, whatever the authentication`(
        authentication: WindowsDouble.Authentication
    ) async throws {
        try await withManagement(authentication) { management, double in
            let result = try await management.run(.readSites(), at: fe11, timeout: .seconds(20))
            #expect(result.errors.isEmpty)
            #expect(result.output.count == 2)
            let redmond = try #require(
                result.output.first { $0["identity"].text == "Site:Redmond" }
            )
            #expect(redmond["FEDERATIONROUTE"].text == "EdgeServer:edgepool1.contoso.lan")
            let call = try #require(try double.calls().first)
            #expect(call.cmdlet == "Get-CsSite" && call.server == "fe11.contoso.lan")
            #expect(call.who == "CONTOSO\\edgewarden")
        }
    }

    @Test(arguments: ["Negotiate,Basic", "Negotiate", "NTLM"])
    func `NTLM is spoken by the scheme that the server has`(schemes: String) async throws {
        try await withManagement(.ntlm) { management, double in
            _ = try double.control("settings", ["schemes": schemes])
            for _ in 1...2 {
                let result = try await management.run(.readSites(), at: fe11, timeout: .seconds(20))
                #expect(result.output.count == 2)
            }
            #expect(
                try double.calls().map(\.who) == Array(repeating: #"CONTOSO\edgewarden"#, count: 2)
            )
            #expect(try double.shells().opened == 1)
        }
    }

    @Test
    func `a route is written and read back, and parameters arrive as values`() async throws {
        try await withManagement { management, double in
            let pool = try FQDN(checking: "edgepool2.contoso.lan")
            let command = PowerShellCommand.setRoute(
                of: SiteName("Redmond"),
                .sip,
                to: .edgeServer(pool)
            )
            let written = try await management.run(command, at: fe11, timeout: .seconds(20))
            #expect(written.errors.isEmpty)
            let read = try await management.run(.readSites(), at: fe11, timeout: .seconds(20))
            let redmond = read.output.first { $0["Identity"].text == "Site:Redmond" }
            #expect(redmond?["FederationRoute"].text == "EdgeServer:edgepool2.contoso.lan")
            let call = try #require(try double.calls().first)
            #expect(call.applied)
            #expect(call.parameters["Identity"] == .string("Redmond"))
            #expect(
                call.parameters["FederationRoute"] == .string("EdgeServer:edgepool2.contoso.lan")
            )
            #expect(call.parameters["Confirm"] == .bool(false))
        }
    }

    @Test
    func `hostile text in a value stays text`() async throws {
        try await withManagement { management, double in
            let hostile = "'; Remove-CsSite -Force #\r\n$(Get-Date)_x000A_<&>\u{1F600}"
            let result = try await management.run(
                PowerShellCommand(.getSite, [.init(.identity, .string(hostile))]),
                at: fe11,
                timeout: .seconds(20)
            )
            #expect(result.output.isEmpty && result.errors.count == 1)
            let calls = try double.calls()
            #expect(calls.map(\.cmdlet) == ["Get-CsSite"])
            #expect(calls.first?.parameters["Identity"] == .string(hostile))
        }
    }

    @Test
    func `a parameter that the cmdlet does not have is an error record`() async throws {
        try await withManagement { management, _ in
            let result = try await management.run(
                PowerShellCommand(.getSite, [.init(.domain, .string("x"))]),
                at: fe11,
                timeout: .seconds(20)
            )
            #expect(result.output.isEmpty)
            #expect(result.errors.count == 1)
            #expect(result.errors.first?.contains("NamedParameterNotFound") == true)
        }
    }

    @Test(arguments: [false, true])
    func `an error that a cmdlet writes or ends with is a result`(
        isTerminating: Bool
    ) async throws {
        try await withManagement { management, double in
            _ = try double.control(
                "fail",
                ["cmdlet": "Get-CsSite", "terminating": isTerminating, "message": "No such luck."]
            )
            let result = try await management.run(.readSites(), at: fe11, timeout: .seconds(20))
            #expect(result.errors.count == 1)
            #expect(result.errors.first?.hasPrefix("No such luck.") == true)
            _ = try double.control("reset")
            let after = try await management.run(.readSites(), at: fe11, timeout: .seconds(20))
            #expect(after.errors.isEmpty && after.output.count == 2)
            #expect(try double.shells().opened == 1)
        }
    }

    @Test
    func `dates come as UTC ticks, lists as lists, bare booleans as booleans`() async throws {
        try await withManagement { management, _ in
            let replicas = try await management.run(.readReplicas, at: fe11, timeout: .seconds(20))
            #expect(replicas.output.count == 6)
            for replica in replicas.output {
                #expect(replica["UpToDate"].bool == true)
                guard case .ticks(let ticks) = replica["LastUpdateCreation"] else {
                    Issue.record("\(replica["LastUpdateCreation"])")
                    continue
                }
                #expect(ticks > 638_000_000_000_000_000)
            }
            let store = try await management.run(.readStoreStatus, at: fe11, timeout: .seconds(20))
            #expect(store.output.first?["ActiveReplicas"].elements.count == 6)
            #expect(store.output.first?["DeletedReplicas"].elements.isEmpty == true)
        }
    }

    @Test
    func `services of an Edge server are stopped and started there`() async throws {
        try await withManagement { management, double in
            let edge = ManagementEndpoint.edge(try FQDN(checking: "edge11.contoso.lan"))
            func status() async throws -> [ManagementObject] {
                try await management.run(.readWindowsServices, at: edge, timeout: .seconds(20))
                    .output
            }
            let before = try await status()
            #expect(before.contains { $0["Name"].text == "RTCSRV" })
            #expect(before.allSatisfy { $0["Status"].text == "Running" })
            let stopped = try await management.run(
                .stopServices(["RTCSRV"]),
                at: edge,
                timeout: .seconds(20)
            )
            #expect(stopped.errors.isEmpty)
            let rtcsrv = try await status().first { $0["Name"].text == "RTCSRV" }
            #expect(rtcsrv?["Status"].text == "Stopped")
            let started = try await management.run(
                .startServices(["RTCSRV"]),
                at: edge,
                timeout: .seconds(20)
            )
            #expect(started.errors.isEmpty)
            let call = try #require(try double.calls().last)
            #expect(call.cmdlet == "Start-CsWindowsService" && call.applied)
            #expect(call.parameters["Name"] == .string("RTCSRV"))
        }
    }

    @Test
    func `a slow command is polled for, and one session serves all`() async throws {
        try await withManagement(changing: .set(\.pollTimeout, .milliseconds(500))) {
            management,
            double in
            _ = try double.control("set-delay", ["cmdlet": "Get-CsSite", "seconds": 1.7])
            for _ in 1...2 {
                let result = try await management.run(.readSites(), at: fe11, timeout: .seconds(20))
                #expect(result.output.count == 2)
            }
            let shells = try double.shells()
            #expect(shells.opened == 1)
            #expect(shells.open.count == 1 && shells.open.allSatisfy { $0.commands.isEmpty })
            await management.closeSessions()
            #expect(try double.shells().open.isEmpty)
        }
    }

    @Test(
        arguments: [
            ["protocol_version": "2.2"], ["protocol_version": "2.1"], ["done_later": true],
            ["max_envelope_kb": 36],
        ] as [[String: any Sendable]]
    )
    func `servers that speak otherwise are understood`(
        settings: [String: any Sendable]
    ) async throws {
        try await withManagement { management, double in
            _ = try double.control("settings", settings)
            let pools = try await management.run(.readPools(), at: fe11, timeout: .seconds(20))
            #expect(pools.errors.isEmpty && pools.output.count == 4)
        }
    }

    @Test
    func `commands at one place may overlap`() async throws {
        try await withManagement { management, double in
            let counts = try await withThrowingTaskGroup(of: Int.self) { group in
                for _ in 1...4 {
                    group.addTask {
                        try await management.run(.readSites(), at: fe11, timeout: .seconds(20))
                            .output.count
                    }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(counts == [2, 2, 2, 2])
            await management.closeSessions()
            #expect(try double.shells().open.isEmpty)
        }
    }

    @Test
    func `places are known by their address, and unknown ones are said to be`() async throws {
        try await withManagement { management, double in
            #expect(management.frontEndCount == 2)
            #expect(management.isConfigured(fe11))
            let url = try double.endpoint("fe11").url
            #expect(management.address(of: fe11) == url)
            let nowhere = ManagementEndpoint.frontEnd(2)
            #expect(!management.isConfigured(nowhere))
            let failure = await #expect(throws: ManagementFailure.self) {
                try await management.run(.readSites(), at: nowhere, timeout: .seconds(1))
            }
            #expect(failure?.code == .notConfigured && failure?.mayHaveActed == false)
        }
    }
}
