import FailoverCore
import Testing

@Suite("Pains of peers: evidence")
struct EvidencePainsTests {
    @Test func `pain 11: probes that stop coming make a pool unknown, and people see since when`() {
        var bench = HealthBench()
        for server in ["edge11", "edge12"] { bench.see(server, .answered, at: 0) }
        #expect(bench.health.verdict(on: bench.leg1, at: .at(30)).verdict == .up)
        let frozen = bench.health.verdict(on: bench.leg1, at: .at(86_400))
        #expect(frozen.verdict == .unknown, "a day without a probe is no news of health")
        #expect(frozen.reason.contains("30s"), "\(frozen.reason)")
    }

    @Test(arguments: [ProbeFinding.connectTimeout, .silent])
    func `pain 11: a check that times out counts against the pool`(finding: ProbeFinding) {
        var bench = HealthBench()
        for server in ["edge11", "edge12"] { bench.see(server, finding, 3, at: 1) }
        #expect(bench.health.verdict(on: bench.leg1, at: .at(2)).verdict == .down)
    }

    @Test func `pain 12: a reload forgets neither the dead nor the living`() {
        var bench = HealthBench()
        bench.see("edge11", .refused, 3, at: 1)
        bench.see("edge12", .refused, 3, at: 1)
        bench.see("edge21", .answered, at: 1)
        bench.health.reconfigure(
            organisation: HealthBench.organisation,
            settings: HealthSettings(fall: 4)
        )
        #expect(bench.health.verdict(on: bench.leg1, at: .at(2)).verdict == .down)
        #expect(bench.health.verdict(on: bench.leg2, at: .at(2)).verdict == .up)
    }

    @Test func `pain 12: after a restart nothing is down until it was seen to be`() {
        let bench = HealthBench()
        #expect(bench.health.verdict(on: bench.leg1, at: .at(0)).verdict == .unknown)
        var policy = PolicyBench([.sip(.auto)])
        policy.send(.holder(PolicyBench.sip, .pool(PolicyBench.home)))
        policy.wait(86_400)
        #expect(policy.plans.isEmpty)
    }

    @Test func `pain 12: a server that failed before the reload comes back after it`() {
        var bench = HealthBench()
        bench.see("edge21", .refused, 3, at: 1)
        bench.health.reconfigure(
            organisation: HealthBench.organisation,
            settings: HealthSettings()
        )
        bench.see("edge21", .answered, 5, at: 2)
        #expect(bench.server("edge21", at: 3) == .up)
    }

    @Test func `pain 13: another port that answers does not hide a federation port that is dead`() {
        var bench = HealthBench()
        for server in ["edge11", "edge12"] {
            bench.see(server, .answered, 5, at: 1, kind: .access)
            bench.see(server, .answered, 5, at: 1, kind: .xmpp)
            bench.see(server, .refused, 3, at: 1)
        }
        #expect(bench.health.verdict(on: bench.leg1, at: .at(2)).verdict == .down)
        var policy = PolicyBench.ready([.sip(.auto), .xmpp(.auto)])
        policy.verdict(PolicyBench.home, .down, .sip)
        policy.wait(200)
        #expect(policy.plans.map(\.move.route) == [PolicyBench.sip])
        #expect(policy.plans.first?.companions == [])
    }

    @Test func `pain 14: one of three vantages does not decide`() {
        var bench = HealthBench(settings: HealthSettings(vantages: 3))
        for server in ["edge11", "edge12"] {
            bench.see(server, .refused, 3, at: 1)
            bench.see(server, .answered, at: 1, from: "warden-2")
            bench.see(server, .answered, at: 1, from: "warden-3")
        }
        #expect(bench.health.verdict(on: bench.leg1, at: .at(2)).verdict == .degraded)
        var alone = HealthBench(settings: HealthSettings(vantages: 3))
        for server in ["edge11", "edge12"] { alone.see(server, .refused, 9, at: 1) }
        #expect(alone.health.verdict(on: alone.leg1, at: .at(2)).verdict == .unknown)
    }

    @Test func `pain 16: a dead XMPP service is seen as such, and moves alone`() {
        var policy = PolicyBench.ready([.sip(.auto), .xmpp(.auto)])
        policy.verdict(PolicyBench.home, .down, .xmpp)
        policy.wait(200)
        policy.plan()
        #expect(policy.starts.map(\.request.move.route) == [PolicyBench.xmpp])
        #expect(policy.starts.first?.request.companions == [])
    }
}
