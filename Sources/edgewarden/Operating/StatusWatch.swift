import ControlAPI
import FailoverCore
import Foundation

/// The status on the whole screen, every second; an agent that is away is looked for again.
struct StatusWatch {
    let agent: AgentOptions
    let detail: Detail

    /// Watches until Ctrl-C.
    func run() async throws(CommandFailure) {
        var latest: StatusBody?
        var failure: CommandFailure?
        var lookedAt = ContinuousClock.now
        try await Screen.with { screen throws(CommandFailure) in
            while !Interrupt.isSeen {
                do throws(CommandFailure) {
                    latest = try await AgentLink.with(agent) { link throws(CommandFailure) in
                        try await link.status()
                    }
                    failure = nil
                    lookedAt = .now
                } catch {
                    guard error.status == .unreachable else { throw error }
                    failure = error
                }
                screen.draw(lines(latest, failure, age: ContinuousClock.now - lookedAt))
                for _ in 1...5 where !Interrupt.isSeen { await NextLook.wait() }
            }
        }
    }

    private func lines(
        _ status: StatusBody?,
        _ failure: CommandFailure?,
        age: Duration
    ) -> [String] {
        let style = Date.ISO8601FormatStyle(timeZone: .current)
        let time = Date().formatted(style.time(includingFractionalSeconds: false))
        let name = status.map { "\($0.agent) \($0.version)" } ?? "edgewarden"
        var lines = [Paint.strong(name) + Paint.faint("  \(time)  Ctrl-C leaves")]
        if let failure {
            let sentences = failure.sentences.flatMap { Text.wrapped($0) }
            lines += [""] + sentences.map { Paint.bad($0) }
            if status != nil {
                lines.append(Paint.warning("What follows is \(age.inWords) old."))
            }
        }
        guard let status else { return lines }
        let whole = lines + StatusView(status, detail: detail).body
        guard detail == .glance, whole.count > Screen.size.rows else { return whole }
        return lines + StatusView(status, detail: .folded).body
    }
}
