import FailoverCore
package import FailoverEngine

extension Duration {
    var inSeconds: Double { Double(wholeMilliseconds) / 1_000 }
}

extension StatusBody {
    init(
        agent: String,
        version: String,
        organisation: Organisation,
        overview: Warden.Overview,
        runningEvents: [JournaledRunEvent],
        outlook: RunOutlook,
        alerts: AlertingState,
        serverVerdict: (FQDN, LegKind) -> Verdict
    ) {
        self.agent = agent
        self.version = version
        let running = overview.running.flatMap { progress in
            progress.state.map {
                RunBody(id: progress.id, state: $0, events: runningEvents, outlook: outlook)
            }
        }
        routes = zip(organisation.routes, overview.routes).map { route, status in
            let own = running.flatMap { $0.request == status.request?.id.number ? $0 : nil }
            var body = RouteBody(route: route, status: status, running: own, now: overview.now)
            body.impact = overview.impacts[route.name]
            body.lastDrill = overview.lastDrill[route.name]?.description
            body.lastRehearsal = overview.lastRehearsal[route.name]?.description
            return body
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
                        isSuspect: overview.suspects.contains(
                            ServerLeg(server: member.fqdn, kind: leg.kind)
                        ),
                        overview.probes.first {
                            $0.server == member.fqdn && $0.kind == leg.kind
                        }
                    )
                }
            )
        }
        vantage = overview.vantage.map { VantageBody($0) }
        dns = overview.dns.map { finding in
            DNSBody(
                code: finding.code.rawValue,
                route: finding.route.name,
                name: finding.name.name,
                sentence: finding.sentence
            )
        }
        waiting = StatusBody.waiting(overview, routes, outlook)
        pauses = overview.pauses.map { PauseBody($0, now: overview.now) }
        self.running = running
        pendingFences = overview.pendingFences.map(\.name)
        self.alerts = AlertsBody(alerts)
    }

    private static func waiting(
        _ overview: Warden.Overview,
        _ routes: [RouteBody],
        _ outlook: RunOutlook
    ) -> [WaitingBody] {
        let standbys = routes.flatMap { route in
            (route.readiness ?? []).map { TargetBody(route: route.name, standby: $0) }
        }
        return overview.waiting.map { waiting in
            WaitingBody(
                waiting,
                standbys: standbys,
                overview.obstacles[waiting.request.id],
                approvalsNeeded: overview.approvalsNeeded,
                impact: overview.impacts[waiting.request.move.route],
                pace: outlook.pace,
                now: overview.now
            )
        }
    }
}

extension WaitingBody {
    init(
        _ waiting: WaitingApproval,
        standbys: [TargetBody],
        _ obstacles: Warden.Obstacles?,
        approvalsNeeded: Int,
        impact: String?,
        pace: RunPace,
        now: Instant
    ) {
        request = waiting.request.id.number
        route = waiting.request.move.route.name
        trigger = waiting.request.trigger.inWords
        self.impact = impact
        askedAt = waiting.askedAt.description
        remainingSeconds = (waiting.expires - now).inSeconds
        rules = obstacles?.rules.map { RuleBody(rule: $0.rule.rawValue, sentence: $0.sentence) }
        overrides = waiting.request.overrides.map(\.description)
        self.approvalsNeeded = approvalsNeeded
        approvedBy = waiting.request.approvals.map(\.name)
        changes = obstacles?.changes
        plan = PlanBody(waiting.prepared, pace: pace)
        targets = plan.moves.compactMap { move in
            standbys.first { $0.route == move.route && $0.standby.pool == move.to }
        }
    }
}

extension StandbyBody {
    init(_ standby: StandbyReadiness) {
        pool = standby.pool.name
        canTakeOver = standby.canTakeOver
        items = standby.judgement.findings.map { finding in
            ReadinessBody(
                item: finding.item.rawValue,
                state: finding.grade.rawValue,
                reason: finding.reason,
                ageSeconds: finding.age?.inSeconds,
                isRequired: finding.isRequired
            )
        }
    }
}

extension RouteBody {
    init(route: FederationRoute, status: RouteStatus, running: RunBody?, now: Instant) {
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
        run = status.run?.number ?? running?.run
        awaits = running?.awaits
        takenBy = status.takenBy?.name
        pause = status.pause
        flapping = status.flapping.map(\.name)
        readiness = status.readiness.map(StandbyBody.init)
    }
}

extension VantageBody {
    init(_ watch: VantageWatch) {
        name = watch.name
        state = watch.state.name
        reason = watch.inWords
        controls = watch.answers.map { target, answers in
            ControlBody(
                target: "\(target.address) port \(target.port)",
                source: target.source.rawValue,
                answers: answers
            )
        }
        .sorted { ($0.source, $0.target) < ($1.source, $1.target) }
    }
}

extension PauseBody {
    init(_ pause: PauseStatus, now: Instant) {
        self.init(
            isMaintenance: pause.isMaintenance,
            by: pause.by.name,
            reason: pause.reason,
            remainingSeconds: pause.until.map { ($0 - now).inSeconds }
        )
        switch pause.coverage {
        case .everything: break
        case .route(let name): route = name.name
        case .pool(let name): pool = name.name
        case .server(let name): server = name.name
        }
    }
}

extension ServerBody {
    init(
        _ fqdn: FQDN,
        _ verdict: Verdict,
        isSuspect: Bool,
        _ entry: ProbeBoard.Entry?
    ) {
        server = fqdn.name
        self.verdict = verdict.verdict.rawValue
        target = entry?.target
        code = entry?.outcome.code.rawValue
        suspect = isSuspect
        reason = entry?.outcome.reason ?? verdict.reason
        latencyMilliseconds = entry.map { $0.outcome.totalTime.inSeconds * 1_000 }
        probedAt = entry?.at.description
        certificateExpires = entry?.outcome.certificate?.notAfter.description
        certificateProblems = entry?.outcome.problems.map(\.rawValue) ?? []
    }
}

extension MoveBody {
    init(_ move: Move) {
        self.init(
            route: move.route.name,
            kind: move.kind.rawValue,
            from: move.from.name,
            to: move.to.name
        )
    }
}

extension PlanBody {
    /// A plan with what it was made from; with a pace also how long it will take about.
    package init(_ prepared: PreparedPlan, pace: RunPace? = nil) {
        let plan = prepared.plan
        digest = prepared.digest.hex
        direction = plan.direction.rawValue
        moves = plan.moves.map { MoveBody($0) }
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
        steps = plan.steps.map { StepBody($0, endpoint: prepared.snapshot.endpoint) }
        needsApproval = plan.needsApproval
        endpoint = prepared.snapshot.endpoint
        expectedSeconds = pace?.expected(of: plan.steps).inSeconds
    }
}
