import FailoverCore
import FailoverEngine
import FailoverTestKit
import Testing

/// Every plan of the matrix, judged by the runbooks' rules and by what comes of it.
@Suite
struct PlanRulesTests {
    @Test(arguments: PlanMatrix.entries)
    func `every plan keeps the rules of the runbooks, and does what it is for`(
        entry: PlanMatrix.Entry
    ) async throws {
        let (bench, opening) = try await entry.begin()
        #expect(PlanRules(opening.plan).broken == [])
        #expect(try await bench.run(opening) == .finished(.done))
        #expect(entry.shortcomings(bench.world).filter { !entry.isUnavoidable($0) } == [])
    }
}
