import ControlAPI
import Testing

/// Orders, and runs on their way.
extension TestAgent {
    /// Orders a move and says yes to its plan; the run's number.
    func order(
        _ direction: OrderBody.Kind,
        _ route: String,
        at location: SourceLocation = #_sourceLocation
    ) async throws -> Int {
        let waiting = try await ask(direction, route, at: location)
        try await approve(waiting)
        return waiting.request
    }

    /// Orders a move; its plan, which waits for a yes.
    func ask(
        _ direction: OrderBody.Kind,
        _ route: String,
        at location: SourceLocation = #_sourceLocation
    ) async throws -> WaitingBody {
        // On a busy machine a probe may be late, and a pool unknown for a moment; and after a
        // restart its readiness is read anew.
        var refusal = ""
        try await eventually("the order is taken: \(refusal)", within: 40, at: location) {
            do {
                try await self.give(OrderBody(direction, route: route, reason: "by a test"))
                return true
            } catch ControlFailure.refused(let reasons)
                where reasons.joined().contains("is unknown")
                || reasons.joined().contains("is not ready")
                || reasons.joined().contains("no pool can take over")
            {
                refusal = reasons.joined(separator: "; ")
                return false
            }
        }
        return try await waitForRequest(route, within: 30, at: location)
    }

    /// Says yes to a plan that waits.
    func approve(_ waiting: WaitingBody) async throws { try await give(yes(to: waiting)) }

    /// The order that says yes to a plan that waits.
    func yes(to waiting: WaitingBody) -> OrderBody {
        OrderBody(
            .approve,
            request: waiting.request,
            digest: waiting.plan.digest,
            reason: "read and found right"
        )
    }

    /// A run as it is now; nil before it began.
    func runBody(_ number: Int) async throws -> RunBody? {
        try await runs().first { $0.run == number }
    }

    /// Waits until a run has come to an end, whatever it is.
    func end(
        of number: Int,
        within seconds: Int = 60,
        at location: SourceLocation = #_sourceLocation
    ) async throws -> RunBody {
        try await eventually("run \(number) ends\n\(log)", within: seconds, at: location) {
            let run = try await self.runBody(number)
            return run.map { !["running", "parked"].contains($0.outcome) } ?? false
        }
        return try #require(try await runBody(number))
    }

    /// Waits until a run does a step whose title contains these words.
    func reaches(
        _ words: String,
        in number: Int,
        within seconds: Int = 40,
        at location: SourceLocation = #_sourceLocation
    ) async throws {
        try await eventually("'\(words)' is reached\n\(log)", within: seconds, at: location) {
            let run = try await self.runBody(number)
            return ((run?.steps ?? []) + (run?.undo ?? []))
                .contains { ["running", "waiting"].contains($0.phase) && $0.title.contains(words) }
        }
    }

    /// Waits until a run waits for a person; what they are to do.
    func personStep(
        of number: Int,
        within seconds: Int = 40,
        at location: SourceLocation = #_sourceLocation
    ) async throws -> AwaitedBody {
        try await eventually("a person is asked\n\(log)", within: seconds, at: location) {
            try await self.runBody(number)?.awaits != nil
        }
        return try #require(try await runBody(number)?.awaits)
    }
}
