import FailoverCore
import FailoverEngine
import FailoverTestKit
import Testing

@Suite
struct WardenApprovalTests {
    /// Breaks the home pool and waits until a person is asked.
    private func ask(
        _ route: FederationRoute = Contoso.sipRoute(),
        _ body: (WardenBench, WaitingApproval) async throws -> Void
    ) async throws {
        let world = WardenBench.world([route])
        try await WardenBench.live(in: world) { bench in
            await bench.pass(40)
            world.bring(Contoso.pool1, .off)
            #expect(await bench.pass(400) { $0.waiting != nil })
            #expect(bench.has(.approvalWanted))
            #expect(world.acts.isEmpty)
            try await body(bench, try #require(bench.waiting))
        }
    }

    @Test
    func `after a person's yes the very plan that was shown is carried out`() async throws {
        try await ask { bench, waiting in
            #expect(await bench.approve(waiting) == .accepted)
            #expect(await bench.pass(400) { $0.runsDone == 1 })
            #expect(bench.world.obstacles(.sip) == [])
            #expect(bench.waiting == nil)
            guard case .opened(let opening)? = bench.journal.newestRun.first else {
                Issue.record("a run begins with its opening")
                return
            }
            let digest = waiting.prepared.digest
            #expect(opening.digest == digest)
            #expect(opening.plan == waiting.prepared.plan)
            #expect(opening.authority == .approved(by: WardenBench.anna, digest: digest))
        }
    }

    @Test
    func `a yes to another plan is refused`() async throws {
        try await ask { bench, waiting in
            let other = PlanDigest(hex: String(repeating: "0", count: 64))
            let reply = await bench.order(
                .approved(waiting.request.id, other, by: WardenBench.anna)
            )
            guard case .refused = reply else {
                Issue.record("a wrong digest was accepted")
                return
            }
            await bench.pass(120)
            #expect(bench.world.acts.isEmpty)
            #expect(bench.waiting != nil, "the question stays open")
        }
    }

    @Test
    func `after a person's no nothing is done`() async throws {
        try await ask { bench, waiting in
            let no = PolicyEvent.denied(waiting.request.id, by: WardenBench.anna, reason: "later")
            #expect(await bench.order(no) == .accepted)
            await bench.pass(900)
            #expect(bench.world.acts.isEmpty)
            #expect(bench.has(.approvalDenied))
            #expect(bench.waiting == nil)
            guard case .refused = await bench.approve(waiting) else {
                Issue.record("a denied plan was approved afterwards")
                return
            }
        }
    }

    @Test
    func `without an answer in time nothing is done`() async throws {
        try await ask { bench, waiting in
            #expect(await bench.pass(2_000) { $0.has(.approvalExpired) })
            #expect(bench.clock.now() >= waiting.expires)
            #expect(bench.waiting == nil)
            guard case .refused = await bench.approve(waiting) else {
                Issue.record("an expired plan was approved afterwards")
                return
            }
            await bench.pass(60)
            #expect(bench.world.acts.isEmpty)
        }
    }

    @Test
    func `when home recovers first the question is withdrawn`() async throws {
        try await ask { bench, waiting in
            bench.world.bring(Contoso.pool1, .well)
            #expect(await bench.pass(200) { $0.has(.approvalWithdrawn) })
            #expect(bench.waiting == nil)
            guard case .refused = await bench.approve(waiting) else {
                Issue.record("a withdrawn plan was approved afterwards")
                return
            }
            await bench.pass(300)
            #expect(bench.world.acts.isEmpty)
        }
    }

    @Test
    func `a plan that has changed since the yes is not carried out but asked again`() async throws {
        try await ask { bench, waiting in
            bench.world.change { model in
                model.put(
                    RecordSet(
                        name: .of("sip.contoso.com"),
                        type: .a,
                        ttl: 600,
                        data: [.address(Contoso.address(1, 2))]
                    )
                )
            }
            #expect(await bench.approve(waiting) == .accepted)
            #expect(await bench.pass(20) { $0.waiting != nil })
            #expect(bench.world.acts.isEmpty)
            let reasons = bench.journal.allRecords.compactMap { record -> String? in
                guard case .event(.planOvertaken(waiting.request.id, let reason)) = record else {
                    return nil
                }
                return reason
            }
            #expect(reasons.count == 1 && reasons[0].contains("because the facts changed: "))
            #expect(reasons.first?.contains("changed step: ") == true)
            let again = try #require(bench.waiting)
            #expect(again.prepared.digest != waiting.prepared.digest)
            #expect(await bench.approve(again) == .accepted)
            #expect(await bench.pass(400) { $0.runsDone == 1 })
            #expect(bench.world.obstacles(.sip) == [])
        }
    }

    @Test
    func `a yes that cannot be written down is refused`() async throws {
        try await ask { bench, waiting in
            bench.journal.fail(after: 0, .readOnly)
            guard case .refused(let why) = await bench.approve(waiting) else {
                Issue.record("a yes was taken that is nowhere on record")
                return
            }
            #expect(why.contains("journal"))
            await bench.pass(120)
            #expect(bench.world.acts.isEmpty)
            bench.journal.mend()
            #expect(await bench.approve(waiting) == .accepted)
            #expect(await bench.pass(400) { $0.runsDone == 1 })
        }
    }

    @Test
    func `an XMPP plan that stops all services asks even in auto`() async throws {
        let route = Contoso.xmppRoute(mode: .auto, services: .documented)
        let world = WardenBench.world([Contoso.sipRoute(mode: .observe), route])
        try await WardenBench.live(in: world) { bench in
            await bench.pass(40)
            world.bring(Contoso.pool1, .off)
            #expect(await bench.pass(600) { $0.waiting != nil })
            let waiting = try #require(bench.waiting)
            await bench.pass(600)
            #expect(bench.waiting?.request == waiting.request, "the question stays the same")
            #expect(world.acts.isEmpty)
            #expect(!bench.has(.runStarted))
            #expect(await bench.approve(waiting) == .accepted)
            #expect(await bench.pass(600) { $0.runsDone == 1 })
            #expect(world.obstacles(.xmpp) == [])
            #expect(world.acts.contains { $0.key == "stop:\(Contoso.edge(2, 1)):all" })
        }
    }
}
