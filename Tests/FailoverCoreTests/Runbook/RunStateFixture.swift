import FailoverCore

/// A run of a few steps of every class, driven event by event.
struct RunStateFixture {
    static let server = name("edge21.contoso.net")
    static let failed = name("edge11.contoso.net")
    static let zone = ZoneKey(name: name("contoso.com"))

    static let stop = StepID(1)
    static let start = StepID(2)
    static let route = StepID(3)
    static let enable = StepID(4)
    static let check = StepID(5)
    static let person = StepID(6)
    static let setup = StepID(7)
    static let fence = StepID(8)
    static let records = StepID(9)
    static let gate = StepID(10)
    static let media = StepID(11)
    static let unfence = StepID(12)
    static let byHand = StepID(13)
    /// A step of each class, and the fence, which is judged otherwise.
    static let ofEachClass = [route, enable, setup, person, check, fence]

    static let text = "as read in this test"
    static let anna = Person(name: "anna", userID: 1_000)
    static let berta = Person(name: "berta", userID: 1_001)

    static let changes = [
        change("sip.contoso.com", .a, "203.0.113.11", "198.51.100.21"),
        change("sip.contoso.com", .aaaa, "2001:db8::11", "2001:db8::21"),
    ]

    private static func change(
        _ owner: String,
        _ type: RecordType,
        _ old: String,
        _ new: String
    ) -> DNSChange {
        func set(_ text: String, _ ttl: UInt32) -> RecordSet {
            RecordSet(name: name(owner), type: type, ttl: ttl, data: [.address(address(text))])
        }
        return DNSChange(
            zone: zone,
            name: name(owner),
            type: type,
            from: set(old, 3_600),
            to: set(new, 300)
        )
    }

    static func operation(_ id: StepID) -> Operation {
        let pool1 = ServiceIdentity.edgeServer(RunbookFixture.pool1)
        let pool2 = ServiceIdentity.edgeServer(RunbookFixture.pool2)
        let registrar = ServiceIdentity(role: "Registrar", pool: name("fepool1.contoso.net"))
        return switch id {
        case stop: .stopServices(server: server, .xmpp)
        case start: .startServices(server: server, .xmpp)
        case route: .setSiteRoute(site: SiteName("Redmond"), kind: .sip, from: pool1, to: pool2)
        case enable: .enableTopology
        case person:
            .person(
                .moveFederationFlag(from: RunbookFixture.pool1, to: RunbookFixture.pool2)
            )
        case setup: .runSetup(server: server, mustRun: true)
        case fence: .fence(server: failed, startType: .automatic)
        case records: .changeRecords(zone: zone, changes)
        case gate: .awaitReplication(servers: [name("fe21.contoso.net"), server], leftOut: [])
        case media: .setAssociation(service: registrar, from: pool1, to: pool2)
        case unfence: .unfence(server: failed, startType: .manual)
        case byHand: .person(.changeRecords(zone: zone, changes))
        default: .checkProtocol(pool: RunbookFixture.pool2, server: nil, .sip)
        }
    }

    static func step(_ id: StepID) -> Step {
        Step(
            id: id,
            title: "do step \(id)",
            source: StepSource(procedure: "B", section: "a section", steps: "2"),
            operation: operation(id),
            timeout: .seconds(60)
        )
    }

    static func opening(_ ids: [StepID], isRehearsal: Bool = false) -> RunOpening {
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
            partnersBefore: [],
            isRehearsal: isRehearsal
        )
    }

    /// Lives through events.
    static func state(
        _ ids: [StepID],
        _ events: [RunEvent],
        isRehearsal: Bool = false
    ) throws -> RunState {
        var state = RunState(opening(ids, isRehearsal: isRehearsal))
        for event in events { try state.apply(event) }
        return state
    }

    static func isLegal(_ event: RunEvent, in state: RunState) -> Bool {
        var copy = state
        do {
            try copy.apply(event)
            return true
        } catch {
            precondition(copy == state, "an illegal event changes nothing: \(event)")
            return false
        }
    }

    // MARK: Phases

    /// The phases that a step can be in, by their words.
    static func phases(of id: StepID) -> [String] {
        var words = ["pending", "observing", "acted", "verifying", "verified", "skipped", "failed"]
        switch operation(id).operationClass {
        case .reading: break
        case .person: words += ["ready", "waiting"]
        case .state, .repeatable, .once: words += ["ready", "acting"]
        }
        return words
    }

    /// The events that bring a step from the beginning to a phase.
    static func path(_ id: StepID, to word: String) -> [RunEvent] {
        let observing: [RunEvent] = [.observing(id)]
        let ready = observing + [.observed(id, .initial(text))]
        let begun: [RunEvent]
        let acted: [RunEvent]
        switch operation(id).operationClass {
        case .reading:
            begun = ready
            acted = ready
        case .person:
            begun = ready + [.instructed(id)]
            acted = begun + [.personDone(id, by: anna, reason: "")]
        case .state, .repeatable, .once:
            begun = ready + [.acting(id)]
            acted = begun + [.acted(id, .done(text))]
        }
        return switch word {
        case "pending": []
        case "observing": observing
        case "ready": ready
        case "acting", "waiting": begun
        case "acted": acted
        case "verifying": acted + [.verifying(id)]
        case "verified": acted + [.verifying(id), .verified(id, .holds(text))]
        case "skipped": observing + [.observed(id, .intended(text))]
        default: observing + [.observed(id, .foreign(text))]
        }
    }

    /// The events that carry out several steps, one after the other.
    static func done(_ ids: [StepID]) -> [RunEvent] { ids.flatMap { path($0, to: "verified") } }

    /// The end of a run that failed at a step after something was changed.
    static func stopped(_ id: StepID) -> [RunEvent] {
        path(id, to: "failed") + [.finished(.stopped(reason: "x"))]
    }

    /// Every event about a step, with every result.
    static func events(_ id: StepID) -> [RunEvent] {
        [.observing(id), .acting(id), .verifying(id), .compensating(id), .instructed(id)]
            + [
                .personDone(id, by: anna, reason: "x"), .personTimedOut(id),
                .forced(id, by: anna, reason: "x"),
            ]
            + [.initial(text), .intended(text), .foreign(text), .unreadable(text)]
            .map { .observed(id, $0) }
            + [.done(text), .failed(text), .answerLost(text), .foreign(text)]
            .flatMap { (result: ActResult) in [.acted(id, result), .compensated(id, result)] }
            + [.holds(text), .doesNot(text)].map { .verified(id, $0) }
    }

    /// Every event about the run as a whole, with every outcome.
    static func events(of opening: RunOpening) -> [RunEvent] {
        [
            .opened(opening), .recovered(reason: "x"), .parked(reason: "x"),
            .resumed(by: anna, reason: "x"), .aborting(by: anna, reason: "x"),
            .taken(by: anna, reason: "x"),
        ]
            + [
                .done, .stoppedUnchanged(reason: "x"), .stopped(reason: "x"), .stuck(reason: "x"),
                .aborted(reason: "x"), .rehearsed,
            ].map(RunEvent.finished)
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
        case .instructed: "instructed"
        case .personDone: "personDone"
        case .personTimedOut: "personTimedOut"
        case .resumed: "resumed"
        case .aborting: "aborting"
        case .forced: "forced"
        case .taken: "taken"
        case .finished(let outcome): "finished as \(outcome.label)"
        }
    }
}

extension RunOutcome {
    /// The case, without its reason.
    var label: String {
        switch self {
        case .done: "done"
        case .stoppedUnchanged: "stopped unchanged"
        case .stopped: "stopped"
        case .stuck: "stuck"
        case .aborted: "aborted"
        case .rehearsed: "rehearsed"
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
        case .waiting: "waiting"
        case .forced: "forced"
        case .failed: "failed"
        }
    }

    /// What it carries; empty when nothing.
    var words: String {
        switch self {
        case .pending, .observing, .acting: ""
        case .ready(let text), .acted(let text), .verifying(let text), .verified(let text),
            .skipped(let text), .waiting(let text), .forced(let text), .failed(let text):
            text
        }
    }
}

extension RunState {
    /// The phase of a step, without what it carries.
    func word(_ id: StepID) -> String? { phases[id]?.word }

    /// The outcome that is due, if one is.
    var due: RunOutcome? { if case .finish(let outcome) = next { outcome } else { nil } }

    /// Takes in several events.
    mutating func take(_ events: RunEvent...) throws {
        for event in events { try apply(event) }
    }
}
