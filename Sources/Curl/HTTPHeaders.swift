/// The header fields of a request or response, in order; names compare without regard to ASCII
/// case.
public struct HTTPHeaders: Sendable, Hashable, ExpressibleByDictionaryLiteral {
    /// One field.
    public struct Field: Sendable, Hashable {
        /// The name as written or received.
        public let name: String
        /// The value without surrounding blanks.
        public let value: String
    }

    /// All fields in order.
    public private(set) var fields: [Field] = []

    /// No fields.
    public init() {}

    /// The fields of a literal, in order.
    public init(dictionaryLiteral elements: (String, String)...) {
        for (name, value) in elements { add(name, value) }
    }

    /// The value of the first field called `name`, or nil.
    public subscript(_ name: String) -> String? {
        let wanted = name.lowercased()
        return fields.first { $0.name.lowercased() == wanted }?.value
    }

    /// The values of all fields called `name`, in order.
    public func values(of name: String) -> [String] {
        let wanted = name.lowercased()
        return fields.filter { $0.name.lowercased() == wanted }.map(\.value)
    }

    /// Adds a field after those that are there, also when one of the same name is.
    public mutating func add(_ name: String, _ value: String) {
        fields.append(Field(name: name, value: value))
    }
}

// A header may carry a token, so that only the names print.
extension HTTPHeaders: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// The names alone.
    public var description: String { "[" + fields.map(\.name).joined(separator: ", ") + "]" }

    /// The names alone.
    public var debugDescription: String { description }

    /// The names alone.
    public var customMirror: Mirror { Mirror(self, unlabeledChildren: fields.map(\.name)) }
}

extension HTTPHeaders.Field: CustomStringConvertible, CustomDebugStringConvertible,
    CustomReflectable
{
    /// The name alone.
    public var description: String { name }

    /// The name alone.
    public var debugDescription: String { name }

    /// The name alone.
    public var customMirror: Mirror { Mirror(self, children: ["name": name]) }
}
