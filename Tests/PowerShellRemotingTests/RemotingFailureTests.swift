import Curl
import FailoverCore
import FailoverEngine
import Foundation
import PowerShellRemoting
import Testing

@Suite("PowerShellManagement, when things go wrong", .serialized)
struct RemotingFailureTests {
    private let fe11 = ManagementEndpoint.frontEnd(0)

    private func failure(
        of command: PowerShellCommand = .readSites(),
        with management: PowerShellManagement,
        timeout: Duration = .seconds(20)
    ) async -> ManagementFailure? {
        await #expect(throws: ManagementFailure.self) {
            try await management.run(command, at: fe11, timeout: timeout)
        }
    }

    @Test(arguments: WindowsDouble.Authentication.allCases)
    func `a wrong password is told, and not shown`(
        authentication: WindowsDouble.Authentication
    ) async throws {
        let wrong = Secret("not-the-password")
        let credentials: HTTPAuthentication =
            authentication == .basic
            ? .basic(user: "CONTOSO\\edgewarden", password: wrong)
            : .ntlm(user: "CONTOSO\\edgewarden", password: wrong)
        try await withManagement(changing: .set(\.authentication, credentials)) {
            management,
            double in
            let failure = try #require(await failure(with: management))
            #expect(failure.code == .accessDenied && !failure.mayHaveActed)
            #expect(failure.message.contains("HTTP 401; it offers Negotiate, NTLM, Basic"))
            #expect(failure.message.contains("Get-CsSite at https://127.0.0.1:"))
            #expect(!failure.message.contains("not-the-password"))
            #expect(try double.calls().isEmpty)
        }
    }

    @Test
    func `an authority that we do not trust is told`() async throws {
        try await withManagement(changing: .set(\.tls, TLSOptions(trust: .system))) {
            management,
            _ in
            let failure = try #require(await failure(with: management))
            #expect(failure.code == .unreachable && !failure.mayHaveActed)
        }
    }

    @Test
    func `nobody listening is unreachable, and nothing was done`() async throws {
        try await withManagement(changing: .set(\.url, "https://127.0.0.1:1/wsman")) {
            management,
            _ in
            let failure = try #require(await failure(with: management))
            #expect(failure.code == .unreachable && !failure.mayHaveActed)
            #expect(failure.message.hasSuffix("It was not carried out."))
        }
    }

    @Test
    func `a path that is no WS-Management is told`() async throws {
        try await withManagement(changing: .elsewhere) { management, _ in
            let failure = try #require(await failure(with: management))
            #expect(failure.code == .protocolFault && !failure.mayHaveActed)
            #expect(failure.message.contains("HTTP 404"))
        }
    }

    @Test
    func `an unknown session configuration is told by its name`() async throws {
        try await withManagement(changing: .set(\.configurationName, "Missing<&>")) {
            management,
            _ in
            let failure = try #require(await failure(with: management))
            #expect(failure.code == .protocolFault && !failure.mayHaveActed)
            #expect(failure.message.contains("no session configuration 'Missing<&>'"))
        }
    }

    @Test
    func `a full account is told in plain words`() async throws {
        try await withManagement { management, double in
            _ = try double.control("settings", ["max_shells": 0])
            let failure = try #require(await failure(with: management))
            #expect(failure.code == .protocolFault && !failure.mayHaveActed)
            #expect(failure.message.contains("a limit of WinRM is reached"))
        }
    }

    @Test
    func `a lost answer is told as such, and the command was sent once`() async throws {
        try await withManagement { management, double in
            _ = try await management.run(.readSites(), at: fe11, timeout: .seconds(20))
            _ = try double.control("drop-answer", ["cmdlet": "Enable-CsTopology"])
            let failure = try #require(
                await failure(of: .enableTopology(), with: management)
            )
            #expect(failure.code == .answerLost && failure.mayHaveActed)
            #expect(failure.message.contains("It may have been carried out"))
            let calls = try double.calls().filter { $0.cmdlet == "Enable-CsTopology" }
            #expect(calls.map(\.state) == ["dropped"])
            let after = try await management.run(.readSites(), at: fe11, timeout: .seconds(20))
            #expect(after.output.count == 2)
        }
    }

    @Test
    func `a time-out says that the command may have acted, and leaves no session`() async throws {
        try await withManagement { management, double in
            _ = try double.control("hold", ["cmdlet": "Enable-CsTopology"])
            let failure = try #require(
                await failure(of: .enableTopology(), with: management, timeout: .seconds(2))
            )
            #expect(failure.code == .timeout && failure.mayHaveActed)
            #expect(failure.message.contains("no result within 2s"))
            await management.closeSessions()
            #expect(try double.shells().open.isEmpty)
            #expect(try double.calls().map(\.cmdlet) == ["Enable-CsTopology"])
        }
    }

    @Test
    func `a cancelled command leaves no session`() async throws {
        try await withManagement { management, double in
            _ = try double.control("hold", ["cmdlet": "Enable-CsTopology"])
            async let running = management.run(
                .enableTopology(),
                at: fe11,
                timeout: .seconds(60)
            )
            let outcome = await withTaskGroup(of: ManagementFailure?.self) { group in
                group.addTask {
                    do throws(ManagementFailure) {
                        _ = try await management.run(
                            .enableTopology(),
                            at: .frontEnd(1),
                            timeout: .seconds(60)
                        )
                        return nil
                    } catch {
                        return error
                    }
                }
                try? await double.waitUntilHeld()  // if not, the expectations below fail
                group.cancelAll()
                return await group.next() ?? nil
            }
            #expect(outcome?.code == .cancelled)
            _ = try double.control("release", ["cmdlet": "Enable-CsTopology"])
            #expect(try await running.errors.isEmpty)
            await management.closeSessions()
            #expect(try double.shells().open.isEmpty)
        }
    }

    @Test
    func `a session that the server forgot is opened anew, and the command runs once`() async throws
    {
        try await withManagement { management, double in
            _ = try await management.run(.readSites(), at: fe11, timeout: .seconds(20))
            try double.restartHost("fe11")
            let result = try await management.run(.readSites(), at: fe11, timeout: .seconds(20))
            #expect(result.output.count == 2)
            #expect(try double.calls().count == 1)
            #expect(try double.shells().opened == 2)
        }
    }

    @Test
    func `a host that dies in the middle of a command is a lost answer`() async throws {
        try await withManagement { management, double in
            _ = try double.control("hold", ["cmdlet": "Enable-CsTopology"])
            async let failed = failure(of: .enableTopology(), with: management)
            try await double.waitUntilHeld()
            try double.restartHost("fe11")
            let failure = try #require(await failed)
            #expect(failure.code == .answerLost && failure.mayHaveActed)
        }
    }

    @Test
    func `a session that was idle for long is not trusted`() async throws {
        let clock = PushedClock()
        try await withManagement(clock: clock) { management, double in
            _ = try await management.run(.readSites(), at: fe11, timeout: .seconds(20))
            clock.push(.seconds(241))
            _ = try await management.run(.readSites(), at: fe11, timeout: .seconds(20))
            #expect(try double.shells().opened == 2)
            await management.closeSessions()
            #expect(try double.shells().open.isEmpty)
        }
    }

    @Test
    func `more commands than one place takes are refused before they are sent`() async throws {
        try await withManagement { management, double in
            _ = try double.control("hold", ["cmdlet": "Get-CsSite"])
            let endings = await withTaskGroup(of: String.self) { group in
                for _ in 1...9 {
                    group.addTask {
                        do throws(ManagementFailure) {
                            _ = try await management.run(
                                .readSites(),
                                at: fe11,
                                timeout: .seconds(60)
                            )
                            return "done"
                        } catch {
                            return "\(error.code), may have acted: \(error.mayHaveActed)"
                        }
                    }
                }
                // One is refused at once; it is the first to end, since the others are held.
                let first = await group.next() ?? ""
                _ = try? double.control("release", ["cmdlet": "Get-CsSite"])  // else they time out
                return await group.reduce(into: [first]) { $0.append($1) }
            }
            #expect(endings.first == "unreachable, may have acted: false")
            #expect(endings.dropFirst() == Array(repeating: "done", count: 8)[...])
        }
    }
}
