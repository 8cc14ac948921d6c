import FailoverCore
import FailoverTestKit
import Testing

@testable import FailoverEngine

/// What Edge servers see of Microsoft 365 and of their own organisation's records.
@Suite
struct HybridStepTests {
    private static let server = Contoso.edge(2, 1)
    private static let path = FailoverCore.Operation.checkCloudPath(server: server)

    /// The names lead to pool 2, after a move that changed records with that time to live.
    private static func names(oldTTL: UInt32 = 0) -> FailoverCore.Operation {
        .checkResolution(
            server: server,
            ResolutionExpectation(
                names: [.of("_sipfederationtls._tcp.contoso.com")],
                pool: Contoso.pool2,
                port: 5_061,
                addresses: [1, 2].map { Contoso.address(2, $0) },
                formerAddresses: [1, 2].map { Contoso.address(1, $0) },
                oldTTL: oldTTL
            )
        )
    }

    private func led(to pool: Int) -> RecordSet {
        RecordSet(
            name: .of("sip.contoso.com"),
            type: .a,
            ttl: 300,
            data: [1, 2].map { .address(Contoso.address(pool, $0)) }
        )
    }

    /// What was read when a step was verified.
    private func verified(_ bench: StepBench) throws -> String {
        guard case .verified(let text)? = try bench.state.phases[StepID(1)] else { return "" }
        return text
    }

    // MARK: Microsoft 365

    @Test
    func `the Edge server itself tries the way to Microsoft 365`() async throws {
        let bench = StepBench()
        #expect(try await bench.run([Self.path]).outcome == .done)
        #expect(
            bench.world.commands == [
                "https://edge21.contoso.net: Test-NetConnection"
                    + " -ComputerName 'sipfed.online.lync.com' -Port 5061"
            ]
        )
        #expect(try verified(bench) == "\(Self.server) reaches sipfed.online.lync.com:5061")
        #expect(bench.world.acts == [])
    }

    @Test
    func `a way that is closed stops the run, and it is said who has to open what`() async throws {
        let bench = StepBench()
        bench.world.change { $0.edgesWithoutCloud = [Self.server] }
        let end = try await bench.run([Self.path], timeout: .seconds(3))
        #expect(end.reason.contains("does not reach sipfed.online.lync.com:5061: open 5061"))
    }

    @Test
    func `a rehearsal tries the way, and leaves the names to the real run`() async throws {
        let bench = StepBench()
        let end = try await bench.run([Self.path, Self.names()], isRehearsal: true)
        #expect(end.outcome == .rehearsed)
        #expect(bench.world.commands.count == 1)
        #expect(bench.world.commands.first?.contains("Test-NetConnection") == true)
        bench.world.change { $0.edgesWithoutCloud = [Self.server] }
        let other = StepBench()
        other.world.change { $0.edgesWithoutCloud = [Self.server] }
        let failed = try await other.run([Self.path], timeout: .seconds(3), isRehearsal: true)
        #expect(failed.reason.contains("does not reach"))
    }

    @Test(arguments: [path, names()])
    func `an endpoint without the cmdlet sees nothing, which is no fault`(
        operation: FailoverCore.Operation
    ) async throws {
        let bench = StepBench()
        for cmdlet in [Cmdlet.testNetConnection, .resolveName] {
            bench.world.order(.refused("is not recognized"), at: .edgeCommand(cmdlet, Self.server))
        }
        bench.world.change { $0.missingParameters = [.port, .type] }
        #expect(try await bench.run([operation]).outcome == .done)
        #expect(try verified(bench).hasPrefix("not looked at: the management endpoint of"))
    }

    @Test(arguments: [path, names()])
    func `an Edge server that does not answer fails the step`(
        operation: FailoverCore.Operation
    ) async throws {
        let bench = StepBench()
        bench.world.bring(server: Self.server, .off)
        let end = try await bench.run([operation], timeout: .seconds(3))
        #expect(end.reason.contains("https://edge21.contoso.net cannot be reached"))
    }

    // MARK: Names

    @Test
    func `names that lead to the pool hold, by the record and then its addresses`() async throws {
        let bench = StepBench()
        bench.world.change { $0.put(led(to: 2)) }
        #expect(try await bench.run([Self.names()]).outcome == .done)
        #expect(
            bench.world.commands.map { $0.replacing("https://edge21.contoso.net: ", with: "") } == [
                "Resolve-DnsName -Name '_sipfederationtls._tcp.contoso.com' -Type 'SRV'",
                "Resolve-DnsName -Name 'sip.contoso.com' -Type 'A_AAAA'",
            ]
        )
        #expect(try verified(bench).contains("(198.51.100.21, 198.51.100.22)"))
    }

    @Test
    func `a zone that was never changed fails, once caches have no excuse`() async throws {
        let bench = StepBench()
        let begun = bench.clock.now()
        let end = try await bench.run([Self.names(oldTTL: 100)], timeout: .seconds(110))
        #expect(end.reason.contains("still not to edgepool2.contoso.net: update the zone"))
        #expect(end.reason.contains("Clear-DnsClientCache"))
        #expect(bench.clock.now() - begun >= .seconds(109))
    }

    @Test
    func `old data is waited for until the Edge server's resolver has the new`() async throws {
        let bench = StepBench()
        let resolver = DNSServer(address: .of("192.0.2.99"))
        bench.world.change { model in
            model.addResolver(resolver, lag: .seconds(90))
            model.edgeResolver = resolver
        }
        let old = try #require(bench.world.look { $0.recordSets(.of("sip.contoso.com")).first })
        let change = DNSChange(
            zone: ZoneKey(name: Contoso.domain),
            name: old.name,
            type: .a,
            from: old,
            to: led(to: 2)
        )
        let begun = bench.clock.now()
        let end = try await bench.run(
            [.changeRecords(zone: change.zone, [change]), Self.names(oldTTL: 3_600)],
            timeout: .seconds(600)
        )
        #expect(end.outcome == .done)
        let taken = bench.clock.now() - begun
        #expect(taken >= .seconds(90) && taken < .seconds(120))
    }

    @Test
    func `data that may be cached for longer is told of, and not counted`() async throws {
        let bench = StepBench()
        let end = try await bench.run([Self.names(oldTTL: 3_600)], timeout: .seconds(600))
        #expect(end.outcome == .done)
        let text = try verified(bench)
        #expect(text.hasPrefix("not counted: on edge21.contoso.net"))
        #expect(text.contains("up to 1h6m"))
    }

    @Test
    func `a place that was never right has no excuse`() async throws {
        let bench = StepBench()
        bench.world.change { model in
            model.hostsFiles[Self.server] = [.of("sip.contoso.com"): .of("192.0.2.7")]
        }
        let end = try await bench.run([Self.names(oldTTL: 3_600)], timeout: .seconds(600))
        #expect(end.reason.contains("(192.0.2.7): not edgepool2.contoso.net"))
    }

    @Test
    func `a name that is gone is a finding, and no failure of the cmdlet`() async throws {
        let bench = StepBench()
        bench.world.change { model in
            for index in model.zones.indices { model.zones[index].sets = [] }
        }
        let end = try await bench.run([Self.names()], timeout: .seconds(3))
        #expect(end.reason.contains("has no SRV record there: not edgepool2.contoso.net"))
    }

    @Test
    func `an agent that is stopping excuses nothing`() async throws {
        let bench = StepBench()
        let opening = try await bench.opening([Self.names(oldTTL: 3_600)])
        bench.stop.raise()
        let result = await bench.executor.verify(opening.plan.steps[0], of: RunState(opening))
        guard case .doesNot = result else {
            Issue.record("\(result)")
            return
        }
    }
}

@Suite
struct ResolvedRecordTests {
    private static func object(_ changes: [(String, ManagementValue)]) -> ManagementObject {
        let whole: [(String, ManagementValue)] = [
            ("QueryType", .string("SRV")), ("Name", .string("_sip._tcp.contoso.com")),
            ("NameTarget", .string("sip.contoso.com")), ("Priority", .integer(10)),
            ("Weight", .integer(5)), ("Port", .integer(5_061)),
        ]
        return ManagementObject(whole + changes)
    }

    @Test
    func `a record is read as Windows prints it, and from text`() {
        let wanted = ServiceRecord(
            priority: 10,
            weight: 5,
            port: 5_061,
            target: .of("sip.contoso.com")
        )
        #expect(ServiceRecord(Self.object([])) == wanted)
        #expect(ServiceRecord(Self.object([("Port", .string("5061"))])) == wanted)
        #expect(ServiceRecord(Self.object([("NameTarget", .string("sip.contoso.com."))])) == wanted)
    }

    @Test(arguments: [
        ("NameTarget", ManagementValue.null), ("Port", .null), ("Priority", .null),
        ("Weight", .null), ("Port", .integer(70_000)), ("NameTarget", .string("..")),
    ])
    func `what is no SRV record is passed over`(property: String, value: ManagementValue) {
        #expect(ServiceRecord(Self.object([(property, value)])) == nil)
    }

    @Test
    func `the preferred record of several decides`() async throws {
        let bench = StepBench()
        bench.world.change { model in
            model.put(
                RecordSet(
                    name: .of("_sipfederationtls._tcp.contoso.com"),
                    type: .srv,
                    ttl: 60,
                    data: [(10 as UInt16, "sip"), (0, "sip2")].map { priority, host in
                        .service(
                            ServiceRecord(
                                priority: priority,
                                weight: 0,
                                port: 5_061,
                                target: .of("\(host).contoso.com")
                            )
                        )
                    }
                )
            )
        }
        let reader = TopologyReader(management: bench.world)
        let records = try await reader.services(
            of: .of("_sipfederationtls._tcp.contoso.com"),
            on: Contoso.edge(2, 1)
        )
        #expect(records.min()?.target == .of("sip2.contoso.com"))
        #expect(records.count == 2)
    }

    @Test
    func `an error that is no missing name is one`() async {
        let bench = StepBench()
        bench.world.order(.refused("the server failed"), at: .command(.resolveName))
        let reader = TopologyReader(management: bench.world)
        await #expect(throws: ManagementFailure.self) {
            try await reader.addresses(of: .of("sip.contoso.com"), on: Contoso.edge(2, 1))
        }
    }
}
