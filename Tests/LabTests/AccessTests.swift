import ControlAPI
import FailoverCore
import Foundation
import Testing

/// People with tokens: two of them have to agree, others may only look, and all of it is on record.
extension LabTests {
    /// Why something is refused; empty when it is not.
    private func refusal(_ body: () async throws -> Void) async throws -> String {
        do {
            try await body()
            return ""
        } catch ControlFailure.refused(let reasons) {
            return reasons.joined(separator: "; ")
        }
    }

    @Test func `two persons approve by their tokens, others only look, and all is on record`()
        async throws
    {
        let entrance = try await Entrance(access: "{ approve: [anna, berta], operate: [anna] }")
        let agent = try await begin([
            "sip_domains:": entrance.section,
            "cool_down: 5s": "cool_down: 5s\n  approvals_needed: 2",
        ])
        let anna = try entrance.client(of: "anna")
        let carl = try entrance.client(of: "carl")
        #expect(try await carl.status().routes.map(\.name).contains("sip"))
        let order = OrderBody(.failover, route: "sip", reason: "patches")
        let refused = try await refusal { try await carl.order(order) }
        #expect(refused == "carl may not do that: access.operate names anna")
        let stranger = try entrance.client(
            String(repeating: "x", count: 40),
            caFile: entrance.certificate
        )
        let unknown = try await refusal { _ = try await stranger.status() }
        #expect(unknown == "a token is needed that is in 'api.tokens'")
        let distrustful = try entrance.client(entrance.token("anna"), caFile: nil)
        await #expect(throws: ControlFailure.self) { _ = try await distrustful.status() }

        try await anna.order(order)
        let waiting = try await agent.waitForRequest("sip")
        #expect(waiting.approvalsNeeded == 2 && waiting.approvedBy == [])
        let yes = OrderBody(.approve, request: waiting.request, digest: waiting.plan.digest)
        try await anna.order(yes)
        let half = try #require(try await anna.status().waiting.first)
        #expect(half.approvedBy == ["anna"])
        let again = try await refusal { try await anna.order(yes) }
        #expect(again.contains("it needs the yes of another person"), "\(again)")
        let number = "\(waiting.request)"
        let done = try await entrance.command("berta", "approve", number, "--yes", "--reason", "go")
        #expect(done.status == 0, "\(done.output)")
        #expect(done.output.contains("anna said yes; it needs the yes of another person."))
        let run = try await agent.end(of: waiting.request)
        #expect(run.authority.hasPrefix("approved by anna and berta (plan"))

        let audit = try await carl.audit(limit: 100, sinceMilliseconds: nil).lines
            .map { "\($0.by ?? "the agent") \($0.what)" }
        let deeds = [
            "carl was refused: failover route sip: carl may not do that",
            "anna ordered a failover of sip: patches", "anna approved request \(number), plan",
            "anna was refused: approve request \(number)", "berta approved request \(number), plan",
            "berta said of request \(number): go", "the agent began run \(number)",
        ]
        for deed in deeds {
            #expect(audit.contains { $0.hasPrefix(deed) }, "\(deed)\n\(audit)")
        }
        let shown = try await entrance.command("carl", "audit", "--limit", "3")
        #expect(shown.status == 0 && shown.output.contains("the agent"), "\(shown.output)")
        let chain = try await agent.command("audit", "--verify")
        #expect(chain.status == 0 && chain.output.contains("none was changed"), "\(chain.output)")
        #expect(!agent.log.contains(entrance.token("anna")))
        for client in [anna, carl, stranger, distrustful] { await client.close() }
        #expect(agent.stop() == 0)
    }

    @Test func `who may only drill brings their own drill to its end, and moves nothing else`()
        async throws
    {
        let entrance = try await Entrance(access: "{ operate: [anna], drill: [berta, carl] }")
        let agent = try await begin(["sip_domains:": entrance.section])
        let (anna, berta) = (try entrance.client(of: "anna"), try entrance.client(of: "berta"))
        let carl = try entrance.client(of: "carl")
        func isForbidden(_ client: ControlClient, _ order: OrderBody) async throws -> Bool {
            try await refusal { try await client.order(order) }
                .hasSuffix("may not do that: access.operate names anna")
        }
        func yes() async throws -> OrderBody {
            let waiting = try await agent.waitForRequest("sip")
            return OrderBody(.approve, request: waiting.request, digest: waiting.plan.digest)
        }
        let back = OrderBody(.failback, route: "sip", isDrill: true, reason: "practice")
        #expect(try await isForbidden(carl, OrderBody(.failover, route: "sip", reason: "now")))

        // Half of a drill: as if they had left while it was away.
        try await carl.order(OrderBody(.failover, route: "sip", isDrill: true, reason: "practice"))
        let answer = try await yes()
        let others = try await refusal { try await berta.order(answer) }
        #expect(others.contains("access.approve names nobody"), "\(others)")
        try await carl.order(answer)
        let run = try await agent.end(of: try #require(answer.request))
        #expect(run.outcome == "done" && run.isDrill)

        #expect(try await isForbidden(berta, back), "it is not theirs")
        let abort = OrderBody(.abortRun, run: run.run, reason: "no")
        #expect(try await isForbidden(berta, abort))
        #expect(try await !isForbidden(carl, abort), "what stands against it is that it has ended")
        let plain = OrderBody(.failback, route: "sip", reason: "now")
        #expect(try await isForbidden(carl, plain), "a drill's way home is a drill")
        let finish = ["drill", "sip", "--finish", "--yes", "--reason", "practice"]
        let home = try await entrance.command("carl", finish)
        #expect(home.status == 0 && home.output.contains("is home again"), "\(home.output)")
        #expect(try await agent.route("sip").lastDrill != nil)

        try await anna.order(OrderBody(.failover, route: "sip", reason: "in earnest"))
        let earnest = try await yes()
        #expect(try await refusal { try await carl.order(earnest) } != "")
        try await anna.order(earnest)
        _ = try await agent.end(of: try #require(earnest.request))
        #expect(try await isForbidden(carl, back), "nothing but a drill is one")
        let away = OrderBody(.failover, route: "sip", isDrill: true, reason: "practice")
        #expect(try await isForbidden(carl, away), "a drill begins at home")
        for client in [anna, berta, carl] { await client.close() }
        #expect(agent.stop() == 0)
    }
}
