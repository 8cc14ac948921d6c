import Crypto
import FailoverCore
import FailoverEngine
import Foundation
import GRDB
import Testing

@testable import Journaling

/// The chain of hashes: it holds by itself, and nothing can be changed unseen.
@Suite struct JournalChainTests {
    private let anna = Person(name: "anna", userID: 1_000)

    /// A journal with three records and two events of a run, in turn.
    private func filled(_ scratch: Scratch) async throws -> Journal {
        let journal = try openJournal(scratch.state)
        try await journal.append(.agentStarted(name: "warden-1", version: "1"), at: noon)
        try await journal.append(
            .event(.denied(RequestID(1), by: anna, reason: "not now")),
            at: noon
        )
        try await journal.append(.recovered(reason: "a start"), to: RunID(4), at: noon)
        try await journal.append(.taken(by: anna, reason: "mine"), to: RunID(4), at: noon)
        try await journal.append(.agentStopped, at: noon)
        return journal
    }

    private func scratch(_ body: (Scratch) async throws -> Void) async throws {
        let scratch = try Scratch()
        defer { scratch.remove() }
        try await body(scratch)
    }

    @Test func `records and events of runs stand in one order`() async throws {
        try await scratch { scratch in
            let journal = try await filled(scratch)
            let entries = try await journal.chained(before: nil, limit: 10)
            #expect(entries.map(\.number) == [1, 2, 3, 4, 5])
            let lines = entries.compactMap(AuditLine.init).map {
                "\($0.person?.name ?? "-") \($0.words)"
            }
            #expect(
                lines == [
                    "- started as warden-1, 1", "anna denied request 1: not now",
                    "- took up run 4 again: a start", "anna took run 4: mine",
                    "- stopped in good order",
                ]
            )
            let earlier = try await journal.chained(before: 4, limit: 2)
            #expect(earlier.map(\.number) == [2, 3])
        }
    }

    /// The formula as docs/audit.md has it, written once more.
    @Test func `the hashes can be computed by anybody`() async throws {
        try await scratch { scratch in
            let journal = try await filled(scratch)
            var hash = String(repeating: "0", count: 64)
            let rows = try await scratch.database().read { database in
                try Row.fetchAll(
                    database,
                    sql: """
                        SELECT 'record ' || record AS what, at, payload FROM chain
                        JOIN record ON record.sequence = record
                        UNION ALL
                        SELECT 'run ' || run || ' event ' || sequence, at, payload
                        FROM chain JOIN run_event USING (run, sequence)
                        """
                ).map { row in
                    let (what, at, payload): (String, Int64, String) = (
                        row["what"], row["at"], row["payload"]
                    )
                    return "\(what)\n\(at)\n\(payload)"
                }
            }
            for place in [0, 1, 3, 4, 2] {
                let digest = SHA256.hash(data: Data("\(hash)\n\(rows[place])".utf8))
                hash = digest.map { String(format: "%02x", $0) }.joined()
            }
            let verdict = try await journal.verifyChain(containing: hash)
            #expect(verdict.head == hash && verdict.known == 5 && verdict.fault == nil)
            #expect(verdict.entries == 5 && verdict.span == noon...noon)
        }
    }

    @Test func `an empty journal verifies`() async throws {
        try await scratch { scratch in
            let verdict = try await openJournal(scratch.state).verifyChain(containing: nil)
            #expect(verdict.entries == 0 && verdict.fault == nil && verdict.span == nil)
        }
    }

    @Test func `an earlier head is found again after more was written, and a foreign one is not`()
        async throws
    {
        try await scratch { scratch in
            let journal = try await filled(scratch)
            let head = try await journal.verifyChain(containing: nil).head
            try await journal.append(.agentStarted(name: "warden-1", version: "2"), at: noon)
            let later = try await journal.verifyChain(containing: head.uppercased())
            #expect(later.known == 5 && later.entries == 6 && later.head != head)
            let other = String(repeating: "a", count: 64)
            #expect(try await journal.verifyChain(containing: other).known == nil)
        }
    }

    @Test(arguments: [
        (
            "record",
            "UPDATE record SET payload = replace(payload, 'not now', 'go') WHERE sequence = 2",
            "entry 2 (record 2) of"
        ),
        ("record", "UPDATE record SET at = at + 1 WHERE sequence = 3", "entry 5 (record 3) of"),
        (
            "run_event", "UPDATE run_event SET payload = replace(payload, 'mine', 'hers')",
            "entry 4 (run 4 event 2) of"
        ),
        (
            "run_event", "DELETE FROM run_event WHERE sequence = 2",
            "entry 4 (run 4 event 2): what it is about is missing"
        ),
        ("record", "DELETE FROM record WHERE sequence = 3", "entry 5 (record 3): what it is about"),
        (
            "record", "INSERT INTO record (at, payload) VALUES (1, '{}')",
            "the table record has 4 rows, and entries vouch for 3"
        ),
        (
            "run_event", "INSERT INTO run_event VALUES (9, 1, 1, '{}')",
            "the table run_event has 3 rows, and entries vouch for 2"
        ),
        (
            "chain", "UPDATE chain SET hash = replace(hash, substr(hash, 1, 1), 'g') WHERE id = 3",
            "entry 3 (run 4 event 1) of"
        ),
        ("chain", "DELETE FROM chain WHERE id = 2", "entry 2 is missing"),
        ("chain", "DELETE FROM chain WHERE id = 5", "the table record has 3 rows"),
    ])
    func `whatever is changed, taken away or put in is found`(
        table: String,
        statement: String,
        fault: String
    ) async throws {
        try await scratch { scratch in
            let journal = try await filled(scratch)
            #expect(try await journal.verifyChain(containing: nil).fault == nil)
            try await scratch.damage(table, statement)
            let verdict = try await journal.verifyChain(containing: nil)
            #expect(verdict.fault?.contains(fault) == true, "\(verdict.fault ?? "no fault")")
        }
    }

    @Test func `a long journal is verified page by page while it is written`() async throws {
        try await scratch { scratch in
            let journal = try openJournal(scratch.state)
            try await journal.transaction("fill it") { database in
                for number in 1...5_000 {
                    let payload = "{\"agentStopped\":{}}"
                    try database.execute(
                        sql: "INSERT INTO record (at, payload) VALUES (?, ?)",
                        arguments: [number, payload]
                    )
                    try Chain.add(.record(number), at: Int64(number), payload, database)
                }
            }
            async let verdict = journal.verifyChain(containing: nil)
            for _ in 0..<20 { try await journal.append(.agentStopped, at: noon) }
            let seen = try await verdict
            #expect(seen.fault == nil && (5_000...5_020).contains(seen.entries))
        }
    }

    @Test func `what was refused, and an answer with its rules, is told of`() {
        let digest = PlanDigest(hex: String(repeating: "c", count: 64))
        let overrides = Overrides([.notReady], reason: "it must be")
        let records: [AgentRecord] = [
            .orderRefused(by: anna, order: "failover route sip", reason: "a run is under way"),
            .event(.approved(RequestID(2), digest, by: anna, overriding: overrides)),
            .alertTested(hook: "ops", by: anna, isDelivered: true, detail: "HTTP 200"),
            .alertTested(hook: "ops", by: anna, isDelivered: false, detail: "HTTP 503"),
            .event(.tick),
        ]
        let lines = records.compactMap { record in
            AuditLine(ChainedEntry(number: 1, at: noon, content: .record(record)))?.words
        }
        #expect(
            lines == [
                "was refused: failover route sip: a run is under way",
                "approved request 2, plan cccccccccccc in spite of not-ready: it must be",
                "sent a test message by the alert hook ops: HTTP 200",
                "sent a test message by the alert hook ops, which was not taken: HTTP 503",
            ]
        )
    }
}
