import Foundation
import Glibc

/// Runs the built `edgewarden` and takes what it wrote and how it ended.
struct Command {
    var arguments: [String]
    var input: String
    var environment: [String: String]
    /// Another program than ours.
    var program: String?

    init(_ arguments: String..., input: String = "", environment: [String: String] = [:]) {
        self.init(arguments, input: input, environment: environment)
    }

    init(
        _ arguments: [String],
        input: String = "",
        environment: [String: String] = [:],
        program: String? = nil
    ) {
        self.program = program
        self.arguments = arguments
        self.input = input
        self.environment = environment
    }

    struct Result: Sendable {
        let status: Int32
        let output: String
        let errors: String

        var outputLines: [String] {
            output.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        }
    }

    struct NotBuilt: Error {
        let path: String
    }

    /// The binary stands beside the test bundle that runs.
    static var binary: URL {
        let own = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
        return own.deletingLastPathComponent().appendingPathComponent("edgewarden")
    }

    /// Its path.
    static var path: String { binary.path }

    /// The program that gives another one a terminal.
    private static let scribe = "/usr/bin/script"

    /// Whether there can be a terminal.
    static var hasTerminal: Bool { FileManager.default.isExecutableFile(atPath: scribe) }

    /// Runs ours on a terminal of its own; all that it writes is in the output.
    ///
    /// The arguments hold no blanks and no quotes.
    /// - Parameters:
    ///   - arguments: ours.
    ///   - seconds: after these it gets Ctrl-C; nil for never.
    ///   - environment: besides the kind of the terminal.
    ///   - rows: how high it is, with 80 columns; nil for a terminal that does not say.
    /// - Returns: its end, and all that it wrote.
    /// - Throws: when it cannot be started.
    static func onTerminal(
        _ arguments: [String],
        interruptedAfter seconds: Int? = nil,
        environment: [String: String] = [:],
        rows: Int? = nil
    ) async throws -> Result {
        let limit = seconds.map {
            ["timeout", "--foreground", "--preserve-status", "-s", "INT", "\($0)"]
        }
        let size = rows.map { "stty rows \($0) cols 80; " } ?? ""
        let line = size + ((limit ?? []) + [binary.path] + arguments).joined(separator: " ")
        return try await Command(
            ["-qec", line, "/dev/null"],
            environment: ["TERM": "xterm"].merging(environment) { $1 },
            program: scribe
        ).run()
    }

    /// Runs it to its end; `started` is told the process id once it runs.
    func run(started: @escaping @Sendable (pid_t) -> Void = { _ in }) async throws -> Result {
        let folder = try ScratchFolder()
        let binary = program.map { URL(fileURLWithPath: $0) } ?? Command.binary
        guard FileManager.default.isExecutableFile(atPath: binary.path) else {
            throw NotBuilt(path: binary.path)
        }
        let process = Process()
        process.executableURL = binary
        process.arguments = arguments
        process.environment = ["PATH": "/usr/bin:/bin"].merging(environment) { $1 }
        process.currentDirectoryURL = folder.url
        // Files, since a full pipe would hold up the program while nobody reads.
        process.standardInput = try folder.file("stdin", text: input, forReading: true)
        process.standardOutput = try folder.file("stdout", text: "", forReading: false)
        process.standardError = try folder.file("stderr", text: "", forReading: false)
        try await withCheckedThrowingContinuation { continuation in
            process.terminationHandler = { _ in continuation.resume() }
            do {
                try process.run()
                started(process.processIdentifier)
            } catch {
                continuation.resume(throwing: error)
            }
        }
        // A signal's number is negative here, so that it equals no exit code.
        let isExit = process.terminationReason == .exit
        return Result(
            status: isExit ? process.terminationStatus : -process.terminationStatus,
            output: try folder.text("stdout"),
            errors: try folder.text("stderr")
        )
    }
}

/// A folder that goes away with its owner.
final class ScratchFolder: Sendable {
    let url: URL

    init() throws {
        url = FileManager.default.temporaryDirectory
            .appendingPathComponent("edgewarden-command-\(UUID().uuidString.prefix(8))")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    }

    deinit {
        // What cannot be removed is left to the system's cleaning of temporary files.
        try? FileManager.default.removeItem(at: url)
    }

    func path(_ name: String) -> String { url.appendingPathComponent(name).path }

    func write(_ text: String, to name: String) throws -> String {
        try Data(text.utf8).write(to: url.appendingPathComponent(name))
        return path(name)
    }

    func text(_ name: String) throws -> String {
        try String(contentsOf: url.appendingPathComponent(name), encoding: .utf8)
    }

    fileprivate func file(_ name: String, text: String, forReading: Bool) throws -> FileHandle {
        let url = url.appendingPathComponent(name)
        try Data(text.utf8).write(to: url)
        return forReading
            ? try FileHandle(forReadingFrom: url) : try FileHandle(forWritingTo: url)
    }
}

extension String {
    /// The text as JSON; nil when it is not an object.
    var jsonObject: [String: Any]? {
        (try? JSONSerialization.jsonObject(with: Data(utf8))) as? [String: Any]
    }
}
