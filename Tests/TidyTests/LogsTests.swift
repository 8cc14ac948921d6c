import Foundation
import Testing

/// What the agent logs: the same words each time, and what differs beside them.
@Suite
struct LogsTests {
    private static let levels = [
        "trace", "debug", "info", "notice", "warning", "error", "critical",
    ]

    /// The arguments of each call of a logger: its line, and the text from its bracket on.
    private static func calls(in source: SwiftSource) -> [(line: Int, text: String)] {
        source.code.indices.compactMap { index in
            let call = levels.lazy.map { "logger.\($0)(" }
                .first { source.code[index].contains($0) }
            guard let call, let bracket = source.lines[index].range(of: call)?.upperBound else {
                return nil
            }
            let rest = source.lines[(index + 1)...].prefix(8)
            return (index + 1, ([String(source.lines[index][bracket...])] + rest).joined())
        }
    }

    /// The first text in quotes.
    private static func message(of text: String) -> Substring? {
        text.split(separator: "\"", omittingEmptySubsequences: false).dropFirst().first
    }

    @Test
    func `every message is constant`() throws {
        var seen = 0
        for source in try Repository.swiftFiles("Sources") {
            for (line, text) in Self.calls(in: source) {
                seen += 1
                let message = Self.message(of: text) ?? ""
                let isConstant = !message.isEmpty && !message.contains("\\(")
                #expect(isConstant, "\(source.path):\(line): \(message)")
                #expect(message.count <= 60, "\(source.path):\(line): \(message)")
            }
        }
        #expect(seen > 15, "loggers are called in another way: look here")
    }

    @Test
    func `why something happened is always told as the reason`() throws {
        for source in try Repository.swiftFiles("Sources") {
            for (line, text) in Self.calls(in: source) {
                let end = text.range(of: "\")")?.upperBound ?? text.endIndex
                let isOther = ["\"error\": ", "\"detail\": ", "\"cause\": "]
                    .contains { text[..<end].contains($0) }
                #expect(!isOther, "\(source.path):\(line): name it \"reason\"")
            }
        }
    }
}
