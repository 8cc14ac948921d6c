import Curl
import FailoverCore
import FailoverEngine
import Foundation
import PowerShellRemoting
import Synchronization

/// The monotonic clock, for deadlines.
struct TestClock: MonotonicClock {
    private let start = ContinuousClock().now

    func now() -> Instant {
        .origin + (ContinuousClock().now - start)
    }

    func sleep(until instant: Instant) async throws {
        try await ContinuousClock().sleep(until: start + (instant - .origin))
    }
}

/// A clock that a test can push forward.
final class PushedClock: MonotonicClock {
    private let base = TestClock()
    private let pushed = Mutex(Duration.zero)

    func push(_ duration: Duration) { pushed.withLock { $0 += duration } }

    func now() -> Instant { base.now() + pushed.withLock { $0 } }

    func sleep(until instant: Instant) async throws {
        try await base.sleep(until: instant)
    }
}

let repository = URL(fileURLWithPath: #filePath).resolvingSymlinksInPath()
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

/// Runs a Windows double for as long as `body` takes, and stops it.
func withWindows<Result>(
    _ body: (WindowsDouble) async throws -> Result
) async throws -> Result {
    guard let running = try await RunningDouble() else {
        throw WindowsDouble.Failure(message: "the Windows double did not start")
    }
    return try await running.run(body)
}

/// The process of a double that listens.
private struct RunningDouble {
    private let process: Process
    private let exits: AsyncStream<Void>
    private let state: String
    private let ready: WindowsDouble.Ready

    /// Nil when it ended without having listened.
    init?() async throws {
        let lab = repository.appendingPathComponent("lab")
        let python = lab.appendingPathComponent(".venv/bin/python")
        guard FileManager.default.isExecutableFile(atPath: python.path) else {
            throw WindowsDouble.Failure(message: "\(python.path) is missing: run scripts/setup")
        }
        // Short, because a Unix socket's path may have 107 bytes only.
        state = "/tmp/edgewarden-\(UUID().uuidString.prefix(8))"
        process = Process()
        process.executableURL = python
        process.arguments = ["-m", "windows", "--standalone", "--state", state]
        process.currentDirectoryURL = lab
        process.environment = ["PATH": "/usr/bin:/bin", "PYTHONDONTWRITEBYTECODE": "1"]
        let output = Pipe()
        process.standardOutput = output
        let (exits, exit) = AsyncStream.makeStream(
            of: Void.self,
            bufferingPolicy: .bufferingNewest(1)
        )
        self.exits = exits
        process.terminationHandler = { _ in exit.finish() }
        let lines = firstLine(of: output.fileHandleForReading)
        try process.run()
        let line = await lines.first { _ in true }
        output.fileHandleForReading.readabilityHandler = nil
        let ready = line.flatMap { try? JSONDecoder().decode(WindowsDouble.Ready.self, from: $0) }
        guard let ready else {
            await Self.end(process, exits, state)
            return nil
        }
        self.ready = ready
    }

    func run<Result>(_ body: (WindowsDouble) async throws -> Result) async throws -> Result {
        do {
            let result = try await body(WindowsDouble(ready: ready))
            await Self.end(process, exits, state)
            return result
        } catch {
            await Self.end(process, exits, state)
            throw error
        }
    }

    private static func end(
        _ process: Process,
        _ exits: AsyncStream<Void>,
        _ state: String
    ) async {
        // Threads of Dispatch block SIGTERM, and what they start inherits that.
        kill(process.processIdentifier, SIGKILL)
        for await _ in exits {}
        try? FileManager.default.removeItem(atPath: state)  // a leftover in /tmp harms nobody
    }
}

/// The first line that comes; none when the file ends before.
func firstLine(of file: FileHandle) -> AsyncStream<Data> {
    let (lines, line) = AsyncStream.makeStream(of: Data.self, bufferingPolicy: .bufferingNewest(1))
    let collected = Mutex(Data())
    file.readabilityHandler = { handle in
        let part = handle.availableData
        let whole = collected.withLock { data -> Data? in
            data += part
            return data.contains(0x0A) || part.isEmpty ? data : nil
        }
        guard let whole else { return }
        handle.readabilityHandler = nil
        if whole.contains(0x0A) { line.yield(whole) }
        line.finish()
    }
    return lines
}

/// How a test's endpoints differ from the right ones.
struct EndpointChange {
    let apply: (inout WSManEndpoint) -> Void

    static var none: EndpointChange { EndpointChange { _ in } }

    /// A path that is not WS-Management's.
    static var elsewhere: EndpointChange { EndpointChange { $0.url += "/elsewhere" } }

    static func set<Value>(
        _ path: WritableKeyPath<WSManEndpoint, Value>,
        _ value: Value
    ) -> EndpointChange {
        EndpointChange { $0[keyPath: path] = value }
    }
}

/// Runs a double and a client with fe11 and fe21 as Front Ends and edge11 as an Edge server.
func withManagement<Result>(
    _ authentication: WindowsDouble.Authentication = .basic,
    clock: any MonotonicClock = TestClock(),
    changing change: EndpointChange = .none,
    _ body: (PowerShellManagement, WindowsDouble) async throws -> Result
) async throws -> Result {
    try await withWindows { double in
        var endpoints = try ["fe11", "fe21", "edge11"].map { try double.wsman($0, authentication) }
        for index in endpoints.indices { change.apply(&endpoints[index]) }
        let client = try HTTPClient()
        let management = PowerShellManagement(
            frontEnds: endpoints[0...1].map(PowerShellEndpoint.wsman),
            edges: [try FQDN(checking: "edge11.contoso.lan"): .wsman(endpoints[2])],
            client: client,
            clock: clock
        )
        do {
            let result = try await body(management, double)
            await management.closeSessions()
            await client.shutdown()
            return result
        } catch {
            await management.closeSessions()
            await client.shutdown()
            throw error
        }
    }
}

extension FQDN {
    init(checking text: String) throws {
        guard let name = FQDN(text) else {
            throw WindowsDouble.Failure(message: "\(text) is no name")
        }
        self = name
    }
}
