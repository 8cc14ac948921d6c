import ControlAPI
import FailoverCore
import FailoverEngine
import FailoverTestKit
import Foundation
import Testing

@Suite struct PlanViewTests {
    /// Failovers and failbacks of procedures and versions, as a person sees them.
    private static let samples = PlanMatrix.entries

    @Test(arguments: samples)
    func `a plan of the matrix is a table that fits`(entry: PlanMatrix.Entry) async throws {
        let prepared = try await PlanBench(entry).plan()
        var world = FakeAgent.World()
        world.plan = PlanBody(prepared)
        try await FakeAgent.with(world) { _, socket in
            let result = try await Command("plan", "failover", "sip", "--socket", socket).run()
            #expect(result.status == 0)
            let long = result.outputLines.filter { $0.count > 80 }
            #expect(long.isEmpty, "\(long)")
            for step in prepared.plan.steps {
                let start = "\("\(step.id)".leftPadded(to: 3))  "
                #expect(result.outputLines.contains { $0.hasPrefix(start) })
            }
            let header = result.outputLines.first { $0.hasPrefix("  #  WHAT") }
            #expect(header?.contains("WHERE") == true)
        }
    }
}

extension String {
    fileprivate func leftPadded(to width: Int) -> String {
        String(repeating: " ", count: max(0, width - count)) + self
    }
}
