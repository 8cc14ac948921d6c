import Crypto
public import FailoverCore

/// A plan with its digest and what it was made from.
public struct PreparedPlan: Sendable {
    /// The plan.
    public var plan: Plan
    /// SHA-256 over its canonical text.
    public var digest: PlanDigest
    /// What it was made from.
    public var snapshot: Snapshot
}

/// Why there is no plan.
public enum PlanRefusal: Error, Sendable {
    /// Facts that block.
    case blocked([PreflightBlocker])
    /// The live state could not be read.
    case unreadable([String])

    /// A sentence for each reason.
    public var reasons: [String] {
        switch self {
        case .blocked(let blockers): blockers.map(\.description)
        case .unreadable(let reasons): reasons
        }
    }
}

/// Makes plans from the live state: the same way for `plan`, for a request and at a run's start.
public struct PlanMaker: Sendable {
    private let planner: Planner
    private let snapshotter: Snapshotter
    private let journal: any JournalStore

    /// Makes a plan maker.
    public init(organisation: Organisation, snapshotter: Snapshotter, journal: any JournalStore) {
        planner = Planner(organisation: organisation)
        self.snapshotter = snapshotter
        self.journal = journal
    }

    /// Reads the live state and plans.
    ///
    /// - Throws: ``PlanRefusal`` with every reason.
    public func prepare(
        _ move: Move,
        _ direction: MoveDirection
    ) async throws(PlanRefusal) -> PreparedPlan {
        var record: FailoverRecord?
        if direction == .failback {
            do throws(JournalFailure) {
                record = try await lastFailover(of: move)
            } catch {
                throw .unreadable([error.message])
            }
        }
        let snapshot: Snapshot
        do throws(SnapshotFailure) {
            snapshot = try await snapshotter.take(for: move, record: record)
        } catch {
            throw .unreadable(error.reasons)
        }
        let planning =
            direction == .failover
            ? planner.failover([move], snapshot: snapshot)
            : planner.failback([move], snapshot: snapshot, record: record)
        switch planning {
        case .blocked(let blockers): throw .blocked(blockers)
        case .plan(let plan):
            return PreparedPlan(plan: plan, digest: digest(of: plan), snapshot: snapshot)
        }
    }

    /// SHA-256 over the plan's canonical text.
    public func digest(of plan: Plan) -> PlanDigest {
        let bytes = SHA256.hash(data: Array(plan.canonicalText.utf8))
        return PlanDigest(
            hex: bytes.map { byte in
                let text = String(byte, radix: 16)
                return text.count == 1 ? "0" + text : text
            }.joined()
        )
    }

    /// The newest verified failover of the route that led where the route is now, unless a later
    /// failback has been verified.
    private func lastFailover(of move: Move) async throws(JournalFailure) -> FailoverRecord? {
        for id in try await journal.runs(limit: 200) {
            let events = try await journal.events(of: id).map(\.event)
            guard case .opened(let opening)? = events.first,
                opening.plan.moves.contains(where: { $0.route == move.route }),
                events.contains(.finished(.done))
            else { continue }
            let wentHere = opening.plan.moves.contains {
                $0.route == move.route && $0.to == move.from && $0.from == move.to
            }
            guard opening.plan.direction == .failover, wentHere else { return nil }
            return FailoverRecord(snapshot: opening.snapshot, plan: opening.plan)
        }
        return nil
    }
}
