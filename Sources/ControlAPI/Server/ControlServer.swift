import FailoverCore
public import FailoverEngine
import Foundation
import HTTPTypes
import Hummingbird
public import Logging
public import ServiceLifecycle

/// Serves the API on a Unix socket.
///
/// Who may reach the socket's folder may operate the agent.
public struct ControlServer: Service {
    private let about: StatusAbout
    private let socketPath: String
    private let logger: Logger
    private let onRunning: @Sendable () async -> Void

    /// Makes a server.
    ///
    /// Of the parameters:
    /// - `socketPath`: where it listens; a socket that a dead agent left there is replaced, so the
    ///     state directory must be locked before.
    /// - `warden`: the present one; a reload puts another in its place.
    /// - `onRunning`: called once it listens.
    public init(
        agent: String,
        version: String,
        socketPath: String,
        logger: Logger,
        warden: @escaping @Sendable () -> Warden,
        onRunning: @escaping @Sendable () async -> Void = {}
    ) {
        about = StatusAbout(agent: agent, version: version, warden: warden)
        self.socketPath = socketPath
        self.logger = logger
        self.onRunning = onRunning
    }

    private var warden: Warden { about.warden() }

    /// Serves until the service group stops.
    public func run() async throws {
        let onRunning = onRunning
        let application = Application(
            router: router,
            configuration: ApplicationConfiguration(
                address: .unixDomainSocket(path: socketPath),
                serverName: nil
            ),
            onServerRunning: { _ in await onRunning() },
            logger: logger
        )
        try await application.run()
    }

    private var router: Router<AgentRequestContext> {
        let router = Router(context: AgentRequestContext.self)
        let group = router.group("v1")
        group.get("status") { _, _ in json(await about.status) }
        group.get("explain") { request, _ in explain(request) }
        group.get("shadow-report") { request, _ in await shadowReport(request) }
        group.get("plan") { request, _ in await plan(request) }
        group.get("plan/script") { request, _ in await script(request) }
        group.get("runs") { request, _ in await runs(request) }
        group.get("runs/:run") { _, context in
            await report(context) { json(ReportBody($0, events: $1)) }
        }
        group.get("runs/:run/page") { _, context in
            await report(context) { report, _ in
                let now = warden.outlook.now
                return json(PageBody(html: ReportPage(report, agent: about.agent, now: now).html))
            }
        }
        group.post("orders") { request, context in try await order(request, context) }
        group.post("alerts/test/:hook") { _, context in await testAlert(context) }
        return router
    }

    private func explain(_ request: Request) -> Response {
        guard let name = request.uri.queryParameters["route"].map({ RouteName(String($0)) }) else {
            return refuse(.badRequest, "a route is needed")
        }
        guard let (explanation, now) = warden.explanation(of: name) else {
            let known = warden.watchedOrganisation.routes.map(\.name.name).joined(separator: ", ")
            return refuse(.notFound, "there is no route '\(name)' (there are: \(known))")
        }
        return json(ExplanationBody(explanation, now: now))
    }

    private func shadowReport(_ request: Request) async -> Response {
        var since: Timestamp?
        if let text = request.uri.queryParameters["since"] {
            guard let milliseconds = Int64(text) else {
                return refuse(.badRequest, "since is in milliseconds since 1970")
            }
            since = Timestamp(millisecondsSinceEpoch: milliseconds)
        }
        do throws(JournalFailure) {
            let overview = try await warden.shadowOverview(since: since)
            return json(
                ShadowReportBody(overview.report, observed: overview.observed, since: since)
            )
        } catch {
            return refuse(.internalServerError, error.message)
        }
    }

    private func plan(_ request: Request) async -> Response {
        await planned(request) { json(PlanBody($0, pace: warden.outlook.pace)) }
    }

    private func script(_ request: Request) async -> Response {
        let organisation = warden.watchedOrganisation
        return await planned(request) { prepared in
            let script = PlanScript(
                plan: prepared.plan,
                digest: prepared.digest,
                endpoint: prepared.snapshot.endpoint,
                organisation: organisation
            )
            return json(ScriptBody(digest: prepared.digest.hex, script: script.text))
        }
    }

    /// Plans what a query asks for.
    private func planned(
        _ request: Request,
        _ answer: (PreparedPlan) -> Response
    ) async -> Response {
        let query = request.uri.queryParameters
        let routes = query.getAll("route").map { RouteName($0) }
        guard let direction = query["direction"].flatMap({ MoveDirection(rawValue: String($0)) }),
            !routes.isEmpty
        else { return refuse(.badRequest, "direction and route are needed") }
        let pool = query["to"].map { String($0) }
        if let pool, FQDN(pool) == nil { return refuse(.badRequest, "'\(pool)' is no pool name") }
        do throws(PlanRefusal) {
            let prepared = try await warden.plan(direction, routes, to: pool.flatMap { FQDN($0) })
            return answer(prepared)
        } catch {
            return json(AnswerBody(accepted: false, reasons: error.reasons), .conflict)
        }
    }

    private func runs(_ request: Request) async -> Response {
        let limit = request.uri.queryParameters["limit"].flatMap { Int($0) } ?? 20
        var bodies: [RunBody] = []
        do throws(JournalFailure) {
            for id in try await warden.runs(limit: min(max(limit, 1), 1_000)) {
                let events = try await warden.events(of: id)
                let report = try IncidentReport(run: id, events: events, records: [])
                bodies.append(
                    RunBody(
                        id: id,
                        state: report.state,
                        events: events,
                        outlook: warden.outlook
                    )
                )
            }
        } catch {
            return refuse(.internalServerError, error.message)
        }
        return json(RunsBody(runs: bodies))
    }

    private func report(
        _ context: AgentRequestContext,
        _ answer: (IncidentReport, [JournaledRunEvent]) -> Response
    ) async -> Response {
        guard let id = context.parameters.get("run", as: Int.self).map({ RunID($0) }) else {
            return refuse(.badRequest, "a run is named by its number")
        }
        do throws(JournalFailure) {
            let events = try await warden.events(of: id)
            guard !events.isEmpty else { return refuse(.notFound, "there is no run \(id)") }
            let records = try await warden.records(limit: 10_000)
            let report = try IncidentReport(run: id, events: events, records: records)
            return answer(report, events)
        } catch {
            return refuse(.internalServerError, error.message)
        }
    }

    private func testAlert(_ context: AgentRequestContext) async -> Response {
        guard let person = await context.person() else {
            return refuse(.forbidden, "the kernel does not tell who you are")
        }
        let hook = context.parameters.get("hook") ?? ""
        guard let result = await warden.testAlert(hook, by: person) else {
            let names = await warden.alertingState().hooks.map(\.name)
            let known = names.isEmpty ? "none" : names.joined(separator: ", ")
            return refuse(.notFound, "there is no alert hook '\(hook)' (there are: \(known))")
        }
        return json(
            AlertTestBody(hook: hook, isDelivered: result.isDelivered, detail: result.detail)
        )
    }

    private func order(_ request: Request, _ context: AgentRequestContext) async throws -> Response
    {
        let buffer = try await request.body.collect(upTo: 65_536)
        let order: OrderBody
        do {
            order = try WireCoding.decode(OrderBody.self, from: Array(buffer.readableBytesView))
        } catch {
            return refuse(.badRequest, "the order cannot be understood")
        }
        guard let person = await context.person() else {
            return refuse(.forbidden, "the kernel does not tell who you are")
        }
        switch await Orders(warden: warden).carry(order, by: person) {
        case .accepted: return json(AnswerBody(accepted: true, reasons: []))
        case .refused(let reason):
            return json(AnswerBody(accepted: false, reasons: [reason]), .conflict)
        }
    }
}

/// A JSON answer.
///
/// Our own structures always encode; if one did not, that is a server error.
private func json(_ body: some Encodable, _ status: HTTPResponse.Status = .ok) -> Response {
    do {
        let bytes = try WireCoding.encode(body)
        return Response(
            status: status,
            headers: [.contentType: "application/json"],
            body: .init(byteBuffer: ByteBuffer(bytes: bytes))
        )
    } catch {
        return Response(status: .internalServerError)
    }
}

private func refuse(_ status: HTTPResponse.Status, _ reason: String) -> Response {
    json(AnswerBody(accepted: false, reasons: [reason]), status)
}
