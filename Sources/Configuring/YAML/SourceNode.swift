/// A place in the file, counted from 1.
struct Position: Hashable, Comparable {
    var line: Int
    var column: Int

    static let start = Position(line: 1, column: 1)

    static func < (left: Position, right: Position) -> Bool {
        (left.line, left.column) < (right.line, right.column)
    }
}

/// A value of the file with its place: what the readers work on instead of the YAML library's tree.
///
/// Aliases are resolved, merge keys applied, every key is text and unique in its mapping.
struct SourceNode {
    /// One `key: value` of a mapping.
    struct Entry {
        var key: String
        var keyPosition: Position
        var value: SourceNode
    }

    /// The three shapes of YAML.
    indirect enum Content {
        /// Text as written; `isQuoted` tells `"5"` from `5`.
        case scalar(String, isQuoted: Bool)
        case sequence([SourceNode])
        case mapping([Entry])
    }

    var content: Content
    var position: Position

    /// What it is, in words for a message.
    var shape: String {
        switch content {
        case .scalar(let text, let isQuoted):
            SourceNode.isNothing(text, isQuoted: isQuoted) ? "nothing" : "a single value"
        case .sequence: "a list"
        case .mapping: "a group of keys"
        }
    }

    /// Whether a scalar is YAML's null: an empty value, `~` or `null`.
    static func isNothing(_ text: String, isQuoted: Bool) -> Bool {
        !isQuoted && (text.isEmpty || text == "~" || text.lowercased() == "null")
    }
}
