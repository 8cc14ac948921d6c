import ControlAPI
import FailoverCore

/// The agent, with its failures turned into exit codes.
struct AgentLink {
    private let client: ControlClient

    /// Runs a body with a connection to the agent that is meant, and closes it.
    static func with<Result>(
        _ options: AgentOptions,
        _ body: (AgentLink) async throws(CommandFailure) -> Result
    ) async throws(CommandFailure) -> Result {
        let place = try options.place()
        let link: AgentLink
        do throws(ControlFailure) {
            link = AgentLink(client: try ControlClient(place))
        } catch {
            throw CommandFailure(error)
        }
        do throws(CommandFailure) {
            let result = try await body(link)
            await link.client.close()
            return result
        } catch {
            await link.client.close()
            throw error
        }
    }

    /// Asks the agent.
    func ask<Answer>(
        _ question: (ControlClient) async throws(ControlFailure) -> Answer
    ) async throws(CommandFailure) -> Answer {
        do throws(ControlFailure) {
            return try await question(client)
        } catch {
            throw CommandFailure(error)
        }
    }

    func status() async throws(CommandFailure) -> StatusBody {
        try await ask { client throws(ControlFailure) in try await client.status() }
    }

    func runs(limit: Int) async throws(CommandFailure) -> [RunBody] {
        try await ask { client throws(ControlFailure) in try await client.runs(limit: limit) }.runs
    }

    func plan(
        _ direction: MoveDirection,
        _ routes: [String],
        to pool: String?
    ) async throws(CommandFailure) -> PlanBody {
        try await ask { client throws(ControlFailure) in
            try await client.plan(direction, routes: routes, to: pool)
        }
    }

    func script(
        _ direction: MoveDirection,
        _ routes: [String],
        to pool: String?
    ) async throws(CommandFailure) -> ScriptBody {
        try await ask { client throws(ControlFailure) in
            try await client.script(direction, routes: routes, to: pool)
        }
    }

    func report(_ run: Int) async throws(CommandFailure) -> ReportBody {
        try await ask { client throws(ControlFailure) in try await client.report(run) }
    }

    func order(_ order: OrderBody) async throws(CommandFailure) {
        try await ask { client throws(ControlFailure) in try await client.order(order) }
    }

    /// How a request ended, or what else keeps it from taking a yes, in the agent's words.
    func ending(of request: Int) async throws(CommandFailure) -> [String] {
        let reasons = try await ask { client throws(ControlFailure) in
            try await client.standing(of: request)
        }
        return reasons.isEmpty ? ["request \(request) changed just now: look again"] : reasons
    }
}

extension CommandFailure {
    init(_ failure: ControlFailure) {
        switch failure {
        case .unreachable(let sentence): self.init(.unreachable, sentence)
        case .refused(let reasons): self.init(.no, reasons)
        case .notUnderstood(let sentence): self.init(.no, sentence)
        }
    }
}
