public import FailoverCore

/// A line of the audit log: who did what, with its place in the chain.
public struct AuditLine: Sendable, Hashable {
    /// Its entry's place in the chain.
    public var number: Int
    /// Wall clock.
    public var at: Timestamp
    /// Who did it; nil for the agent itself.
    public var person: Person?
    /// What they did, in words that follow the name.
    public var words: String

    /// Reads a line; nil for what is nobody's doing, such as what was seen.
    public init?(_ entry: ChainedEntry) {
        let deed: Deed?
        switch entry.content {
        case .record(let record): deed = Deed(record)
        case .event(let run, let event): deed = Deed(event, run)
        }
        guard let deed else { return nil }
        number = entry.number
        at = entry.at
        person = deed.person
        words = deed.words
    }
}

/// Who did what.
private struct Deed {
    var person: Person?
    var words: String

    init(_ words: String, because reason: String = "") {
        self.words = reason.isEmpty ? words : "\(words): \(reason)"
    }

    init(_ person: Person, _ words: String, because reason: String = "") {
        self.person = person
        self.words = reason.isEmpty ? words : "\(words): \(reason)"
    }

    init?(_ record: AgentRecord) {
        switch record {
        case .agentStarted(let name, let version): self.init("started as \(name), \(version)")
        case .agentStopped: self.init("stopped in good order")
        case .event(let event): self.init(event)
        case .effect(let effect): self.init(effect)
        case .remark(let id, let person, let text):
            self.init(person, "said of request \(id)", because: text)
        case .fenceSettled(let run, let step, let isFenced, let detail):
            let what = isFenced ? "put up the fence" : "gave up the fence"
            self.init("\(what) of run \(run), step \(step)", because: detail)
        case .alertAcknowledged(let alert, let person, let reason):
            self.init(person, "cares for alert \(alert)", because: reason)
        case .alertTested(let hook, let person, let isDelivered, let detail):
            let what = "sent a test message by the alert hook \(hook)"
            self.init(
                person,
                isDelivered ? what : "\(what), which was not taken",
                because: detail
            )
        case .orderRefused(let person, let order, let reason):
            self.init(person, "was refused: \(order)", because: reason)
        case .reloaded(let isAccepted, let detail):
            self.init(
                isAccepted ? "read its configuration anew" : "refused a new configuration",
                because: detail
            )
        case .convergenceSettled, .shadow: return nil
        }
    }

    private init?(_ effect: PolicyEffect) {
        switch effect {
        case .askApproval(let request, let digest, _):
            self.init("asked for a yes to \(request), plan \(digest)")
        case .withdraw(let request, let reason): self.init("withdrew \(request)", because: reason)
        // A run that begins says so itself.
        case .makePlan, .startRun, .notify, .shadow: return nil
        }
    }

    private init?(_ event: PolicyEvent) {
        switch event {
        case .approved(let id, let digest, let person, let overrides):
            let rules = overrides?.rules.map(\.rawValue).joined(separator: ", ")
            let also = rules.map { " in spite of \($0)" } ?? ""
            self.init(
                person,
                "approved request \(id), plan \(digest)\(also)",
                because: overrides?.reason ?? ""
            )
        case .denied(let id, let person, let reason):
            self.init(person, "denied request \(id)", because: reason)
        case .failoverOrdered(let route, let others, let to, let person, let reason, let isDrill, _):
            let what = isDrill ? "the failover of a drill" : "a failover"
            let place = to.map { " to \($0)" } ?? ""
            self.init(
                person,
                "ordered \(what) of \(Deed.names(route, others))\(place)",
                because: reason
            )
        case .failbackOrdered(let route, let others, let person, let reason, let isDrill, _):
            let what = isDrill ? "the failback of a drill" : "a failback"
            self.init(person, "ordered \(what) of \(Deed.names(route, others))", because: reason)
        case .rehearsalOrdered(let route, _, let direction, let person, let reason):
            self.init(
                person,
                "ordered a rehearsal of the \(direction.rawValue) of \(route)",
                because: reason
            )
        case .lockReleased(let person, let reason):
            self.init(person, "gave up the stopped run", because: reason)
        case .holderAdopted(let route, let person, let reason):
            self.init(person, "accepted the holder of \(route)", because: reason)
        case .coolDownAcknowledged(let route, let person, let reason):
            self.init(person, "ended the cool-down of \(route)", because: reason)
        case .paused(let route, _, let person, let reason):
            self.init(person, "paused \(Deed.place(route))", because: reason)
        case .resumed(let route, let person):
            self.init(person, "ended the pause of \(Deed.place(route))")
        case .maintenanceAdded(let coverage, _, let person, let reason):
            self.init(person, "began a maintenance of \(coverage.inWords)", because: reason)
        case .maintenanceEnded(let coverage, let person):
            self.init(person, "ended the maintenance of \(coverage.inWords)")
        // Those of runs stand in the runs' own events, with their reasons.
        case .runResumed, .runAborting, .runForced, .runTaken: return nil
        case .verdict, .holder, .readiness, .windows, .tick, .planned, .planRefused, .runNotStarted,
            .planOvertaken, .runFinished, .runWaits:
            return nil
        }
    }

    init?(_ event: RunEvent, _ run: RunID) {
        switch event {
        case .opened(let opening):
            let what = opening.isRehearsal ? "rehearsal" : "run"
            let moves = opening.request.movesInWords
            self.init("began \(what) \(run), \(opening.authority.inWords)", because: moves)
        case .recovered(let reason): self.init("took up run \(run) again", because: reason)
        case .parked(let reason): self.init("left run \(run) as it was", because: reason)
        case .personDone(let step, let person, let reason):
            self.init(person, "said that step \(step) of run \(run) is done", because: reason)
        case .resumed(let person, let reason):
            self.init(person, "let run \(run) go on", because: reason)
        case .aborting(let person, let reason):
            self.init(person, "had run \(run) undone", because: reason)
        case .forced(let step, let person, let reason):
            self.init(person, "forced step \(step) of run \(run)", because: reason)
        case .taken(let person, let reason): self.init(person, "took run \(run)", because: reason)
        case .finished(let outcome): self.init("ended run \(run): \(outcome.inWords)")
        case .observing, .observed, .acting, .acted, .verifying, .verified, .compensating,
            .compensated, .instructed, .personTimedOut:
            return nil
        }
    }

    private static func place(_ route: RouteName?) -> String {
        (route.map(Coverage.route) ?? .everything).inWords
    }

    private static func names(_ route: RouteName, _ others: [RouteName]) -> String {
        ([route] + others).map(\.name).joined(separator: ", ")
    }
}
