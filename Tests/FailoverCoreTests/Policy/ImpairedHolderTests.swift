import FailoverCore
import Testing

@Suite("FailoverPolicy: a holder that lives, but is refused by peers")
struct ImpairedHolderTests {
    private func bench(
        _ mode: RouteMode,
        _ cause: Impairment = .certificate,
        standby: VerdictClass = .up
    ) -> PolicyBench {
        var bench = PolicyBench.ready([.sip(mode)])
        bench.verdict(PolicyBench.standby, standby)
        bench.all = []
        impair(&bench, PolicyBench.home, cause)
        return bench
    }

    private func impair(_ bench: inout PolicyBench, _ pool: FQDN, _ cause: Impairment) {
        bench.send(
            .verdict(
                PoolLeg(pool: pool, kind: .sip),
                Verdict(.impaired, cause, reason: "the certificate has expired")
            )
        )
    }

    @Test(arguments: RouteMode.allCases)
    func `people are told at once`(mode: RouteMode) {
        let bench = bench(mode)
        #expect(bench.codes == [.poolImpaired])
        #expect(
            bench.sentence(.poolImpaired)?.hasPrefix(
                "edgepool1, which holds SIP federation, lives, but is impaired: the certificate "
                    + "has expired. If it stays so, a move"
            ) == true
        )
    }

    @Test(arguments: [RouteMode.approve, .auto])
    func `a move is proposed after the confirmation, and never made by itself`(mode: RouteMode) {
        var bench = bench(mode)
        bench.wait(119)
        #expect(bench.plans.isEmpty && bench.status().phase == .confirming)
        bench.wait(1)
        bench.plan()
        #expect(bench.starts.isEmpty)
        #expect(bench.questions.count == 1)
        #expect(bench.sentence(.approvalWanted)?.contains("the holder lives") == true)
        bench.approve()
        #expect(bench.starts.count == 1)
        bench.finish()
        #expect(bench.status().cause == .ordered)
    }

    @Test func `in observe people are told what would be proposed, once`() {
        var bench = bench(.observe)
        bench.wait(86_400)
        #expect(bench.plans.isEmpty && bench.count(.wouldAct) == 1)
    }

    @Test(arguments: [VerdictClass.down, .unknown, .impaired])
    func `no move is proposed that would improve nothing`(standby: VerdictClass) {
        var bench = bench(.auto, standby: standby)
        bench.wait(3_600)
        #expect(bench.plans.isEmpty)
        #expect(bench.status().phase == .impaired)
        #expect(bench.status().reason.contains("a move would improve nothing"))
    }

    @Test func `a dead next hop is mended at the next hop: no move`() {
        var bench = bench(.auto, .nextHop)
        #expect(bench.sentence(.poolImpaired)?.contains("Set-CsEdgeServer") == true)
        bench.wait(86_400)
        #expect(bench.plans.isEmpty && bench.status().phase == .impaired)
        #expect(bench.status().reason.contains("Set-CsEdgeServer"))
    }

    @Test func `the question is withdrawn when the certificate is mended`() {
        var bench = bench(.approve)
        bench.wait(120)
        bench.plan()
        bench.verdict(PolicyBench.home, .up)
        #expect(bench.withdrawn.count == 1)
        #expect(bench.codes.contains(.approvalWithdrawn))
    }

    @Test func `the question is withdrawn when the target becomes no better`() {
        var bench = bench(.approve)
        bench.wait(120)
        bench.plan()
        impair(&bench, PolicyBench.standby, .certificate)
        #expect(bench.withdrawn.count == 1)
    }

    @Test func `a holder that dies after all is rescued without an answer where that is allowed`() {
        var bench = bench(.auto)
        bench.wait(120)
        bench.plan()
        bench.verdict(PolicyBench.home, .down)
        bench.wait(120)
        bench.plan()
        #expect(bench.starts.last?.authority == .automatic)
    }

    @Test func `a rescue that turns out to be an impairment is not made by itself`() {
        var bench = PolicyBench.ready([.sip(.auto)])
        bench.verdict(PolicyBench.home, .down)
        bench.wait(120)
        impair(&bench, PolicyBench.home, .certificate)
        #expect(bench.withdrawn.count == 1)
        bench.plan()
        #expect(bench.starts.isEmpty)
    }

    @Test func `an impaired standby is no automatic target`() {
        var bench = PolicyBench.ready([.sip(.auto)])
        impair(&bench, PolicyBench.standby, .nextHop)
        #expect(bench.codes == [.poolImpaired])
        bench.verdict(PolicyBench.home, .down)
        bench.wait(120)
        bench.plan()
        #expect(bench.starts.isEmpty && bench.questions.count == 1)
        #expect(bench.sentence(.approvalWanted)?.contains("peers refuse the target") == true)
    }

    @Test func `a pool whose certificate peers refuse is no rescue, for nothing would improve`() {
        var bench = PolicyBench.ready([.sip(.auto)])
        impair(&bench, PolicyBench.standby, .certificate)
        bench.verdict(PolicyBench.home, .down)
        bench.wait(3_600)
        #expect(bench.plans.isEmpty && bench.status().phase == .blocked)
        #expect(bench.sentence(.cannotAct)?.contains("nothing would improve") == true)
        impair(&bench, PolicyBench.standby, .nextHop)
        #expect(bench.plans.count == 1)
        bench.plan()
        #expect(bench.questions.count == 1)
        impair(&bench, PolicyBench.standby, .certificate)
        #expect(bench.withdrawn.count == 1)
    }

    @Test func `an impaired home is not back`() {
        var bench = PolicyBench.ready()
        bench.failOver()
        impair(&bench, PolicyBench.home, .certificate)
        bench.wait(86_400)
        #expect(bench.plans.count == 1)
    }
}
