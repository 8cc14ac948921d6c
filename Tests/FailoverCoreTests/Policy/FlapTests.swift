import FailoverCore
import Testing

@Suite("FailoverPolicy: cool-down, counts and failback")
struct FlapTests {
    @Test func `the cool-down counts from the finish of a verified run`() {
        var bench = PolicyBench.ready([.sip(.auto)])
        bench.verdict(PolicyBench.home, .down)
        bench.wait(120)
        bench.plan()
        bench.wait(1_000)
        #expect(bench.status().coolDownUntil == nil)
        bench.finish()
        #expect(bench.codes.isEmpty && bench.count(.runFinished) == 1)
        #expect(bench.status().coolDownUntil == .at(120 + 1_000 + 1_800))
        #expect(bench.status().holder == PolicyBench.standby)
        #expect(bench.status().cause == .downVerdict)
    }

    @Test func `in the cool-down a dead holder is asked about, though the mode is auto`() {
        var bench = PolicyBench.ready([.sip(.auto)])
        bench.failOver()
        bench.verdict(PolicyBench.home, .up)
        bench.verdict(PolicyBench.standby, .down)
        bench.wait(120)
        bench.plan()
        #expect(bench.starts.count == 1)
        #expect(bench.questions.map(\.move.to) == [PolicyBench.home])
        #expect(bench.sentence(.approvalWanted)?.contains("cool-down") == true)
        bench.approve()
        #expect(bench.starts.count == 2)
    }

    @Test func `a down verdict from before the route came has to stand anew`() {
        var bench = PolicyBench.ready([.sip(.auto)])
        bench.verdict(PolicyBench.home, .down)
        bench.wait(120)
        bench.plan()
        bench.verdict(PolicyBench.standby, .down)
        bench.verdict(PolicyBench.home, .up)
        bench.wait(1_000)
        bench.finish()
        #expect(bench.status().holder == PolicyBench.standby)
        bench.wait(119)
        #expect(bench.status().phase == .confirming)
        bench.wait(1)
        #expect(bench.status().phase == .planning)
    }

    @Test func `when the cool-down ends unanswered, auto goes on by itself`() {
        var bench = PolicyBench.ready([.sip(.auto)])
        bench.failOver()
        bench.verdict(PolicyBench.home, .up)
        bench.verdict(PolicyBench.standby, .down)
        bench.wait(120)
        bench.plan()
        bench.wait(1_680)
        #expect(bench.withdrawn == [RequestID(2)])
        bench.plan()
        #expect(bench.starts.map(\.authority) == [.automatic, .automatic])
    }

    @Test func `a no outlives the cool-down`() {
        var bench = PolicyBench.ready([.sip(.auto)])
        bench.failOver()
        bench.verdict(PolicyBench.home, .up)
        bench.verdict(PolicyBench.standby, .down)
        bench.wait(120)
        bench.plan()
        bench.deny()
        bench.wait(1_799)
        #expect(bench.plans.count == 2)
    }

    @Test func `more failovers than allowed are asked about, until the oldest is old enough`() {
        let settings = PolicySettings(coolDown: .seconds(60), maxFailovers: .init(count: 2))
        var bench = PolicyBench.ready([.sip(.auto)], settings: settings)
        var holder = PolicyBench.home
        var other = PolicyBench.standby
        for _ in 0..<2 {
            bench.verdict(holder, .down)
            bench.wait(120)
            bench.plan()
            bench.finish()
            bench.verdict(holder, .up)
            bench.wait(120)
            (holder, other) = (other, holder)
        }
        #expect(bench.starts.map(\.authority) == [.automatic, .automatic])
        bench.verdict(holder, .down)
        bench.wait(120)
        bench.plan()
        #expect(bench.starts.count == 2 && bench.questions.count == 1)
        #expect(bench.sentence(.approvalWanted)?.contains("2 failovers within 1d") == true)
        bench.wait(86_400)
        bench.plan()
        #expect(bench.starts.count == 3)
    }

    @Test func `failback is asked for after the soak`() {
        var bench = PolicyBench.ready()
        bench.failOver()
        bench.wait(3_600)
        bench.verdict(PolicyBench.home, .up)
        bench.wait(600)
        #expect(bench.status().phase == .soaking)
        #expect(
            bench.status().reason
                == "edgepool2 holds SIP federation; edgepool1 has been up for 10m; a failback is "
                + "asked for when it has been up for 30m"
        )
        bench.wait(1_199)
        #expect(bench.plans.count == 1)
        bench.wait(1)
        #expect(bench.plans.last?.direction == .failback)
        bench.plan()
        bench.approve()
        bench.finish()
        #expect(bench.status().holder == PolicyBench.home && bench.status().cause == nil)
    }

    @Test(arguments: [VerdictClass.degraded, .unknown])
    func `anything but up starts the soak anew`(between: VerdictClass) {
        var bench = PolicyBench.ready([.sip(.auto, failback: .auto)])
        bench.failOver()
        bench.wait(3_600)
        bench.verdict(PolicyBench.home, .up)
        bench.wait(1_700)
        bench.verdict(PolicyBench.home, between)
        bench.verdict(PolicyBench.home, .up)
        bench.wait(1_799)
        #expect(bench.plans.count == 1)
        bench.wait(1)
        bench.plan()
        #expect(bench.starts.last?.authority == .automatic)
        #expect(bench.starts.last?.request.move.to == PolicyBench.home)
    }

    @Test func `a home that does not stay up withdraws the question`() {
        var bench = PolicyBench.ready()
        bench.failOver()
        bench.verdict(PolicyBench.home, .up)
        bench.wait(1_800)
        bench.plan()
        #expect(bench.questions.last?.direction == .failback)
        bench.verdict(PolicyBench.home, .degraded)
        #expect(bench.withdrawn == [RequestID(2)])
    }

    @Test func `failback in observe is only told, once`() {
        var bench = PolicyBench.ready([.sip(.auto, failback: .observe)])
        bench.failOver()
        bench.verdict(PolicyBench.home, .up)
        bench.wait(86_400)
        #expect(bench.plans.count == 1)
        #expect(bench.count(.failbackDue) == 1)
        #expect(bench.status().phase == .observing)
    }

    @Test func `failback waits for the cool-down even when the soak is shorter`() {
        var route = FederationRoute.sip(.auto, failback: .auto)
        route.failback.stableFor = .seconds(60)
        var bench = PolicyBench.ready([route])
        bench.failOver()
        bench.verdict(PolicyBench.home, .up)
        bench.wait(600)
        #expect(bench.status().phase == .coolingDown && bench.plans.count == 1)
        bench.wait(1_200)
        #expect(bench.plans.count == 2)
    }

    @Test func `a route found away at the first start is not failed back by itself`() {
        let route = FederationRoute.sip(.auto, failback: .auto)
        var bench = PolicyBench.ready([route], holder: PolicyBench.standby)
        bench.wait(86_400)
        #expect(bench.plans.isEmpty && bench.count(.failbackDue) == 1)
        #expect(bench.status().cause == .found)
    }

    @Test func `a failback that a person denied rests, but the rescue does not`() {
        var bench = PolicyBench.ready()
        bench.failOver()
        bench.verdict(PolicyBench.home, .up)
        bench.wait(1_800)
        bench.plan()
        bench.deny()
        #expect(bench.status().phase == .declined)
        bench.verdict(PolicyBench.standby, .down)
        bench.wait(120)
        #expect(bench.plans.last?.trigger.isRescue == true)
        #expect(bench.plans.last?.move.to == PolicyBench.home)
    }

    @Test func `runs that stop unchanged are tried again ever more slowly`() {
        var bench = PolicyBench.ready([.sip(.auto)])
        bench.verdict(PolicyBench.home, .down)
        bench.wait(120)
        var waits: [Int] = []
        for _ in 0..<7 {
            bench.plan()
            bench.finish(.stoppedUnchanged(reason: "a blocker"))
            let plans = bench.plans.count
            var waited = 0
            while bench.plans.count == plans, waited < 10_000 {
                bench.wait(60)
                waited += 1
            }
            waits.append(waited)
        }
        #expect(waits == [1, 2, 4, 8, 16, 32, 32])
        #expect(bench.count(.stepFailed) == 1)
    }
}

extension Trigger {
    /// Whether the holder's death is the reason.
    var isRescue: Bool { if case .poolDown = self { true } else { false } }
}
