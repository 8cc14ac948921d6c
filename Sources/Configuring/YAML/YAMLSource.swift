import Yams

/// Turns the text of a file into a ``SourceNode``, within bounds, reporting what is not YAML.
struct YAMLSource {
    /// Largest file read; a large estate needs a tenth of it.
    static let maximumBytes = 256 * 1_024
    /// Most aliases (`*name`); nested anchors grow a file by at most 3 to the power of a third of it.
    static let maximumAliases = 32
    /// Most repeated keys that are told one by one before the rest is left for the next attempt.
    static let maximumRepeatedKeys = 64

    let findings: Findings

    /// Reads the text; nil when an error was reported that leaves nothing to go on with.
    func parse(_ original: String) -> SourceNode? {
        let text = original.hasPrefix("\u{FEFF}") ? String(original.dropFirst()) : original
        guard text.utf8.count <= Self.maximumBytes else {
            findings.error(
                .unreadable,
                at: nil,
                "the file is larger than \(Self.maximumBytes / 1_024) KiB; is it an agent.conf?"
            )
            return nil
        }
        guard aliasCount(in: text) <= Self.maximumAliases else {
            findings.error(
                .syntax,
                at: nil,
                "more than \(Self.maximumAliases) YAML aliases (*name): write the values out"
            )
            return nil
        }
        var scrubbed = RepeatedKeys(text: text)
        while true {
            do {
                guard let node = try Yams.compose(yaml: scrubbed.text) else { return empty() }
                var converter = NodeConverter(findings: findings, disguised: scrubbed.disguised)
                return converter.convert(node)
            } catch let error as YamlError {
                if case .duplicatedKeysInMapping(let keys, let context) = error {
                    if scrubbed.disguised.count < Self.maximumRepeatedKeys,
                        scrubbed.disguiseKey(at: Position(context.mark))
                    {
                        continue
                    }
                    report(repeated: keys, at: Position(context.mark))
                    return nil
                }
                report(error)
                return nil
            } catch {
                findings.error(.syntax, at: nil, "this is not valid YAML")
                return nil
            }
        }
    }

    private func empty() -> SourceNode {
        SourceNode(content: .mapping([]), position: .start)
    }

    /// Counts what may be an alias; a `*` inside a text or comment may count too.
    private func aliasCount(in text: String) -> Int {
        var count = 0
        var previousIsStar = false
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"):
                if previousIsStar { count += 1 }
                previousIsStar = false
            default: previousIsStar = byte == UInt8(ascii: "*")
            }
        }
        return count
    }

    private func report(repeated keys: [String], at position: Position) {
        let names = keys.sorted().prefix(5).map { "'\(Printable.short($0))'" }
        findings.error(
            .duplicate,
            at: position,
            "keys written more than once here: \(names.joined(separator: ", ")); keep one of each"
        )
    }

    private func report(_ error: YamlError) {
        switch error {
        case .scanner(let context, let problem, let mark, _),
            .parser(let context, let problem, let mark, _),
            .composer(let context, let problem, let mark, _):
            findings.error(
                .syntax,
                at: Position(mark),
                "this is not valid YAML: " + YAMLProblem.inWords(problem, context: context)
            )
        case .reader(let problem, let offset, _, let yaml):
            findings.error(
                .syntax,
                at: offset.map { place(ofCharacter: $0, in: yaml) },
                "this is not valid YAML: \(problem)"
            )
        default:
            findings.error(.syntax, at: nil, "this is not valid YAML")
        }
    }

    private func place(ofCharacter offset: Int, in text: String) -> Position {
        var position = Position.start
        for character in text.prefix(offset) {
            if character.isNewline {
                position = Position(line: position.line + 1, column: 1)
            } else {
                position.column += character.unicodeScalars.count
            }
        }
        return position
    }
}

extension Position {
    /// The library's mark; it counts from 1 too.
    init(_ mark: Mark) {
        self.init(line: max(1, mark.line), column: max(1, mark.column))
    }
}

/// The YAML library's complaints with a hint for the mistakes that people make.
enum YAMLProblem {
    static func inWords(_ problem: String, context: YamlError.Context?) -> String {
        if problem.hasPrefix("Maximum nesting level") { return "it is nested too deep" }
        var text = problem
        if let context, context.text.hasPrefix("while") {
            text += " \(context.text), begun in line \(context.mark.line)"
        }
        if let hint = hint(for: problem) { text += " (\(hint))" }
        return text
    }

    private static func hint(for problem: String) -> String? {
        switch problem {
        case "mapping values are not allowed in this context":
            "check the indentation, and quote a text that contains ': '"
        case "found character that cannot start any token":
            "indent with spaces, not tabs, and quote a text that begins with %, @ or `"
        case "found undefined alias": "quote a text that begins with *"
        case "but found another document": "one file holds one document: remove the '---'"
        case "exceeded max depth", "did not find expected key": "check the indentation above"
        default: nil
        }
    }
}
