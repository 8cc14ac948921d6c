import ControlAPI

/// The requests that wait for a person, and the one that is meant.
struct WaitingRequests {
    let link: AgentLink

    /// The request of that number, or the only one.
    ///
    /// - Throws: `no` when it does not wait, or nothing does; `wrongUsage` with a list when none
    ///   was named and several wait.
    func choose(_ number: Int?) async throws(CommandFailure) -> WaitingBody {
        let all = try await link.status().waiting
        if let number {
            guard let waiting = all.first(where: { $0.request == number }) else {
                throw CommandFailure(.no, try await link.ending(of: number))
            }
            return waiting
        }
        guard let first = all.first else {
            throw CommandFailure(.no, "nothing waits for an answer")
        }
        guard all.count == 1 else {
            let list = all.flatMap { WaitingView($0).summary }
            throw CommandFailure(.wrongUsage, ["several requests wait; say which:"] + list)
        }
        return first
    }
}
