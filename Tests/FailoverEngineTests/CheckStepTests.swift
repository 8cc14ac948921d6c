import FailoverCore
import FailoverEngine
import FailoverTestKit
import Testing

@Suite
struct CheckStepTests {
    private static let answers = FailoverCore.Operation.checkProtocol(
        pool: Contoso.pool2,
        server: nil,
        .sip
    )

    private static func seen(
        _ server: FQDN,
        _ kind: LegKind,
        _ liveness: Liveness
    ) -> MemberReading {
        MemberReading(
            server: server,
            kind: kind,
            liveness: liveness,
            reason: "",
            certificate: nil
        )
    }

    /// One look at the protocol of pool 2 in a run that began with these readings.
    private func look(_ bench: StepBench, _ members: [MemberReading]) async throws -> VerifyResult {
        var opening = try await bench.opening([Self.answers], timeout: .zero)
        opening.snapshot.members = members
        return await bench.executor.verify(opening.plan.steps[0], of: RunState(opening))
    }

    // MARK: Protocols

    @Test
    func `a member that did not answer this leg when the run began need not answer it now`()
        async throws
    {
        let bench = StepBench()
        bench.prober.answer(Contoso.address(2, 1), with: [.refused])
        let result = try await look(
            bench,
            [
                Self.seen(Contoso.edge(1, 1), .sip, .alive),
                Self.seen(Contoso.edge(2, 1), .sip, .dead),
                Self.seen(Contoso.edge(2, 1), .access, .alive),
                Self.seen(Contoso.edge(2, 2), .sip, .alive),
            ]
        )
        #expect(result == .holds("edge22 answer \(LegKind.sip.label)"))
    }

    @Test
    func `where nobody answered this leg, everybody who answered anything has to now`()
        async throws
    {
        let bench = StepBench()
        bench.prober.answer(Contoso.address(2, 2), with: [.refused])
        let readings = [1, 2].flatMap { member in
            [
                Self.seen(Contoso.edge(2, member), .sip, .dead),
                Self.seen(Contoso.edge(2, member), .access, .alive),
            ]
        }
        guard case .doesNot(let text) = try await look(bench, readings) else {
            Issue.record("edge22 lives and does not answer")
            return
        }
        #expect(text.contains("edge22.contoso.net"))
    }

    @Test
    func `one member at least has to answer, and each silent one says why`() async throws {
        let bench = StepBench()
        for member in [1, 2] {
            bench.prober.answer(Contoso.address(2, member), with: [.refused])
        }
        let dead = [1, 2].map { Self.seen(Contoso.edge(2, $0), .sip, .dead) }
        guard case .doesNot(let text) = try await look(bench, dead) else {
            Issue.record("nobody answered")
            return
        }
        #expect(text.contains("no member of edgepool2.contoso.net answers"))
        #expect(text.contains("edge21.contoso.net port 5061: refused"))
        #expect(text.contains("edge22.contoso.net port 5061: refused"))
        bench.prober.answer(Contoso.address(2, 1), with: [.refused])
        guard case .holds = try await look(bench, dead) else {
            Issue.record("edge22 answered, and edge21 was dead before")
            return
        }
    }

    @Test(arguments: [false, true])
    func `media is looked at where the configuration says where it is`(
        hasAddresses: Bool
    ) async throws {
        var organisation = Contoso.organisation()
        if hasAddresses {
            for pool in organisation.edgePools.indices {
                for member in organisation.edgePools[pool].servers.indices {
                    organisation.edgePools[pool].servers[member].mediaAddresses = [
                        Contoso.mediaAddress(pool + 1, member + 1)
                    ]
                }
            }
        }
        let bench = StepBench(organisation)
        let media = FailoverCore.Operation.checkProtocol(pool: Contoso.pool2, server: nil, .media)
        bench.world.bring(Contoso.pool2, .crashed)
        switch try await bench.look(media) {
        case .holds(let text):
            #expect(!hasAddresses)
            #expect(text.contains("has no media addresses in the configuration"))
        case .doesNot(let text):
            #expect(hasAddresses)
            #expect(text.contains("refused"))
        }
    }

    @Test
    func `a soak that fails counts its breaks`() async throws {
        let bench = StepBench()
        // A break is the end of answering, not each probe without an answer.
        bench.prober.answer(
            Contoso.address(1, 1),
            with: [.answered, .refused, .answered, .refused, .refused, .refused, .refused]
        )
        let soak = FailoverCore.Operation.soak(pool: Contoso.pool1, .sip, .seconds(300))
        let opening = try await bench.opening([soak], timeout: .seconds(325))
        let result = await bench.executor.verify(opening.plan.steps[0], of: RunState(opening))
        guard case .doesNot(let text) = result else {
            Issue.record("five minutes without a break are over too late: \(result)")
            return
        }
        #expect(text.contains("2 breaks, the last: edge11.contoso.net port 5061: refused"))
    }

    // MARK: Partners

    @Test(arguments: [true, false])
    func `only a partner that counts is waited for`(counts: Bool) async throws {
        let bench = StepBench()
        bench.world.change { $0.answeringPartners = [] }
        var opening = try await bench.opening([
            .testPartner(domain: Contoso.partner, pool: Contoso.pool2, isRequired: true)
        ])
        opening.partnersBefore = counts ? [Contoso.partner] : []
        bench.world.before(.command(.testFederatedPartner), skipping: 2) { model in
            model.answeringPartners = [Contoso.partner]
        }
        let before = bench.clock.now()
        let result = await bench.executor.verify(opening.plan.steps[0], of: RunState(opening))
        guard case .holds(let text) = result else {
            Issue.record("it answers at the third try: \(result)")
            return
        }
        #expect(text.contains("not counted") != counts)
        #expect((bench.clock.now() > before) == counts)
    }

    @Test
    func `those partners that answer before a run are found out`() async throws {
        let other = FQDN.of("adatum.net")
        let bench = StepBench()
        let opening = try await bench.opening([
            .testPartner(domain: other, pool: Contoso.pool2, isRequired: true),
            .testPartner(domain: Contoso.partner, pool: Contoso.pool2, isRequired: false),
        ])
        let answering = await bench.executor.answeringPartners(
            of: opening.plan,
            at: opening.snapshot
        )
        #expect(answering == [Contoso.partner])
    }

    // MARK: Topology

    @Test
    func `each site's own route is read back`() async throws {
        let bench = StepBench()
        bench.world.change { model in
            model.setRoute(.sip, of: "Dublin", to: OrganisationModel.printed(Contoso.pool2))
        }
        let dublin = FailoverCore.Operation.checkSiteRoutes(
            kind: .sip,
            [SiteName("Dublin")],
            .edgeServer(Contoso.pool2)
        )
        #expect(
            try await bench.look(dublin)
                == .holds("the routes of Dublin read EdgeServer:edgepool2.contoso.net")
        )
        let both = FailoverCore.Operation.checkSiteRoutes(
            kind: .sip,
            [SiteName("Redmond"), SiteName("Dublin")],
            .edgeServer(Contoso.pool2)
        )
        guard case .doesNot(let text) = try await bench.look(both) else {
            Issue.record("Redmond has another route")
            return
        }
        #expect(text.contains("route of Redmond is not"))
    }

    @Test
    func `associations are read back from the Edge pool's side as well`() async throws {
        let bench = StepBench()
        let service = ServiceIdentity(role: "Registrar", pool: .of("fepool1.contoso.net"))
        let result = try await bench.look(
            .checkAssociations([service], .edgeServer(Contoso.pool1))
        )
        #expect(result == .holds("\(service) use EdgeServer:\(Contoso.pool1), and it lists them"))
    }
}
