import Foundation

/// A program that asks, on a terminal, and what is typed.
struct Dialogue: Decodable, Sendable {
    /// Its exit code; a signal's number is negative.
    var status: Int32
    /// All that stood on the terminal, what was typed and echoed too.
    var output: String
    /// Whether the terminal echoed at each step.
    var echoes: [Bool]
    var echoesAtEnd: Bool
    /// What was waited for in vain.
    var unasked: [String]

    private static let python = "/usr/bin/python3"
    private static let script = URL(fileURLWithPath: #filePath).resolvingSymlinksInPath()
        .deletingLastPathComponent().deletingLastPathComponent()
        .appendingPathComponent("Terminal/dialogue.py").path

    /// Runs ours; each step waits for a text and then types one.
    static func with(
        _ arguments: [String],
        _ steps: [(String, String)],
        environment: [String: String] = [:]
    ) async throws -> Dialogue {
        let typed = try JSONEncoder().encode(steps.map { [$0.0, $0.1] })
        let result = try await Command(
            [script, Command.path] + arguments,
            input: String(decoding: typed, as: UTF8.self),
            environment: ["TERM": "dumb"].merging(environment) { $1 },
            program: python
        ).run()
        do {
            return try JSONDecoder().decode(Dialogue.self, from: Data(result.output.utf8))
        } catch {
            throw Broken(output: result.output + result.errors)
        }
    }

    struct Broken: Error {
        let output: String
    }
}
