import Foundation
import Testing

@testable import Simulating

/// Histories kept as files: interesting ones, and those that once showed a fault.
///
/// With `REWRITE_TRANSCRIPTS=1` in the environment what happens in them is written anew. Commit a
/// rewrite only if you can explain the difference.
@Suite("Histories kept")
struct TranscriptTests {
    static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .appendingPathComponent("Transcripts")

    static let names = ((try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? [])
        .filter { $0.hasSuffix(".txt") }.sorted()

    @Test(arguments: names)
    func `nothing that never may happens, and what happens is as it was`(name: String) throws {
        let file = Self.folder.appendingPathComponent(name)
        let text = try String(contentsOf: file, encoding: .utf8)
        var life = Life(try History(text: text), book: PlanBook(), isTold: true)
        life.transcript?.isWhole = false
        life.live()
        for violation in life.judge.violations {
            Issue.record("\(violation.invariant.rawValue): \(violation.words)")
        }
        let told = (life.transcript?.lines ?? []).map { "> \($0)" }
        let asked = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        let history = asked.filter { !$0.hasPrefix(">") }
        if ProcessInfo.processInfo.environment["REWRITE_TRANSCRIPTS"] == "1" {
            let whole =
                (history.filter { !$0.isEmpty } + [""] + told).joined(separator: "\n") + "\n"
            try Data(whole.utf8).write(to: file)
        }
        let kept = try String(contentsOf: file, encoding: .utf8).split(separator: "\n")
            .map(String.init).filter { $0.hasPrefix(">") }
        #expect(kept == told)
    }

    @Test func `there are histories to replay`() { #expect(Self.names.count >= 3) }
}
