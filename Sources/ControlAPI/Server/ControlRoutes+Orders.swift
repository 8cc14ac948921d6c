import FailoverCore
import FailoverEngine
import HTTPTypes
import Hummingbird

/// What people order.
extension ControlRoutes {
    func order(_ request: Request, _ context: AgentRequestContext) async throws -> Response {
        let buffer = try await request.body.collect(upTo: 65_536)
        let order: OrderBody
        do {
            order = try WireCoding.decode(OrderBody.self, from: Array(buffer.readableBytesView))
        } catch {
            return refuse(.badRequest, "the order cannot be understood")
        }
        guard let caller = context.caller else { return refuse(.forbidden, unknown) }
        guard let refusal = await carry(order, for: caller) else {
            return json(AnswerBody(accepted: true, reasons: []))
        }
        return refuse(refusal.status, refusal.reason)
    }

    /// Why an order was not taken.
    struct Refusal {
        /// `forbidden` to who may not give it, `conflict` where it cannot be taken at present.
        let status: HTTPResponse.Status
        let reason: String
    }

    /// Carries an order out, if its giver may give it; nil when it was taken, else it is written down.
    func carry(_ order: OrderBody, for caller: Caller) async -> Refusal? {
        let refusal: Refusal
        if let reason = await obstacle(to: order, by: caller) {
            refusal = Refusal(status: .forbidden, reason: reason)
        } else if case .refused(let reason) = await Orders(warden: warden)
            .carry(order, by: caller.person)
        {
            refusal = Refusal(status: .conflict, reason: reason)
        } else {
            return nil
        }
        await warden.noteRefusal(of: order.inWords, by: caller.person, because: refusal.reason)
        return refusal
    }

    /// Why somebody may not give an order; nil for who may.
    func obstacle(to order: OrderBody, by caller: Caller) async -> String? {
        let roles = await roles(for: order, by: caller.person)
        guard !warden.access.allow(caller, oneOf: roles) else { return nil }
        return warden.access.refusal(of: caller, roles)
    }

    func testAlert(_ context: AgentRequestContext) async -> Response {
        guard let person = context.caller?.person else { return refuse(.forbidden, unknown) }
        let hook = context.parameters.get("hook") ?? ""
        let order = bounded("alert test \(hook)")
        if let refusal = await refusal(of: order, context, [.approve, .operate]) { return refusal }
        guard let result = await warden.testAlert(hook, by: person) else {
            let names = await warden.alertingState().hooks.map(\.name)
            let known = names.isEmpty ? "none" : names.joined(separator: ", ")
            await warden.noteRefusal(of: order, by: person, because: "there is no such alert hook")
            return refuse(.notFound, "there is no alert hook '\(hook)' (there are: \(known))")
        }
        return json(
            AlertTestBody(hook: hook, isDelivered: result.isDelivered, detail: result.detail)
        )
    }

    private var unknown: String { "it is not known who you are" }

    /// The answer to somebody who has none of the roles; nil for who has one.
    private func refusal(
        of order: String,
        _ context: AgentRequestContext,
        _ roles: Set<Role>
    ) async -> Response? {
        guard let caller = context.caller, !warden.access.allow(caller, oneOf: roles) else {
            return nil
        }
        let reason = warden.access.refusal(of: caller, roles)
        await warden.noteRefusal(of: order, by: caller.person, because: reason)
        return refuse(.forbidden, reason)
    }

    /// The roles of which one is needed.
    ///
    /// Whoever may order a move may say yes or no to it: an order that its giver could not confirm
    /// would be none. Whoever may drill may bring a drill of theirs to its end, and nothing else: a
    /// drill begins at home, so that no other move can be called one.
    private func roles(for order: OrderBody, by person: Person) async -> Set<Role> {
        switch order.kind {
        case .approve, .deny:
            let trigger = order.request.flatMap { warden.trigger(of: RequestID($0)) }
            guard let trigger, trigger.orderedBy?.isSame(as: person) == true else {
                return [.approve]
            }
            return trigger.isOnlyTried ? [.approve, .drill, .operate] : [.approve, .operate]
        case .failover, .failback:
            return await isDrill(order, of: person) ? [.drill, .operate] : [.operate]
        case .rehearse: return [.drill, .operate]
        case .resumeRun, .done, .forceStep, .abortRun, .takeRun:
            return await isOnlyTried(order.run, by: person) ? [.drill, .operate] : [.operate]
        case .acknowledge: return order.alert == nil ? [.operate] : [.approve, .operate]
        case .pause, .resume, .maintenanceAdd, .maintenanceEnd, .release, .adopt:
            return [.operate]
        }
    }

    /// Whether a move is half of a person's own drill.
    private func isDrill(_ order: OrderBody, of person: Person) async -> Bool {
        guard order.isDrill == true, let route = order.route else { return false }
        let routes = ([route] + (order.also ?? [])).map(RouteName.init)
        for route in routes {
            let isTheirs =
                order.kind == .failover
                ? warden.isAtHome(route) : await warden.isAway(route, forDrillOf: person)
            guard isTheirs else { return false }
        }
        return true
    }

    /// Whether a run is half of a drill that a person ordered, or a rehearsal of theirs.
    private func isOnlyTried(_ run: Int?, by person: Person) async -> Bool {
        guard let run else { return false }
        // A journal that cannot be read leaves the stricter rule, and refuses the order by itself.
        let first = try? await warden.events(of: RunID(run)).first?.event
        guard case .opened(let opening)? = first else { return false }
        let trigger = opening.request.trigger
        return trigger.isOnlyTried && trigger.orderedBy?.isSame(as: person) == true
    }
}

extension Trigger {
    /// Whether it is half of a drill, or a rehearsal.
    fileprivate var isOnlyTried: Bool { isDrill || isRehearsal }
}

extension OrderBody {
    /// `approve request 7`, for the audit log.
    var inWords: String {
        var words = [kind.rawValue.replacing("_", with: " ")]
        if isDrill == true { words.append("(drill)") }
        words += ([route].compactMap(\.self) + (also ?? [])).map { "route \($0)" }
        words += [pool.map { "pool \($0)" }, server.map { "server \($0)" }].compactMap(\.self)
        words += [
            alert.map { "alert \($0)" }, request.map { "request \($0)" }, run.map { "run \($0)" },
            step.map { "step \($0)" },
        ].compactMap(\.self)
        return bounded(words.joined(separator: " "))
    }
}

/// People may write anything; a line of the audit log stays a line of bounded length.
private func bounded(_ words: String) -> String {
    String(words.map { $0.isNewline ? " " : $0 }.prefix(300))
}
