import FailoverCore
import Testing

@Suite struct ReplicationPatienceTests {
    @Test func `one replication is forced after 5 of 15 minutes`() {
        let patience = ReplicationPatience()
        #expect(patience.forceAfter == .seconds(300))
        #expect(patience.timeout == .seconds(900))
    }

    @Test(arguments: [(900, 300, 900, 300), (600, 300, 900, 200), (3_600, 10, 40, 900)])
    func `the same share of another time-out goes by first`(
        gate: Int,
        forceAfter: Int,
        timeout: Int,
        expected: Int
    ) {
        let patience = ReplicationPatience(
            forceAfter: .seconds(forceAfter),
            timeout: .seconds(timeout)
        )
        #expect(patience.forceAfter(in: .seconds(gate)) == .seconds(expected))
    }

    @Test func `a plan's gate takes as long as the organisation needs`() throws {
        var fixture = RunbookFixture()
        fixture.organisation.replication.timeout = .seconds(7_200)
        let plan = try #require(RunbookFixture.plan(fixture.failover(.sip)))
        let gates = plan.steps.filter {
            if case .awaitReplication = $0.operation { true } else { false }
        }
        #expect(gates.map(\.timeout) == [.seconds(7_200)])
    }

    @Test func `a zone's servers get the zone's time, for the change and for agreeing`() throws {
        var fixture = RunbookFixture()
        for index in fixture.organisation.zones.indices {
            fixture.organisation.zones[index].agreeWithin = .seconds(1_800)
        }
        let plan = try #require(RunbookFixture.plan(fixture.failover(.sip)))
        let times = plan.steps.filter { step in
            switch step.operation {
            case .changeRecords, .checkRecords: true
            default: false
            }
        }.map(\.timeout)
        #expect(times.count >= 2)
        #expect(times.allSatisfy { $0 == .seconds(1_800) })
    }
}
