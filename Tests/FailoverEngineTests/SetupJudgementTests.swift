import FailoverTestKit
import Testing

@testable import FailoverCore
@testable import FailoverEngine

/// What is missing, and what comes first.
@Suite struct SetupJudgementTests {
    private func finding(
        _ place: String,
        _ stage: SetupStage,
        _ grade: ConnectionFinding.Grade = .missing,
        remedy: Remedy? = nil
    ) -> ConnectionFinding {
        ConnectionFinding(place, grade, ["why"], for: stage, remedy: remedy)
    }

    private func obstacle(
        _ item: ReadinessItem,
        _ grade: ReadinessClass = .notReady,
        _ reason: String = "reason"
    ) -> ReadinessFinding {
        ReadinessFinding(item: item, grade: grade, reason: reason, age: nil, isRequired: true)
    }

    private func judged(_ findings: [ReadinessFinding]) -> [SetupFindings.Judged] {
        [Contoso.sip, Contoso.xmpp].map {
            SetupFindings.Judged(route: $0, pool: Contoso.pool2, findings: findings)
        }
    }

    private func endpoint(
        failure: String? = nil,
        missing: [CommandNeed] = []
    ) -> EndpointFinding {
        EndpointFinding(
            place: "Front End of site Dublin",
            address: "https://fe21.contoso.net:5986/wsman",
            kind: .frontEnd,
            failure: failure,
            failureCode: failure == nil ? nil : .unreachable,
            missing: missing
        )
    }

    @Test func `what comes first in time comes first in the list, in whatever order it was found`()
    {
        let found = SetupStage.allCases.reversed().map { finding("\($0)", $0) }
        let findings = SetupFindings(connections: found)
        #expect(findings.missing.map(\.stage) == [.start, .watch, .tell, .act])
        #expect(
            findings.missing.map(\.sentences) == [
                ["start: why"], ["watch: why"], ["tell: why"], ["act: why"],
            ]
        )
        #expect(!findings.isWell)
    }

    @Test func `of one stage the order is that of the finding`() {
        let findings = SetupFindings(
            connections: ["c", "a", "b"].map { finding($0, .watch) }
        )
        #expect(findings.missing.flatMap(\.sentences) == ["c: why", "a: why", "b: why"])
    }

    @Test func `remarks and what is well are not missing`() {
        let findings = SetupFindings(
            connections: [finding("a", .start, .well), finding("b", .act, .remark)]
        )
        #expect(findings.missing.isEmpty && findings.isWell)
    }

    @Test func `what one remedy mends is one piece, and no remedy joins nothing`() {
        let remedy = Remedy("mend", command: "mend it")
        let findings = SetupFindings(
            connections: [
                finding("a", .watch, remedy: remedy), finding("b", .watch),
                finding("c", .watch, remedy: remedy), finding("d", .watch),
                finding("e", .act, remedy: remedy),
            ]
        )
        #expect(
            findings.missing.map(\.sentences) == [
                ["a: why", "c: why"], ["b: why"], ["d: why"], ["e: why"],
            ]
        )
    }

    @Test func `a topology that could not be read because no Front End answers is told once`() {
        let gap = "the topology was not read: no Front End answers"
        let silent = endpoint(failure: "refused")
        var findings = SetupFindings(
            connections: [silent.connection(secretCommand: nil)],
            endpoints: [silent],
            gaps: [gap]
        )
        #expect(findings.missing.count == 1)
        #expect(findings.missing[0].stage == .watch)
        findings = SetupFindings(endpoints: [endpoint()], gaps: ["pools were not read"])
        #expect(findings.missing.map(\.sentences) == [["pools were not read"]])
    }

    @Test func `drift and replicas that are behind are missing`() {
        let findings = SetupFindings(
            drift: ["site A is gone", "site B is new"],
            staleReplicas: [Contoso.edge(2, 1)]
        )
        #expect(findings.missing.map(\.stage) == [.watch, .act])
        #expect(findings.missing[0].sentences == ["site A is gone", "site B is new"])
        #expect(findings.missing[1].sentences[0].contains("edge21.contoso.net"))
    }

    @Test func `a pool that is not ready is told once, not for each route`() {
        let findings = SetupFindings(readiness: judged([obstacle(.certificate)]))
        #expect(findings.missing.count == 1)
        #expect(findings.missing[0].sentences == ["edgepool2.contoso.net, certificate: reason"])
        #expect(findings.missing[0].stage == .act)
    }

    @Test(
        arguments: [
            (.certificate, .notKnown, 0), (.certificate, .notReady, 1), (.drill, .notKnown, 0),
            (.management, .notReady, 1), (.rights, .notReady, 1), (.replication, .notReady, 1),
            (.dnsPermission, .notReady, 1), (.rights, .ready, 0), (.legs, .notReady, 0),
        ] as [(ReadinessItem, ReadinessClass, Int)]
    )
    func `which obstacles count`(_ item: ReadinessItem, _ grade: ReadinessClass, _ count: Int) {
        let findings = SetupFindings(readiness: judged([obstacle(item, grade)]))
        #expect(findings.missing.count == count)
    }

    @Test func `what follows from a server or a zone that was told of is not told again`() {
        let silent = endpoint(missing: [CommandNeed(.setSite, .federationRoute)])
        let zone = finding("zone contoso.com (public)", .act)
        let findings = SetupFindings(
            connections: [silent.connection(secretCommand: nil), zone],
            endpoints: [silent],
            readiness: judged([
                obstacle(.management), obstacle(.rights), obstacle(.replication),
                obstacle(.dnsPermission),
            ])
        )
        #expect(findings.missing.count == 2)
    }

    @Test(
        arguments: [
            (.accessDenied, "write s", "account"), (.unreachable, "probe tls fe21", "5986"),
            (.timeout, "probe tls fe21", "ca_file"), (.protocolFault, "", "docs/windows.md"),
        ] as [(ManagementFailure.Code, String, String)]
    )
    func `an endpoint's remedy goes by why it cannot be used`(
        _ code: ManagementFailure.Code,
        _ command: String,
        _ word: String
    ) throws {
        var silent = endpoint(failure: "no")
        silent.failureCode = code
        let connection = silent.connection(secretCommand: "write s")
        let remedy = try #require(connection.remedy)
        #expect(remedy.command?.contains(command) ?? command.isEmpty, "\(remedy)")
        #expect((remedy.words + (remedy.command ?? "")).contains(word), "\(remedy)")
        #expect(connection.grade == .missing)
    }

    @Test func `a Front End that lacks rights can be watched through all the same`() {
        let poor = endpoint(missing: [CommandNeed(.setSite, .federationRoute)])
        let connection = poor.connection(secretCommand: nil)
        #expect(connection.stage == .act)
        #expect(connection.details.contains { $0.contains("Set-CsSite -FederationRoute") })
        #expect(endpoint().connection(secretCommand: nil).grade == .well)
    }
}

/// Probes and zones, tried once.
@Suite struct SetupSurveyTests {
    private func board(_ world: ScriptedOrganisation) -> ProbeBoard {
        ProbeBoard(
            organisation: world.organisation,
            settings: HealthSettings(fall: 1, rise: 1),
            clock: world.clock
        )
    }

    private func wallClock(_ world: ScriptedOrganisation) -> FixedWallClock {
        FixedWallClock(
            Timestamp(millisecondsSinceEpoch: 1_795_250_400_000),
            following: world.clock
        )
    }

    private func probe(
        _ world: ScriptedOrganisation,
        _ board: ProbeBoard
    ) async -> [ConnectionFinding] {
        await ProbeSurvey(
            organisation: world.organisation,
            setup: ProbeSetup(
                vantage: "warden-1",
                timeout: .seconds(3),
                prober: ScriptedProber(world),
                organisation: world.organisation
            ),
            board: board,
            wallClock: wallClock(world)
        ).run()
    }

    @Test func `each server is probed once for each protocol, and what it shows is kept`()
        async throws
    {
        let world = WardenBench.world([Contoso.sipRoute(), Contoso.xmppRoute()])
        let board = board(world)
        let findings = await probe(world, board)
        #expect(findings.allSatisfy { $0.grade == .well }, "\(findings)")
        let sip = findings.filter { $0.place.contains(", SIP at ") }
        #expect(sip.count == world.organisation.routes[0].pools.count * 2)
        #expect(Set(findings.map(\.place)).count == findings.count)
        #expect(board.members().contains { $0.certificate != nil })
    }

    @Test func `a server that refuses is missing, with the command that shows every detail`()
        async throws
    {
        let world = WardenBench.world([
            Contoso.sipRoute(), Contoso.xmppRoute(services: .untouched),
        ])
        world.change { $0.machines[Contoso.edge(2, 1)]?.condition = .crashed }
        let findings = await probe(world, board(world))
        let ill = findings.filter { $0.grade == .missing }
        #expect(ill.allSatisfy { $0.place.hasPrefix("edge21.contoso.net") && $0.stage == .watch })
        let commands = ill.compactMap(\.remedy?.command)
        #expect(commands.contains { $0.hasPrefix("edgewarden probe sip ") })
        #expect(commands.contains { $0.contains("probe xmpp") && $0.contains("--domain contoso") })
        // Sign-in tells more of a pool, and no route rides on it.
        #expect(findings.contains { $0.grade == .remark && $0.place.contains("client sign-in") })
    }

    private func zones(_ world: ScriptedOrganisation) async -> [ConnectionFinding] {
        await Snapshotter(
            organisation: world.organisation,
            management: world,
            sitesOfEndpoints: world.organisation.frontEndPools.map(\.site),
            records: RecordReader(organisation: world.organisation, querying: world),
            updater: world,
            board: board(world),
            wallClock: wallClock(world)
        ).surveyZones()
    }

    @Test func `a zone that answers and takes updates is well, and nothing is changed`() async {
        let world = WardenBench.world([Contoso.sipRoute()])
        let findings = await zones(world)
        #expect(!findings.isEmpty && findings.allSatisfy { $0.grade == .well }, "\(findings)")
        #expect(findings.contains { $0.details.contains("it takes our updates") })
        #expect(!world.acts.contains { $0.changed })
    }

    @Test func `a zone that refuses is missing before a failover`() async throws {
        let world = WardenBench.world([Contoso.sipRoute()])
        world.order(.refused("REFUSED"), at: .recordTrial, times: 9)
        let ill = await zones(world).filter { $0.grade == .missing }
        let first = try #require(ill.first)
        #expect(first.place.hasPrefix("zone contoso.com"))
        #expect(first.stage == .act)
        #expect(first.remedy?.words.contains("manual") == true)
    }

    @Test func `a zone that nothing changes is not asked to take anything`() async {
        let world = WardenBench.world([Contoso.sipRoute(style: .none)])
        world.order(.refused("REFUSED"), at: .recordTrial, times: 9)
        let findings = await zones(world)
        #expect(findings.allSatisfy { $0.grade != .missing }, "\(findings)")
    }
}
