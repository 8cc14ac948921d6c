/// Reads import declarations.
enum Imports {
    private static let kinds: Set = [
        "struct", "class", "enum", "protocol", "typealias", "func", "var", "let",
    ]
    private static let accessLevels: Set = [
        "public", "package", "internal", "fileprivate", "private",
    ]

    /// The modules that a file imports, each with its line, from 1.
    static func all(in source: SwiftSource) -> [(module: String, line: Int)] {
        source.code.enumerated().flatMap { number, line in
            line.split(separator: ";").compactMap { statement in
                module(importedBy: statement).map { ($0, number + 1) }
            }
        }
    }

    private static func module(importedBy statement: Substring) -> String? {
        var words = withoutAttributes(statement).split(whereSeparator: \.isWhitespace)[...]
        if let first = words.first, accessLevels.contains(String(first)) { words.removeFirst() }
        guard words.popFirst() == "import" else { return nil }
        if let first = words.first, kinds.contains(String(first)) { words.removeFirst() }
        return words.first?.split(separator: ".").first.map(String.init)
    }

    /// Without `@testable`, `@_spi(Name)` and the like.
    private static func withoutAttributes(_ statement: Substring) -> Substring {
        var rest = statement.trimmingPrefix(while: \.isWhitespace)
        while rest.first == "@" {
            rest = rest.dropFirst().drop { $0.isLetter || $0 == "_" }
            if rest.first == "(" { rest = rest.drop { $0 != ")" }.dropFirst() }
            rest = rest.trimmingPrefix(while: \.isWhitespace)
        }
        return rest
    }
}
