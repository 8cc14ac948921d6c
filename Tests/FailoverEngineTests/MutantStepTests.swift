import FailoverCore
import FailoverTestKit
import Testing

@testable import FailoverEngine

/// Corners of the steps that only a mutant showed to be without a test.
@Suite
struct MutantStepTests {
    private static let server = Contoso.edge(1, 1)

    // MARK: Partners

    @Test(arguments: [true, false], [true, false])
    func `a partner that does not answer stops a run only if it is required and answered before`(
        isRequired: Bool,
        answeredBefore: Bool
    ) async throws {
        let bench = StepBench()
        var opening = try await bench.opening([
            .testPartner(domain: Contoso.partner, pool: Contoso.pool2, isRequired: isRequired)
        ])
        opening.partnersBefore = answeredBefore ? [Contoso.partner] : []
        bench.world.change { $0.answeringPartners = [] }
        let end = await bench.runner.run(StepBench.run, opening: opening) { _, _ in }
        #expect((end.outcome == .done) != (isRequired && answeredBefore), "\(end)")
    }

    // MARK: Fences

    @Test(arguments: [true, false])
    func `only a fence of a member that was away before waits for nobody`(
        wasAway: Bool
    ) async throws {
        let bench = StepBench()
        if wasAway { bench.world.bring(server: Self.server, .off) }
        let opening = try await bench.opening([
            .fence(server: Self.server, startType: .automatic)
        ])
        bench.world.bring(server: Self.server, .off)
        let before = bench.clock.now()
        let seen = await bench.executor.observe(opening.plan.steps[0], of: RunState(opening))
        guard case .unreadable = seen else {
            Issue.record("it cannot be read: \(seen)")
            return
        }
        let waited = bench.clock.now() - before
        #expect((waited < .seconds(30)) == wasAway, "\(waited)")
    }

    // MARK: Front End pools

    @Test(arguments: [true, false])
    func `a pool that was failed back is looked at by its members' replicas`(
        isCurrent: Bool
    ) async throws {
        let bench = StepBench()
        let opening = try await bench.opening([
            .person(.failBackFrontEndPool(.of("fepool1.contoso.net")))
        ])
        if !isCurrent {
            bench.world.change { model in
                model.machines[.of("fe11.contoso.net")]?.isCurrentAt =
                    .origin + .seconds(1_000_000)
            }
        }
        let result = await bench.executor.verify(opening.plan.steps[0], of: RunState(opening))
        switch result {
        case .holds: #expect(isCurrent)
        case .doesNot(let text):
            #expect(!isCurrent)
            #expect(text.contains("fe11.contoso.net"))
            #expect(!text.contains("fe12.contoso.net"))
        }
    }

    // MARK: Words of people

    @Test
    func `a word is taken once, and nobody is waited for any more afterwards`() async throws {
        let bench = StepBench()
        bench.world.change { model in
            for index in model.edgeServices.indices
            where model.edgeServices[index].pool == Contoso.pool2 {
                model.edgeServices[index].federationPort = nil
            }
        }
        let world = bench.world
        bench.whenAsked { _, desk in
            world.change { $0.moveFederationFlag(from: Contoso.pool1, to: Contoso.pool2) }
            let word = PersonDesk.Word.done(by: StepBench.anna, reason: "")
            _ = desk.leave(word, for: StepBench.run, nil)
        }
        let flag = FailoverCore.Operation.person(
            .moveFederationFlag(from: Contoso.pool1, to: Contoso.pool2)
        )
        #expect(try await bench.run([flag]).outcome == .done)
        #expect(bench.desk.waitingStep(of: StepBench.run) == nil)
        let late = PersonDesk.Word.abort(by: StepBench.anna, reason: "too late")
        #expect(!bench.desk.leave(late, for: StepBench.run, nil))
    }

    @Test
    func `who watches a run sees each event with the state after it`() async throws {
        let bench = StepBench()
        let opening = try await bench.opening([
            .checkSiteRoutes(kind: .sip, [SiteName("Redmond")], .edgeServer(Contoso.pool1))
        ])
        let seen = Shared<[RunState]>([])
        _ = await bench.runner.run(StepBench.run, opening: opening) { _, state in
            seen.change { $0.append(state) }
        }
        let events = bench.journal.newestRun
        #expect(seen.value.count == events.count)
        for (index, state) in seen.value.enumerated() {
            #expect(try RunState(replaying: events.prefix(index + 1)) == state)
        }
    }

    // MARK: Setup

    @Test
    func `a member is looked at on the ports of what moves to its pool`() async throws {
        let bench = StepBench()
        let server = Contoso.edge(2, 1)
        bench.world.change { $0.machines[server]?.needsXMPPRestart = true }
        let setup = FailoverCore.Operation.runSetup(server: server, mustRun: false)
        var opening = try await bench.opening([setup])
        let step = opening.plan.steps[0]
        let sip = await bench.executor.observe(step, of: RunState(opening))
        #expect(sip == .intended("\(server) answers on 5061"))
        opening.plan.moves = [
            Move(route: Contoso.xmpp, kind: .xmpp, from: Contoso.pool1, to: Contoso.pool2)
        ]
        guard case .initial = await bench.executor.observe(step, of: RunState(opening)) else {
            Issue.record("XMPP does not answer there")
            return
        }
        opening.plan.moves.append(StepBench.move)
        bench.world.change { $0.machines[server]?.needsXMPPRestart = false }
        let both = await bench.executor.observe(step, of: RunState(opening))
        #expect(both == .intended("\(server) answers on 5269 and 5061"))
        opening.plan.moves = [
            Move(route: RouteName("media"), kind: .media, from: Contoso.pool1, to: Contoso.pool2)
        ]
        let media = await bench.executor.observe(step, of: RunState(opening))
        #expect(media == .intended("\(server) answers on 5061"), "media needs no port of its own")
        opening.plan.moves = []
        let none = await bench.executor.observe(step, of: RunState(opening))
        #expect(none == .intended("\(server) answers on 5061"), "SIP where nothing moves there")
    }

    // MARK: Records

    @Test
    func `the time to live tells two sets apart only where nothing else does`() {
        func set(_ last: Int, _ ttl: UInt32) -> RecordSet {
            RecordSet(
                name: .of("sip.contoso.com"),
                type: .a,
                ttl: ttl,
                data: [.address(.of("203.0.113.\(last)"))]
            )
        }
        func change(_ from: RecordSet?, _ to: RecordSet?) -> DNSChange {
            DNSChange(
                zone: ZoneKey(name: Contoso.domain),
                name: .of("sip.contoso.com"),
                type: .a,
                from: from,
                to: to
            )
        }
        let move = change(set(11, 3_600), set(21, 300))
        #expect(move.standing(of: set(11, 60)) == .initial)
        #expect(move.standing(of: set(21, 60)) == .intended)
        #expect(move.standing(of: set(99, 300)) == .foreign)
        #expect(move.standing(of: nil) == .foreign)
        let shorter = change(set(11, 3_600), set(11, 300))
        #expect(shorter.standing(of: set(11, 3_600)) == .initial)
        #expect(shorter.standing(of: set(11, 300)) == .intended)
        #expect(shorter.standing(of: set(11, 60)) == .between)
        #expect(shorter.standing(of: nil) == .between)
    }

    // MARK: The gate

    @Test
    func `a change that is everywhere at the first look is enough`() async throws {
        let bench = StepBench()
        bench.world.change { model in
            for server in model.machines.keys {
                model.machines[server]?.replicationDelay = .zero
            }
        }
        // What is published is newer than what every replica has from the start.
        bench.clock.advance(by: .seconds(60))
        let begun = bench.clock.now()
        let end = try await bench.run([
            .setSiteRoute(
                site: SiteName("Redmond"),
                kind: .sip,
                from: .edgeServer(Contoso.pool1),
                to: .edgeServer(Contoso.pool2)
            ),
            .enableTopology,
            .awaitReplication(servers: [.of("fe11.contoso.net"), Self.server], leftOut: []),
        ])
        #expect(end.outcome == .done, "\(end)")
        #expect(bench.clock.now() - begun < .seconds(40), "nothing was waited for")
    }
}
