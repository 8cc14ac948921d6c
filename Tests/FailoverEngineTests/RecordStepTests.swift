import FailoverCore
import FailoverEngine
import FailoverTestKit
import Testing

@Suite
struct RecordStepTests {
    static let name = FQDN.of("sip.contoso.com")

    static func set(_ addresses: [IPAddress], ttl: UInt32) -> RecordSet {
        RecordSet(name: name, type: .a, ttl: ttl, data: addresses.map(RecordData.address))
    }

    static let change = DNSChange(
        zone: ZoneKey(name: Contoso.domain),
        name: name,
        type: .a,
        from: set([Contoso.address(1, 1), Contoso.address(1, 2)], ttl: 3_600),
        to: set([Contoso.address(2, 1), Contoso.address(2, 2)], ttl: 300)
    )

    private static let step = FailoverCore.Operation.changeRecords(zone: change.zone, [change])

    private func present(_ bench: StepBench) -> RecordSet? {
        bench.world.look { model in
            model.zones.first?.sets.first { $0.name == Self.name && $0.type == .a }
        }
    }

    @Test
    func `Windows DNS gets new records before old ones go`() async throws {
        let bench = StepBench.withWindowsDNS
        #expect(try await bench.run([Self.step]).outcome == .done)
        #expect(present(bench) == Self.change.to)
        let writes = bench.world.commands.filter {
            $0.contains("Add-Dns") || $0.contains("Remove-Dns")
        }
        #expect(writes.count == 4)
        #expect(writes.prefix(2).allSatisfy { $0.contains("Add-DnsServerResourceRecord") })
        #expect(writes.allSatisfy { $0.hasPrefix("https://dns.contoso.com: ") })
        #expect(writes.first?.contains("-ZoneName 'contoso.com' -Name 'sip' -A") == true)
        #expect(writes.first?.contains("-TimeToLive '00:05:00'") == true)
    }

    @Test(arguments: 0..<4)
    func `a Windows update that breaks off in between is carried to its end`(
        writes: Int
    ) async throws {
        let bench = StepBench.withWindowsDNS
        let opening = try await bench.opening([Self.step])
        let isAdd = writes < 2
        bench.world.order(
            .answerLost,
            at: .command(isAdd ? .addRecord : .removeRecord),
            skipping: isAdd ? writes : writes - 2
        )
        let end = await bench.runner.run(StepBench.run, opening: opening) { _, _ in }
        #expect(end.outcome == .done, "\(end)")
        #expect(present(bench)?.data == Self.change.to?.data)
    }

    @Test
    func `half of a change is somebody else's before ours was begun`() async throws {
        let bench = StepBench.withWindowsDNS
        let opening = try await bench.opening([Self.step])
        bench.world.change { model in
            model.put(Self.set([Contoso.address(1, 1), Contoso.address(2, 1)], ttl: 300))
        }
        bench.world.forgetActs()
        let end = await bench.runner.run(StepBench.run, opening: opening) { _, _ in }
        #expect(end.reason.contains("somebody else"))
        #expect(!bench.world.commands.contains { $0.contains("Add-Dns") })
    }

    @Test
    func `a third party's record stops a Windows update at once`() async throws {
        let bench = StepBench.withWindowsDNS
        bench.world.before(.command(.getRecords)) { model in
            model.put(Self.set([.of("192.0.2.99")], ttl: 300))
        }
        let updater = PowerShellUpdater(management: bench.world)
        do {
            try await updater.update([Self.change], in: bench.world.organisation.zones[0])
            Issue.record("somebody else's record was overwritten")
        } catch {
            #expect(error.response == .recordSetMissing)
            #expect(!error.mayHaveActed)
            #expect(error.message.contains("192.0.2.99"))
        }
        #expect(present(bench)?.addresses == [.of("192.0.2.99")])
    }

    @Test
    func `an aborted Windows change goes back to the old set`() async throws {
        let bench = StepBench.withWindowsDNS
        let failing = FailoverCore.Operation.checkSiteRoutes(
            kind: .sip,
            [SiteName("Redmond")],
            .edgeServer(Contoso.pool2)
        )
        _ = try await bench.run([Self.step, failing], timeout: .seconds(20))
        let end = try await bench.takeUp(with: .aborting(by: StepBench.anna, reason: ""))
        guard case .aborted? = end.outcome else {
            Issue.record("it can be taken back: \(end)")
            return
        }
        #expect(present(bench) == Self.change.from)
    }

    @Test
    func `permission is shown by adding what is there already`() async throws {
        let bench = StepBench.withWindowsDNS
        let zone = bench.world.organisation.zones[0]
        let existing = try #require(Self.change.from)
        let updater = PowerShellUpdater(management: bench.world)
        try await updater.provePermission(with: existing, in: zone)
        #expect(present(bench) == existing)
        bench.world.order(
            .refused("access is denied [WIN32 5]"),
            at: .command(.addRecord)
        )
        do {
            try await updater.provePermission(with: existing, in: zone)
            Issue.record("a refusal is no permission")
        } catch {
            #expect(error.message.contains("access is denied"))
        }
    }

    @Test
    func `a name that must not be there any more is checked as well`() async throws {
        let gone = RecordExpectation(name: .of("old.contoso.com"), type: .a, set: nil)
        let there = RecordExpectation(name: Self.name, type: .a, set: nil)
        let key = ZoneKey(name: Contoso.domain)
        let bench = StepBench()
        #expect(try await bench.run([.checkRecords(zone: key, [gone])]).outcome == .done)
        let other = StepBench()
        let end = try await other.run([.checkRecords(zone: key, [there])], timeout: .seconds(3))
        #expect(end.reason.contains("not no sip.contoso.com A"))
    }

    @Test
    func `a different time to live is a different answer`() async throws {
        let bench = StepBench()
        let wrong = Self.set([Contoso.address(1, 1), Contoso.address(1, 2)], ttl: 60)
        let end = try await bench.run(
            [.checkRecords(zone: ZoneKey(name: Contoso.domain), [RecordExpectation(wrong)])],
            timeout: .seconds(3)
        )
        #expect(end.reason.contains("TTL 3600"))
    }
}
