/// Plain text that fits the terminal.
enum Text {
    /// As wide as the terminal, from 80 to 100 columns; 80 where there is none.
    static var width: Int { min(max(Terminal.size?.columns ?? 80, 80), 100) }

    /// Breaks a sentence at spaces; longer words stand alone.
    ///
    /// The first line begins with `first`; the following ones are indented by `indent`, which is
    /// the length of `first` by default.
    static func wrapped(
        _ text: String,
        first: String = "",
        indent: Int? = nil,
        width: Int = width
    ) -> [String] {
        let margin = String(repeating: " ", count: indent ?? first.columns)
        var lines: [String] = []
        var line = first
        var isEmpty = true
        for word in text.split(whereSeparator: \.isWhitespace) {
            if !isEmpty, line.columns + 1 + word.columns > width {
                lines.append(line)
                line = margin
                isEmpty = true
            }
            line += (isEmpty ? "" : " ") + word
            isEmpty = false
        }
        return lines + [line.trimmedAtEnd]
    }

    /// Rows whose columns begin below each other; the last column is not padded.
    static func columns(_ rows: [[String]], indent: Int = 0, gap: Int = 2) -> [String] {
        var widths: [Int] = []
        for row in rows {
            for (column, cell) in row.enumerated() {
                if column == widths.count { widths.append(0) }
                widths[column] = max(widths[column], cell.columns)
            }
        }
        return rows.map { row in
            var line = String(repeating: " ", count: indent)
            for (column, cell) in row.enumerated() {
                let isLast = column == row.count - 1
                line += isLast ? cell : cell.padded(to: widths[column] + gap)
            }
            return line.trimmedAtEnd
        }
    }

    /// `1 route`, `2 routes`.
    static func count(_ number: Int, _ one: String, _ many: String? = nil) -> String {
        "\(number) \(number == 1 ? one : many ?? one + "s")"
    }
}

extension String {
    /// Padded on the right.
    func padded(to width: Int) -> String {
        self + String(repeating: " ", count: max(0, width - columns))
    }

    /// Padded on the left.
    func rightAligned(in width: Int) -> String {
        String(repeating: " ", count: max(0, width - columns)) + self
    }

    /// Without spaces and line ends at its end.
    var trimmedAtEnd: String {
        var text = self
        while text.last?.isWhitespace == true { text.removeLast() }
        return text
    }
}
