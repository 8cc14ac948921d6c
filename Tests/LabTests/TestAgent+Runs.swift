import ControlAPI
import Testing

/// Orders, and runs on their way.
extension TestAgent {
    /// Orders a move and says yes to its plan; the run's number.
    ///
    /// A yes holds only for what was shown: where a late probe on a busy machine has changed that,
    /// it is asked and answered again, as a person would.
    func order(
        _ direction: OrderBody.Kind,
        _ route: String,
        at location: SourceLocation = #_sourceLocation
    ) async throws -> Int {
        for _ in 1...5 {
            let waiting = try await ask(direction, route, at: location)
            let request = waiting.request
            do {
                try await approve(waiting)
            } catch ControlFailure.refused(let reasons) where isChange(reasons) {
                continue
            }
            var isOutdated = false
            try await eventually("run \(request) begins\n\(log)", at: location) {
                isOutdated = try await self.isOutdated(request)
                return if isOutdated { true } else { try await self.runBody(request) != nil }
            }
            if !isOutdated { return request }
        }
        Issue.record("what was shown never held until the yes\n\(log)", sourceLocation: location)
        throw NotInTime()
    }

    /// Whether a request came to nothing because what its question rested on has changed.
    func isOutdated(_ request: Int) async throws -> Bool {
        isChange(try await client.standing(of: request))
    }

    /// The same, from what was logged after so many lines: for an agent that may stand still.
    ///
    /// Earlier lines may be about an earlier yes to the same question.
    func logsChange(_ request: Int, after lines: Int) -> Bool {
        logLines.dropFirst(lines).contains {
            $0.contains("request \(request) ") && isChange([String($0)])
        }
    }

    private func isChange(_ reasons: [String]) -> Bool {
        let words = reasons.joined(separator: " ")
        return words.contains("since the question was asked")
            || words.contains("no longer the one that was decided on")
            || words.contains("is withdrawn:")
    }

    /// Orders a move; its plan, which waits for a yes.
    func ask(
        _ direction: OrderBody.Kind,
        _ route: String,
        at location: SourceLocation = #_sourceLocation
    ) async throws -> WaitingBody {
        // On a busy machine a probe may be late, and a pool unknown for a moment; after a restart
        // its readiness is read anew; and a question whose ground has changed is asked anew.
        let passing = [
            "is unknown", "is not ready", "no pool can take over", "since the question was asked",
        ]
        var refusal = ""
        try await eventually("a plan waits: \(refusal)", at: location) {
            let status = try await self.status()
            if status.waiting.contains(where: { $0.route == route }) { return true }
            // What was ordered before the policy had seen all verdicts may have been withdrawn.
            guard status.routes.first(where: { $0.name == route })?.request == nil else {
                return false
            }
            do {
                try await self.give(OrderBody(direction, route: route, reason: "by a test"))
                return false
            } catch ControlFailure.refused(let reasons) {
                refusal = reasons.joined(separator: "; ")
                guard passing.contains(where: refusal.contains) else {
                    throw ControlFailure.refused(reasons)
                }
                return false
            }
        }
        return try await waitForRequest(route, at: location)
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
        at location: SourceLocation = #_sourceLocation
    ) async throws -> RunBody {
        try await eventually("run \(number) ends\n\(log)", at: location) {
            let run = try await self.runBody(number)
            return run.map { !["running", "parked"].contains($0.outcome) } ?? false
        }
        return try #require(try await runBody(number))
    }

    /// Waits until a run does a step whose title contains these words.
    func reaches(
        _ words: String,
        in number: Int,
        at location: SourceLocation = #_sourceLocation
    ) async throws {
        try await eventually("'\(words)' is reached\n\(log)", at: location) {
            let run = try await self.runBody(number)
            return ((run?.steps ?? []) + (run?.undo ?? []))
                .contains { ["running", "waiting"].contains($0.phase) && $0.title.contains(words) }
        }
    }

    /// Waits until a run waits for a person; what they are to do.
    func personStep(
        of number: Int,
        at location: SourceLocation = #_sourceLocation
    ) async throws -> AwaitedBody {
        try await eventually("a person is asked\n\(log)", at: location) {
            try await self.runBody(number)?.awaits != nil
        }
        return try #require(try await runBody(number)?.awaits)
    }
}
