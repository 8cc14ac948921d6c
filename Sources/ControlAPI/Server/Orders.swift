import FailoverCore
import FailoverEngine

/// Turns orders from the wire into events for the policy.
struct Orders {
    let warden: Warden

    func carry(_ order: OrderBody, by person: Person) async -> OrderReply {
        let reason = order.reason ?? ""
        let route = order.route.map(RouteName.init)
        switch order.kind {
        case .failover:
            guard let route else { return .refused("a route is needed") }
            var pool: FQDN?
            if let name = order.pool {
                pool = FQDN(name)
                if pool == nil { return .refused("'\(name)' is no pool name") }
            }
            return await warden.order(
                .failoverOrdered(route, to: pool, by: person, reason: reason)
            )
        case .failback:
            guard let route else { return .refused("a route is needed") }
            return await warden.order(.failbackOrdered(route, by: person, reason: reason))
        case .approve:
            guard let request = order.request, let digest = order.digest else {
                return .refused("an approval names the request and the digest of its plan")
            }
            return await warden.approve(
                RequestID(request),
                PlanDigest(hex: digest),
                by: person,
                reason: reason
            )
        case .deny:
            guard let request = order.request else { return .refused("a request is needed") }
            return await warden.order(.denied(RequestID(request), by: person, reason: reason))
        case .pause:
            let until = order.forSeconds.map { warden.instant(after: .seconds($0)) }
            return await warden.order(.paused(route, until: until, by: person, reason: reason))
        case .resume: return await warden.order(.resumed(route, by: person))
        case .resumeRun:
            guard let run = order.run else { return .refused("a run is needed") }
            return await warden.resumeRun(RunID(run), by: person, reason: reason)
        case .release: return await warden.order(.lockReleased(by: person, reason: reason))
        case .adopt:
            guard let route else { return .refused("a route is needed") }
            return await warden.order(.holderAdopted(route, by: person, reason: reason))
        }
    }
}
