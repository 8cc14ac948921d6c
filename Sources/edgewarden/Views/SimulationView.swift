import Simulating

/// What a simulation came to, in words and as JSON.
struct SimulationView {
    struct Body: Encodable {
        let report: SimulationReport
        let seconds: Double
        let historiesPerSecond: Double
    }

    let body: Body
    private let showsGaps: Bool
    private let failures: [Simulation.Failure]

    init(_ simulation: Simulation, took time: Duration, showsGaps: Bool) {
        self.showsGaps = showsGaps
        let seconds =
            Double(time.components.seconds) + Double(time.components.attoseconds) / 1e18
        let report = simulation.report
        body = Body(
            report: report,
            seconds: seconds,
            historiesPerSecond: Double(report.histories) / max(seconds, 0.001)
        )
        failures = simulation.failures
    }

    var lines: [String] {
        let report = body.report
        func list(_ counts: [String: Int]) -> String {
            counts.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
                .map { "\($0.key) \($0.value)" }.joined(separator: ", ")
        }
        var lines = [
            "\(report.histories) histories, \(report.observations) observations,"
                + " \(report.events) other events, \(Int(body.seconds.rounded())) s"
                + " (\(Int(body.historiesPerSecond)) histories a second)",
            "\(report.runs) runs: \(list(report.outcomes)); \(report.failovers) failovers and"
                + " \(report.failbacks) failbacks were verified",
            "\(report.crashesInRuns) crashes inside a run, \(report.historiesWithTwoAgents)"
                + " histories with two agents, \(report.takeOvers) times the other took over",
            "refused: \(list(report.refusals))",
        ]
        if showsGaps, !report.gaps.isEmpty {
            lines.append("not reached often enough: \(report.gaps.joined(separator: "; "))")
        }
        lines.append(
            failures.isEmpty
                ? "nothing happened that never may"
                : "\(failures.count) histories in which something happened that never may"
        )
        return lines
    }

    /// A failing history, and all that happens in it when that is wanted.
    func lines(of failure: Simulation.Failure, isWhole: Bool) -> [String] {
        let history = failure.history.split(separator: "\n").map(String.init)
        let told = isWhole ? failure.transcript.map { "> \($0)" } : []
        return ["", "# seed \(failure.seed)", "# \(failure.violation)"] + history + told
    }
}
