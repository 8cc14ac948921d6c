import ControlAPI
import FailoverCore

/// A real failover and failback in one go, with a person beside it.
struct SupervisedDrill {
    let route: String
    let pool: String?
    let reason: String
    let hold: Duration
    let isConfirmed: Bool
    let stays: Bool
    let voice: Voice

    /// Moves the route away, holds, and moves it back.
    ///
    /// - Returns: both runs.
    /// - Throws: whatever ended it, with a sentence that says where the route is.
    func carryOut(through link: AgentLink) async throws(CommandFailure) -> [RunBody] {
        try await checkHome(link)
        do throws(CommandFailure) {
            let away = try await move(.failover, to: pool).carryOut(through: link)
            voice.say()
            voice.say(
                Text.wrapped(
                    "\(away.to) holds route \(route) for \(hold.inWords). Try what you want to try;"
                        + " Ctrl-C ends the drill here."
                )
            )
            try await wait(link)
            voice.say()
            let home = try await move(.failback, to: nil).carryOut(through: link)
            voice.say(
                Text.wrapped(
                    "The drill is over: route \(route) is home again (runs \(away.run) and"
                        + " \(home.run))."
                )
            )
            return [away, home]
        } catch {
            throw CommandFailure(error.status, error.sentences + (await whereabouts(link)))
        }
    }

    /// Moves the route home, where a drill ended half way.
    ///
    /// - Returns: that run.
    /// - Throws: whatever ended it, with a sentence that says where the route is.
    func finish(through link: AgentLink) async throws(CommandFailure) -> [RunBody] {
        do throws(CommandFailure) {
            let home = try await move(.failback, to: nil).carryOut(through: link)
            voice.say("The drill is over: route \(route) is home again (run \(home.run)).")
            return [home]
        } catch {
            throw CommandFailure(error.status, error.sentences + (await whereabouts(link)))
        }
    }

    /// A drill begins at home: else its second half would not bring things back to where they were.
    private func checkHome(_ link: AgentLink) async throws(CommandFailure) {
        let status = try await link.status()
        guard let body = status.routes.first(where: { $0.name == route }) else {
            let known = status.routes.map(\.name).joined(separator: ", ")
            throw CommandFailure(.no, "there is no route '\(route)' (there are: \(known))")
        }
        if body.holder != body.home {
            throw CommandFailure(
                .no,
                "a drill begins at home, and route \(route) is with \(body.holder ?? "nobody known")"
            )
        }
    }

    private func move(_ direction: MoveDirection, to pool: String?) -> OrderedMove {
        var follow = FollowOptions()
        follow.follow = true
        follow.detach = !stays
        return OrderedMove(
            direction: direction,
            routes: [route],
            pool: pool,
            reason: reason,
            isConfirmed: isConfirmed,
            isDrill: true,
            follow: follow,
            voice: voice
        )
    }

    /// Holds, as long as nothing needs a person before.
    private func wait(_ link: AgentLink) async throws(CommandFailure) {
        let end = ContinuousClock.now + hold
        while ContinuousClock.now < end {
            if Interrupt.isSeen {
                throw CommandFailure(.unfinished, "the drill was ended before its second half")
            }
            await NextLook.wait()
        }
    }

    /// Where the route is now, and how to bring it back.
    private func whereabouts(_ link: AgentLink) async -> [String] {
        let back = "edgewarden drill \(route) --finish --reason …"
        let body: RouteBody?
        do {
            body = try await link.status().routes.first { $0.name == route }
        } catch {
            return ["Where route \(route) is now cannot be asked; edgewarden status will show it."]
        }
        guard let body else { return [] }
        let place =
            body.holder == body.home
            ? "Route \(route) is at home with \(body.home)."
            : "ROUTE \(route) IS AWAY, with \(body.holder ?? "a pool that is not known")."
        let next: String? =
            switch body.phase {
            case "stopped", "stuck", "running", "awaiting_person":
                "Run \(body.run.map(String.init) ?? "?") is \(body.phase.inWords): edgewarden status"
                    + " says how to go on; when it is done, \(back) brings the route home."
            case "awaiting_approval":
                "Request \(body.request.map(String.init) ?? "?") still waits for a yes: edgewarden"
                    + " approve or deny."
            default: body.holder == body.home ? nil : "To bring it home: \(back)"
            }
        return [place] + (next.map { [$0] } ?? [])
    }
}
