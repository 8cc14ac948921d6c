import Curl
import FailoverCore
import FailoverEngine
import PowerShellRemoting
import Testing

/// Connections that break before or after an operation was carried out: what is said of the
/// command, how often it arrived, and what is left at the server.
@Suite("PowerShellManagement, when a connection breaks", .serialized)
struct OperationFailureTests {
    private let fe11 = ManagementEndpoint.frontEnd(0)

    /// One broken operation and what must come of it.
    struct Case: Sendable, CustomStringConvertible {
        let operation: String
        let isBefore: Bool
        /// How often the command was run.
        let runs: Int
        /// Nil: a result all the same.
        let code: ManagementFailure.Code?
        var mayHaveActed = false

        var description: String { "\(operation), \(isBefore ? "before" : "after")" }
    }

    @Test(arguments: [
        Case(operation: "Create", isBefore: true, runs: 0, code: .unreachable),
        Case(operation: "Create", isBefore: false, runs: 0, code: .unreachable),
        Case(operation: "Command", isBefore: true, runs: 0, code: .answerLost, mayHaveActed: true),
        Case(operation: "Command", isBefore: false, runs: 1, code: .answerLost, mayHaveActed: true),
        // The first Receive waits for the pool.
        Case(operation: "Receive", isBefore: true, runs: 0, code: .unreachable),
        Case(operation: "Receive", isBefore: false, runs: 0, code: .unreachable),
        Case(operation: "Signal", isBefore: true, runs: 1, code: nil),
        Case(operation: "Signal", isBefore: false, runs: 1, code: nil),
    ])
    func `a new session`(_ cut: Case) async throws {
        try await withManagement { management, double in
            try await check(cut, management, double)
        }
    }

    @Test(arguments: [
        Case(operation: "Command", isBefore: true, runs: 0, code: .answerLost, mayHaveActed: true),
        Case(operation: "Command", isBefore: false, runs: 1, code: .answerLost, mayHaveActed: true),
        Case(operation: "Receive", isBefore: true, runs: 1, code: .answerLost, mayHaveActed: true),
        Case(operation: "Receive", isBefore: false, runs: 1, code: .answerLost, mayHaveActed: true),
        Case(operation: "Signal", isBefore: true, runs: 1, code: nil),
        Case(operation: "Signal", isBefore: false, runs: 1, code: nil),
    ])
    func `a kept session`(_ cut: Case) async throws {
        try await withManagement { management, double in
            _ = try await management.run(.readPools(), at: fe11, timeout: .seconds(20))
            try await check(cut, management, double)
        }
    }

    private func check(
        _ cut: Case,
        _ management: PowerShellManagement,
        _ double: WindowsDouble
    ) async throws {
        _ = try double.control(
            "cut",
            ["operation": cut.operation, "times": 1, "before": cut.isBefore]
        )
        do throws(ManagementFailure) {
            let result = try await management.run(.readSites(), at: fe11, timeout: .seconds(20))
            #expect(cut.code == nil && result.output.count == 2)
        } catch {
            #expect(error.code == cut.code && error.mayHaveActed == cut.mayHaveActed, "\(error)")
        }
        // What was begun has ended, with its shell, before it is counted.
        await management.closeSessions()
        #expect(try double.shells().open.isEmpty)
        let runs = try double.calls().filter { $0.cmdlet == "Get-CsSite" }.count
        #expect(runs == cut.runs)
        let after = try await management.run(.readSites(), at: fe11, timeout: .seconds(20))
        #expect(after.output.count == 2)
    }

    @Test(arguments: [false, true])
    func `the last piece of a long command decides`(isBefore: Bool) async throws {
        try await withManagement { management, double in
            let name = String(repeating: "x", count: 60_000)
            let command = PowerShellCommand(.getSite, [.init(.identity, .string(name))])
            _ = try double.control("cut", ["operation": "Send", "times": 1, "before": isBefore])
            // The first of several pieces: the server cannot have begun.
            let first = await #expect(throws: ManagementFailure.self) {
                try await management.run(command, at: fe11, timeout: .seconds(20))
            }
            #expect(first?.code == .unreachable && first?.mayHaveActed == false)
            await management.closeSessions()
            #expect(try double.shells().open.isEmpty && double.calls().isEmpty)
            let short = String(repeating: "x", count: 30_000)
            _ = try double.control("cut", ["operation": "Send", "times": 1, "before": isBefore])
            let last = await #expect(throws: ManagementFailure.self) {
                try await management.run(
                    PowerShellCommand(.getSite, [.init(.identity, .string(short))]),
                    at: fe11,
                    timeout: .seconds(20)
                )
            }
            #expect(last?.code == .answerLost && last?.mayHaveActed == true)
            await management.closeSessions()
            #expect(try double.shells().open.isEmpty)
            #expect(try double.calls().count == (isBefore ? 0 : 1))
        }
    }

    @Test
    func `a Delete that is lost is let go, and the server's idle time-out does the rest`()
        async throws
    {
        try await withManagement { management, double in
            _ = try await management.run(.readSites(), at: fe11, timeout: .seconds(20))
            _ = try double.control("cut", ["operation": "Delete", "times": 1, "before": true])
            await management.closeSessions()
            #expect(try double.shells().open.count == 1)
            let after = try await management.run(.readSites(), at: fe11, timeout: .seconds(20))
            #expect(after.output.count == 2)
        }
    }

    @Test(arguments: [false, true])
    func `a service that does not run is told in plain words`(isKept: Bool) async throws {
        try await withManagement { management, double in
            if isKept {
                _ = try await management.run(.readPools(), at: fe11, timeout: .seconds(20))
            }
            _ = try double.control(
                "cut",
                [
                    "operation": isKept ? "Command" : "Create", "times": 1, "before": true,
                    "status": 503,
                ]
            )
            let failure = await #expect(throws: ManagementFailure.self) {
                try await management.run(.readSites(), at: fe11, timeout: .seconds(20))
            }
            #expect(failure?.message.contains("is not running (HTTP 503)") == true)
            #expect(failure?.code == (isKept ? .answerLost : .unreachable))
            #expect(failure?.mayHaveActed == isKept)
            #expect(try double.calls().filter { $0.cmdlet == "Get-CsSite" }.isEmpty)
        }
    }

    @Test(arguments: [
        (302, "sends us elsewhere, without saying where", ManagementFailure.Code.protocolFault),
        (403, "does not let this account in (HTTP 403)", .accessDenied),
        (404, "is the path of the URL right?", .protocolFault),
        (413, "takes no requests of this length (HTTP 413)", .protocolFault),
        (500, "is no WS-Management", .protocolFault),
    ])
    func `pages of HTML are told in plain words`(
        status: Int,
        words: String,
        code: ManagementFailure.Code
    ) async throws {
        try await withManagement { management, double in
            _ = try double.control(
                "cut",
                ["operation": "Create", "times": 1, "before": true, "status": status]
            )
            let failure = await #expect(throws: ManagementFailure.self) {
                try await management.run(.readSites(), at: fe11, timeout: .seconds(20))
            }
            #expect(failure?.message.contains(words) == true, "\(String(describing: failure))")
            #expect(failure?.code == code && failure?.mayHaveActed == false)
        }
    }

    @Test
    func `a place says who it is and as whom it knows us`() async throws {
        try await withManagement { management, double in
            let report = try await management.inspect(fe11, timeout: .seconds(20))
            #expect(report.product?.hasPrefix("Microsoft Corporation, OS: 10.0.") == true)
            #expect(report.account == "CONTOSO\\edgewarden")
            #expect(report.configurationName == "Microsoft.PowerShell")
            #expect(report.powerShell?.hasPrefix("5.") == true)
            #expect(report.remotingProtocol == "2.3")
            // The session serves the next command.
            _ = try await management.run(.readSites(), at: fe11, timeout: .seconds(20))
            #expect(try double.shells().opened == 1)
            _ = try double.control("cut", ["operation": "Identify", "times": 1, "status": 404])
            let silent = try await management.inspect(fe11, timeout: .seconds(20))
            #expect(silent.product == nil && silent.account == "CONTOSO\\edgewarden")
        }
    }
}
