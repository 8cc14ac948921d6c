import FailoverCore
import Testing

@Suite("Health: verdicts on pools, with reasons")
struct HealthTests {
    @Test func `a pool is down only when all of its members are`() {
        var bench = HealthBench()
        bench.see("edge11", .refused, 3, at: 0)
        bench.see("edge12", .answered, at: 0)
        #expect(bench.health.verdict(on: bench.leg1, at: .at(0)).verdict == .degraded)
        bench.see("edge12", .refused, 3, at: 1)
        #expect(bench.health.verdict(on: bench.leg1, at: .at(1)).verdict == .down)
        #expect(bench.health.verdict(on: bench.leg2, at: .at(1)).verdict == .unknown)
    }

    @Test func `a member of which nothing is known keeps the pool from being down`() {
        var bench = HealthBench()
        bench.see("edge11", .refused, 3, at: 0)
        #expect(bench.health.verdict(on: bench.leg1, at: .at(0)).verdict == .unknown)
    }

    @Test func `protocols are judged apart`() {
        var bench = HealthBench()
        bench.see("edge21", .refused, 3, at: 0, kind: .xmpp)
        bench.see("edge21", .answered, at: 0, kind: .sip)
        let xmpp = PoolLeg(pool: bench.leg2.pool, kind: .xmpp)
        #expect(bench.health.verdict(on: bench.leg2, at: .at(0)).verdict == .up)
        #expect(bench.health.verdict(on: xmpp, at: .at(0)).verdict == .down)
    }

    @Test func `the reason of a dead pool names its servers, the port and the evidence`() {
        var bench = HealthBench()
        bench.see("edge11", .refused, 3, at: 0)
        bench.see("edge12", .refused, 4, at: 0)
        let reason = bench.health.verdict(on: bench.leg1, at: .at(0)).reason
        #expect(
            reason == "edge11, edge12 refuse connections on 5061 (3 probes in a row from warden-1)"
        )
    }

    @Test func `the reason puts the broken servers before the healthy ones`() {
        var bench = HealthBench()
        bench.see("edge11", .answered, at: 0)
        bench.see("edge12", .connectTimeout, 3, at: 0)
        let reason = bench.health.verdict(on: bench.leg1, at: .at(0)).reason
        #expect(
            reason
                == "edge12 does not answer connections on 5061 (3 probes in a row from warden-1); "
                + "edge11 answers on 5061"
        )
    }

    @Test func `the reason stays the same while nothing changes`() {
        var bench = HealthBench()
        bench.see("edge21", .silent, 3, at: 0)
        let before = bench.health.verdict(on: bench.leg2, at: .at(0))
        bench.see("edge21", .silent, 20, at: 10)
        #expect(bench.health.verdict(on: bench.leg2, at: .at(15)) == before)
        #expect(before.reason.hasPrefix("edge21 accepts connections on 5061 but says nothing"))
    }

    @Test func `a bad certificate is named`() {
        var bench = HealthBench()
        bench.see("edge21", .answered, at: 0, problems: [.noClientUsage, .expired])
        let verdict = bench.health.verdict(on: bench.leg2, at: .at(0))
        #expect(verdict.verdict == .impaired)
        #expect(verdict.reason == "edge21 answers on 5061, but the certificate has expired")
    }

    @Test func `stale evidence says so, and why the probes fail here`() {
        var bench = HealthBench()
        bench.see("edge21", .refused, 3, at: 0)
        #expect(
            bench.health.verdict(on: bench.leg2, at: .at(31)).reason
                == "edge21 has not been probed lately (nothing from warden-1 for 30s)"
        )
        bench.see("edge21", .inconclusive, at: 32)
        let verdict = bench.health.verdict(on: bench.leg2, at: .at(32))
        #expect(verdict.verdict == .unknown)
        #expect(verdict.reason.contains("warden-1 could not: probe of edge21 says inconclusive"))
    }

    @Test func `progress towards up is told`() {
        var bench = HealthBench()
        bench.see("edge21", .refused, 3, at: 0)
        bench.see("edge21", .answered, 2, at: 1)
        #expect(
            bench.health.verdict(on: bench.leg2, at: .at(1)).reason
                == "edge21 answers on 5061 again (2 of 5 clean probes from warden-1)"
        )
    }

    @Test func `a server is down only when every vantage with fresh evidence says so`() {
        var bench = HealthBench()
        bench.see("edge21", .refused, 3, at: 0, from: "a")
        bench.see("edge21", .answered, at: 0, from: "b")
        let split = bench.health.verdict(on: bench.leg2, at: .at(0))
        #expect(split.verdict == .degraded)
        #expect(
            split.reason
                == "edge21 refuses connections on 5061 (3 probes in a row from a); "
                + "edge21 answers on 5061 (from b)"
        )
        bench.see("edge21", .refused, 3, at: 20, from: "a")
        #expect(bench.server("edge21", at: 31) == .down)
        bench.see("edge21", .refused, at: 32, from: "b")
        #expect(bench.server("edge21", at: 32) == .unknown)
    }

    @Test func `observations of servers that are not configured are dropped`() {
        var bench = HealthBench()
        bench.see("stranger", .refused, 9, at: 0)
        #expect(bench.health.serverFacts(at: .at(0)).isEmpty)
        let leg = PoolLeg(pool: name("nowhere.test"), kind: .sip)
        #expect(bench.health.verdict(on: leg, at: .at(0)).verdict == .unknown)
    }

    @Test func `a new configuration keeps the evidence on servers that stay`() {
        var bench = HealthBench()
        bench.see("edge11", .refused, 3, at: 0)
        bench.see("edge21", .answered, at: 0)
        bench.health.reconfigure(
            organisation: .of(pools: [("pool1.test", ["edge11.test"])]),
            settings: HealthSettings(fall: 2)
        )
        #expect(bench.health.verdict(on: bench.leg1, at: .at(1)).verdict == .down)
        #expect(bench.health.serverFacts(at: .at(1)).map(\.server) == [name("edge11.test")])
    }

    @Test func `the facts list counters and the last word of each vantage, in order`() throws {
        var bench = HealthBench()
        bench.see("edge21", .answered, 2, at: 1, from: "b")
        bench.see("edge21", .refused, 2, at: 2, from: "a")
        bench.see("edge11", .inconclusive, at: 3, from: "a")
        let facts = bench.health.serverFacts(at: .at(3))
        #expect(facts.map(\.server.host) == ["edge11", "edge21", "edge21"])
        let inconclusive = try #require(facts.first)
        #expect(inconclusive.code == nil && inconclusive.lastSeen == nil)
        #expect(inconclusive.inconclusive == "probe of edge11 says inconclusive")
        #expect(facts[1].vantage == "a" && facts[1].failures == 2 && facts[1].cleanInARow == 0)
        #expect(facts[2].vantage == "b" && facts[2].cleanInARow == 2)
        #expect(facts[2].verdict == .up && facts[2].lastSeen == .at(1))
    }

    @Test func `the next staleness is announced, and then it is so`() throws {
        var bench = HealthBench()
        #expect(bench.health.nextStaleness(after: .at(0)) == nil)
        bench.see("edge21", .answered, at: 5)
        let stale = try #require(bench.health.nextStaleness(after: .at(5)))
        #expect(bench.server("edge21", at: 35) == .up)
        #expect(bench.health.verdict(on: bench.leg2, at: stale).verdict == .unknown)
        #expect(bench.health.nextStaleness(after: stale) == nil)
    }
}
