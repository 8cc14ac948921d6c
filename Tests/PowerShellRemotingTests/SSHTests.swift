import Curl
import FailoverCore
import FailoverEngine
import Foundation
import PowerShellRemoting
import Testing

/// A real ssh, a real sshd, and the Windows double behind them as `powershell.exe`.
@Suite("PowerShellManagement over ssh, to the Windows double", .serialized)
struct SSHTests {
    private let fe11 = ManagementEndpoint.frontEnd(0)

    /// Runs all of it; afterwards no ssh is left, however the body ended.
    private func withSSH(
        clock: any MonotonicClock = TestClock(),
        greeting: String = "",
        changing change: @escaping (SSHServer, inout SSHEndpoint) -> Void = { _, _ in },
        _ body: (PowerShellManagement, WindowsDouble, SSHServer) async throws -> Void
    ) async throws {
        try await withWindows { double in
            let lab = repository.appendingPathComponent("lab").path
            let script = """
                #!/bin/sh
                [ "$*" = "-s -NoLogo -NoProfile" ] || exit 64
                \(greeting)
                exec \(lab)/.venv/bin/python \(lab)/windows/process/relay.py \
                \(double.ready.state)/powershell.sock fe11 'CONTOSO\\edgewarden'

                """
            try await SSHServer.with(powershell: script) { server in
                let endpoint = server.endpoint { change(server, &$0) }
                let client = try HTTPClient()
                let management = PowerShellManagement(
                    frontEnds: [.ssh(endpoint)],
                    edges: [:],
                    client: client,
                    clock: clock
                )
                let outcome: (any Error)?
                do {
                    try await body(management, double, server)
                    outcome = nil
                } catch {
                    outcome = error
                }
                await management.closeSessions()
                await client.shutdown()
                #expect(try server.processes == [])
                if let outcome { throw outcome }
            }
        }
    }

    private func failure(
        of command: PowerShellCommand = .readSites(),
        with management: PowerShellManagement,
        timeout: Duration = .seconds(20)
    ) async -> ManagementFailure? {
        await #expect(throws: ManagementFailure.self) {
            try await management.run(command, at: fe11, timeout: timeout)
        }
    }

    @Test
    func `two commands run in one session, which ends with the last`() async throws {
        try await withSSH { management, double, server in
            for _ in 1...2 {
                let result = try await management.run(.readSites(), at: fe11, timeout: .seconds(20))
                #expect(result.errors.isEmpty && result.output.count == 2)
                #expect(result.output.first?["Identity"].text == "Site:Redmond")
            }
            #expect(try double.shells().opened == 1)
            #expect(try server.processes.count == 1)
            await management.closeSessions()
            #expect(try double.shells().open.isEmpty)
            #expect(try server.processes.isEmpty)
            #expect(
                try double.calls().map(\.who) == [#"CONTOSO\edgewarden"#, #"CONTOSO\edgewarden"#]
            )
        }
    }

    @Test
    func `parameters arrive as values, and what is written is read back`() async throws {
        try await withSSH(greeting: "echo 'Active code page: 65001'; echo") {
            management,
            double,
            _ in
            let pool = try FQDN(checking: "edgepool2.contoso.lan")
            let command = PowerShellCommand.setRoute(
                of: SiteName("Redmond"),
                .sip,
                to: .edgeServer(pool)
            )
            #expect(
                try await management.run(command, at: fe11, timeout: .seconds(20)).errors.isEmpty
            )
            let read = try await management.run(.readSites(), at: fe11, timeout: .seconds(20))
            let redmond = read.output.first { $0["Identity"].text == "Site:Redmond" }
            #expect(redmond?["FederationRoute"].text == "EdgeServer:edgepool2.contoso.lan")
            let call = try #require(try double.calls().first)
            #expect(call.applied && call.parameters["Identity"] == .string("Redmond"))
        }
    }

    @Test(arguments: [false, true])
    func `an error record is a result, and the session goes on`(
        isTerminating: Bool
    ) async throws {
        try await withSSH { management, double, _ in
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
    func `a long request travels in several pieces`() async throws {
        try await withSSH { management, double, _ in
            let long = String(repeating: "x", count: 100_000)
            let result = try await management.run(
                PowerShellCommand(.getSite, [.init(.identity, .string(long))]),
                at: fe11,
                timeout: .seconds(20)
            )
            #expect(result.errors.first?.contains(long) == true)
            #expect(try double.calls().map(\.cmdlet) == ["Get-CsSite"])
        }
    }

    @Test
    func `a look tells the PowerShell and the account, and leaves a session to use`() async throws {
        try await withSSH { management, double, server in
            let report = try await management.inspect(fe11, timeout: .seconds(20))
            #expect(report.powerShell == "5.1.14393.2248" && report.remotingProtocol == "2.3")
            #expect(report.account == server.endpoint().user && report.product == nil)
            _ = try await management.run(.readSites(), at: fe11, timeout: .seconds(20))
            #expect(try double.shells().opened == 1)
        }
    }

    @Test
    func `a server at another address is known by its name`() async throws {
        func rename(_ server: SSHServer, _ endpoint: inout SSHEndpoint) {
            endpoint.host = "edge11.contoso.lan"
            endpoint.address = "127.0.0.1"
            endpoint.knownHostsFile = server.folder + "/named_hosts"
        }
        try await withSSH(changing: rename) { management, _, server in
            let result = try await management.run(.readSites(), at: fe11, timeout: .seconds(20))
            #expect(result.output.count == 2)
            #expect(management.address(of: fe11) == "ssh://edge11.contoso.lan:\(server.port)")
        }
    }

    @Test
    func `PowerShell that dies in the middle of a command is a lost answer`() async throws {
        try await withSSH { management, double, server in
            _ = try double.control("hold", ["cmdlet": "Enable-CsTopology"])
            async let failed = failure(of: .enableTopology(), with: management)
            try await double.waitUntilHeld()
            try double.restartHost("fe11")
            let failure = try #require(await failed)
            #expect(failure.code == .answerLost && failure.mayHaveActed)
            #expect(failure.message.contains("Enable-CsTopology at ssh://127.0.0.1:\(server.port)"))
            #expect(try server.processes.isEmpty)
            let after = try await management.run(.readSites(), at: fe11, timeout: .seconds(20))
            #expect(after.output.count == 2)
        }
    }

    @Test
    func `a session that died while it was kept is opened anew`() async throws {
        try await withSSH { management, double, _ in
            _ = try await management.run(.readSites(), at: fe11, timeout: .seconds(20))
            try double.restartHost("fe11")
            let result = try await management.run(.readSites(), at: fe11, timeout: .seconds(20))
            #expect(result.output.count == 2)
            #expect(try double.calls().count == 1)
            #expect(try double.shells().opened == 2)
        }
    }

    @Test
    func `a session that was idle for long is not used again`() async throws {
        let clock = PushedClock()
        try await withSSH(clock: clock) { management, double, _ in
            _ = try await management.run(.readSites(), at: fe11, timeout: .seconds(20))
            clock.push(.seconds(241))
            _ = try await management.run(.readSites(), at: fe11, timeout: .seconds(20))
            #expect(try double.shells().opened == 2)
        }
    }

    @Test
    func `a time-out says that the command may have acted, and leaves no process`() async throws {
        try await withSSH { management, double, server in
            // In an open session, so that the time goes by in the command.
            _ = try await management.run(.readSites(), at: fe11, timeout: .seconds(20))
            _ = try double.control("hold", ["cmdlet": "Enable-CsTopology"])
            let failure = try #require(
                await failure(of: .enableTopology(), with: management, timeout: .seconds(3))
            )
            #expect(failure.code == .timeout && failure.mayHaveActed)
            #expect(failure.message.contains("no result within 3s"))
            #expect(try server.processes.isEmpty)
        }
    }

    @Test
    func `a cancelled command leaves no process`() async throws {
        try await withSSH { management, double, server in
            _ = try double.control("hold", ["cmdlet": "Enable-CsTopology"])
            let outcome = await withTaskGroup(of: ManagementFailure?.self) { group in
                group.addTask { await failure(of: .enableTopology(), with: management) }
                try? await double.waitUntilHeld()  // if not, the expectations below fail
                group.cancelAll()
                return await group.next() ?? nil
            }
            #expect(outcome?.code == .cancelled && outcome?.mayHaveActed == true)
            #expect(try server.processes.isEmpty)
        }
    }

    /// What keeps a session from being opened, and the words for it.
    enum Obstacle: CaseIterable {
        case unknownHostKey, changedHostKey, wrongKey, missingKey, nobody, unknownName

        var words: String {
            switch self {
            case .unknownHostKey: "the server's host key is not in"
            case .changedHostKey: "the server shows another host key than"
            case .wrongKey, .missingKey: "the server does not let"
            case .nobody: "nothing listens on port 1 of 127.0.0.1"
            case .unknownName: "the name no-such-host.invalid is not known"
            }
        }

        func change(_ server: SSHServer, _ endpoint: inout SSHEndpoint) {
            switch self {
            case .unknownHostKey: endpoint.knownHostsFile = server.folder + "/no_hosts"
            case .changedHostKey: endpoint.knownHostsFile = server.folder + "/changed_hosts"
            case .wrongKey: endpoint.keyFile = server.folder + "/stranger"
            case .missingKey: endpoint.keyFile = server.folder + "/no-key"
            case .nobody: endpoint.port = 1
            case .unknownName: endpoint.host = "no-such-host.invalid"
            }
        }
    }

    @Test(arguments: Obstacle.allCases)
    func `what keeps us out is told in plain words, and nothing was done`(
        obstacle: Obstacle
    ) async throws {
        try await withSSH(changing: obstacle.change) { management, double, server in
            let failure = try #require(await failure(with: management))
            let isDenied = obstacle == .wrongKey || obstacle == .missingKey
            #expect(failure.code == (isDenied ? .accessDenied : .unreachable))
            #expect(!failure.mayHaveActed)
            #expect(failure.message.contains(obstacle.words), "\(failure.message)")
            #expect(failure.message.hasSuffix("It was not carried out."))
            #expect(try server.processes.isEmpty)
            #expect(try double.calls().isEmpty)
        }
    }

    @Test(arguments: [nil, "#!/bin/sh\nwhile echo hello; do :; done\n", "#!/bin/sh\nexit 3\n"])
    func `a server without a PowerShell that can be talked to is told`(
        script: String?
    ) async throws {
        try await SSHServer.with(powershell: script) { server in
            let client = try HTTPClient()
            let management = PowerShellManagement(
                frontEnds: [.ssh(server.endpoint())],
                edges: [:],
                client: client,
                clock: TestClock()
            )
            let failure = try #require(await failure(with: management))
            let expected =
                switch script {
                case nil: "the server has no powershell.exe in the path of"
                case "#!/bin/sh\nexit 3\n": "ssh ended before PowerShell answered with exit code 3"
                default: "is it PowerShell that was started?"
                }
            #expect(failure.message.contains(expected), "\(failure.message)")
            #expect(!failure.mayHaveActed)
            #expect(try server.processes.isEmpty)
            await management.closeSessions()
            await client.shutdown()
        }
    }
}
