import FailoverCore
import FailoverEngine
import FailoverTestKit
import Testing

@Suite
struct RehearsalTests {
    /// Everything that a run can do, in one plan.
    private static let everything: [FailoverCore.Operation] = [
        .person(.moveFederationFlag(from: Contoso.pool2, to: Contoso.pool1)),
        .runSetup(server: Contoso.edge(2, 1), mustRun: true),
        .setSiteRoute(
            site: SiteName("Redmond"),
            kind: .sip,
            from: .edgeServer(Contoso.pool1),
            to: .edgeServer(Contoso.pool2)
        ),
        .setAssociation(
            service: ServiceIdentity(role: "Registrar", pool: .of("fepool1.contoso.net")),
            from: .edgeServer(Contoso.pool1),
            to: .edgeServer(Contoso.pool2)
        ),
        .setNextHop(
            pool: Contoso.pool2,
            from: ServiceIdentity(role: "Registrar", pool: .of("fepool2.contoso.net")),
            to: ServiceIdentity(role: "Registrar", pool: .of("fepool1.contoso.net"))
        ),
        .enableTopology, .awaitReplication(servers: [Contoso.edge(2, 1)], leftOut: []),
        .stopServices(server: Contoso.edge(2, 1), .xmpp),
        .startServices(server: Contoso.edge(2, 1), .xmpp),
        .checkProtocol(pool: Contoso.pool2, server: nil, .sip),
        .changeRecords(zone: ZoneKey(name: Contoso.domain), [RecordStepTests.change]),
        .checkRecords(
            zone: ZoneKey(name: Contoso.domain),
            [RecordExpectation(RecordStepTests.set([Contoso.address(2, 1)], ttl: 1))]
        ),
        .checkSiteRoutes(kind: .sip, [SiteName("Redmond")], .edgeServer(Contoso.pool2)),
        .soak(pool: Contoso.pool2, .sip, .seconds(3_600)),
        .fence(server: Contoso.edge(1, 1), startType: .automatic),
    ]

    @Test
    func `a rehearsal finds out that updates are refused`() async throws {
        let bench = StepBench()
        bench.world.order(.refused("the key has no right"), at: .recordTrial, times: 9)
        let end = try await bench.run(Self.everything, isRehearsal: true)
        guard case .stoppedUnchanged(let reason)? = end.outcome else {
            Issue.record("it was to stop: \(end)")
            return
        }
        #expect(reason.contains("the key has no right"))
    }

    @Test(arguments: [false, true])
    func `a rehearsal goes all the way and changes nothing`(isWindowsDNS: Bool) async throws {
        let bench = isWindowsDNS ? StepBench.withWindowsDNS : StepBench()
        let before = bench.world.look { ($0.topology, $0.zones.map(\.sets)) }
        let end = try await bench.run(Self.everything, isRehearsal: true)
        #expect(end.outcome == .rehearsed, "\(end)")
        #expect(bench.world.acts == [])
        let after = bench.world.look { ($0.topology, $0.zones.map(\.sets)) }
        #expect(after.0 == before.0)
        #expect(after.1 == before.1)
        let writing = bench.world.commands.filter { command in
            ["Set-", "Enable-", "Start-", "Stop-", "Invoke-", "Remove-"].contains {
                command.contains(": \($0)")
            }
        }
        #expect(writing.count >= 7, "\(writing)")
        #expect(writing.allSatisfy { $0.contains("-WhatIf") }, "\(writing)")
        #expect(
            !bench.journal.newestRun.contains { if case .instructed = $0 { true } else { false } }
        )
    }

    @Test
    func `a rehearsal that stops starts nothing that it did not stop`() async throws {
        let bench = StepBench()
        let opening = try await bench.opening(
            [
                .stopServices(server: Contoso.edge(2, 1), .xmpp),
                .checkProtocol(pool: Contoso.pool2, server: nil, .sip),
            ],
            isRehearsal: true
        )
        bench.world.bring(Contoso.pool2, .crashed)
        bench.world.forgetActs()
        let end = await bench.runner.run(StepBench.run, opening: opening) { _, _ in }
        guard case .stoppedUnchanged? = end.outcome else {
            Issue.record("a dead target cannot be rehearsed away: \(end)")
            return
        }
        #expect(bench.world.acts == [])
    }

    @Test
    func `a guard that somebody else broke is met in a rehearsal as well`() async throws {
        let bench = StepBench()
        let opening = try await bench.opening(Self.everything, isRehearsal: true)
        bench.world.change {
            $0.setRoute(.sip, of: "Redmond", to: "EdgeServer:edgepool9.contoso.net")
        }
        let end = await bench.runner.run(StepBench.run, opening: opening) { _, _ in }
        #expect(end.reason.contains("edgepool9"))
    }

    @Test(
        arguments: [
            (nil, nil, false), ("fe21.contoso.net", nil, true),
            ("fe21.contoso.net", "the store cannot be read", false),
        ] as [(String?, String?, Bool)]
    )
    func `rights are tried in a rehearsal where there is a store to try them on`(
        master: String?,
        failure: String?,
        isTried: Bool
    ) async throws {
        let bench = StepBench()
        var opening = try await bench.opening(
            [
                .tryRights(
                    site: SiteName("Redmond"),
                    kind: .sip,
                    to: .edgeServer(Contoso.pool2)
                )
            ],
            isRehearsal: true
        )
        opening.snapshot.storeMaster = master
        opening.snapshot.storeFailure = failure
        bench.world.forgetActs()
        let result = await bench.executor.verify(opening.plan.steps[0], of: RunState(opening))
        guard case .holds(let text) = result else {
            Issue.record("rights are there, or cannot be tried: \(result)")
            return
        }
        #expect(text.contains("not looked at") != isTried)
        #expect(bench.world.commands.isEmpty != isTried)
    }

    private static let hop = ServiceIdentity(role: "Registrar", pool: .of("fepool1.contoso.net"))

    /// Steps that make pool 2 answer, as far as a rehearsal can tell.
    private static let bringingUp: [FailoverCore.Operation] = [
        .setNextHop(pool: Contoso.pool2, from: nil, to: hop),
        .startServices(server: Contoso.edge(2, 2), .all),
        .person(.moveFederationFlag(from: Contoso.pool1, to: Contoso.pool2)),
        .person(.unfence(server: Contoso.edge(2, 1), pool: Contoso.pool2, startType: .automatic)),
    ]

    /// Steps that do nothing for it.
    private static let others: [FailoverCore.Operation] = [
        .enableTopology, .setNextHop(pool: Contoso.pool1, from: nil, to: hop),
        .startServices(server: Contoso.edge(1, 2), .all),
        .person(.moveFederationFlag(from: Contoso.pool2, to: Contoso.pool1)),
        .person(.unfence(server: Contoso.edge(1, 1), pool: Contoso.pool1, startType: .automatic)),
    ]

    @Test(
        arguments: bringingUp.map { ($0, true) } + others.map { ($0, false) },
        [false, true]
    )
    func `only an earlier step of the same pool excuses one that does not answer yet`(
        step: (operation: FailoverCore.Operation, bringsUp: Bool),
        isLater: Bool
    ) async throws {
        let bench = StepBench()
        let check = FailoverCore.Operation.checkProtocol(pool: Contoso.pool2, server: nil, .sip)
        let opening = try await bench.opening(
            isLater ? [check, step.operation] : [step.operation, check],
            isRehearsal: true
        )
        bench.world.bring(Contoso.pool2, .crashed)
        let result = await bench.executor.verify(
            opening.plan.steps[isLater ? 0 : 1],
            of: RunState(opening)
        )
        switch result {
        case .holds(let text):
            #expect(step.bringsUp && !isLater)
            #expect(text.contains("an earlier step would bring it up"))
        case .doesNot: #expect(!step.bringsUp || isLater)
        }
    }
}
