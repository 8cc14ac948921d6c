/// One thing to say about a configuration file: what, where, what to do.
public struct Diagnostic: Sendable, Hashable, Comparable, Codable, CustomStringConvertible {
    /// Whether the file can be used in spite of it.
    public enum Severity: String, Sendable, Hashable, Codable, CaseIterable {
        /// The file cannot be used.
        case error
        /// The file can be used, but a person should look.
        case warning
    }

    /// The closed set of causes.
    public enum Code: String, Sendable, Hashable, Codable, CaseIterable {
        /// The file cannot be opened, is too large or is not text.
        case unreadable
        /// It is not YAML, or more of YAML than is understood here.
        case syntax
        /// A key that does not exist here.
        case unknownKey = "unknown_key"
        /// A key that has to be there is not.
        case missing
        /// The value is of another kind than the key takes.
        case wrongType = "wrong_type"
        /// The value is of the right kind but cannot be right.
        case impossible
        /// The same thing is written twice.
        case duplicate
        /// It names something that the file does not define.
        case dangling
        /// It is part of the product's design, but not of this version.
        case unsupported
        /// It works, but is hardly meant so.
        case advice
    }

    /// The file as it was named when it was loaded.
    public var file: String
    /// Line, counted from 1; 0 when the whole file is meant.
    public var line: Int
    /// Column in Unicode scalars, counted from 1; 0 when the whole file is meant.
    public var column: Int
    /// Error or warning.
    public var severity: Severity
    /// The cause.
    public var code: Code
    /// One sentence for people; never holds a secret.
    public var message: String

    /// Makes a diagnostic.
    public init(
        file: String,
        line: Int,
        column: Int,
        severity: Severity,
        code: Code,
        message: String
    ) {
        self.file = file
        self.line = line
        self.column = column
        self.severity = severity
        self.code = code
        self.message = message
    }

    /// `agent.conf:42:7: unknown key …`, with `warning:` before the message of a warning.
    public var description: String {
        let place = line > 0 ? "\(file):\(line):\(column)" : file
        return severity == .warning ? "\(place): warning: \(message)" : "\(place): \(message)"
    }

    /// Orders by place, then text, so that a file's diagnostics read from top to bottom.
    public static func < (left: Diagnostic, right: Diagnostic) -> Bool {
        if left.line != right.line { return left.line < right.line }
        if left.column != right.column { return left.column < right.column }
        return left.message < right.message
    }
}

/// Why a configuration cannot be used: everything that is wrong with it, at once.
public struct ConfigurationErrors: Error, Sendable, Hashable, CustomStringConvertible {
    /// Errors and warnings from top to bottom; at least one error.
    public var diagnostics: [Diagnostic]

    /// Takes the diagnostics of one file.
    public init(_ diagnostics: [Diagnostic]) {
        self.diagnostics = diagnostics
    }

    /// One line per diagnostic.
    public var description: String {
        diagnostics.map(\.description).joined(separator: "\n")
    }
}
