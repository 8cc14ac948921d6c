import Testing

@testable import FailoverCore

@Suite("FailoverPolicy: why it is not acting, in every case")
struct ExplainTotalityTests {
    typealias Facts = DecisionFacts

    /// Every combination that can change a word: times and windows for all evidence, the rest for
    /// what can be asked.
    static let all: [Facts] =
        Facts.Holding.allCases.flatMap { holding in
            Facts.all(
                Facts(holding: holding, isCooling: true, failback: .approve),
                Facts.vary(\.holder, Facts.Standing.allCases),
                Facts.vary(\.other, Facts.Standing.allCases),
                Facts.vary(\.isConfirmed, [false, true]),
                Facts.vary(\.isSoaked, [false, true]),
                Facts.vary(\.mode, RouteMode.allCases)
            )
        }
        + Facts.all(
            Facts(),
            Facts.vary(\.pausing, Facts.Pausing.allCases),
            Facts.vary(\.maintenance, Facts.Sides.allCases),
            Facts.vary(\.holding, Facts.Holding.allCases),
            Facts.vary(\.holder, [.up, .down]),
            Facts.vary(\.other, [.up, .down])
        )
        + Facts.all(
            Facts(holding: .rescued),
            Facts.vary(\.window, Facts.Window.allCases),
            Facts.vary(\.isCooling, [false, true]),
            Facts.vary(\.failback, RouteMode.allCases),
            Facts.vary(\.reading, Facts.Reading.allCases),
            Facts.vary(\.flapping, Facts.Sides.allCases)
        )

    @Test func `it names the row of the table, and what would have to change`() {
        var wrong: [String] = []
        var rows: Set<DecisionRow> = []
        for facts in Self.all {
            let policy = facts.policy
            guard let explanation = policy.explanation(of: Facts.route, at: Facts.now) else {
                wrong.append("nothing for \(facts)")
                continue
            }
            let named = DecisionRow.allCases.filter {
                explanation.row == $0.rawValue || explanation.row.hasPrefix("\($0.rawValue), ")
            }
            let holding = DecisionTable.rows.filter { $0.holds(facts) }.map(\.name)
            if named != holding { wrong.append("rows \(named), not \(holding): \(facts)") }
            rows.formUnion(named)
            if explanation.needs.isEmpty { wrong.append("nothing would have to change: \(facts)") }
            wrong += faults(explanation, policy).map { "\($0): \(facts)" }
        }
        #expect(wrong.isEmpty, "\(wrong.count) of \(Self.all.count): \(wrong.prefix(5))")
        #expect(rows == Set(DecisionRow.allCases))
    }

    /// What would be wrong with any explanation.
    private func faults(_ explanation: Explanation, _ policy: FailoverPolicy) -> [String] {
        var faults: [String] = []
        let status = policy.status(of: Facts.route, at: Facts.now)
        if explanation.sentence != status.reason { faults.append("not the words of the status") }
        if explanation.phase != status.phase { faults.append("not the phase of the status") }
        let words = [explanation.row, explanation.sentence] + explanation.facts + explanation.needs
        if words.contains("") { faults.append("an empty sentence") }
        if explanation.changes.contains(where: { $0.at <= Facts.now }) {
            faults.append("a change that is over")
        }
        if let until = status.until, !explanation.changes.contains(where: { $0.at == until }) {
            faults.append("the end of the wait is not among what changes by itself")
        }
        return faults
    }

    static let phases: [RoutePhase] = {
        let request = MoveRequest(
            id: RequestID(3),
            move: Move(.sip(), from: PolicyBench.home, to: PolicyBench.standby),
            direction: .failover,
            trigger: .poolDown(reason: "dead")
        )
        var half = request
        half.approvals = [PolicyBench.anna]
        let later = Facts.now + .seconds(60)
        let plan = PolicyBench.plan
        let anna = PolicyBench.anna
        let halt = Halt(reason: "a step failed")
        let stuck = Halt(reason: "an undo failed", stuck: Halt.Stuck(remindAt: later))
        let wait = PersonWait(step: StepID(3), title: "Publish")
        return [
            .queued(request), .planning(request), .asked(request, plan, expires: later),
            .asked(half, plan, expires: later), .cleared(half, plan, lapses: later),
            .running(request, plan, waitsFor: nil), .running(request, plan, waitsFor: wait),
            .halted(request, plan, halt), .halted(request, plan, stuck),
            .declined(Decline(situation: .holderDown, until: later, by: anna)),
            .declined(Decline(situation: .holderDown, until: later, by: nil)),
            .retrying(.holderDown, until: later, reason: "a blocker"),
        ]
    }()

    @Test func `every state of a request is named, and what would have to change`() {
        var rows: Set<String> = []
        for phase in Self.phases {
            for facts in Facts.all(Facts(), Facts.vary(\.holder, Facts.Standing.allCases)) {
                var policy = facts.policy
                policy.states[0].enter(phase, at: Facts.now)
                let explanation = policy.explanation(of: Facts.route, at: Facts.now)
                #expect(explanation?.needs.isEmpty == false)
                #expect(explanation.map { faults($0, policy) } == [])
                if let explanation { rows.insert(explanation.row) }
            }
        }
        #expect(rows.count == Self.phases.count)
        #expect(rows.isDisjoint(with: DecisionRow.allCases.map(\.rawValue)))
    }
}
