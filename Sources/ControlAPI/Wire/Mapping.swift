import FailoverCore
import FailoverEngine

extension Duration {
    var inSeconds: Double { Double(wholeMilliseconds) / 1_000 }
}

extension StatusBody {
    init(
        agent: String,
        version: String,
        organisation: Organisation,
        overview: Warden.Overview,
        serverVerdict: (FQDN, RouteKind) -> Verdict
    ) {
        self.agent = agent
        self.version = version
        routes = zip(organisation.routes, overview.routes).map {
            RouteBody(route: $0, status: $1, now: overview.now)
        }
        pools = overview.verdicts.sorted { $0.key < $1.key }.map { leg, verdict in
            let members = organisation.edgePool(leg.pool)?.servers ?? []
            return PoolBody(
                pool: leg.pool.name,
                kind: leg.kind.rawValue,
                verdict: verdict.verdict.rawValue,
                reason: verdict.reason,
                servers: members.map { member in
                    ServerBody(
                        member.fqdn,
                        serverVerdict(member.fqdn, leg.kind),
                        overview.probes.first {
                            $0.server == member.fqdn && $0.kind == leg.kind
                        }
                    )
                }
            )
        }
        dns = overview.dns.map { finding in
            DNSBody(
                code: finding.code.rawValue,
                route: finding.route.name,
                name: finding.name.name,
                sentence: finding.sentence
            )
        }
        waiting = overview.waiting.map { waiting in
            WaitingBody(
                request: waiting.request.id.number,
                route: waiting.request.move.route.name,
                trigger: waiting.request.trigger.inWords,
                askedAt: waiting.askedAt.description,
                remainingSeconds: (waiting.expires - overview.now).inSeconds,
                plan: PlanBody(waiting.prepared)
            )
        }
        running = overview.running.flatMap { progress in
            progress.state.map { RunBody(id: progress.id, state: $0, events: []) }
        }
    }
}

extension RouteBody {
    init(route: FederationRoute, status: RouteStatus, now: Instant) {
        name = route.name.name
        kind = route.kind.rawValue
        mode = route.mode.rawValue
        home = route.home.name
        standby = route.standby.map(\.name)
        holder = status.holder?.name
        phase = status.phase.rawValue
        reason = status.reason
        sinceSeconds = status.since.map { (now - $0).inSeconds }
        remainingSeconds = status.until.map { ($0 - now).inSeconds }
        request = status.request?.id.number
        pause = status.pause
    }
}

extension ServerBody {
    init(_ fqdn: FQDN, _ verdict: Verdict, _ entry: ProbeBoard.Entry?) {
        server = fqdn.name
        self.verdict = verdict.verdict.rawValue
        target = entry?.target
        code = entry?.outcome.finding.code
        reason = entry?.outcome.reason ?? verdict.reason
        latencyMilliseconds = entry.map { $0.outcome.totalTime.inSeconds * 1_000 }
        probedAt = entry?.at.description
        certificateExpires = entry?.outcome.certificate?.notAfter.description
        certificateProblems = entry?.outcome.problems.map(\.rawValue) ?? []
    }
}

extension PlanBody {
    init(_ prepared: PreparedPlan) {
        let plan = prepared.plan
        digest = prepared.digest.hex
        direction = plan.direction.rawValue
        moves = plan.moves.map { move in
            MoveBody(
                route: move.route.name,
                kind: move.kind.rawValue,
                from: move.from.name,
                to: move.to.name
            )
        }
        impact = plan.impact
        warnings = plan.warnings
        evidence = plan.verdicts.sorted { $0.key < $1.key }.map { leg, verdict in
            EvidenceBody(
                pool: leg.pool.name,
                kind: leg.kind.rawValue,
                verdict: verdict.rawValue,
                reason: prepared.snapshot.verdicts[leg]?.reason ?? ""
            )
        }
        steps = plan.steps.map(StepBody.init)
        needsApproval = plan.needsApproval
        endpoint = prepared.snapshot.endpoint
    }
}

extension StepBody {
    init(_ step: Step) {
        number = step.id.number
        title = step.title
        source = SourceBody(
            procedure: step.source.procedure,
            section: step.source.section,
            steps: step.source.steps,
            deviation: step.source.deviation
        )
        operationClass = step.operation.operationClass.rawValue
        changes = step.operation.changes
        commands = step.operation.commands
        undo = step.operation.undo?.commands ?? []
        timeoutSeconds = step.timeout.inSeconds
    }
}

extension RunBody {
    /// A run from its state; times come from the events, where they are at hand.
    init(id: RunID, state: RunState, events: [JournaledRunEvent]) {
        let opening = state.opening
        run = id.number
        request = opening.request.id.number
        route = opening.request.move.route.name
        direction = opening.plan.direction.rawValue
        from = opening.request.move.from.name
        to = opening.request.move.to.name
        trigger = opening.request.trigger.inWords
        authority = opening.authority.inWords
        startedAt = (events.first?.at ?? opening.snapshot.takenAt).description
        finishedAt = state.outcome.flatMap { _ in events.last?.at.description }
        outcomeText = state.outcome?.inWords ?? "running"
        outcome =
            switch state.outcome {
            case nil: "running"
            case .done?: "done"
            case .stoppedUnchanged?: "stopped_unchanged"
            case .stopped?: "stopped"
            }
        steps = opening.plan.steps.map { step in
            let own = events.filter { $0.event.step == step.id }
            let span = own.first.flatMap { first in own.last.map { ($0.at - first.at).inSeconds } }
            let (phase, detail) = RunStepBody.words(state.phases[step.id] ?? .pending)
            return RunStepBody(
                number: step.id.number,
                title: step.title,
                phase: phase,
                detail: detail,
                seconds: span
            )
        }
    }
}

extension RunStepBody {
    static func words(_ phase: StepPhase) -> (String, String) {
        switch phase {
        case .pending: ("pending", "")
        case .observing: ("running", "reading where it stands")
        case .ready(let text): ("running", text)
        case .acting: ("running", "acting")
        case .acted(let text), .verifying(let text): ("running", text)
        case .verified(let text): ("verified", text)
        case .skipped(let text): ("skipped", text)
        case .failed(let text): ("failed", text)
        }
    }
}
