import ControlAPI

/// A line at the bottom that changes in place, where a person reads along; nothing elsewhere.
struct LiveLine {
    private let voice: Voice
    private let isShown: Bool
    private var turn = 0
    private var hasText = false

    private static let wheel = ["⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧", "⠇", "⠏"]

    init(_ voice: Voice) {
        self.voice = voice
        isShown = Terminal.isAttended(voice)
    }

    /// Shows a text behind a wheel that turns with every call.
    mutating func show(_ text: String) {
        guard isShown else { return }
        turn = (turn + 1) % LiveLine.wheel.count
        // One column less: a full line would wrap on some terminals.
        let line = "\(LiveLine.wheel[turn]) \(text)".cut(to: (Terminal.size?.columns ?? 80) - 1)
        voice.write("\r\u{1B}[K" + line)
        hasText = true
    }

    /// Takes it away: before anything else is said, and at the end.
    mutating func clear() {
        guard hasText else { return }
        voice.write("\r\u{1B}[K")
        hasText = false
    }
}

extension LiveLine {
    /// What a run does now and how long that may still take.
    mutating func show(_ run: RunBody) {
        let steps = run.steps + run.undo
        guard run.outcome == "running",
            let step = steps.first(where: { ["running", "waiting"].contains($0.phase) })
        else {
            clear()
            return
        }
        let time = step.seconds.map { "  \(Duration.inWords(seconds: $0.rounded()))" } ?? ""
        let left = RunView(run).left.map { ", \($0)" } ?? ""
        show("\(step.number)/\(steps.count)  \(step.title)\(time)\(left)")
    }
}
