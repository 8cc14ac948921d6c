import FailoverCore
import FailoverEngine
import FailoverTestKit
import Testing

/// What people were told before the agent's start: nothing is told twice, nothing stays open.
@Suite
struct WardenAlertsTests {
    private func journal(_ notices: Notice...) async throws -> MemoryJournal {
        let journal = MemoryJournal()
        for notice in notices {
            try await journal.enqueue(
                notice,
                agent: "warden-1",
                at: Timestamp(millisecondsSinceEpoch: 0),
                hooks: ["ops"]
            )
        }
        return journal
    }

    @Test
    func `a question ends with the agent that asked it, and people are told`() async throws {
        let world = WardenBench.world([Contoso.sipRoute()])
        let journal = MemoryJournal()
        let asked = Shared<RequestID?>(nil)
        try await WardenBench.live(in: world, journal: journal) { bench in
            await bench.pass(40)
            world.bring(Contoso.pool1, .off)
            #expect(await bench.pass(400) { $0.waiting != nil })
            asked.set(bench.waiting?.request.id)
        }
        let old = try #require(asked.value)
        try await WardenBench.live(in: world, journal: journal) { bench in
            #expect(await bench.pass(400) { $0.waiting != nil })
            let told = bench.journal.notices.filter { $0.request == old }.map(\.code)
            #expect(told == [.approvalWanted, .approvalWithdrawn])
            #expect(
                bench.sentence(.approvalWithdrawn)
                    == "request \(old.number) ended with the agent's restart or reload: if it is still "
                    + "needed, you are asked again, under another number"
            )
            await bench.approveNext()
            #expect(await bench.pass(400) { $0.runsDone == 1 })
            await bench.pass(10)
            #expect(bench.moved.value == ["sip from edgepool1"])
        }
        try await WardenBench.live(in: world, journal: journal) { bench in
            await bench.pass(60)
            let count = bench.codes.filter { $0 == .approvalWithdrawn }.count
            #expect(count == 1, "the other one was answered")
        }
    }

    @Test
    func `what is over since the last start is told, once`() async throws {
        let world = WardenBench.world([Contoso.sipRoute()])
        var mismatch = Notice(
            .dnsMismatch,
            .warning,
            route: Contoso.sip,
            sentence: "sip.contoso.com leads elsewhere"
        )
        mismatch.name = FQDN("sip.contoso.com")
        let isolated = Notice(.isolated, .critical, sentence: "warden-1 is isolated")
        let unready = Notice(
            .standbyNotReady,
            .warning,
            route: Contoso.sip,
            pool: Contoso.pool2,
            sentence: "edgepool2 is not ready"
        )
        let journal = try await journal(mismatch, isolated, unready)
        for _ in 1...2 {
            try await WardenBench.live(in: world, journal: journal) { bench in
                await bench.pass(300)
                for code in [NoticeCode.dnsWell, .vantageSound, .standbyReady] {
                    #expect(bench.codes.filter { $0 == code }.count == 1, "\(code)")
                }
            }
        }
        let well = journal.notices.first { $0.code == .dnsWell }
        #expect(well?.sentence == "over: sip.contoso.com leads elsewhere")
        #expect(well?.name == mismatch.name)
        let ready = journal.notices.first { $0.code == .standbyReady }
        #expect(ready?.pool == Contoso.pool2 && ready?.route == Contoso.sip)
    }

    @Test
    func `what was taken out of the configuration is told of once more, and no more`()
        async throws
    {
        let world = WardenBench.world([Contoso.sipRoute()])
        let old = RouteName("old")
        let down = Notice(.routeDown, .critical, route: old, pool: Contoso.pool1, sentence: "down")
        let asked = Notice(
            .approvalWanted,
            .critical,
            route: old,
            request: RequestID(40),
            sentence: "asked"
        )
        let unready = Notice(
            .standbyNotReady,
            .warning,
            route: Contoso.sip,
            pool: FQDN.of("edgepool9.contoso.net"),
            sentence: "not ready"
        )
        let journal = try await journal(down, asked, unready)
        for _ in 1...2 {
            try await WardenBench.live(in: world, journal: journal) { await $0.pass(60) }
        }
        let told = journal.notices.filter { $0.code == .noLongerWatched }
        #expect(told.count == 3 && !journal.notices.contains { $0.code == .approvalWithdrawn })
        #expect(
            Set(told.map(\.sentence)) == [
                "route old is not in the configuration any more, so nobody is reminded of this: down",
                "route old is not in the configuration any more, so nobody is reminded of this: asked",
                "edgepool9.contoso.net, of route sip, is not in the configuration any more, so nobody"
                    + " is reminded of this: not ready",
            ]
        )
        #expect(told.allSatisfy { $0.severity == .info })
    }

    @Test
    func `while a run of a route that was taken out keeps the lock, its alert stands`()
        async throws
    {
        let world = WardenBench.world([Contoso.sipRoute(mode: .auto), Contoso.xmppRoute()])
        let journal = MemoryJournal()
        world.order(.refused("access denied"), at: .command(.setSite), skipping: 1)
        try await WardenBench.live(in: world, journal: journal) { bench in
            await bench.pass(40)
            world.bring(Contoso.pool1, .off)
            #expect(await bench.pass(400) { $0.status()?.phase == .stopped })
        }
        let smaller = WardenBench.world([Contoso.xmppRoute()])
        try await WardenBench.live(in: smaller, journal: journal) { bench in
            await bench.pass(60)
            func ended() -> [Notice] {
                bench.journal.notices.filter { $0.code == .noLongerWatched && $0.request != nil }
            }
            #expect(bench.has(.noLongerWatched), "the pool that was down is watched no longer")
            #expect(bench.has(.stepFailed) && ended().isEmpty)
            let given = PolicyEvent.lockReleased(by: WardenBench.anna, reason: "by hand")
            #expect(await bench.order(given) == .accepted)
            #expect(bench.has(.lockReleased))
            #expect(ended().map(\.route) == [Contoso.sip])
        }
    }

    @Test
    func `killed between any two writes, it tells of a pool that is down`() async throws {
        var writes = 0
        var isToldAtOnce = false
        while !isToldAtOnce {
            let world = WardenBench.world([Contoso.sipRoute()])
            world.bring(Contoso.pool2, .off)
            let journal = MemoryJournal()
            journal.fail(after: writes, .other)
            try await WardenBench.live(in: world, journal: journal) {
                isToldAtOnce = await $0.pass(60) { $0.has(.standbyDown) }
            }
            try await WardenBench.live(in: world, journal: journal.revived()) {
                #expect(await $0.pass(120) { $0.has(.standbyDown) }, "after \(writes) writes")
            }
            writes += 1
        }
        #expect(writes > 5, "it was killed before that, too")
    }

    @Test
    func `who cares for an alert is in the journal`() async throws {
        let world = WardenBench.world([Contoso.sipRoute()])
        try await WardenBench.live(in: world) { bench in
            let no = await bench.refusal {
                await $0.acknowledge(9, by: WardenBench.anna, reason: "mine")
            }
            #expect(no == "there is no alert 9, or what it is about is over")
            let yes = await bench.say {
                await $0.acknowledge(1, by: WardenBench.anna, reason: "mine")
            }
            #expect(yes == .accepted)
            let kept = bench.journal.allRecords.filter {
                if case .alertAcknowledged(1, by: WardenBench.anna, reason: "mine") = $0 {
                    true
                } else {
                    false
                }
            }
            #expect(kept.count == 1)
        }
    }

    @Test
    func `there is no sign of life before the first probe and the first look`() {
        let (probes, decisions, stop) = (Progress(), Progress(), StopFlag())
        let clock = VirtualClock()
        let life = LifeSigns(
            probes: probes,
            decisions: decisions,
            stop: stop,
            clock: clock,
            probeInterval: .seconds(5)
        )
        #expect(!life.isWell)
        probes.advance()
        #expect(!life.isWell, "it has not looked at what it found")
        decisions.advance()
        #expect(life.isWell)
        stop.raise()
        #expect(life.isWell)
    }

    @Test
    func `an agent that can neither write nor tell what happened gives no sign of life`()
        async throws
    {
        let world = WardenBench.world([Contoso.sipRoute()])
        let journal = MemoryJournal()
        try await WardenBench.live(in: world, journal: journal) { bench in
            await bench.pass(30)
            #expect(bench.life.isWell)
            await bench.pass(30)
            #expect(bench.life.isWell)
            journal.fail(after: 0, .full)
            world.bring(Contoso.pool1, .off)
            await bench.pass(60)
            _ = bench.life.isWell
            await bench.pass(60)
            #expect(!bench.life.isWell)
            journal.mend()
            await bench.pass(60)
            #expect(bench.life.isWell)
        }
    }
}
