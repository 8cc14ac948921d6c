import FailoverCore
import FailoverEngine
import Foundation
import GRDB
import Glibc
import Testing

@testable import Journaling

/// A folder of the test's own, which removes it at its end.
final class Scratch: Sendable {
    let path: String

    init() throws {
        path =
            FileManager.default.temporaryDirectory
            .appendingPathComponent("edgewarden-journal-\(UUID().uuidString)").path
        try #require(mkdir(path, 0o700) == 0)
    }

    /// The state directory, which the journal makes.
    var state: String { path + "/state" }

    /// The database as any other program sees it.
    func database() throws -> DatabaseQueue {
        var configuration = Configuration()
        configuration.allowsUnsafeTransactions = true
        let file = state + "/" + Journal.fileName
        return try DatabaseQueue(path: file, configuration: configuration)
    }

    /// Changes rows that nobody may change, as a failing disk would.
    func damage(_ table: String, _ statement: String) async throws {
        try await database().write { database in
            try database.execute(sql: "DROP TRIGGER \(table)_no_update")
            try database.execute(sql: "DROP TRIGGER \(table)_no_delete")
            try database.execute(sql: statement)
        }
    }

    /// Removes the folder.
    func remove() {
        // SQLite may be removing its own files just now, which fails an attempt.
        for _ in 0..<20 where FileManager.default.fileExists(atPath: path) {
            // The next attempt, or the next cleaning of /tmp, takes care of what is left.
            try? FileManager.default.removeItem(atPath: path)
        }
    }
}

/// A file system of 1 MB for one test; only root can make one.
final class SmallDisk {
    let path: String
    private let scratch: Scratch

    static var isPossible: Bool { geteuid() == 0 }

    init() throws {
        scratch = try Scratch()
        path = scratch.path + "/disk"
        try #require(mkdir(path, 0o700) == 0)
        try #require(mount("edgewarden-test", path, "tmpfs", 0, "size=1m,mode=0700") == 0)
    }

    func makeReadOnly() throws {
        let flags = UInt(MS_REMOUNT | MS_RDONLY)
        try #require(mount("edgewarden-test", path, "tmpfs", flags, "size=1m,mode=0700") == 0)
    }

    /// Ends the file system and removes its folder.
    func remove() {
        umount2(path, Int32(MNT_DETACH))
        scratch.remove()
    }
}

/// A fixed time of day.
let noon = Timestamp(millisecondsSinceEpoch: 1_795_262_400_123)

func openJournal(_ path: String, maximumPages: Int? = nil) throws(JournalFailure) -> Journal {
    try Journal(
        directory: path,
        agent: "warden-1",
        startedAt: noon,
        maximumPages: maximumPages
    )
}

extension Journal {
    /// Queues a notice for hooks, about itself.
    @discardableResult
    func enqueue(
        _ notice: Notice,
        agent: String = "warden-1",
        at time: Timestamp = noon,
        hooks: [String],
        subject: String = "pool",
        stage: AlertCourse.Stage? = nil,
        alsoEnds: [String] = [],
        repeatedWithin: Duration = .zero,
        isReminded: Bool = false,
        reminds: Int64? = nil,
        room: Int = 1_000
    ) async throws(JournalFailure) -> AlertReceipt {
        let draft = AlertDraft(
            notice,
            agent: agent,
            at: time,
            subject: subject,
            stage: stage,
            alsoEnds: alsoEnds,
            repeatedWithin: repeatedWithin,
            isReminded: isReminded,
            reminds: reminds
        )
        return try await enqueue(draft, room: room) { _ in
            hooks.map { AlertDestination(hook: $0) }
        }
    }

    /// What waits for a hook, whenever it may be delivered.
    func pending(hook: String, limit: Int) async throws(JournalFailure) -> [OutboxEntry] {
        try await pending(
            hook: hook,
            at: Timestamp(millisecondsSinceEpoch: .max),
            limit: limit
        )
    }
}

/// The failure that the body must throw.
func failure(
    _ location: SourceLocation = #_sourceLocation,
    _ body: () async throws(JournalFailure) -> Void
) async throws -> JournalFailure {
    do throws(JournalFailure) {
        try await body()
    } catch {
        return error
    }
    Issue.record("nothing failed", sourceLocation: location)
    throw CancellationError()
}

/// A run of two steps, of which the second needs two attempts.
enum SampleRun {
    static func events() throws -> [RunEvent] {
        let first = StepID(1)
        let second = StepID(2)
        let person = Person(name: "ada", userID: 1_000)
        return [
            .opened(try opening()),
            .observing(first), .observed(first, .initial("Redmond → edgepool1 \"old\" · ü")),
            .acting(first), .acted(first, .done("published")),
            .verifying(first), .verified(first, .holds("as wanted")),
            .observing(second), .observed(second, .initial("127.0.1.11")),
            .acting(second), .acted(second, .answerLost("no answer within 5s")),
            .parked(reason: "the agent stops"), .recovered(reason: "the agent is back"),
            .observing(second), .observed(second, .foreign("127.0.9.9")),
            .finished(.stopped(reason: "somebody else changed sip.contoso.test")),
            .resumed(by: person, reason: "put right"),
            .observing(second), .observed(second, .intended("127.0.2.11")),
            .verifying(second), .verified(second, .holds("127.0.2.11")),
            .finished(.done),
        ]
    }

    private static func opening() throws -> RunOpening {
        let pool1 = try #require(FQDN("edgepool1.contoso.net"))
        let pool2 = try #require(FQDN("edgepool2.contoso.net"))
        let zone = try #require(FQDN("contoso.test"))
        let name = try #require(FQDN("sip.contoso.test"))
        let address = try #require(IPAddress("127.0.2.11"))
        let to = RecordSet(name: name, type: .a, ttl: 60, data: [.address(address)])
        let change = DNSChange(zone: ZoneKey(name: zone), name: name, type: .a, from: nil, to: to)
        let move = Move(route: RouteName("sip"), kind: .sip, from: pool1, to: pool2)
        let source = StepSource(procedure: "A", section: "Fail over", steps: "1–5")
        let plan = Plan(
            direction: .failover,
            moves: [move],
            steps: [
                Step(
                    id: StepID(1),
                    title: "Enable the topology",
                    source: source,
                    operation: .enableTopology,
                    timeout: .milliseconds(90_500)
                ),
                Step(
                    id: StepID(2),
                    title: "Point sip.contoso.test to the pool",
                    source: source,
                    operation: .changeRecords(zone: ZoneKey(name: zone), [change]),
                    timeout: .seconds(30)
                ),
            ],
            impact: ["Federation stops for a moment"],
            warnings: [],
            verdicts: [
                PoolLeg(pool: pool1, kind: .sip): .down, PoolLeg(pool: pool2, kind: .sip): .up,
            ],
            needsApproval: true
        )
        let digest = PlanDigest(hex: String(repeating: "a1", count: 32))
        return RunOpening(
            request: MoveRequest(
                id: RequestID(4),
                move: move,
                direction: .failover,
                trigger: .poolDown(reason: "both members refuse")
            ),
            plan: plan,
            digest: digest,
            authority: .approved(by: Person(name: "ada", userID: 1_000), digest: digest),
            snapshot: snapshot(zone),
            partnersBefore: [zone]
        )
    }

    private static func snapshot(_ zone: FQDN) -> Snapshot {
        Snapshot(
            takenAt: noon,
            endpoint: "https://fe21.contoso.net:5986/wsman",
            endpointIndex: 1,
            sites: [],
            edgeServices: [],
            pools: [],
            replicas: [],
            storeMaster: "fepool1.contoso.net",
            rightsFailures: [],
            records: [],
            updateRefusals: [ZoneKey(name: zone): "REFUSED"],
            verdicts: [:],
            members: [],
            manageableEdges: [zone]
        )
    }
}
