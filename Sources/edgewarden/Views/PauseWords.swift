import ControlAPI

/// A pause or maintenance in a line.
enum PauseWords {
    static func inWords(_ pause: PauseBody) -> String {
        let what =
            pause.route.map { "route \($0)" } ?? pause.pool.map { "pool \($0)" }
            ?? pause.server.map { "server \($0)" } ?? "everything"
        let end =
            pause.remainingSeconds.map { "for another \(Duration.inWords(seconds: max(0, $0)))" }
            ?? "until resumed"
        let reason = pause.reason.isEmpty ? "" : ": \(pause.reason)"
        return "\(what) \(pause.isMaintenance ? "in maintenance" : "paused") by \(pause.by) "
            + "\(end)\(reason)"
    }
}
