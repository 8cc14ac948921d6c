/// The last thing that a program said, made fit for a log line.
enum LastLine {
    /// The last line that is not blank: printable characters alone, at most `charactersMax`.
    static func of(_ bytes: some Sequence<UInt8>, charactersMax: Int = 200) -> String {
        let text = String(decoding: Array(bytes), as: UTF8.self)
        let lines = text.split(whereSeparator: \.isNewline)
        let words = lines.last { !$0.allSatisfy(\.isWhitespace) }?.split(
            whereSeparator: \.isWhitespace
        )
        let line = (words ?? []).joined(separator: " ").unicodeScalars
            .map { isPrintable($0) ? Character($0) : "?" }
        guard line.count > charactersMax else { return String(line) }
        return String(line.prefix(charactersMax)) + "…"
    }

    /// Format characters are among the others: some turn the text around them.
    private static func isPrintable(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator,
            .paragraphSeparator:
            false
        default: true
        }
    }
}
