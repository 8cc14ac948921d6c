import FailoverCore
import Testing

@Suite("Health: a server that lives, but is refused by peers")
struct ImpairmentTests {
    @Test(arguments: CertificateProblem.allCases)
    func `a bad certificate on every member makes the pool impaired`(problem: CertificateProblem) {
        var bench = HealthBench()
        bench.see("edge11", .answered, at: 0, problems: [problem])
        bench.see("edge12", .answered, at: 0)
        let some = bench.health.verdict(on: bench.leg1, at: .at(0))
        #expect(some.verdict == (problem.isSerious ? .degraded : .up))
        bench.see("edge12", .answered, at: 1, problems: [problem])
        let all = bench.health.verdict(on: bench.leg1, at: .at(1))
        #expect(all.verdict == (problem.isSerious ? .impaired : .up))
        #expect(all.impairment == (problem.isSerious ? .certificate : nil))
    }

    @Test func `the members that peers refuse make the pool impaired when the others are dead`() {
        var bench = HealthBench()
        bench.see("edge11", .answered, at: 0, problems: [.expired])
        bench.see("edge12", .refused, 3, at: 0)
        #expect(bench.health.verdict(on: bench.leg1, at: .at(0)).verdict == .impaired)
    }

    @Test func `a member of which nothing is known keeps the pool from being impaired`() {
        var bench = HealthBench()
        bench.see("edge11", .answered, at: 0, problems: [.expired])
        #expect(bench.health.verdict(on: bench.leg1, at: .at(0)).verdict == .degraded)
    }

    @Test func `504 from the beginning says nothing: the probe may not be federated`() {
        var bench = HealthBench()
        bench.see("edge21", .answered, 20, at: 0, code: .sipServerTimeout)
        #expect(bench.server("edge21", at: 0) == .up)
    }

    @Test func `fall answers of 504 where another was given before are a dead next hop`() {
        var bench = HealthBench()
        bench.see("edge21", .answered, at: 0)
        bench.see("edge21", .answered, 2, at: 1, code: .sipServerTimeout)
        #expect(bench.server("edge21", at: 1) == .up)
        bench.see("edge21", .answered, at: 2, code: .sipServerTimeout)
        let verdict = bench.health.verdict(on: bench.leg2, at: .at(2))
        #expect(verdict.verdict == .impaired && verdict.impairment == .nextHop)
        #expect(
            verdict.reason == "edge21 answers on 5061, but only with 504 where it answered "
                + "otherwise before: its next hop may be dead"
        )
        bench.see("edge21", .answered, at: 3, code: .sipRefused)
        #expect(bench.server("edge21", at: 3) == .up)
    }

    @Test func `a 504 after no more than a wish for our certificate is no change`() {
        var bench = HealthBench()
        bench.see("edge21", .wantsClientCertificate, 5, at: 0)
        bench.see("edge21", .answered, 5, at: 1, code: .sipServerTimeout)
        #expect(bench.server("edge21", at: 1) == .up)
    }

    @Test func `a certificate and a next hop together are the certificate's`() {
        var bench = HealthBench()
        bench.see("edge11", .answered, at: 0, problems: [.expired])
        bench.see("edge12", .answered, at: 0)
        bench.see("edge12", .answered, 3, at: 1, code: .sipServerTimeout)
        let verdict = bench.health.verdict(on: bench.leg1, at: .at(1))
        #expect(verdict.verdict == .impaired && verdict.impairment == .certificate)
    }

    @Test func `seen as impaired from one vantage and up from another it is degraded`() {
        var bench = HealthBench()
        bench.see("edge21", .answered, at: 0, from: "a", problems: [.notTrusted])
        #expect(bench.server("edge21", at: 0) == .impaired)
        bench.see("edge21", .answered, at: 0, from: "b")
        #expect(bench.server("edge21", at: 0) == .degraded)
    }
}
