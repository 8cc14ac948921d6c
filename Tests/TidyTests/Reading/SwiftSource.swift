import Foundation

/// A Swift file, and the same file with the insides of comments and strings blanked.
struct SwiftSource {
    let path: String
    let lines: [String]
    /// As `lines`, with blanks where comments, strings and quoted names were.
    let code: [String]

    init(path: String, text: String) {
        self.path = path
        lines = Self.split(text)
        code = Self.split(SourceMask.masked(text))
    }

    /// The name of the folder right below `Sources` or `Tests`.
    var target: String {
        let parts = path.split(separator: "/")
        return parts.count > 2 ? String(parts[1]) : ""
    }

    private static func split(_ text: String) -> [String] {
        var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        if lines.last == "" { lines.removeLast() }
        return lines
    }
}

/// What a rule has found, in the form that editors can follow.
struct Finding: Hashable, CustomStringConvertible {
    let path: String
    let line: Int
    let message: String

    var description: String { "\(path):\(line): \(message)" }
}
