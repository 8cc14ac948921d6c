import ControlAPI
import FailoverCore
import Foundation
import Testing

/// The real program running on the lab, with its own state directory.
final class TestAgent {
    let configurationPath: String
    let folder: String
    let client: ControlClient
    private var process: Process?

    /// Writes a configuration for one test.
    ///
    /// - Parameters:
    ///   - changes: texts of the lab's configuration and what they become.
    ///   - answerer: who answers by the links in its alerts.
    /// - Throws: when the file cannot be written.
    init(_ changes: KeyValuePairs<String, String> = [:], answerer: String? = nil) throws {
        folder = Lab.state + "/test-" + UUID().uuidString.prefix(8)
        try FileManager.default.createDirectory(
            atPath: folder,
            withIntermediateDirectories: true
        )
        var text = try String(contentsOfFile: Lab.state + "/agent.conf", encoding: .utf8)
        let standard: KeyValuePairs = [
            "state_directory: \(Lab.state)/agent": "state_directory: \(folder)/state",
            "socket: \(Lab.state)/agent/agent.sock": "socket: \(folder)/state/agent.sock",
            "stable_for: 10s": "stable_for: 3s",
            "cool_down: 5s": "cool_down: 1s",
        ]
        for (old, new) in Array(changes) + Array(standard) {
            try #require(text.contains(old), "the lab's configuration has no '\(old)'")
            text = text.replacingOccurrences(of: old, with: new)
        }
        text += """

            alerts:
              - name: recorder
                kind: exec
                command: [/usr/bin/tee, -a, \(folder)/alerts]
            \(answerer.map { "    approves_as: \($0)" } ?? "")

            """
        configurationPath = folder + "/agent.conf"
        try text.write(toFile: configurationPath, atomically: true, encoding: .utf8)
        client = try ControlClient(.socket(path: folder + "/state/agent.sock"))
    }

    /// Changes the file, for a reload.
    func rewrite(_ old: String, _ new: String) throws {
        let text = try String(contentsOfFile: configurationPath, encoding: .utf8)
        try text.replacingOccurrences(of: old, with: new)
            .write(toFile: configurationPath, atomically: true, encoding: .utf8)
    }

    /// Starts the program and waits until it answers.
    func start() async throws {
        try launch()
        try await answers()
    }

    /// Waits until it answers.
    func answers() async throws {
        try await eventually("the agent answers") {
            (try? await self.client.status()) != nil
        }
    }

    /// Starts the program.
    ///
    /// - Parameter environment: what it gets besides the tests' own.
    /// - Throws: when it cannot be started.
    func launch(_ environment: [String: String] = [:]) throws {
        let process = Process()
        // As under systemd, whose watchdog wants signs of life.
        let service = ["WATCHDOG_USEC": "30000000"].merging(environment) { $1 }
        process.environment = ProcessInfo.processInfo.environment.merging(service) { $1 }
        process.executableURL = URL(fileURLWithPath: Lab.program)
        process.arguments = ["run", "--config", configurationPath]
        let log = folder + "/log"
        if !FileManager.default.fileExists(atPath: log) {
            _ = FileManager.default.createFile(atPath: log, contents: nil)
        }
        let handle = try FileHandle(forWritingTo: URL(fileURLWithPath: log))
        try handle.seekToEnd()
        process.standardOutput = handle
        process.standardError = handle
        process.standardInput = FileHandle.nullDevice
        try process.run()
        self.process = process
    }

    /// Its process; nil while it does not run.
    var processID: Int32? { process?.processIdentifier }

    /// Waits until everything is known and well.
    func settle() async throws {
        try await eventually("all is judged") {
            let status = try await self.client.status()
            return status.pools.allSatisfy { $0.verdict == "up" }
                && status.routes.allSatisfy { $0.holder != nil }
        }
        try await eventually("every standby is ready") {
            let standbys = try await self.client.status().routes.flatMap { $0.readiness ?? [] }
            // What a plan starts or enables is down by then.
            return standbys.flatMap(\.items).filter { $0.isRequired && $0.item != "legs" }
                .allSatisfy { ["ready", "not_needed"].contains($0.state) }
        }
    }

    /// Waits until it knows who holds the routes, has judged every pool, and has read all that the
    /// standbys' readiness needs: a yes holds only as long as none of these changes.
    func knowsHolders() async throws {
        try await eventually("all is judged") {
            let status = try await self.client.status()
            let items = status.routes.flatMap { $0.readiness ?? [] }.flatMap(\.items)
            return status.pools.allSatisfy { $0.verdict != "unknown" }
                && status.routes.allSatisfy { $0.holder != nil && $0.readiness?.isEmpty == false }
                && items.allSatisfy { !$0.isRequired || $0.state != "not_known" }
        }
    }

    /// Kills it as a crash would.
    func crash() {
        guard let process else { return }
        kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
        self.process = nil
    }

    /// Stops it in good order; its exit code.
    @discardableResult
    func stop() -> Int32 {
        guard let process else { return 0 }
        process.terminate()
        process.waitUntilExit()
        self.process = nil
        return process.terminationStatus
    }

    /// Sends SIGHUP.
    func reload() {
        if let process { kill(process.processIdentifier, SIGHUP) }
    }

    deinit {
        if let process { kill(process.processIdentifier, SIGKILL) }
    }

    func status() async throws -> StatusBody { try await client.status() }

    func route(_ name: String) async throws -> RouteBody {
        try #require(try await client.status().routes.first { $0.name == name })
    }

    func runs() async throws -> [RunBody] { try await client.runs(limit: 20).runs }

    func report(_ run: Int) async throws -> ReportBody { try await client.report(run) }

    /// Runs the command line against this agent.
    func command(_ arguments: String..., input: String = "") async throws -> CommandOutput {
        try await run(
            Lab.program,
            arguments,
            environment: ["EDGEWARDEN_CONFIG": configurationPath],
            input: input
        )
    }

    /// The codes of the alerts that the hook got, in order.
    func alerts() throws -> [String] { try recorded().map(\.code) }

    /// The link by which the newest such alert can be answered.
    func answerLink(_ code: String) throws -> String? {
        try recorded().last { $0.code == code }?.answerURL
    }

    private func recorded() throws -> [Alert] {
        guard FileManager.default.fileExists(atPath: folder + "/alerts") else { return [] }
        let text = try String(contentsOfFile: folder + "/alerts", encoding: .utf8)
        return try text.split(separator: "\n").map { line in
            try JSONDecoder().decode(Alert.self, from: Data(line.utf8))
        }
    }

    private struct Alert: Decodable {
        var code: String
        var answerURL: String?

        enum CodingKeys: String, CodingKey {
            case code
            case answerURL = "answer_url"
        }
    }

    /// The end of the agent's log, for failures.
    var log: String { logLines.suffix(20).joined(separator: "\n") }

    /// What it logged, line by line.
    var logLines: [Substring] {
        let text = (try? String(contentsOfFile: folder + "/log", encoding: .utf8)) ?? ""
        return text.split(separator: "\n")
    }

    /// Waits until a route is held by a pool and nothing runs.
    func waitForHolder(
        _ pool: String,
        of route: String
    ) async throws {
        try await eventually("\(pool) holds \(route)\n\(log)") {
            let status = try await self.status()
            return status.running == nil
                && status.routes.contains { $0.name == route && $0.holder == pool }
        }
    }

    /// Gives an order over the API.
    func give(_ order: OrderBody) async throws { try await client.order(order) }

    /// Waits until a plan for a route waits for a person.
    func waitForRequest(
        _ route: String,
        at location: SourceLocation = #_sourceLocation
    ) async throws -> WaitingBody {
        try await eventually("a plan for \(route) waits\n\(log)", at: location) {
            try await self.status().waiting.contains { $0.route == route }
        }
        return try #require(try await status().waiting.first { $0.route == route })
    }

    /// Waits until a run of that outcome is listed; returns it.
    func waitForRun(_ outcome: String) async throws -> RunBody {
        try await eventually("a run is \(outcome)") {
            try await self.runs().first?.outcome == outcome
        }
        return try #require(try await runs().first)
    }
}
