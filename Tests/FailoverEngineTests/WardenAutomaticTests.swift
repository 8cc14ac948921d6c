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
