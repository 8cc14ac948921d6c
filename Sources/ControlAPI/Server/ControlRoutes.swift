import FailoverCore
import FailoverEngine
import HTTPTypes
import Hummingbird

/// What people and the command line ask and order, for whichever way they come.
struct ControlRoutes: Sendable {
    let about: StatusAbout
    let audit: any AuditStore

    var warden: Warden { about.warden() }

    /// Adds them all; whoever asks must be known and may look.
    func add(to router: Router<AgentRequestContext>, knowing identification: Identification) {
        let doorkeeper = Doorkeeper(identification: identification, access: { warden.access })
        let group = router.group("v1").add(middleware: doorkeeper)
        group.get("status") { _, _ in json(await about.status) }
        group.get("explain") { request, _ in explain(request) }
        group.get("shadow-report") { request, _ in await shadowReport(request) }
        group.get("plan") { request, _ in await plan(request) }
        group.get("plan/script") { request, _ in await script(request) }
        group.get("requests/:request") { _, context in standing(context) }
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
        group.get("audit") { request, _ in await auditLines(request) }
        group.get("audit/chain") { request, _ in await auditChain(request) }
        group.post("alerts/test/:hook") { _, context in await testAlert(context) }
        group.post("orders") { request, context in try await order(request, context) }
    }

    private func standing(_ context: AgentRequestContext) -> Response {
        guard let id = context.parameters.get("request", as: Int.self).map({ RequestID($0) }) else {
            return refuse(.badRequest, "a request is named by its number")
        }
        let reasons = warden.standing(of: id).map { [$0] } ?? []
        return json(RequestBody(request: id.number, reasons: reasons))
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
}
