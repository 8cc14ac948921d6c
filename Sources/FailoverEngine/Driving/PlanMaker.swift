import Crypto
public import FailoverCore

/// A plan with its digest and what it was made from.
public struct PreparedPlan: Sendable {
    /// The plan.
    public var plan: Plan
    /// SHA-256 over its canonical text and its basis.
    public var digest: PlanDigest
    /// The evidence and the readiness that it was made on.
    public var basis: DecisionBasis
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

    /// Reads the live state and plans one move.
    ///
    /// - Throws: ``PlanRefusal`` with every reason.
    public func prepare(
        _ move: Move,
        _ direction: MoveDirection
    ) async throws(PlanRefusal) -> PreparedPlan {
        try await prepare([move], direction)
    }

    /// Reads the live state and plans several moves at once: one plan, enabled once.
    ///
    /// - Parameters:
    ///   - moves: what is to move, at least one.
    ///   - direction: of all of them.
    ///   - basis: what else is approved with the plan; asked once everything is read.
    /// - Returns: the plan.
    /// - Throws: ``PlanRefusal`` with every reason.
    public func prepare(
        _ moves: [Move],
        _ direction: MoveDirection,
        on basis: @Sendable ([Move]) -> DecisionBasis = { _ in DecisionBasis() }
    ) async throws(PlanRefusal) -> PreparedPlan {
        var record: FailoverRecord?
        let lastPublication: Timestamp?
        do throws(JournalFailure) {
            if direction == .failback { record = try await journal.failoverRecord(of: moves) }
            lastPublication = try await journal.lastPublication()
        } catch {
            throw .unreadable([error.message])
        }
        let snapshot: Snapshot
        do throws(SnapshotFailure) {
            snapshot = try await snapshotter.take(
                for: moves,
                record: record,
                lastPublication: lastPublication
            )
        } catch {
            throw .unreadable(error.reasons)
        }
        let planning =
            direction == .failover
            ? planner.failover(moves, snapshot: snapshot)
            : planner.failback(moves, snapshot: snapshot, record: record)
        switch planning {
        case .blocked(let blockers): throw .blocked(blockers)
        case .plan(let plan):
            let basis = basis(moves)
            return PreparedPlan(
                plan: plan,
                digest: digest(of: plan, on: basis),
                basis: basis,
                snapshot: snapshot
            )
        }
    }

    /// SHA-256 over the canonical texts of the plan and of what it rests on.
    public func digest(of plan: Plan, on basis: DecisionBasis = DecisionBasis()) -> PlanDigest {
        let bytes = SHA256.hash(data: Array((plan.canonicalText + basis.canonicalText).utf8))
        return PlanDigest(hex: Hexadecimal.text(of: bytes))
    }
}
