import FailoverCore

/// A run of a few steps of every class, driven event by event.
struct RunStateFixture {
    static let server = name("edge21.contoso.net")
    static let stop = StepID(1)
    static let start = StepID(2)
    static let route = StepID(3)
    static let enable = StepID(4)
    static let check = StepID(5)
    static let text = "as read in this test"
    static let anna = Person(name: "anna", userID: 1_000)

    static func step(_ id: StepID) -> Step {
        let pool1 = ServiceIdentity.edgeServer(RunbookFixture.pool1)
        let pool2 = ServiceIdentity.edgeServer(RunbookFixture.pool2)
        let operation: Operation =
            switch id {
            case stop: .stopServices(server: server, .xmpp)
            case start: .startServices(server: server, .xmpp)
            case route: .setSiteRoute(site: SiteName("Redmond"), kind: .sip, from: pool1, to: pool2)
            case enable: .enableTopology
            default: .checkProtocol(pool: RunbookFixture.pool2, server: nil, .sip)
            }
        return Step(
            id: id,
            title: "do step \(id)",
            source: StepSource(procedure: "B", section: "a section", steps: "2"),
            operation: operation,
            timeout: .seconds(60)
        )
    }

    static func opening(_ ids: [StepID]) -> RunOpening {
        let move = RunbookFixture.move(.sip)
        return RunOpening(
            request: MoveRequest(
                id: RequestID(1),
                move: move,
                direction: .failover,
                trigger: .poolDown(reason: "it is down")
            ),
            plan: Plan(
                direction: .failover,
                moves: [move],
                steps: ids.map(step),
                impact: [],
                warnings: [],
                verdicts: [:],
                needsApproval: false
            ),
            digest: PlanDigest(hex: "00"),
            authority: .automatic,
            snapshot: RunbookFixture.snapshot(["contoso.com"]),
            partnersBefore: []
        )
    }

    /// The events that bring a step from the beginning to a phase.
    static func path(_ id: StepID, to phase: StepPhase) -> [RunEvent] {
        let observing: [RunEvent] = [.observing(id)]
        let ready = observing + [.observed(id, .initial(text))]
        let isReading = step(id).operation.operationClass == .reading
        let acting = ready + [.acting(id)]
        let acted = isReading ? ready : acting + [.acted(id, .done(text))]
        switch phase {
        case .pending: return []
        case .observing: return observing
        case .ready: return ready
        case .acting: return acting
        case .acted: return acted
        case .verifying: return acted + [.verifying(id)]
        case .verified: return acted + [.verifying(id), .verified(id, .holds(text))]
        case .skipped: return observing + [.observed(id, .intended(text))]
        case .failed: return observing + [.observed(id, .foreign(text))]
        }
    }

    /// Every phase, with what a step there was last read as.
    static let phases: [StepPhase] = [
        .pending, .observing, .ready(text), .acting, .acted(text), .verifying(text),
        .verified(text), .skipped(text), .failed(text),
    ]

    /// Every event about a step, with every result.
    static func events(_ id: StepID) -> [RunEvent] {
        [.observing(id), .acting(id), .verifying(id), .compensating(id)]
            + [.initial(text), .intended(text), .foreign(text), .unreadable(text)]
            .map { .observed(id, $0) }
            + [.done(text), .failed(text), .answerLost(text), .foreign(text)]
            .flatMap { (result: ActResult) in [.acted(id, result), .compensated(id, result)] }
            + [.holds(text), .doesNot(text)].map { .verified(id, $0) }
    }
}

extension RunEvent {
    /// The case, without what it carries.
    var word: String {
        switch self {
        case .opened: "opened"
        case .observing: "observing"
        case .observed: "observed"
        case .acting: "acting"
        case .acted: "acted"
        case .verifying: "verifying"
        case .verified: "verified"
        case .compensating: "compensating"
        case .compensated: "compensated"
        case .recovered: "recovered"
        case .parked: "parked"
        case .resumed: "resumed"
        case .finished: "finished"
        }
    }
}

extension StepPhase {
    /// The case, without what it carries.
    var word: String {
        switch self {
        case .pending: "pending"
        case .observing: "observing"
        case .ready: "ready"
        case .acting: "acting"
        case .acted: "acted"
        case .verifying: "verifying"
        case .verified: "verified"
        case .skipped: "skipped"
        case .failed: "failed"
        }
    }
}
