import FailoverCore

/// What survives a crash: the runs' events, and what the policy must not forget.
struct Journal: Sendable {
    var runs: [(id: RunID, events: [RunEvent])] = []
    var memory = PolicyMemory.empty
    /// Wall clock, in seconds, when the memory was saved.
    var savedAt = 0

    mutating func append(_ event: RunEvent, to id: RunID) {
        if let index = runs.lastIndex(where: { $0.id == id }) {
            runs[index].events.append(event)
        } else {
            runs.append((id, [event]))
        }
    }

    func events(of id: RunID) -> [RunEvent] { runs.last { $0.id == id }?.events ?? [] }

    /// The state of a run as its events tell it; nil for one that there is not.
    func replay(_ id: RunID) throws(IllegalRunEvent) -> RunState? {
        try RunState(replaying: events(of: id))
    }

    /// What our failovers of these routes found and wrote; nil when they were not all ours.
    func record(of moves: [Move]) -> (record: FailoverRecord, digest: PlanDigest)? {
        var openings: [RunID: RunOpening] = [:]
        for move in moves {
            guard let (id, opening) = lastFailover(of: move) else { return nil }
            openings[id] = opening
        }
        let inOrder = openings.sorted { $0.key < $1.key }.map(\.value)
        guard let first = inOrder.first else { return nil }
        var plan = first.plan
        var digest = first.digest.hex
        for opening in inOrder.dropFirst() {
            plan.moves += opening.plan.moves
            plan.steps += opening.plan.steps
            digest += opening.digest.hex
        }
        return (FailoverRecord(snapshot: first.snapshot, plan: plan), PlanDigest(hex: digest))
    }

    private func lastFailover(of move: Move) -> (RunID, RunOpening)? {
        for run in runs.reversed() {
            guard case .opened(let opening)? = run.events.first, !opening.isRehearsal,
                opening.plan.moves.contains(where: { $0.route == move.route }),
                run.events.contains(.finished(.done))
            else { continue }
            let wentHere = opening.plan.moves.contains {
                $0.route == move.route && $0.to == move.from && $0.from == move.to
            }
            return opening.plan.direction == .failover && wentHere ? (run.id, opening) : nil
        }
        return nil
    }
}

/// Plans by what they are made from: the same facts give the same plan, so each is made once.
final class PlanBook {
    enum Entry {
        case plan(Plan, PlanDigest, Snapshot)
        case blocked([String])
    }

    private var entries: [PlanFacts: Entry] = [:]

    func entry(_ facts: PlanFacts, _ make: () -> Planning, _ snapshot: Snapshot) -> Entry {
        let entry: Entry
        switch make() {
        case .plan(let plan): entry = .plan(plan, PlanBook.digest(of: plan.canonicalText), snapshot)
        case .blocked(let blockers): entry = .blocked(blockers.map(\.description))
        }
        if entries.count >= 20_000 { entries = [:] }
        entries[facts] = entry
        return entry
    }

    func known(_ facts: PlanFacts) -> Entry? { entries[facts] }

    /// Stands for the SHA-256 of the real agent: equal texts, equal digests.
    static func digest(of text: String) -> PlanDigest {
        var first: UInt64 = 0xCBF2_9CE4_8422_2325
        var second: UInt64 = 0x9E37_79B9_7F4A_7C15
        for byte in text.utf8 {
            first = (first ^ UInt64(byte)) &* 0x100_0000_01B3
            second = Dice.mixed(second &+ UInt64(byte))
        }
        return PlanDigest(hex: String(first, radix: 16) + String(second, radix: 16))
    }
}
