/// The name of an element or attribute as written, with its prefix.
public struct XMLName: Hashable, Sendable, CustomStringConvertible {
    /// What stands before the colon; empty when there is none.
    public let prefix: String
    /// What stands after the colon, or all of it.
    public let local: String

    /// Makes a name from its parts.
    public init(prefix: String = "", local: String) {
        self.prefix = prefix
        self.local = local
    }

    /// The name as written.
    public var description: String { prefix.isEmpty ? local : "\(prefix):\(local)" }
}

/// An attribute with its value, entities replaced.
public struct XMLAttribute: Hashable, Sendable {
    /// The name as written.
    public let name: XMLName
    /// The value, entities replaced.
    public let value: String

    /// Makes an attribute.
    public init(name: XMLName, value: String) {
        self.name = name
        self.value = value
    }
}

/// What a pull parser meets next.
public enum XMLEvent: Hashable, Sendable {
    /// An element begins; an empty-element tag gives its end next.
    case startElement(XMLName, attributes: [XMLAttribute])
    /// An element ends.
    case endElement(XMLName)
    /// Character data inside an element, entities and CDATA replaced; never empty.
    case text(String)
}

/// The limits that keep hostile XML from exhausting this process.
public struct XMLLimits: Hashable, Sendable {
    /// Bytes of a document; 64 MiB by default.
    public var maximumBytes: Int
    /// Elements open at once; 256 by default.
    public var maximumDepth: Int
    /// Attributes of one element; 64 by default.
    public var maximumAttributes: Int
    /// Bytes of one name; 256 by default.
    public var maximumNameLength: Int

    /// Makes limits; each has its default.
    public init(
        maximumBytes: Int = 64 << 20,
        maximumDepth: Int = 256,
        maximumAttributes: Int = 64,
        maximumNameLength: Int = 256
    ) {
        self.maximumBytes = maximumBytes
        self.maximumDepth = maximumDepth
        self.maximumAttributes = maximumAttributes
        self.maximumNameLength = maximumNameLength
    }
}
