import Foundation
import Simulating

// FIRST COUNT [strict]: lives the histories, prints what happened as JSON, and fails when something was
// violated; with `strict` also for what was not reached, and says what.
let numbers = CommandLine.arguments.compactMap { UInt64($0) }
let isStrict = CommandLine.arguments.contains("strict")
let start = Date()
var simulation = Simulation()
for seed in numbers[0]..<(numbers[0] + numbers[1]) {
    simulation.live(seed: seed)
    if simulation.failures.count >= 5 { break }
}
let seconds = Date().timeIntervalSince(start)
let report = simulation.report
let encoder = JSONEncoder()
encoder.keyEncodingStrategy = .convertToSnakeCase
encoder.outputFormatting = .sortedKeys
print(String(decoding: try encoder.encode(report), as: UTF8.self))
print("\(report.histories) histories in \(Int(seconds)) s")
for failure in simulation.failures {
    print("\n# seed \(failure.seed)\n# \(failure.violation)\n\(failure.history)")
}
if isStrict {
    for gap in report.gaps { print("not reached: \(gap)") }
}
exit(simulation.failures.isEmpty && (!isStrict || report.gaps.isEmpty) ? 0 : 1)
