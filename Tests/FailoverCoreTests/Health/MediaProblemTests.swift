import FailoverCore
import Testing

@Suite("MediaProblem: two ports, one verdict")
struct MediaProblemTests {
    private static let findings: [ProbeFinding] = [
        .answered, .wantsClientCertificate, .refused, .connectTimeout, .unreachable, .reset,
        .tlsFailed(alert: nil), .closedEarly, .silent, .unanswered, .notTheProtocol, .inconclusive,
    ]

    private func outcome(_ finding: ProbeFinding, _ port: Int) -> ProbeOutcome {
        ProbeOutcome(
            finding: finding,
            reason: "192.0.2.1:\(port) \(finding.code)",
            answer: finding == .answered ? "answer of \(port)" : nil,
            totalTime: .milliseconds(port),
            trace: ["\(port)"]
        )
    }

    private func together(_ tcp: ProbeFinding, _ udp: ProbeFinding) -> ProbeOutcome {
        .media(tcp: outcome(tcp, 443), udp: outcome(udp, 3_478))
    }

    @Test(arguments: findings, findings)
    func `UDP alone never makes a server dead, and whatever answers makes it alive`(
        tcp: ProbeFinding,
        udp: ProbeFinding
    ) {
        let both = together(tcp, udp)
        let answers = tcp.liveness == .alive || udp == .answered
        #expect((both.liveness == .alive) == answers)
        #expect((both.liveness == .dead) == (tcp.liveness == .dead && !answers))
        #expect(both.mediaProblem == nil || both.liveness == .alive)
    }

    @Test(
        arguments: [
            (.answered, .answered, nil), (.answered, .inconclusive, nil),
            (.answered, .unanswered, .udpSilent), (.answered, .silent, .udpSilent),
            (.answered, .refused, .udpRefused),
            (.answered, .unreachable, .udpRefused), (.answered, .notTheProtocol, .udpNotSTUN),
            (.refused, .answered, .tcpDead), (.connectTimeout, .answered, .tcpDead),
            (.inconclusive, .answered, nil), (.refused, .unanswered, nil),
        ] as [(ProbeFinding, ProbeFinding, MediaProblem?)]
    )
    func `what does not work while the server lives is named`(
        tcp: ProbeFinding,
        udp: ProbeFinding,
        problem: MediaProblem?
    ) {
        #expect(together(tcp, udp).mediaProblem == problem)
    }

    @Test func `the outcome tells both stories`() {
        let both = together(.answered, .answered)
        #expect(both.reason == "192.0.2.1:443 answered; 192.0.2.1:3478 answered")
        #expect(both.answer == "answer of 443; answer of 3478")
        #expect(both.trace == ["TCP: 443", "UDP: 3478"])
        #expect(both.totalTime == .milliseconds(3_478))
        let dead = together(.refused, .unanswered)
        #expect(dead.finding == .refused)
        #expect(dead.answer == nil)
    }

    private static let leg = PoolLeg(pool: name("pool2.test"), kind: .media)

    private func bench() -> HealthBench {
        var organisation = HealthBench.organisation
        for index in organisation.edgePools.indices
        where organisation.edgePools[index].fqdn == Self.leg.pool {
            organisation.edgePools[index].servers[0].mediaAddresses =
                [IPAddress("192.0.2.9")].compactMap(\.self)
        }
        var bench = HealthBench()
        bench.health = Health(organisation: organisation, settings: HealthSettings())
        return bench
    }

    private func see(
        _ bench: inout HealthBench,
        _ count: Int,
        at seconds: Double,
        _ problem: MediaProblem?
    ) {
        bench.see("edge21", .answered, count, at: seconds, kind: .media, mediaProblem: problem)
    }

    @Test func `a problem must stand for fall probes before it degrades, and ends at once`() {
        var bench = bench()
        see(&bench, 1, at: 0, nil)
        see(&bench, 2, at: 1, .udpSilent)
        #expect(bench.health.verdict(on: Self.leg, at: .at(1)).verdict == .up)
        see(&bench, 1, at: 2, .udpSilent)
        let degraded = bench.health.verdict(on: Self.leg, at: .at(2))
        #expect(degraded.verdict == .degraded)
        #expect(
            degraded.reason
                == "edge21 answers on 443, but not on UDP 3478"
                + " (filtered on the way, or the relay hangs)"
        )
        #expect(bench.health.serverFacts(at: .at(2)).map(\.mediaProblem) == [.udpSilent])
        see(&bench, 1, at: 3, nil)
        let up = bench.health.verdict(on: Self.leg, at: .at(3))
        #expect(up == Verdict(.up, reason: "edge21 answers on 443"))
        #expect(bench.health.serverFacts(at: .at(3)).map(\.mediaProblem) == [nil])
    }

    @Test(
        arguments: [
            (.udpRefused, "edge21 answers on 443, but refuses UDP 3478"),
            (.udpNotSTUN, "edge21 answers on 443, but not with STUN on UDP 3478"),
            (.tcpDead, "edge21 answers on UDP 3478, but not on 443"),
        ] as [(MediaProblem, String)]
    )
    func `each problem has its words`(problem: MediaProblem, reason: String) {
        var bench = bench()
        see(&bench, 3, at: 0, problem)
        #expect(
            bench.health.verdict(on: Self.leg, at: .at(0)) == Verdict(.degraded, reason: reason)
        )
    }

    @Test func `problems before a gap do not stand in a row with those after it`() {
        var bench = bench()
        see(&bench, 2, at: 0, .udpSilent)
        see(&bench, 2, at: 60, .udpSilent)
        #expect(bench.health.verdict(on: Self.leg, at: .at(60)).verdict == .up)
    }

    @Test func `both ports dead is down`() {
        var bench = bench()
        bench.see("edge21", .refused, 3, at: 0, kind: .media)
        #expect(bench.health.verdict(on: Self.leg, at: .at(0)).verdict == .down)
    }

    @Test func `a pool without media addresses has no media leg, and members without are left out`()
    {
        let bench = bench()
        let none = PoolLeg(pool: name("pool1.test"), kind: .media)
        #expect(
            bench.health.verdict(on: none, at: .at(0))
                == Verdict(.unknown, reason: "pool1.test has no addresses for media")
        )
    }

    @Test func `an answer of the client port is told as TLS`() {
        var bench = HealthBench()
        bench.see("edge21", .notTheProtocol, 3, at: 0, kind: .access)
        let leg = PoolLeg(pool: name("pool2.test"), kind: .access)
        #expect(
            bench.health.verdict(on: leg, at: .at(0)).reason
                == "edge21 answers on 443, but not with TLS (3 probes in a row from warden-1)"
        )
    }
}
