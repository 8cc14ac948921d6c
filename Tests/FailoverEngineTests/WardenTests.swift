import FailoverCore
import FailoverEngine
import FailoverTestKit
import Testing

@Suite
struct WardenAutomaticTests {
    private let route = Contoso.sipRoute(
        mode: .auto,
        failback: FailbackSettings(mode: .auto, stableFor: .seconds(120))
    )

    @Test
    func `in auto it fails over, and back when home has been stable`() async throws {
        let world = WardenBench.world([route])
        let before = world.look { ($0.sites, $0.zones.map { Set($0.sets) }) }
        try await WardenBench.live(in: world) { bench in
            #expect(await bench.pass(60) { $0.warden.overview().routes[0].phase == .watching })
            let broken = bench.clock.now()
            world.bring(Contoso.pool1, .off)
            #expect(await bench.pass(400) { $0.runsDone == 1 })
            let took = bench.clock.now() - broken
            #expect(took > route.confirmFor, "the verdict has to stand a while")
            #expect(took < route.confirmFor + .seconds(120))
            #expect(bench.routedTo == Contoso.pool2)
            #expect(world.obstacles(.sip) == [])
            world.bring(Contoso.pool1, .well)
            let mended = bench.clock.now()
            #expect(await bench.pass(600) { $0.runsDone == 2 })
            #expect(bench.clock.now() - mended > .seconds(120))
            #expect(bench.routedTo == Contoso.pool1)
            #expect(world.obstacles(.sip) == [])
            for code in [NoticeCode.routeDown, .runStarted, .runFinished] {
                #expect(bench.has(code), "\(code) in \(bench.codes)")
            }
        }
        let after = world.look { ($0.sites, $0.zones.map { Set($0.sets) }) }
        #expect(after.0 == before.0)
        #expect(after.1 == before.1)
        #expect(world.acts.filter { $0.key == "enable" }.count == 2)
    }

    @Test
    func `one member of two down is an alert and no failover`() async throws {
        let world = WardenBench.world([route])
        try await WardenBench.live(in: world) { bench in
            await bench.pass(40)
            world.bring(server: Contoso.edge(1, 1), .off)
            await bench.pass(900)
            #expect(bench.has(.poolDegraded))
            #expect(world.acts.isEmpty)
            #expect(!bench.has(.runStarted))
        }
    }

    @Test
    func `both pools down is an alert and no failover`() async throws {
        let world = WardenBench.world([route])
        try await WardenBench.live(in: world) { bench in
            await bench.pass(40)
            world.bring(Contoso.pool1, .hanging)
            world.bring(Contoso.pool2, .off)
            await bench.pass(900)
            #expect(bench.has(.cannotAct))
            #expect(world.acts.isEmpty)
            #expect(!bench.has(.runStarted))
        }
    }

    @Test(arguments: [Contoso.pool2, .of("edgepool9.contoso.net")])
    func `a holder that somebody else chose is left to people`(pool: FQDN) async throws {
        let world = WardenBench.world([route])
        try await WardenBench.live(in: world) { bench in
            await bench.pass(90)
            world.change { model in
                for site in ["Redmond", "Dublin"] {
                    model.setRoute(.sip, of: site, to: OrganisationModel.printed(pool))
                }
            }
            #expect(await bench.pass(120) { $0.has(.foreignHolder) })
            world.bring(Contoso.pool1, .off)
            await bench.pass(900)
            #expect(world.acts.isEmpty)
        }
    }

    @Test
    func `in observe it says what it would do and does nothing`() async throws {
        let world = WardenBench.world([Contoso.sipRoute(mode: .observe)])
        try await WardenBench.live(in: world) { bench in
            await bench.pass(40)
            world.bring(Contoso.pool1, .off)
            await bench.pass(900)
            #expect(bench.has(.wouldAct))
            #expect(world.acts.isEmpty)
        }
    }

    @Test
    func `while a run is on its way orders are refused`() async throws {
        let world = WardenBench.world([route])
        try await WardenBench.live(in: world) { bench in
            await bench.pass(40)
            world.bring(Contoso.pool1, .off)
            #expect(await bench.pass(400) { $0.warden.overview().running?.state != nil })
            for event: PolicyEvent in [
                .failoverOrdered(Contoso.sip, to: nil, by: WardenBench.anna, reason: "now"),
                .failbackOrdered(Contoso.sip, by: WardenBench.anna, reason: "now"),
            ] {
                guard case .refused(let why) = await bench.order(event) else {
                    Issue.record("\(event) was accepted while a run was on its way")
                    continue
                }
                #expect(!why.isEmpty)
            }
            #expect(await bench.pass(400) { $0.runsDone == 1 })
            #expect(world.acts.filter { $0.key == "enable" }.count == 1)
        }
    }

    @Test
    func `a run that stops at a step is told, and a person lets it go on`() async throws {
        let world = WardenBench.world([route])
        world.order(.refused("access denied"), at: .command(.setSite), skipping: 1)
        try await WardenBench.live(in: world) { bench in
            await bench.pass(40)
            world.bring(Contoso.pool1, .off)
            #expect(await bench.pass(400) { $0.has(.stepFailed) })
            let notice = bench.journal.notices.last { $0.code == .stepFailed }
            #expect(notice?.sentence.contains("access denied") == true)
            #expect(notice?.severity == .critical)
            await bench.pass(600)
            #expect(world.acts.count == 1, "it waits for a person")
            let run = try #require(try await bench.journal.runs(limit: 1).first)
            let reply = await bench.stage.perform {
                await bench.warden.resumeRun(run, by: WardenBench.anna, reason: "rights are back")
            }
            #expect(reply == .accepted)
            #expect(await bench.pass(400) { $0.runsDone == 1 })
            #expect(world.obstacles(.sip) == [])
        }
    }
}

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
            #expect(await bench.pass(300) { $0.waiting != nil })
            #expect(bench.world.acts.isEmpty)
            let notStarted = bench.journal.allRecords.contains {
                if case .event(.runNotStarted(waiting.request.id, _)) = $0 { true } else { false }
            }
            #expect(notStarted)
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

@Suite
struct WardenRestartTests {
    private let route = Contoso.sipRoute(mode: .auto)

    @Test(arguments: [1, 4, 8, 12, 16, 22, 28, 34, 40])
    func `a run that a crash interrupted goes on after the restart`(events: Int) async throws {
        let world = WardenBench.world([route])
        let journal = MemoryJournal()
        journal.fail(afterRunEvents: events, .other)
        try await WardenBench.live(in: world, journal: journal) { bench in
            await bench.pass(40)
            world.bring(Contoso.pool1, .off)
            await bench.pass(400) { $0.journal.newestRun.count == events }
            await bench.pass(20)
            #expect(bench.journal.newestRun.count == events)
        }
        try await WardenBench.live(in: world, journal: journal.revived()) { bench in
            #expect(await bench.pass(1_200) { $0.runsDone == 1 })
            #expect(world.obstacles(.sip) == [])
            #expect(bench.routedTo == Contoso.pool2)
            let runs = try await bench.journal.runs(limit: 9)
            #expect(runs.count == 1, "the same run, not another")
            await bench.pass(90)
            #expect(bench.runsDone == 1)
        }
        for key in ["site:Redmond:sip:\(Contoso.pool2)", "site:Dublin:sip:\(Contoso.pool2)"] {
            #expect(world.acts.filter { $0.key == key }.count == 1)
        }
    }

    @Test
    func `a stop in mid-run parks it, and the next start finishes it`() async throws {
        let world = WardenBench.world([route])
        let journal = MemoryJournal()
        try await WardenBench.live(in: world, journal: journal) { bench in
            await bench.pass(40)
            world.bring(Contoso.pool1, .off)
            #expect(await bench.pass(400) { $0.world.acts.contains { $0.key == "enable" } })
        }
        guard case .parked? = journal.newestRun.last else {
            Issue.record("the run ended as \(String(describing: journal.newestRun.last))")
            return
        }
        try await WardenBench.live(in: world, journal: journal.revived()) { bench in
            #expect(await bench.pass(1_200) { $0.runsDone == 1 })
            #expect(world.obstacles(.sip) == [])
        }
    }

    @Test
    func `a question that was open at the restart is asked anew`() async throws {
        let world = WardenBench.world([Contoso.sipRoute()])
        let journal = MemoryJournal()
        let first = Shared<WaitingApproval?>(nil)
        try await WardenBench.live(in: world, journal: journal) { bench in
            await bench.pass(40)
            world.bring(Contoso.pool1, .off)
            #expect(await bench.pass(400) { $0.waiting != nil })
            first.set(bench.waiting)
        }
        let old = try #require(first.value)
        try await WardenBench.live(in: world, journal: journal.revived()) { bench in
            #expect(bench.waiting == nil)
            guard case .refused = await bench.approve(old) else {
                Issue.record("a question of a former life was answered")
                return
            }
            #expect(await bench.pass(400) { $0.waiting != nil })
            let anew = try #require(bench.waiting)
            #expect(anew.request.id > old.request.id)
            #expect(await bench.approve(anew) == .accepted)
            #expect(await bench.pass(400) { $0.runsDone == 1 })
        }
    }

    @Test
    func `after a restart the failback still knows what the failover wrote`() async throws {
        let world = WardenBench.world([
            Contoso.sipRoute(
                mode: .auto,
                failback: FailbackSettings(mode: .auto, stableFor: .seconds(120))
            )
        ])
        let before = world.look { $0.zones.map { Set($0.sets) } }
        let journal = MemoryJournal()
        try await WardenBench.live(in: world, journal: journal) { bench in
            await bench.pass(40)
            world.bring(Contoso.pool1, .off)
            #expect(await bench.pass(400) { $0.runsDone == 1 })
        }
        world.bring(Contoso.pool1, .well)
        try await WardenBench.live(in: world, journal: journal.revived()) { bench in
            #expect(await bench.pass(1_200) { $0.runsDone == 2 })
            #expect(bench.routedTo == Contoso.pool1)
        }
        #expect(world.look { $0.zones.map { Set($0.sets) } } == before)
    }
}
