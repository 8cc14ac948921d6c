import Crypto
import FailoverCore
public import FailoverEngine
import GRDB

/// One row of the table `chain`, with what it vouches for.
private struct Link: Sendable {
    var number: Int
    var source: Source
    var hash: String
    /// Nil when the row it is about is gone.
    var row: StoredRow?

    init(_ row: Row) {
        number = row["id"]
        hash = row["hash"]
        source = Source(record: row["record"], run: row["run"], sequence: row["sequence"])
        let at: Int64? = row["at"]
        let payload: String? = row["payload"]
        if let at, let payload {
            self.row = StoredRow(number: row["id"], at: at, payload: payload)
        } else {
            self.row = nil
        }
    }

    static let selection = """
        SELECT chain.id, chain.record, chain.run, chain.sequence, chain.hash,
            COALESCE(record.at, run_event.at) AS at,
            COALESCE(record.payload, run_event.payload) AS payload
        FROM chain LEFT JOIN record ON record.sequence = chain.record
            LEFT JOIN run_event ON run_event.run = chain.run
                AND run_event.sequence = chain.sequence

        """
}

/// What a link is about.
enum Source: Sendable, Hashable, CustomStringConvertible {
    case record(Int)
    case event(run: Int, sequence: Int)

    fileprivate init(record: Int?, run: Int?, sequence: Int?) {
        if let record {
            self = .record(record)
        } else {
            self = .event(run: run ?? 0, sequence: sequence ?? 0)
        }
    }

    /// As the hash has it.
    var description: String {
        switch self {
        case .record(let number): "record \(number)"
        case .event(let run, let sequence): "run \(run) event \(sequence)"
        }
    }
}

/// The chain of hashes over records and events of runs.
enum Chain {
    /// What the first entry has before it.
    static let root = String(repeating: "0", count: 64)

    /// The hash of an entry: SHA-256, hexadecimal, over four lines in UTF-8: the hash before it, what
    /// it is (`record 12`, `run 3 event 5`), its time in milliseconds since 1970, its payload.
    static func hash(
        _ payload: String,
        at: Int64,
        _ source: Source,
        after previous: String
    ) -> String {
        let text = "\(previous)\n\(source)\n\(at)\n\(payload)"
        return Hexadecimal.text(of: SHA256.hash(data: Array(text.utf8)))
    }

    /// Adds an entry's link; in the transaction that writes the entry.
    static func add(
        _ source: Source,
        at: Int64,
        _ payload: String,
        _ database: Database
    ) throws {
        let previous = try String.fetchOne(
            database,
            sql: "SELECT hash FROM chain ORDER BY id DESC LIMIT 1"
        )
        let hash = hash(payload, at: at, source, after: previous ?? root)
        switch source {
        case .record(let number):
            try database.execute(
                sql: "INSERT INTO chain (record, hash) VALUES (?, ?)",
                arguments: [number, hash]
            )
        case .event(let run, let sequence):
            try database.execute(
                sql: "INSERT INTO chain (run, sequence, hash) VALUES (?, ?, ?)",
                arguments: [run, sequence, hash]
            )
        }
    }

    /// Chains what a version wrote that knew no chain, by its times.
    static func addOlder(_ database: Database) throws {
        let older = try Row.fetchCursor(
            database,
            sql: """
                SELECT sequence AS record, NULL AS run, NULL AS sequence, at, payload FROM record
                UNION ALL SELECT NULL, run, sequence, at, payload FROM run_event
                ORDER BY at, record, run, sequence
                """
        )
        while let row = try older.next() {
            let source = Source(record: row["record"], run: row["run"], sequence: row["sequence"])
            try add(source, at: row["at"], row["payload"], database)
        }
    }
}

extension Journal: AuditStore {
    /// How much is read at once: the agent's writes wait for as long.
    private static let page = 2_000

    /// The newest entries before one, oldest of them first.
    ///
    /// - Throws: `JournalFailure`; `corrupt` when a row is missing or cannot be understood.
    public func chained(
        before number: Int?,
        limit: Int
    ) async throws(JournalFailure) -> [ChainedEntry] {
        let links = try await reading("read the audit log") { database in
            try Row.fetchAll(
                database,
                sql: Link.selection + "WHERE chain.id < ? ORDER BY chain.id DESC LIMIT ?",
                arguments: [number ?? Int.max, max(0, limit)]
            ).map(Link.init)
        }
        var entries: [ChainedEntry] = []
        for link in links.reversed() { entries.append(try entry(link)) }
        return entries
    }

    private func entry(_ link: Link) throws(JournalFailure) -> ChainedEntry {
        let name = "Entry \(link.number) of the audit log (\(link.source))"
        guard let row = link.row else { throw .corrupt(name, file: file, "it is missing") }
        let content: ChainedEntry.Content
        switch link.source {
        case .record:
            content = .record(
                try Payload.decode(AgentRecord.self, from: row.payload, row: name, file: file)
            )
        case .event(let run, _):
            content = .event(
                RunID(run),
                try Payload.decode(RunEvent.self, from: row.payload, row: name, file: file)
            )
        }
        return ChainedEntry(number: link.number, at: row.time, content: content)
    }

    /// Computes the whole chain anew, a page at a time.
    ///
    /// - Throws: `JournalFailure` when the file cannot be read; what does not fit is in the verdict.
    public func verifyChain(containing known: String?) async throws(JournalFailure) -> ChainVerdict
    {
        var walk = ChainWalk(known: known)
        while !walk.isOver {
            let after = walk.entries
            let links = try await reading("verify the audit log") { database in
                try Row.fetchAll(
                    database,
                    sql: Link.selection + "WHERE chain.id > ? ORDER BY chain.id LIMIT ?",
                    arguments: [after, Journal.page]
                ).map(Link.init)
            }
            for link in links { walk.take(link) }
            if links.count < Journal.page { walk.isOver = true }
        }
        if walk.fault == nil {
            walk.fault = try await reading("verify the audit log", ChainWalk.unchained)
        }
        return walk.verdict
    }
}

/// How far the chain was looked through.
private struct ChainWalk: Sendable {
    let known: String?
    var isOver = false
    var entries = 0
    var fault: String?
    private var head = Chain.root
    private var first: Timestamp?
    private var last: Timestamp?
    private var knownAt: Int?

    init(known: String?) { self.known = known?.lowercased() }

    mutating func take(_ link: Link) {
        guard fault == nil else { return }
        guard link.number == entries + 1 else {
            return stop("entry \(entries + 1) is missing")
        }
        let name = "entry \(link.number) (\(link.source))"
        guard let row = link.row else { return stop("\(name): what it is about is missing") }
        let hash = Chain.hash(row.payload, at: row.at, link.source, after: head)
        guard hash == link.hash else {
            return stop("\(name) of \(row.time) was changed, or its hash was")
        }
        entries += 1
        head = hash
        first = first ?? row.time
        last = row.time
        if hash == known { knownAt = link.number }
    }

    private mutating func stop(_ words: String) {
        fault = words
        isOver = true
    }

    /// What is in the journal and in no link; nil when nothing is.
    @Sendable
    static func unchained(_ database: Database) throws -> String? {
        for (table, column) in [("record", "record"), ("run_event", "run")] {
            let kept = try Int.fetchOne(database, sql: "SELECT COUNT(*) FROM \(table)")
            let linked = try Int.fetchOne(database, sql: "SELECT COUNT(\(column)) FROM chain")
            if kept != linked {
                return
                    "the table \(table) has \(kept ?? 0) rows, and entries vouch for \(linked ?? 0)"
            }
        }
        return nil
    }

    var verdict: ChainVerdict {
        ChainVerdict(
            entries: entries,
            span: first.flatMap { first in last.map { min(first, $0)...max(first, $0) } },
            head: head,
            fault: fault,
            known: knownAt
        )
    }
}
