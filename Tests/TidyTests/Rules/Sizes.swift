/// How long files and functions may be.
enum Sizes {
    static let fileLinesMax = 600
    static let functionLinesMax = 70
    /// Files whose longest function is known to be longer, and how long: these only shrink.
    static let ratchet: [String: Int] = [:]

    /// Files that are too long.
    static func longFiles(in sources: [SwiftSource]) -> [Finding] {
        sources.filter { $0.lines.count > fileLinesMax }.map { source in
            Finding(
                path: source.path,
                line: fileLinesMax + 1,
                message: "\(source.lines.count) lines; at most \(fileLinesMax): split by topic"
            )
        }
    }

    /// Functions, initialisers and subscripts that are too long, first to last line counted.
    static func longFunctions(
        in source: SwiftSource,
        ratchet: [String: Int] = ratchet
    ) -> [Finding] {
        let linesMax = ratchet[source.path] ?? functionLinesMax
        return FunctionScan.functions(in: source.code)
            .filter { $0.lines > linesMax }
            .map { function in
                let name = source.lines[function.line - 1].trimmingPrefix(while: \.isWhitespace)
                return Finding(
                    path: source.path,
                    line: function.line,
                    message: "\(function.lines) lines, at most \(linesMax): \(name)"
                )
            }
    }

    /// Entries of the ratchet that are too loose.
    static func looseEntries(
        in sources: [SwiftSource],
        ratchet: [String: Int] = ratchet
    ) -> [String] {
        ratchet.keys.sorted().filter { path in
            let source = sources.first { $0.path == path }
            let longest = source.map { FunctionScan.functions(in: $0.code).map(\.lines).max() ?? 0 }
            return longest != ratchet[path]
        }
    }
}

/// Finds the bodies of functions by their braces, in code without comments and strings.
struct FunctionScan {
    struct Function: Equatable {
        /// The line of the keyword, from 1.
        let line: Int
        /// From the keyword to the closing brace, both counted.
        let lines: Int
    }

    private static let keywords: Set = ["func", "init", "deinit", "subscript"]

    /// Functions that have a body, the inner ones too.
    static func functions(in code: [String]) -> [Function] {
        var found: [Function] = []
        for (number, line) in code.enumerated() where declaresFunction(line) {
            guard let last = lastLine(of: code, from: number) else { continue }
            found.append(Function(line: number + 1, lines: last - number + 1))
        }
        return found
    }

    /// Whether a line begins a declaration: a keyword after nothing but attributes and modifiers.
    private static func declaresFunction(_ line: String) -> Bool {
        for word in line.split(whereSeparator: { !$0.isLetter && $0 != "@" && $0 != "_" }) {
            if keywords.contains(String(word)) {
                return !line.contains(".\(word)") && !line.contains("\(word):")
            }
            guard word.hasPrefix("@") || modifiers.contains(String(word)) else { return false }
        }
        return false
    }

    private static let modifiers: Set = [
        "public", "package", "internal", "fileprivate", "private", "open", "static", "class",
        "final", "override", "mutating", "nonmutating", "consuming", "borrowing", "convenience",
        "required", "nonisolated", "isolated", "indirect", "prefix", "postfix", "infix", "unsafe",
        "discardableResult", "inlinable", "escaping", "autoclosure", "MainActor",
    ]

    /// The line of the brace that ends the body, or nil where there is no body.
    private static func lastLine(of code: [String], from first: Int) -> Int? {
        var braces = 0
        var brackets = 0
        for number in first..<code.count {
            for character in code[number] {
                switch character {
                case "(", "[": brackets += 1
                case ")", "]": brackets -= 1
                case "{": braces += 1
                case "}":
                    braces -= 1
                    if braces == 0, brackets == 0 { return number }
                    if braces < 0 { return nil }
                default: break
                }
            }
            if braces == 0, brackets == 0, !continues(code, after: number) { return nil }
        }
        return nil
    }

    /// Whether a signature goes on after a line: at a comma or `where`, or at the next line's word.
    private static func continues(_ code: [String], after number: Int) -> Bool {
        let line = code[number].split(whereSeparator: \.isWhitespace)
        if let last = line.last, last.hasSuffix(",") || ["->", "where"].contains(last) {
            return true
        }
        guard number + 1 < code.count else { return false }
        let next = code[number + 1].split(whereSeparator: \.isWhitespace).first ?? ""
        return ["{", "->", "where", "async", "throws"].contains { next.hasPrefix($0) }
    }
}
