import FailoverCore
import Testing

@Suite("FailoverPolicy: what mode auto would have done")
struct ShadowTests {
    private func observing(
        _ mode: RouteMode = .observe,
        failback: RouteMode = .approve
    ) -> PolicyBench {
        PolicyBench.ready([.sip(mode, failback: failback)])
    }

    /// What was written down, a line each.
    private func written(_ bench: PolicyBench) -> [String] {
        bench.all.compactMap { effect in
            guard case .shadow(let record) = effect else { return nil }
            switch record {
            case .decided(let decision): return "\(decision.move.to.host): \(decision.inWords)"
            case .ended(_, let reason): return "ended: \(reason)"
            case .moved(let move): return "moved: \(move.from) → \(move.to), \(move.how)"
            }
        }
    }

    private func acts(_ bench: PolicyBench) -> Int {
        bench.plans.count + bench.questions.count + bench.starts.count
    }

    private static let moved =
        "edgepool2: would have moved it by itself: edgepool1 has been down for 2m: edgepool1 SIP is "
        + "down in this test"
    private static let upAgain = "ended: edgepool1 is up again: edgepool1 SIP is up in this test"

    @Test func `a dead holder is one decision, until it is up again, and nothing is done`() {
        var bench = observing()
        bench.verdict(PolicyBench.home, .down)
        bench.wait(119)
        #expect(written(bench).isEmpty)
        bench.wait(7_200)
        #expect(written(bench) == [Self.moved])
        bench.verdict(PolicyBench.home, .unknown)
        bench.wait(60)
        bench.verdict(PolicyBench.home, .down)
        bench.wait(600)
        bench.verdict(PolicyBench.home, .up)
        #expect(written(bench) == [Self.moved, Self.upAgain])
        #expect(acts(bench) == 0)
        #expect(bench.count(.approvalWanted) == 0)
    }

    @Test(arguments: [RouteMode.approve, .auto])
    func `of other modes nothing is written down`(_ mode: RouteMode) {
        var bench = observing(mode)
        bench.failOver()
        #expect(bench.starts.count == 1)
        #expect(written(bench).isEmpty)
    }

    @Test func `what it would have done counts towards its cool-down and its limit`() {
        var bench = observing()
        // The second comes soon after the first; the others so late that no pool flaps.
        for pause in [1_440, 10_800, 10_800, 0] {
            bench.verdict(PolicyBench.home, .down)
            bench.wait(180)
            bench.verdict(PolicyBench.home, .up)
            bench.wait(Double(pause))
        }
        let asks = written(bench).compactMap { line in
            line.contains("would have asked")
                ? line.split(separator: ":")[1].dropFirst() : nil
        }
        #expect(written(bench).filter { $0 == Self.moved }.count == 2)
        #expect(
            asks == [
                "would have asked, because the last run is too recent (cool-down for another 3m)",
                "would have asked, because there were 2 failovers within 1d",
            ]
        )
    }

    @Test func `a question becomes a move when the cool-down ends, and a move stays one`() {
        var bench = observing()
        bench.verdict(PolicyBench.home, .down)
        bench.wait(180)
        bench.verdict(PolicyBench.home, .up)
        bench.wait(60)
        bench.verdict(PolicyBench.home, .down)
        bench.wait(86_400)
        #expect(written(bench).count == 4)
        #expect(written(bench)[2].contains("asked, because the last run is too recent"))
        #expect(written(bench)[3].contains("moved it by itself"))
    }

    private static let obstacles: [(Obstacle, String)] = [
        (.notReady, "the target is not ready"),
        (.degraded, "the target is degraded and no other pool is up"),
        (.impaired, "the holder lives: what its peers refuse it for is never acted on"),
    ]

    enum Obstacle: Sendable { case notReady, degraded, impaired }

    @Test(arguments: obstacles)
    func `when auto would have asked, that is said with its reason`(
        _ obstacle: Obstacle,
        _ reason: String
    ) {
        var bench = observing()
        switch obstacle {
        case .notReady: bench.read(.rights, .notReady)
        case .degraded: bench.verdict(PolicyBench.standby, .degraded)
        case .impaired: break
        }
        bench.verdict(PolicyBench.home, obstacle == .impaired ? .impaired : .down)
        bench.wait(600)
        #expect(written(bench).count == 1)
        #expect(written(bench).first?.contains("would have asked, because \(reason)") == true)
        #expect(acts(bench) == 0)
    }

    @Test func `paused, in maintenance or without a target it would have done nothing`() {
        let anna = PolicyBench.anna
        let stories: [(inout PolicyBench) -> Void] = [
            { $0.send(.paused(nil, until: nil, by: anna, reason: "works")) },
            { bench in
                let until = bench.now + .seconds(86_400)
                let home = Coverage.pool(PolicyBench.home)
                bench.send(.maintenanceAdded(home, until: until, by: anna, reason: "works"))
            },
            { $0.verdict(PolicyBench.standby, .down) },
            { $0.send(.holder(PolicyBench.sip, .unknown("no Front End answers"))) },
        ]
        for story in stories {
            var bench = observing()
            story(&bench)
            bench.verdict(PolicyBench.home, .down)
            bench.wait(3_600)
            #expect(written(bench).isEmpty)
        }
    }

    @Test func `a pause ends a question, and not a move that would be under way`() {
        for isReady in [true, false] {
            var bench = observing()
            if !isReady { bench.read(.rights, .notReady) }
            bench.verdict(PolicyBench.home, .down)
            bench.wait(180)
            bench.send(.paused(nil, until: nil, by: PolicyBench.anna, reason: "works"))
            #expect(written(bench).count == (isReady ? 1 : 2))
        }
    }

    @Test func `people's moves are seen, by hand and by order, and end the decision`() {
        var bench = observing()
        bench.verdict(PolicyBench.home, .down)
        bench.wait(300)
        bench.send(.holder(PolicyBench.sip, .pool(PolicyBench.standby)))
        bench.send(.holder(PolicyBench.sip, .pool(PolicyBench.standby)))
        #expect(
            written(bench) == [
                Self.moved, "moved: edgepool1.contoso.net → edgepool2.contoso.net, by hand",
                "ended: the holder changed without a run of ours: edgepool2.contoso.net",
            ]
        )
        bench = observing()
        bench.verdict(PolicyBench.home, .down)
        bench.wait(300)
        bench.send(
            .failoverOrdered(PolicyBench.sip, to: nil, by: PolicyBench.anna, reason: "it is dead")
        )
        bench.plan()
        bench.approve()
        bench.finish()
        #expect(
            written(bench) == [
                Self.moved,
                "moved: edgepool1.contoso.net → edgepool2.contoso.net, by run 1, ordered by anna: it "
                    + "is dead",
                "ended: edgepool2 holds the route now",
            ]
        )
    }

    @Test func `a move of people without a decision says what auto was at`() {
        var bench = observing()
        bench.verdict(PolicyBench.home, .down)
        bench.wait(30)
        bench.send(.holder(PolicyBench.sip, .pool(PolicyBench.standby)))
        let move = bench.all.compactMap { effect -> PeopleMove? in
            if case .shadow(.moved(let move)) = effect { move } else { nil }
        }.first
        #expect(move?.dueIn == .seconds(90))
        #expect(
            move?.meanwhile
                == "edgepool1 has been down for 30s; a failover begins when it has been down for 2m"
        )
    }

    @Test func `a drill is no move of people`() {
        var bench = observing()
        bench.send(
            .failoverOrdered(
                PolicyBench.sip,
                to: nil,
                by: PolicyBench.anna,
                reason: "practice",
                isDrill: true
            )
        )
        bench.plan()
        bench.approve()
        bench.finish()
        #expect(bench.starts.count == 1)
        #expect(written(bench).isEmpty)
    }

    @Test func `a restart repeats nothing, and forgets neither decision, holder nor counts`() {
        var bench = observing()
        bench.verdict(PolicyBench.home, .down)
        bench.wait(300)
        bench.send(.holder(PolicyBench.sip, .pool(PolicyBench.home)))
        let memory = bench.policy.memory(at: bench.now).aged(by: .seconds(60))
        var next = PolicyBench([.sip(.observe)], memory: memory)
        next.verdict(PolicyBench.standby, .up)
        next.send(.holder(PolicyBench.sip, .pool(PolicyBench.home)))
        next.verdict(PolicyBench.home, .down)
        next.wait(600)
        #expect(written(next).isEmpty)
        next.verdict(PolicyBench.home, .up)
        next.wait(30)
        next.verdict(PolicyBench.home, .down)
        next.wait(300)
        #expect(written(next).count == 2)
        #expect(written(next)[0] == Self.upAgain)
        #expect(written(next)[1].contains("the last run is too recent"))
        next.send(.holder(PolicyBench.sip, .pool(PolicyBench.standby)))
        let away = next.policy.memory(at: next.now)
        var last = PolicyBench([.sip(.observe)], memory: away)
        last.send(.holder(PolicyBench.sip, .pool(PolicyBench.standby)))
        #expect(written(last).isEmpty, "the same place is no move")
    }

    @Test func `another mode after a restart ends the decision`() {
        var bench = observing()
        bench.verdict(PolicyBench.home, .down)
        bench.wait(300)
        let memory = bench.policy.memory(at: bench.now)
        var next = PolicyBench([.sip(.auto)], memory: memory, isReady: false)
        next.send(.tick)
        #expect(written(next) == ["ended: the mode is auto now"])
        next.send(.tick)
        #expect(written(next).count == 1)
    }

    @Test func `a failback that would have begun in its window is not ended by the window's end`() {
        var route = FederationRoute.sip(.auto, failback: .auto)
        route.failback.window = try? WeeklyWindow("Sat 02:00-05:00 UTC")
        var bench = PolicyBench.ready([route])
        bench.failOver()
        // The mode is changed to observe while the route is away.
        route.mode = .observe
        var next = PolicyBench([route], memory: bench.policy.memory(at: bench.now))
        for pool in route.pools { next.verdict(pool, .up) }
        next.send(.holder(PolicyBench.sip, .pool(PolicyBench.standby)))
        next.wait(3_600)
        #expect(written(next).isEmpty)
        let end = next.now + .seconds(600)
        next.send(.windows([PolicyBench.sip: .open(until: end)]))
        #expect(written(next).count == 1)
        #expect(written(next)[0].hasPrefix("edgepool1: would have moved it by itself"))
        next.wait(1_200)
        next.send(.windows([PolicyBench.sip: .closed(until: nil)]))
        #expect(written(next).count == 1)
    }
}
