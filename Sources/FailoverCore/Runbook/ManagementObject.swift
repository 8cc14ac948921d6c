/// A value that a cmdlet put out, reduced to what the runbooks read.
public enum ManagementValue: Sendable, Hashable, Codable {
    /// No value.
    case null
    /// Text, or the text of an object that is nothing else here (identities, enumerations).
    case string(String)
    /// A boolean.
    case bool(Bool)
    /// A whole number.
    case integer(Int64)
    /// A moment as 100-nanosecond ticks since 0001-01-01T00:00:00Z.
    case ticks(Int64)
    /// A list.
    case list([ManagementValue])

    /// The value as text; nil for null and lists, and for empty text.
    public var text: String? {
        switch self {
        case .string(let text): text.isEmpty ? nil : text
        case .bool(let value): value ? "True" : "False"
        case .integer(let value): String(value)
        case .ticks, .null, .list: nil
        }
    }

    /// The value as a whole number, also when it came as text.
    public var integer: Int64? {
        switch self {
        case .integer(let value): value
        case .string(let text): Int64(text)
        case .null, .bool, .ticks, .list: nil
        }
    }

    /// The value as a boolean, also when it came as text.
    public var bool: Bool? {
        switch self {
        case .bool(let value): value
        case .string(let text):
            switch text.lowercased() {
            case "true": true
            case "false": false
            default: nil
            }
        case .null, .integer, .ticks, .list: nil
        }
    }

    /// The elements of a list; one element for a single value, none for null.
    public var elements: [ManagementValue] {
        switch self {
        case .null: []
        case .list(let values): values
        case .string, .bool, .integer, .ticks: [self]
        }
    }
}

/// An object that a cmdlet put out: properties by name, whatever the case.
public struct ManagementObject: Sendable, Hashable, Codable {
    private var properties: [String: ManagementValue]

    /// Makes an object from its properties; of names that differ only in case the last one stays.
    public init(_ properties: [(String, ManagementValue)]) {
        self.properties = Dictionary(
            properties.map { ($0.0.lowercased(), $0.1) },
            uniquingKeysWith: { $1 }
        )
    }

    /// The value of a property; null when there is none.
    public subscript(name: String) -> ManagementValue {
        properties[name.lowercased()] ?? .null
    }

    /// The value of the first of several spellings that is there (documents disagree on some).
    public func first(of names: String...) -> ManagementValue {
        for name in names {
            if let value = properties[name.lowercased()] { return value }
        }
        return .null
    }
}

/// What a command gave back.
public struct CommandResult: Sendable, Hashable, Codable {
    /// Output objects in order.
    public var output: [ManagementObject]
    /// Texts of error records, terminating ones included; any of them fails a step.
    public var errors: [String]
    /// Texts of warnings.
    public var warnings: [String]

    /// Makes a result.
    public init(output: [ManagementObject] = [], errors: [String] = [], warnings: [String] = []) {
        self.output = output
        self.errors = errors
        self.warnings = warnings
    }
}
