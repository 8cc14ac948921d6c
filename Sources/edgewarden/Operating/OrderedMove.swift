import ControlAPI
import FailoverCore

/// What `failover` and `failback` have in common: order, wait for the plan, confirm, follow.
struct OrderedMove {
    let direction: MoveDirection
    let route: String
    let pool: String?
    let reason: String?
    let isConfirmed: Bool
    let voice: Voice

    /// Carries the move out.
    ///
    /// - Returns: the run, done and verified.
    func carryOut(through link: AgentLink) async throws(CommandFailure) -> RunBody {
        Interrupt.watch()
        let kind: OrderBody.Kind = direction == .failover ? .failover : .failback
        try await link.order(OrderBody(kind, route: route, pool: pool, reason: reason))
        let waiter = PlanWaiter(link: link, voice: voice, route: route)
        let waiting = try await waiter.wait { () throws(CommandFailure) in
            try await link.plan(direction, route, to: pool)
        }
        let begin = ContinuousClock.now
        let answer = Answer(link: link, voice: voice, waiting: waiting)
        answer.show()
        guard isConfirmed || answer.isConfirmed() else {
            try await takeBack(waiting.request, link)
            throw CommandFailure(.declined, "nothing was moved: the order was not confirmed")
        }
        try await answer.approve(reason: reason, askedAt: begin)
        var follower = RunFollower(link: link, voice: voice, request: waiting.request)
        return try await follower.follow()
    }

    /// An order that its own giver did not confirm must not wait for somebody else's yes.
    private func takeBack(_ request: Int, _ link: AgentLink) async throws(CommandFailure) {
        try await link.order(
            OrderBody(.deny, request: request, reason: "not confirmed at the prompt")
        )
    }
}
