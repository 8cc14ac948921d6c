/// A run remembered of a route that is no longer configured: it keeps the lock all the same.
struct Orphan: Sendable {
    let request: MoveRequest
    let digest: PlanDigest?
    /// Nil while it is under way.
    var halt: Halt?

    init(_ memory: RunMemory, at now: Instant) {
        request = memory.request
        digest = memory.digest
        halt = memory.halt(at: now)
    }

    func memory(at now: Instant) -> RunMemory {
        halt?.memory(of: request, digest, at: now)
            ?? RunMemory(request: request, digest: digest, stopped: nil)
    }
}

/// Who has the lock of the topology.
extension FailoverPolicy {
    /// Who has the lock, in words; nil when it is free.
    var lockHolder: String? {
        if let orphan = orphans.first { return words(for: orphan.request, orphan.halt) }
        guard let state = states.first(where: \.phase.holdsLock), let request = state.phase.request
        else { return nil }
        switch state.phase {
        case .planning: return "the planning of \(request)"
        case .halted(_, _, let halt): return words(for: request, halt)
        case .running(_, _, let wait?):
            return words(for: request, nil) + ", which waits for a person to do \(wait)"
        default: return words(for: request, nil)
        }
    }

    private func words(for request: MoveRequest, _ halt: Halt?) -> String {
        let kind = halt == nil ? "" : halt?.stuck == nil ? "stopped " : "stuck "
        return "the \(kind)run of \(request)"
    }

    /// The stopped or stuck run that keeps the lock, if one does.
    var haltedRun: (request: MoveRequest, halt: Halt)? {
        for state in states {
            if case .halted(let request, _, let halt) = state.phase { return (request, halt) }
        }
        return orphans.first.flatMap { orphan in orphan.halt.map { (orphan.request, $0) } }
    }

    /// Whether the run of a request is under way, or stopped and keeps the lock; also one of a route
    /// that is no longer configured.
    public func hasRun(_ id: RequestID) -> Bool {
        orphans.contains { $0.request.id == id }
            || states.contains { state in
                switch state.phase {
                case .running(let request, _, _), .halted(let request, _, _): request.id == id
                default: false
                }
            }
    }

    /// The request whose run is under way, if one is.
    private var runUnderWay: MoveRequest? {
        if let orphan = orphans.first(where: { $0.halt == nil }) { return orphan.request }
        return states.lazy.compactMap { state in
            if case .running(let request, _, _) = state.phase { request } else { nil }
        }.first
    }

    /// Why nobody can order another move now: a run keeps the lock.
    var refusalOfLock: Refusal? {
        if let halted = haltedRun {
            return Refusal(.lockHeld, sentence(halted.request, halted.halt))
        }
        guard let request = runUnderWay else { return nil }
        let person = request.trigger.orderedBy.map { ", ordered by \($0)" } ?? ""
        return Refusal(
            .lockHeld,
            "\(lockHolder ?? "")\(person) is under way: wait for its end, for only one run at a time"
                + " changes the topology"
        )
    }

    /// What is the case with a stopped or stuck run, and the ways out.
    func sentence(_ request: MoveRequest, _ halt: Halt) -> String {
        let run = "the run of \(request)"
        let ways =
            "edgewarden resume-run \(request.id) lets it go on, abort-run \(request.id) undoes it,"
            + " release gives it up"
        guard let stuck = halt.stuck else {
            return "\(run) stopped and keeps the lock: \(halt.reason). \(ways)"
        }
        let owner =
            stuck.takenBy.map { "\($0) took it" } ?? "edgewarden take \(request.id) stops the alarm"
        return "\(run) is stuck and keeps the lock: \(halt.reason). \(owner); \(ways)"
    }

    // MARK: Stuck runs

    /// Says again that a stuck run wants somebody, and when next.
    mutating func remind(at now: Instant) {
        for index in states.indices {
            guard case .halted(let request, let digest, var halt) = states[index].phase,
                let due = halt.remindAt, now >= due
            else { continue }
            halt.stuck?.remindAt = now + settings.stuckReminder
            states[index].replace(.halted(request, digest, halt))
            notify(
                .runStuck,
                .critical,
                index,
                pool: request.move.to,
                request: request.id,
                sentence(request, halt)
            )
        }
        for index in orphans.indices {
            guard let halt = orphans[index].halt, let due = halt.remindAt, now >= due else {
                continue
            }
            orphans[index].halt?.stuck?.remindAt = now + settings.stuckReminder
            let request = orphans[index].request
            tellOrphan(.runStuck, .critical, request, sentence(request, halt))
        }
    }

    mutating func runTaken(
        _ id: RequestID,
        by person: Person,
        _ reason: String,
        at now: Instant
    ) {
        let why = reason.isEmpty ? "" : ": \(reason)"
        if let orphan = orphans.firstIndex(where: { $0.request.id == id }) {
            orphans[orphan].halt?.stuck?.takenBy = person
            let request = orphans[orphan].request
            let words = "\(person) took the stuck run of \(request)\(why)"
            tellOrphan(.runTaken, .info, request, words)
        }
        guard let index = index(of: id),
            case .halted(let request, let digest, var halt) = states[index].phase
        else { return }
        halt.stuck?.takenBy = person
        states[index].replace(.halted(request, digest, halt))
        notify(
            .runTaken,
            .info,
            index,
            pool: request.move.to,
            request: id,
            "\(person) took the stuck run of \(request)\(why)"
        )
    }

    mutating func tellOrphan(
        _ code: NoticeCode,
        _ severity: Severity,
        _ request: MoveRequest,
        _ sentence: String
    ) {
        outbox.append(
            .notify(Notice(code, severity, request: request.id, sentence: sentence))
        )
    }

    /// Why that stuck run cannot be taken; nil when it can.
    func canTake(_ id: RequestID, by person: Person) -> Refusal? {
        guard let halted = haltedRun, halted.request.id == id else { return nothingHalted(id) }
        guard let stuck = halted.halt.stuck else {
            return Refusal(
                .notStuck,
                "there is nothing to take: \(sentence(halted.request, halted.halt))"
            )
        }
        guard stuck.takenBy != person else {
            return Refusal(.alreadyTaken, "\(person) took the run of request \(id) already")
        }
        return nil
    }

    /// Why that run cannot go on, forward or back; nil when it can.
    func canResume(_ id: RequestID) -> Refusal? {
        if let halted = haltedRun, halted.request.id == id { return nil }
        return nothingHalted(id)
    }

    private func nothingHalted(_ id: RequestID) -> Refusal {
        if let halted = haltedRun {
            return Refusal(
                .nothingStopped,
                "not the run of request \(id) is stopped, but: "
                    + sentence(halted.request, halted.halt)
            )
        }
        if runUnderWay?.id == id {
            return Refusal(.nothingStopped, "\(lockHolder ?? "the run") is under way, not stopped")
        }
        return nothingStopped
    }

    var nothingStopped: Refusal {
        Refusal(.nothingStopped, "there is no stopped run that keeps the lock")
    }
}
