import ControlAPI
import FailoverCore

/// A move that is carried out without changing anything, to see whether it would work.
struct Rehearsal {
    let route: String
    let pool: String?
    let reason: String?
    let voice: Voice

    /// Orders the rehearsal and follows its run.
    ///
    /// - Returns: the run, rehearsed.
    func carryOut(through link: AgentLink, stays: Bool) async throws(CommandFailure) -> RunBody {
        let status = try await link.status()
        guard let body = status.routes.first(where: { $0.name == route }) else {
            let known = status.routes.map(\.name).joined(separator: ", ")
            throw CommandFailure(.no, "there is no route '\(route)' (there are: \(known))")
        }
        // What could happen next: away from home, or back to it.
        let isAway = body.holder != nil && body.holder != body.home
        let direction: MoveDirection = isAway && pool == nil ? .failback : .failover
        let before = try await link.runs(limit: 1).first?.run ?? 0
        try await link.order(
            OrderBody(
                .rehearse,
                route: route,
                pool: pool,
                direction: direction.rawValue,
                reason: reason
            )
        )
        voice.say(
            Text.wrapped(
                "The \(direction.rawValue) of route \(route) is rehearsed; nothing changes."
            )
        )
        let run = try await begun(after: before, direction, link)
        var follower = RunFollower(
            link: link,
            voice: voice,
            request: run.request,
            stays: stays,
            wanted: ["rehearsed"]
        )
        return try await follower.follow()
    }

    /// The rehearsal's run, once there is one.
    private func begun(
        after newest: Int,
        _ direction: MoveDirection,
        _ link: AgentLink
    ) async throws(CommandFailure) -> RunBody {
        var request: Int?
        while true {
            let runs = try await link.runs(limit: 5)
            if let run = runs.first(where: {
                $0.run > newest && $0.route == route && $0.isRehearsal
            }) {
                return run
            }
            let body = try await link.status().routes.first { $0.name == route }
            if let request, body?.request != request, try await hasNoRun(after: newest, link) {
                throw CommandFailure(.no, try await link.ending(of: request))
            }
            if request == nil, body?.request == nil, try await hasNoRun(after: newest, link) {
                // It ended before we could look: asking for the plan tells why there is none.
                _ = try await link.plan(direction, [route], to: pool)
                throw CommandFailure(.no, "nothing came of the rehearsal: \(body?.reason ?? "")")
            }
            request = request ?? body?.request
            if Interrupt.isSeen {
                throw CommandFailure(
                    .unfinished,
                    "the rehearsal goes on without you: edgewarden runs shows it"
                )
            }
            await NextLook.wait()
        }
    }

    /// Looked at again after the route let go of the request: it may have ended between two looks.
    private func hasNoRun(after newest: Int, _ link: AgentLink) async throws(CommandFailure) -> Bool
    {
        try await link.runs(limit: 5).allSatisfy {
            $0.run <= newest || $0.route != route || !$0.isRehearsal
        }
    }
}
