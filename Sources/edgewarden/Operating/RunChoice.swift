import ControlAPI

/// The run that is meant where none is named: the one under way, or the one that stopped.
struct RunChoice {
    let link: AgentLink

    /// The run of that number, or the only one that is open.
    ///
    /// - Throws: `no` when none is; `wrongUsage` with a list when none was named and several are.
    func choose(_ number: Int?) async throws(CommandFailure) -> Int {
        if let number { return number }
        let status = try await link.status()
        if let running = status.running { return running.run }
        let open = status.routes.compactMap { route in
            route.run.map { (number: $0, words: "run \($0), route \(route.name): \(route.reason)") }
        }
        guard let first = open.first else {
            throw CommandFailure(.no, "no run is under way, and none stopped")
        }
        guard open.allSatisfy({ $0.number == first.number }) else {
            throw CommandFailure(
                .wrongUsage,
                ["several runs are open; say which with --run:"] + open.map { "  " + $0.words }
            )
        }
        return first.number
    }
}
