import FailoverCore
import FailoverEngine
import HTTPTypes
import Hummingbird

/// The page that a link in a message leads to, and the answer that is given there.
///
/// Looking at it does nothing, for mail filters and chats look at every link: a yes is a POST, with
/// the target pool's name typed. It is an order as any other: the roles, the two-person rule and the
/// digest of the plan that was shown hold for it, and it is written down.
struct AnswerRoutes: Sendable {
    let control: ControlRoutes
    let links: AnswerLinks

    func add(to router: Router<AgentRequestContext>) {
        router.get("requests/:request/answer") { request, context in
            await opened(request, context) { $0.asked() }
        }
        router.post("requests/:request/answer") { request, context in
            let buffer = try await request.body.collect(upTo: 8_192)
            // Without a form that can be read, the page says so.
            let form = try? URLEncodedFormDecoder()
                .decode(AnswerForm.self, from: String(buffer: buffer))
            return await opened(request, context) { await take(form, $0) }
        }
    }

    /// A link that holds, with what it is about.
    private struct Opened {
        let page: AnswerPage
        let caller: Caller
        let waiting: WaitingBody

        func asked(mistake: String? = nil) -> Response {
            page.question(waiting, mistake: mistake)
        }
    }

    /// Reads the link of a request; what cannot be answered by it is told in place of the answer.
    private func opened(
        _ request: Request,
        _ context: AgentRequestContext,
        _ answer: (Opened) async -> Response
    ) async -> Response {
        let (agent, now) = (control.about.agent, control.warden.outlook.now)
        let query = request.uri.queryParameters
        let number = context.parameters.get("request", as: Int.self)
        guard let pass = links.pass(number, { query[Substring($0)].map { String($0) } }) else {
            return AnswerPage.unknownLink(to: agent, at: now)
        }
        let page = AnswerPage(pass: pass, agent: agent, now: now)
        if pass.isOver(at: now) {
            return page.words(
                .gone,
                .waiting,
                "This link has ended. If the request still waits (edgewarden status shows it), the"
                    + " next reminder has a new one."
            )
        }
        let caller = UnixAccounts.caller(named: pass.person)
        let yes = OrderBody(.approve, request: pass.request.number)
        if let reason = await control.obstacle(to: yes, by: caller) {
            return page.words(.forbidden, .bad, reason)
        }
        if pass.request == AnswerPass.tried {
            return page.words(
                .ok,
                .good,
                "This link works. It came with a test message, so there is nothing to answer.",
                title: "Edgewarden"
            )
        }
        let waiting = await control.about.status.waiting
            .first { $0.request == pass.request.number }
        guard let waiting else {
            let ending = control.warden.standing(of: pass.request)
            return page.words(.gone, .waiting, ending ?? "It does not wait for an answer.")
        }
        if let words = waiting.twoPersonWords, waiting.approvedBy?.contains(pass.person) == true {
            return page.words(.gone, .waiting, "This link was used: \(words)")
        }
        return await answer(Opened(page: page, caller: caller, waiting: waiting))
    }

    private func take(_ form: AnswerForm?, _ opened: Opened) async -> Response {
        let (waiting, pass) = (opened.waiting, opened.page.pass)
        let remark = form?.reason.flatMap { $0.isEmpty ? nil : ": \($0.prefix(300))" } ?? ""
        let reason = "by the link in a message of \(pass.hook)\(remark)"
        let order: OrderBody
        let taken: String
        switch form?.answer {
        case .approve:
            guard let typed = form?.pool, FQDN(typed)?.name == waiting.target else {
                return opened.asked(
                    mistake: "Nothing was done: what you typed is not the pool's name."
                )
            }
            guard form?.plan == waiting.plan.digest else {
                return opened.asked(
                    mistake:
                        "Nothing was done: the plan has changed since you saw it. Read this one."
                )
            }
            order = OrderBody(
                .approve,
                request: waiting.request,
                digest: waiting.plan.digest,
                reason: reason
            )
            taken =
                waiting.yesesMissing > 1
                ? "Your yes is taken. It needs another person's."
                : "Approved. The plan is being carried out; edgewarden status shows how far it is."
        case .deny:
            order = OrderBody(.deny, request: waiting.request, reason: reason)
            taken = "Denied. Nothing is changed."
        case nil:
            return opened.asked(mistake: "Nothing was done: the form cannot be understood.")
        }
        if let refusal = await control.carry(order, for: opened.caller) {
            return opened.page.words(refusal.status, .bad, refusal.reason)
        }
        return opened.page.words(.ok, .good, taken)
    }
}

/// What the page's form sends.
private struct AnswerForm: Decodable {
    enum Answer: String, Decodable {
        case approve
        case deny
    }

    let answer: Answer
    /// The digest of the plan that was shown.
    let plan: String?
    /// What was typed.
    let pool: String?
    let reason: String?
}
