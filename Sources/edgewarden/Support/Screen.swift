import Glibc

/// The whole terminal, drawn anew as often as wanted; what stood there before comes back at the end.
struct Screen {
    /// Takes the terminal for a body's time; Ctrl-C is noted by ``Interrupt``.
    ///
    /// - Throws: what the body throws; `wrongUsage` when standard output is no terminal.
    static func with(
        _ body: (Screen) async throws(CommandFailure) -> Void
    ) async throws(CommandFailure) {
        guard Terminal.isAttended(Voice(isAside: false)) else {
            throw CommandFailure(
                .wrongUsage,
                "this needs a terminal; without one: edgewarden status"
            )
        }
        Interrupt.watchTermination()
        // The other screen, without a cursor.
        Output.text("\u{1B}[?1049h\u{1B}[?25l")
        defer { Output.text("\u{1B}[?25h\u{1B}[?1049l") }
        try await body(Screen())
    }

    /// How much fits on it.
    static var size: (columns: Int, rows: Int) { Terminal.size ?? (columns: 80, rows: 24) }

    /// Draws these lines from the top, as many as fit; the last one tells how many do not.
    func draw(_ lines: [String]) {
        let size = Screen.size
        var shown = lines.prefix(size.rows).map { $0.cut(to: size.columns) }
        if lines.count > size.rows {
            shown[size.rows - 1] = Paint.faint(
                "… \(lines.count - size.rows + 1) more lines: make the window higher".cut(
                    to: size.columns
                )
            )
        }
        // Each line is cleared behind its end, then what is below: nothing flickers. Behind a full
        // line the cursor still stands on its last character, which that would take away.
        let drawn = shown.map { line in
            line + "\u{1B}[0m" + (line.columns < size.columns ? "\u{1B}[K" : "")
        }
        let rest = shown.count < size.rows ? "\r\n\u{1B}[J" : ""
        Output.text("\u{1B}[H" + drawn.joined(separator: "\r\n") + rest)
    }
}
