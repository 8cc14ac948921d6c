/// Makes text from a file fit to be shown in one line.
enum Printable {
    /// The text without control characters, cut after 40 characters.
    static func short(_ text: String) -> String {
        let cut = text.prefix(41)
        let clean = cut.unicodeScalars.map { scalar in
            switch scalar.properties.generalCategory {
            case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .privateUse:
                "?"
            default: String(scalar)
            }
        }
        let joined = clean.joined()
        return cut.count > 40 ? String(joined.prefix(40)) + "…" : joined
    }
}
