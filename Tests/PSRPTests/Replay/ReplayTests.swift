import Foundation
import Testing

@testable import PSRP

/// Captures of real clients and servers, from the folder that `PSRP_VECTORS` names; by default
/// those that belong to these tests.
///
/// Each file is decoded both ways and replayed at the client's side. One line per file says what
/// was decoded, or why it was not; a file that was not fails. `PSRP_TRANSCRIPT=FILE` writes what
/// was decoded into a file. For the committed one: `PSRP_TRANSCRIPT=Tests/PSRPTests/Vectors/Transcript.txt`;
/// commit a rewrite only when you can explain the difference.
@Suite("Replay of captured exchanges")
struct ReplayTests {
    private static let environment = ProcessInfo.processInfo.environment
    private static let bundled = URL(fileURLWithPath: #filePath).resolvingSymlinksInPath()
        .deletingLastPathComponent().deletingLastPathComponent().appending(path: "Vectors")
    private static let folder =
        environment["PSRP_VECTORS"].map { URL(fileURLWithPath: $0) } ?? bundled

    /// Read once for both tests when no other folder is named.
    private static let bundledReplays = Result { try files(in: bundled).map { FileReplay($0) } }

    private static func files(in folder: URL) throws -> [URL] {
        try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
            .filter { ["yml", "yaml"].contains($0.pathExtension) }
            .sorted { $0.lastPathComponent < $1.lastPathComponent }
    }

    @Test
    func `every capture is decoded both ways and replayed`() throws {
        let replays =
            try Self.folder == Self.bundled
            ? Self.bundledReplays.get() : Self.files(in: Self.folder).map { FileReplay($0) }
        #expect(!replays.isEmpty, "no captures in \(Self.folder.path)")
        var transcript: [String] = []
        for replay in replays {
            print("replay: \(replay.summary)")
            #expect(replay.problems.isEmpty, "\(replay.summary)")
            transcript += replay.transcript + [""]
        }
        guard let place = Self.environment["PSRP_TRANSCRIPT"] else { return }
        let text = transcript.joined(separator: "\n")
        try text.write(toFile: place, atomically: true, encoding: .utf8)
    }

    @Test
    func `what is decoded of the bundled captures is what was reviewed`() throws {
        let replays = try Self.bundledReplays.get()
        #expect(replays.count == 23)
        let expected = try String(
            contentsOf: Self.bundled.appending(path: "Transcript.txt"),
            encoding: .utf8
        )
        let decoded = replays.flatMap { $0.transcript + [""] }
        let lines = expected.split(separator: "\n", omittingEmptySubsequences: false).map(
            String.init
        )
        for (line, (now, then)) in zip(decoded, lines).enumerated() where now != then {
            Issue.record("Transcript.txt, line \(line + 1): '\(now)' instead of '\(then)'")
            return
        }
        #expect(decoded.count == lines.count)
    }
}
