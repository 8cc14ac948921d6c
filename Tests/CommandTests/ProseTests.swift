import Foundation
import Testing

/// The commands that the documentation names in passing; those in its blocks are played.
@Suite struct ProseTests {
    private static let root = URL(fileURLWithPath: #filePath).resolvingSymlinksInPath()
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    /// What the program says of itself.
    private struct Help: Decodable { let command: Known }

    /// A command of the program.
    struct Known: Decodable {
        struct Argument: Decodable { let names: [Name]? }
        struct Name: Decodable { let name: String }

        let commandName: String
        let subcommands: [Known]?
        let arguments: [Argument]?

        /// What is wrong with a command as somebody wrote it, without the program's name.
        func faults(in written: String) -> [String] {
            var known = self
            for word in written.split(separator: " ") {
                guard let next = known.subcommands?.first(where: { $0.commandName == word }) else {
                    break
                }
                known = next
            }
            if known.commandName == commandName, let word = written.split(separator: " ").first,
                word.allSatisfy({ $0.isLowercase || $0 == "-" }), !word.hasPrefix("-")
            {
                return ["there is no command '\(word)'"]
            }
            let options = (known.arguments ?? []).flatMap { $0.names ?? [] }.map { "--" + $0.name }
            return written.matches(of: /--[a-z][a-z-]*/).map { String($0.output) }
                .filter { !options.contains($0) }
                .map { "'\(known.commandName)' has no \($0)" }
        }
    }

    private static func known() async throws -> Known {
        let help = try await Command("--experimental-dump-help").run()
        try #require(help.status == 0)
        return try JSONDecoder().decode(Help.self, from: Data(help.output.utf8)).command
    }

    /// Commands between backticks: those of the program by its name, and by their own with options.
    static func written(in text: String, _ known: Known) -> [String] {
        let names = (known.subcommands ?? []).map(\.commandName)
        // Every other part lies between the marks.
        let prose = parts(of: text, between: "```").outside.joined()
        return parts(of: prose, between: "`").inside.compactMap { written in
            let words = written.split(whereSeparator: \.isWhitespace)
            let span = words.joined(separator: " ")
            if words.first == "edgewarden", words.count > 1 {
                return words.dropFirst().joined(separator: " ")
            }
            guard let first = words.first, names.contains(String(first)), span.contains(" --")
            else { return nil }
            return span
        }
    }

    private static func parts(
        of text: String,
        between mark: String
    ) -> (outside: [String], inside: [String]) {
        let parts = text.components(separatedBy: mark).enumerated()
        return (
            parts.filter { $0.offset.isMultiple(of: 2) }.map(\.element),
            parts.filter { !$0.offset.isMultiple(of: 2) }.map(\.element)
        )
    }

    /// The documentation; the change log speaks of what once was.
    private static func pages() throws -> [String] {
        try ["", "docs/", "lab/", "windows/"].flatMap { folder in
            try FileManager.default.contentsOfDirectory(atPath: root.appending(path: folder).path())
                .map { folder + $0 }
        }
        .filter { $0.hasSuffix(".md") && $0 != "CHANGELOG.md" }
    }

    @Test func `every command that prose names is the program's, with its options`() async throws {
        let known = try await ProseTests.known()
        var count = 0
        for page in try ProseTests.pages() {
            let url = ProseTests.root.appending(path: page)
            let text = try String(contentsOf: url, encoding: .utf8)
            let written = ProseTests.written(in: text, known)
            count += written.count
            let faults = written.flatMap { command in
                known.faults(in: command).map { "\(command): \($0)" }
            }
            #expect(faults.isEmpty, "\(page)")
        }
        #expect(count > 50)
    }

    @Test func `a command that is not there, and an option that is another's, are found`()
        async throws
    {
        let known = try await ProseTests.known()
        let text = "`edgewarden frob`, `edgewarden audit\n--verfy`, `drill sip --verify`, `run`\n"
        let written = ProseTests.written(in: text, known)
        #expect(written == ["frob", "audit --verfy", "drill sip --verify"])
        #expect(written.allSatisfy { known.faults(in: $0).count == 1 })
        #expect(known.faults(in: "alert test NAME --json").isEmpty)
        #expect(known.faults(in: "--version").isEmpty)
    }
}
