import FailoverCore
import FailoverEngine

/// Turns orders from the wire into what the warden is asked.
struct Orders {
    let warden: Warden

    func carry(_ order: OrderBody, by person: Person) async -> OrderReply {
        switch order.kind {
        case .failover, .failback, .rehearse, .adopt: await carryMove(order, by: person)
        case .approve, .deny: await carryAnswer(order, by: person)
        case .resumeRun, .done, .forceStep, .abortRun, .takeRun:
            await carryToRun(order, by: person)
        case .pause:
            await warden.order(
                .paused(
                    order.route.map(RouteName.init),
                    until: order.forSeconds.map { warden.instant(after: .seconds($0)) },
                    by: person,
                    reason: order.reason ?? ""
                )
            )
        case .acknowledge: await carryAcknowledgement(order, by: person)
        case .maintenanceAdd, .maintenanceEnd: await carryMaintenance(order, by: person)
        case .resume: await warden.order(.resumed(order.route.map(RouteName.init), by: person))
        case .release: await warden.order(.lockReleased(by: person, reason: order.reason ?? ""))
        }
    }

    private func carryAcknowledgement(_ order: OrderBody, by person: Person) async -> OrderReply {
        guard let reason = order.reason, !reason.isEmpty else {
            return .refused("a reason is needed")
        }
        if let alert = order.alert {
            return await warden.acknowledge(alert, by: person, reason: reason)
        }
        guard let route = order.route.map(RouteName.init) else {
            return .refused("a route or an alert is needed")
        }
        return await warden.order(.coolDownAcknowledged(route, by: person, reason: reason))
    }

    private func carryMaintenance(_ order: OrderBody, by person: Person) async -> OrderReply {
        let coverage: Coverage
        switch (order.route, order.pool, order.server) {
        case (nil, nil, nil): coverage = .everything
        case (let route?, nil, nil): coverage = .route(RouteName(route))
        case (nil, let pool?, nil):
            guard let fqdn = FQDN(pool) else { return .refused("'\(pool)' is no pool name") }
            coverage = .pool(fqdn)
        case (nil, nil, let server?):
            guard let fqdn = FQDN(server) else { return .refused("'\(server)' is no server name") }
            coverage = .server(fqdn)
        default:
            return .refused("a maintenance covers everything, or one route, pool or server")
        }
        if order.kind == .maintenanceEnd {
            return await warden.order(.maintenanceEnded(coverage, by: person))
        }
        guard let reason = order.reason, !reason.isEmpty else {
            return .refused("a reason is needed")
        }
        guard let seconds = order.forSeconds, seconds > 0, seconds <= 366 * 86_400 else {
            return .refused("a maintenance needs an end, within a year")
        }
        return await warden.maintain(coverage, for: .seconds(seconds), by: person, reason: reason)
    }

    private func carryMove(_ order: OrderBody, by person: Person) async -> OrderReply {
        guard let route = order.route.map(RouteName.init) else {
            return .refused("a route is needed")
        }
        var pool: FQDN?
        if let name = order.pool {
            pool = FQDN(name)
            if pool == nil { return .refused("'\(name)' is no pool name") }
        }
        let reason = order.reason ?? ""
        let isDrill = order.isDrill ?? false
        let others = (order.also ?? []).map(RouteName.init)
        if let refusal = refusalOfOverrides(order) { return refusal }
        let rules = self.rules(of: order)
        let overrides = rules.isEmpty ? nil : Overrides(rules, reason: reason)
        switch order.kind {
        case .failback:
            return await warden.order(
                .failbackOrdered(
                    route,
                    with: others,
                    by: person,
                    reason: reason,
                    isDrill: isDrill,
                    overriding: overrides
                )
            )
        case .rehearse:
            guard let direction = MoveDirection(rawValue: order.direction ?? "failover") else {
                return .refused("a rehearsal's direction is failover or failback")
            }
            return await warden.rehearse(direction, route, to: pool, by: person, reason: reason)
        case .adopt:
            return await warden.order(.holderAdopted(route, by: person, reason: reason))
        default:
            return await warden.order(
                .failoverOrdered(
                    route,
                    with: others,
                    to: pool,
                    by: person,
                    reason: reason,
                    isDrill: isDrill,
                    overriding: overrides
                )
            )
        }
    }

    private func rules(of order: OrderBody) -> [OverrideRule] {
        (order.overrides ?? []).compactMap(OverrideRule.init)
    }

    /// A rule that nobody knows allows nothing.
    private func refusalOfOverrides(_ order: OrderBody) -> OrderReply? {
        guard let odd = (order.overrides ?? []).first(where: { OverrideRule(rawValue: $0) == nil })
        else { return nil }
        let known = OverrideRule.allCases.map(\.rawValue).sorted().joined(separator: ", ")
        return .refused("there is no rule '\(odd)' (there are: \(known))")
    }

    private func carryAnswer(_ order: OrderBody, by person: Person) async -> OrderReply {
        let reason = order.reason ?? ""
        guard let request = order.request.map(RequestID.init) else {
            return .refused("a request is needed")
        }
        guard order.kind == .approve else {
            return await warden.order(.denied(request, by: person, reason: reason))
        }
        guard let digest = order.digest else {
            return .refused("an approval names the request and the digest of its plan")
        }
        if let refusal = refusalOfOverrides(order) { return refusal }
        return await warden.approve(
            request,
            PlanDigest(hex: digest),
            by: person,
            reason: reason,
            overriding: rules(of: order)
        )
    }

    private func carryToRun(_ order: OrderBody, by person: Person) async -> OrderReply {
        let reason = order.reason ?? ""
        guard let run = order.run.map(RunID.init) else { return .refused("a run is needed") }
        // What a person answers for has to be explained.
        if reason.isEmpty, order.kind != .done { return .refused("a reason is needed") }
        switch order.kind {
        case .abortRun: return await warden.abortRun(run, by: person, reason: reason)
        case .takeRun: return await warden.takeRun(run, by: person, reason: reason)
        case .resumeRun: return await warden.resumeRun(run, by: person, reason: reason)
        default:
            guard let step = order.step.map(StepID.init) else {
                return .refused("a step is needed")
            }
            return order.kind == .forceStep
                ? await warden.forceStep(step, of: run, by: person, reason: reason)
                : await warden.personDone(step, of: run, by: person, reason: reason)
        }
    }
}
