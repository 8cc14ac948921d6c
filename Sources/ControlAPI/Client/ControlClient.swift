import Curl
public import FailoverCore

/// Why the agent gave no answer.
public enum ControlFailure: Error, Sendable, Hashable {
    /// It cannot be reached.
    case unreachable(String)
    /// It said no: its reasons.
    case refused([String])
    /// It answered something that this program does not understand.
    case notUnderstood(String)

    /// A sentence for each reason.
    public var reasons: [String] {
        switch self {
        case .unreachable(let text), .notUnderstood(let text): [text]
        case .refused(let reasons): reasons
        }
    }
}

/// Talks to the agent.
public struct ControlClient: Sendable {
    private let client: HTTPClient
    private let place: AgentPlace

    /// Makes a client.
    ///
    /// - Throws: ``ControlFailure`` when libcurl cannot be set up.
    public init(_ place: AgentPlace) throws(ControlFailure) {
        self.place = place
        do throws(HTTPFailure) {
            client = try HTTPClient()
        } catch {
            throw .unreachable(error.message)
        }
    }

    /// Ends the client.
    public func close() async { await client.shutdown() }

    /// What `status` shows.
    public func status() async throws(ControlFailure) -> StatusBody {
        try await get("status")
    }

    /// Why a route is not acted on right now.
    public func explanation(of route: String) async throws(ControlFailure) -> ExplanationBody {
        try await get("explain?route=\(escaped(route))")
    }

    /// What mode `auto` would have done, and what people did.
    ///
    /// Of the parameters: `sinceMilliseconds` since the epoch; nil for all that is on record.
    public func shadowReport(
        sinceMilliseconds: Int64?
    ) async throws(ControlFailure) -> ShadowReportBody {
        let query = sinceMilliseconds.map { "?since=\($0)" } ?? ""
        return try await get("shadow-report\(query)")
    }

    /// The plan for moves of one direction; touches nothing.
    public func plan(
        _ direction: MoveDirection,
        routes: [String],
        to pool: String?
    ) async throws(ControlFailure) -> PlanBody {
        try await get("plan?" + question(direction, routes, pool))
    }

    /// The same plan as a transcript for an administrator.
    public func script(
        _ direction: MoveDirection,
        routes: [String],
        to pool: String?
    ) async throws(ControlFailure) -> ScriptBody {
        try await get("plan/script?" + question(direction, routes, pool))
    }

    private func question(_ direction: MoveDirection, _ routes: [String], _ pool: String?) -> String
    {
        var query = "direction=\(direction.rawValue)"
        for route in routes { query += "&route=\(escaped(route))" }
        if let pool { query += "&to=\(escaped(pool))" }
        return query
    }

    /// Why a request takes no yes; empty when it does.
    public func standing(of request: Int) async throws(ControlFailure) -> [String] {
        let body: RequestBody = try await get("requests/\(request)")
        return body.reasons
    }

    /// The newest runs.
    public func runs(limit: Int) async throws(ControlFailure) -> RunsBody {
        try await get("runs?limit=\(limit)")
    }

    /// The report of a run.
    public func report(_ run: Int) async throws(ControlFailure) -> ReportBody {
        try await get("runs/\(run)")
    }

    /// The report of a run as one HTML file.
    public func page(_ run: Int) async throws(ControlFailure) -> String {
        let body: PageBody = try await get("runs/\(run)/page")
        return body.html
    }

    /// Sends a test message by an alert hook, and waits for the receiver's answer.
    public func testAlert(_ hook: String) async throws(ControlFailure) -> AlertTestBody {
        try await send(.post, "alerts/test/\(escaped(hook))", [])
    }

    /// Who did what, the newest lines, oldest of them first.
    ///
    /// Of the parameters: `sinceMilliseconds` since the epoch; nil for however far `limit` reaches.
    public func audit(
        limit: Int,
        sinceMilliseconds: Int64?
    ) async throws(ControlFailure) -> AuditBody {
        try await get("audit?limit=\(limit)" + (sinceMilliseconds.map { "&since=\($0)" } ?? ""))
    }

    /// Whether the audit log is as it was written.
    ///
    /// Of the parameters: `head` is a hash that somebody kept; nil for none.
    public func auditChain(head: String?) async throws(ControlFailure) -> ChainBody {
        try await get("audit/chain" + (head.map { "?head=\(escaped($0))" } ?? ""))
    }

    /// Gives an order; returns when it was taken in.
    public func order(_ order: OrderBody) async throws(ControlFailure) {
        let body: [UInt8]
        do {
            body = try WireCoding.encode(order)
        } catch {
            throw .notUnderstood("the order cannot be written: \(error)")
        }
        let _: AnswerBody = try await send(.post, "orders", body)
    }

    private func get<Body: Decodable>(_ path: String) async throws(ControlFailure) -> Body {
        try await send(.get, path, [])
    }

    private func send<Body: Decodable>(
        _ method: HTTPMethod,
        _ path: String,
        _ body: [UInt8]
    ) async throws(ControlFailure) -> Body {
        let response: HTTPResponse
        do throws(HTTPFailure) {
            response = try await client.send(place.request(method, path, body))
        } catch {
            throw place.failure(error)
        }
        do {
            guard response.isSuccess else {
                let answer = try WireCoding.decode(AnswerBody.self, from: response.body)
                throw ControlFailure.refused(answer.reasons)
            }
            return try WireCoding.decode(Body.self, from: response.body)
        } catch let failure as ControlFailure {
            throw failure
        } catch {
            throw .notUnderstood(
                "the agent's answer (HTTP \(response.status)) is not understood: do the versions of"
                    + " agent and command line agree?"
            )
        }
    }

    private func escaped(_ text: String) -> String {
        text.utf8.map { byte in
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x2E, 0x5F, 0x7E:
                String(UnicodeScalar(byte))
            default:
                "%" + Hexadecimal.text(of: [byte]).uppercased()
            }
        }.joined()
    }
}
