import ControlAPI
import FailoverCore

/// What `failover` and `failback` have in common: order, wait for the plan, confirm, follow.
struct OrderedMove {
    let direction: MoveDirection
    /// The first has the request; the others go with it.
    let routes: [String]
    let pool: String?
    let reason: String?
    /// The rules that it breaks.
    var overrides: [String]?
    let isConfirmed: Bool
    var isDrill = false
    let follow: FollowOptions
    let voice: Voice

    /// Carries the move out.
    ///
    /// - Returns: the run, done and verified.
    func carryOut(through link: AgentLink) async throws(CommandFailure) -> RunBody {
        Interrupt.watch()
        let kind: OrderBody.Kind = direction == .failover ? .failover : .failback
        let wanted = OrderBody(
            kind,
            route: route,
            also: routes.count > 1 ? Array(routes.dropFirst()) : nil,
            pool: pool,
            isDrill: isDrill ? true : nil,
            reason: reason,
            overrides: overrides
        )
        try await order(wanted, link)
        let waiter = PlanWaiter(link: link, voice: voice, route: route)
        let waiting = try await waiter.wait { () throws(CommandFailure) in
            try await link.plan(direction, routes, to: pool)
        }
        let begin = ContinuousClock.now
        let answer = Answer(link: link, voice: voice, waiting: waiting)
        answer.show()
        guard isConfirmed || answer.isConfirmed() else {
            try await takeBack(waiting.request, link)
            throw CommandFailure(.declined, "nothing was moved: the order was not confirmed")
        }
        try await answer.approve(reason: reason, overrides: overrides, askedAt: begin)
        guard follow.follow else {
            throw CommandFailure(
                .unfinished,
                "the run of request \(waiting.request) is not followed: edgewarden status shows how"
                    + " far it is"
            )
        }
        var follower = RunFollower(
            link: link,
            voice: voice,
            request: waiting.request,
            stays: follow.stays(voice)
        )
        return try await follower.follow()
    }

    private var route: String { routes.first ?? "" }

    /// Whoever is refused because a request waits already is told how to answer that.
    private func order(_ order: OrderBody, _ link: AgentLink) async throws(CommandFailure) {
        do {
            try await link.order(order)
        } catch {
            guard error.status == .no else { throw error }
            let waiting = try await link.status().waiting.first { waiting in
                waiting.plan.moves.contains { routes.contains($0.route) }
            }
            let hint = waiting.map {
                "To answer it: edgewarden approve \($0.request), or"
                    + " edgewarden deny \($0.request) --reason …"
            }
            throw CommandFailure(.no, error.sentences + (hint.map { [$0] } ?? []))
        }
    }

    /// An order that its own giver did not confirm must not wait for somebody else's yes.
    private func takeBack(_ request: Int, _ link: AgentLink) async throws(CommandFailure) {
        try await link.order(
            OrderBody(.deny, request: request, reason: "not confirmed at the prompt")
        )
    }
}
