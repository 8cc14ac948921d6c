import ArgumentParser
import ControlAPI
import Simulating

/// The command `edgewarden simulate`.
struct Simulate: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "The decision core under random faults, by seed.",
        discussion: """
            Lives histories of the real core in a simulated organisation, with faults of servers, \
            networks, cmdlets, DNS, clocks, agents and people, and judges every event. Exits with 1 \
            when something happened that never may, and prints the shortest history that shows it. \
            Touches nothing.
            """
    )

    @Option(help: "The first seed.")
    var seed: UInt64 = 1

    @Option(help: "How many histories, one per seed.")
    var histories: UInt64 = 1_000

    @Flag(help: "Print all that happens in a history that fails, not only what it consists of.")
    var transcript = false

    @Option(help: "Tell the history of one seed, line by line, instead.")
    var replay: UInt64?

    @Flag(help: "Exit with 1 too when something was not reached often enough to be judged.")
    var coverage = false

    @Flag(help: "Print JSON.")
    var json = false

    func validate() throws {
        if histories < 1 { throw ValidationError("--histories counts from 1.") }
        if seed.addingReportingOverflow(histories).overflow {
            throw ValidationError("--seed and --histories together go beyond the last seed.")
        }
        guard replay != nil else { return }
        if json { throw ValidationError("--replay tells in words: leave out --json.") }
        if coverage { throw ValidationError("--replay tells one history: leave out --coverage.") }
    }

    func run() throws {
        if let replay {
            let told = Simulation.tell(seed: replay)
            for line in told.lines { Output.line(line) }
            if !told.isWell { throw CommandFailure(.no) }
            return
        }
        let start = ContinuousClock.now
        var simulation = Simulation()
        for seed in seed..<(seed + histories) {
            simulation.live(seed: seed)
            // One fault shows itself in many histories; ten are enough to read.
            if simulation.failures.count >= 10 { break }
        }
        let view = SimulationView(simulation, took: start.duration(to: .now), showsGaps: coverage)
        if json { Output.json(view.body) } else { Voice(isAside: false).say(view.lines) }
        for failure in simulation.failures {
            Voice(isAside: json).say(view.lines(of: failure, isWhole: transcript))
        }
        if !simulation.failures.isEmpty { throw CommandFailure(.no) }
        if coverage, !view.body.report.gaps.isEmpty {
            throw CommandFailure(.no, "not everything was reached often enough")
        }
    }
}
