import FailoverCore
import Testing

@Suite("FailoverPolicy: readiness of standbys")
struct ReadinessTests {
    /// Home is down long enough for something to be done.
    private func outage(
        _ route: FederationRoute = .sip(.auto),
        _ item: ReadinessItem = .rights,
        _ state: ReadinessReading.State = .notReady
    ) -> PolicyBench {
        var bench = PolicyBench.ready([route])
        bench.read(item, state)
        bench.verdict(PolicyBench.home, .down)
        bench.wait(120)
        bench.plan()
        return bench
    }

    @Test func `what was never judged is not ready`() {
        var bench = PolicyBench([.sip(.auto)], isReady: false)
        bench.verdict(PolicyBench.standby, .up)
        bench.send(.holder(PolicyBench.sip, .pool(PolicyBench.home)))
        bench.verdict(PolicyBench.home, .down)
        bench.wait(120)
        bench.plan()
        #expect(bench.starts.isEmpty && bench.questions.count == 1)
        #expect(bench.sentence(.approvalWanted)?.contains("it was never read") == true)
        bench.readiness(.ready(at: bench.now))
        bench.plan()
        #expect(bench.starts.map(\.authority) == [.automatic])
    }

    @Test(
        arguments: ReadinessItem.allCases.filter { $0 != .legs && $0 != .drill },
        [ReadinessReading.State.notReady, .notKnown]
    )
    func `any item that is not well turns auto into a question that names it`(
        item: ReadinessItem,
        state: ReadinessReading.State
    ) {
        let bench = outage(.sip(.auto), item, state)
        #expect(bench.starts.isEmpty && bench.questions.count == 1)
        let question = bench.sentence(.approvalWanted)
        #expect(question?.contains("\(item.inWords) is \(state.rawValue) in this test") == true)
        #expect(question?.contains("--override not-ready") == true)
        #expect(bench.status().readiness.map(\.canTakeOver) == [false])
    }

    @Test func `an item that nobody needs, or a drill that never was, stops nothing`() {
        #expect(outage(.sip(.auto), .management, .notNeeded).starts.count == 1)
        #expect(outage(.sip(.auto), .drill, .notKnown).starts.count == 1)
    }

    @Test func `a reading that gets too old makes a pool not ready, with nothing else happening`() {
        var bench = PolicyBench.ready([.sip(.auto)])
        bench.readiness(.ready(at: bench.now))
        bench.wait(3_599)
        #expect(bench.status().readiness.map(\.canTakeOver) == [true])
        bench.wait(1)
        #expect(bench.codes == [.standbyNotReady])
        #expect(bench.sentence(.standbyNotReady)?.contains("may be 1h ago at most") == true)
        bench.verdict(PolicyBench.home, .down)
        bench.wait(120)
        bench.plan()
        #expect(bench.starts.isEmpty && bench.questions.count == 1)
    }

    @Test func `the first pool that is up and ready is taken, else the first that is up`() {
        let pools = [PolicyBench.standby, PolicyBench.third]
        var bench = PolicyBench.ready([.sip(.auto, standby: pools)])
        bench.read(.replication, .notReady)
        bench.verdict(PolicyBench.home, .down)
        bench.wait(120)
        bench.plan()
        #expect(bench.starts.map(\.request.move.to) == [PolicyBench.third])
        var other = PolicyBench.ready([.sip(.auto, standby: pools)])
        other.read(.replication, .notReady)
        other.read(.certificate, .notReady, of: PolicyBench.third)
        other.verdict(PolicyBench.home, .down)
        other.wait(120)
        other.plan()
        #expect(other.questions.map(\.move.to) == [PolicyBench.standby])
    }

    @Test func `a home that is not ready is not gone back to automatically`() {
        var bench = PolicyBench.ready([.sip(.auto, failback: .auto)])
        bench.failOver()
        bench.read(.certificate, .notReady, of: PolicyBench.home)
        bench.verdict(PolicyBench.home, .up)
        bench.wait(3_600)
        bench.plan()
        #expect(bench.starts.count == 1 && bench.questions.map(\.move.to) == [PolicyBench.home])
        bench.read(.certificate, .ready, of: PolicyBench.home)
        bench.wait(0)
        #expect(bench.status().readiness.map(\.pool) == [PolicyBench.home])
    }

    @Test func `people hear once that a standby could not take over, and once that it could`() {
        var bench = PolicyBench.ready()
        bench.read(.rights, .notReady)
        #expect(bench.codes == [.standbyNotReady])
        bench.read(.management, .notReady)
        #expect(bench.codes.isEmpty)
        bench.read(.rights, .ready)
        bench.read(.management, .ready)
        #expect(bench.codes == [.standbyReady])
    }

    @Test func `a start is given time to read before anybody is told`() {
        var bench = PolicyBench(isReady: false)
        bench.wait(1_799)
        #expect(bench.count(.standbyNotReady) == 0)
        bench.wait(1)
        #expect(bench.count(.standbyNotReady) == 1)
        var other = PolicyBench(isReady: false)
        other.readiness(.ready(at: other.now))
        other.wait(1_800)
        #expect(other.count(.standbyNotReady) == 0 && other.count(.standbyReady) == 0)
    }
}
