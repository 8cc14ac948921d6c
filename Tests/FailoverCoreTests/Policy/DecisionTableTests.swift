import Testing

@testable import FailoverCore

@Suite("The decision table")
struct DecisionTableTests {
    typealias Facts = DecisionFacts

    // What depends on nothing of each other is varied apart: all of it at once would be a hundred
    // million combinations.

    /// Whose hands are off: pauses and maintenances over everything else.
    static let hindered = Facts.all(
        Facts(),
        Facts.vary(\.pausing, Facts.Pausing.allCases),
        Facts.vary(\.maintenance, Facts.Sides.allCases),
        Facts.vary(\.holding, Facts.Holding.allCases),
        Facts.vary(\.holder, Facts.Standing.allCases),
        Facts.vary(\.other, Facts.Standing.allCases)
    )

    /// What the evidence and the time ask for.
    static func evidence(_ holding: Facts.Holding) -> [Facts] {
        Facts.all(
            Facts(holding: holding),
            Facts.vary(\.holder, Facts.Standing.allCases),
            Facts.vary(\.other, Facts.Standing.allCases),
            Facts.vary(\.isConfirmed, [false, true]),
            Facts.vary(\.isSoaked, [false, true]),
            Facts.vary(\.isCooling, [false, true]),
            Facts.vary(\.mode, RouteMode.allCases),
            Facts.vary(\.failback, RouteMode.allCases),
            Facts.vary(\.window, [.none, .closed])
        )
    }

    /// What stands against an automatic rescue.
    static let rescues = Facts.all(
        Facts(holder: .down),
        Facts.vary(\.holding, [.home, .rescued]),
        Facts.vary(\.other, Facts.Standing.allCases),
        Facts.vary(\.mode, RouteMode.allCases),
        Facts.vary(\.goesOnUnanswered, [false, true]),
        Facts.vary(\.reading, Facts.Reading.allCases),
        Facts.vary(\.isCooling, [false, true]),
        Facts.vary(\.flapping, Facts.Sides.allCases),
        Facts.vary(\.planNeedsPerson, [false, true]),
        Facts.vary(\.isCountReached, [false, true])
    )

    /// What stands against an automatic failback.
    static let failbacks = Facts.all(
        Facts(holding: .rescued),
        Facts.vary(\.other, [.up, .startable, .down]),
        Facts.vary(\.failback, RouteMode.allCases),
        Facts.vary(\.window, Facts.Window.allCases),
        Facts.vary(\.reading, Facts.Reading.allCases),
        Facts.vary(\.isCooling, [false, true]),
        Facts.vary(\.flapping, Facts.Sides.allCases),
        Facts.vary(\.planNeedsPerson, [false, true]),
        Facts.vary(\.isCountReached, [false, true])
    )

    @Test(arguments: Facts.Holding.allCases)
    func `what the evidence asks for is in exactly one row`(holding: Facts.Holding) {
        expectOneRow(Self.evidence(holding))
    }

    @Test(arguments: [hindered, rescues, failbacks])
    func `what pauses, permits or asks is in exactly one row`(all: [Facts]) {
        expectOneRow(all)
    }

    @Test func `every row of the core is in the table once, and holds for some combination`() {
        #expect(DecisionTable.rows.map(\.name) == DecisionRow.allCases)
        let all =
            Facts.Holding.allCases.flatMap(Self.evidence) + Self.hindered + Self.rescues
            + Self.failbacks
        for row in DecisionTable.rows {
            #expect(all.contains(where: row.holds), "row \(row.name)")
        }
    }

    private func expectOneRow(_ all: [Facts]) {
        var wrong: [String] = []
        for facts in all {
            let rows = DecisionTable.rows.filter { $0.holds(facts) }
            guard rows.count == 1, let row = rows.first else {
                wrong.append("\(rows.map(\.name)) hold for \(facts)")
                continue
            }
            let policy = facts.policy
            let desire = policy.desire(of: policy.states[0], at: Facts.now)
            if let fault = fault(desire, row.name, facts, policy) {
                wrong.append("\(facts): \(fault), and row \(row.name) was to hold")
            }
        }
        #expect(wrong.isEmpty, "\(wrong.count) of \(all.count): \(wrong.prefix(5))")
    }

    /// What is wrong with what the core wants where a row holds; nil when nothing is.
    private func fault(
        _ desire: Desire,
        _ row: DecisionRow,
        _ facts: Facts,
        _ policy: FailoverPolicy
    ) -> String? {
        let isKnown = policy.states[0].holder.isKnown
        let found = DecisionRow(desire, isHolderKnown: isKnown)
        guard found == row else { return "row \(found)" }
        switch desire {
        case .rest, .blocked: return nil
        case .wait(let waiting, let until):
            let wait: Duration =
                switch waiting {
                case .confirmation, .impairment: .seconds(120)
                case .soak: .seconds(1_800)
                case .coolDown, .window: .seconds(60)
                }
            return until == Facts.now + wait ? nil : "until \(until)"
        case .tell(let wanted): return fault(wanted, facts)
        case .act(let wanted, let permission):
            let expected = DecisionTable.whyAsked(row, facts).map(Permission.ask) ?? .automatic
            return permission == expected ? fault(wanted, facts) : "\(permission), not \(expected)"
        }
    }

    private func fault(_ wanted: Wanted, _ facts: Facts) -> String? {
        wanted.from == facts.holderPool && wanted.to == facts.otherPool ? nil : "\(wanted)"
    }

    // MARK: The lock

    enum Lock: String, CaseIterable { case free, planning, running, stopped, orphaned }

    @Test(arguments: DecisionRow.allCases, Lock.allCases)
    func `what is wanted begins when the lock is free, and is told when nobody sees to that`(
        row: DecisionRow,
        lock: Lock
    ) throws {
        let holds = try #require(DecisionTable.rows.first { $0.name == row }).holds
        let all =
            Facts.Holding.allCases.flatMap(Self.evidence) + Self.hindered + Self.rescues
            + Self.failbacks
        let facts = try #require(all.first { holds($0) && !$0.goesOnUnanswered })
        var policy = facts.policy
        take(lock, &policy)
        let effects = policy.step(.tick, at: Facts.now)
        let isAct = [.rescue, .rescueAsked, .reliefAsked, .failback, .failbackAsked].contains(row)
        let isPlanned = effects.contains { if case .makePlan = $0 { true } else { false } }
        #expect(isPlanned == (isAct && lock == .free))
        let told = Set(PolicyBench.notices(effects).map(\.code))
        #expect(told.contains(.wouldAct) == [.rescueTold, .reliefTold].contains(row))
        let isFailback = [.failback, .failbackAsked].contains(row) && isPlanned
        #expect(told.contains(.failbackDue) == (row == .failbackTold || isFailback))
        let isBlocked = [.noTarget, .notReadDown].contains(row)
        let isHalted = lock == .stopped || lock == .orphaned
        #expect(told.contains(.cannotAct) == (isBlocked || isAct && isHalted))
    }

    /// The other route, of other pools, has the lock.
    private func take(_ lock: Lock, _ policy: inout FailoverPolicy) {
        let route = policy.states[1].route
        let to = route.standby[0]
        policy.states[1].holder = .known(Place(pool: route.home, cause: nil))
        policy.legs[PoolLeg(pool: to, kind: .media)]?.verdict = Verdict(.up, reason: "seen")
        let request = MoveRequest(
            id: RequestID(7),
            move: Move(route, from: route.home, to: to),
            direction: .failover,
            trigger: .ordered(by: PolicyBench.anna, reason: "")
        )
        let halt = Halt(reason: "a step failed")
        let phase: RoutePhase =
            switch lock {
            case .free, .orphaned: .idle
            case .planning: .planning(request)
            case .running: .running(request, nil, waitsFor: nil)
            case .stopped: .halted(request, nil, halt)
            }
        policy.states[1].enter(phase, at: Facts.now)
        if lock == .orphaned {
            let memory = halt.memory(of: request, nil, at: Facts.now)
            policy.orphans = [Orphan(memory, at: Facts.now)]
        }
    }
}
