import ControlAPI

/// Waits until the plan of a request that a person just ordered is there to be answered.
struct PlanWaiter {
    let link: AgentLink
    let voice: Voice
    let route: String

    /// The plan that waits.
    ///
    /// - Throws: `no` with the agent's reasons when no plan came of it, `unfinished` after Ctrl-C.
    func wait(
        planned: () async throws(CommandFailure) -> PlanBody
    ) async throws(CommandFailure) -> WaitingBody {
        var request: Int?
        var shown = ""
        while true {
            let status = try await link.status()
            let body = status.routes.first { $0.name == route }
            request = request ?? body?.request
            if let waiting = status.waiting.first(where: { $0.request == request }) {
                return waiting
            }
            guard let request else {
                // It ended before we could look: asking for the plan tells why there is none.
                _ = try await planned()
                throw CommandFailure(
                    .no,
                    "nothing came of the order on route \(route): \(body?.reason ?? "no route")"
                )
            }
            guard let body, body.request == request else {
                throw CommandFailure(.no, try await link.ending(of: request))
            }
            if Interrupt.isSeen { throw detached(request) }
            if body.phase != shown {
                voice.say(Text.wrapped(body.reason))
                shown = body.phase
            }
            await NextLook.wait()
        }
    }

    private func detached(_ request: Int) -> CommandFailure {
        CommandFailure(
            .unfinished,
            "request \(request) goes on without you: edgewarden approve \(request), or"
                + " edgewarden deny \(request) --reason …"
        )
    }
}
