/// Waiting between two looks at the agent.
enum NextLook {
    /// Between two looks while something is under way: often enough for a person's eye.
    static let look = Duration.milliseconds(200)

    /// Waits for the next look.
    static func wait() async {
        // Nothing cancels the only task; if something did, looking again at once would be right.
        try? await Task.sleep(for: look)
    }
}
