/// An object as PowerShell serialises it: type names, properties, and perhaps members or a value.
public struct CLIXMLObject: Hashable, Sendable {
    /// What the object is beside its properties.
    public enum Content: Hashable, Sendable {
        /// Properties only.
        case none
        /// A value with additions: an enumeration's number, a string with note properties.
        case primitive(CLIXMLValue)
        /// `LST`: a list or array.
        case list([CLIXMLValue])
        /// `QUE`: a queue, first member first.
        case queue([CLIXMLValue])
        /// `STK`: a stack, as it travelled.
        case stack([CLIXMLValue])
        /// `IE`: something enumerable.
        case enumerable([CLIXMLValue])
        /// `DCT`: a dictionary, in the order it travelled.
        case dictionary([Entry])
    }

    /// One entry of a dictionary.
    public struct Entry: Hashable, Sendable {
        /// The key, of any type but null.
        public var key: CLIXMLValue
        /// The value.
        public var value: CLIXMLValue

        /// Makes an entry.
        public init(_ key: CLIXMLValue, _ value: CLIXMLValue) {
            self.key = key
            self.value = value
        }
    }

    /// The type and its bases, most derived first; empty when none was sent.
    public var typeNames: [String]
    /// What `ToString()` gave at the sender, when it was sent.
    public var toString: String?
    /// What the object is beside its properties.
    public var content: Content
    /// `Props`: the .NET type's own properties.
    public var adaptedProperties: CLIXMLProperties
    /// `MS`: properties that PowerShell added.
    public var extendedProperties: CLIXMLProperties

    /// Makes an object.
    public init(
        typeNames: [String] = [],
        displayText toString: String? = nil,
        content: Content = .none,
        adaptedProperties: CLIXMLProperties = [],
        extendedProperties: CLIXMLProperties = []
    ) {
        self.typeNames = typeNames
        self.toString = toString
        self.content = content
        self.adaptedProperties = adaptedProperties
        self.extendedProperties = extendedProperties
    }

    /// A property by name, letter case ignored; an added one hides the type's own.
    public subscript(property name: String) -> CLIXMLValue? {
        extendedProperties[name] ?? adaptedProperties[name]
    }

    /// The value of a dictionary's entry with a string key, letter case ignored.
    public subscript(key name: String) -> CLIXMLValue? {
        guard case .dictionary(let entries) = content else { return nil }
        let folded = name.lowercased()
        return entries.first { $0.key.stringValue?.lowercased() == folded }?.value
    }

    /// The text that PowerShell would show: the sender's, or that of the value inside.
    public var displayText: String? {
        if let toString { return toString }
        guard case .primitive(let value) = content else { return nil }
        return value.displayText
    }
}

/// Named values in order, found without regard to letter case, as PowerShell does.
public struct CLIXMLProperties: Hashable, Sendable, ExpressibleByArrayLiteral {
    /// One named value.
    public struct Property: Hashable, Sendable {
        /// The name as sent.
        public let name: String
        /// The value.
        public let value: CLIXMLValue

        /// Makes a named value.
        public init(_ name: String, _ value: CLIXMLValue) {
            self.name = name
            self.value = value
        }
    }

    /// The properties in the order they travelled.
    public private(set) var all: [Property]
    private var places: [String: Int]

    /// Takes properties in order; of two with one name, the later one is found.
    public init(_ properties: [Property]) {
        all = properties
        places = [:]
        for (place, property) in properties.enumerated() {
            places[property.name.lowercased()] = place
        }
    }

    /// Takes properties in order from a literal.
    public init(arrayLiteral elements: Property...) {
        self.init(elements)
    }

    /// Adds a property at the end.
    public mutating func append(_ name: String, _ value: CLIXMLValue) {
        places[name.lowercased()] = all.count
        all.append(Property(name, value))
    }

    /// A value by name, letter case ignored.
    public subscript(name: String) -> CLIXMLValue? {
        places[name.lowercased()].map { all[$0].value }
    }

    /// Whether there are none.
    public var isEmpty: Bool { all.isEmpty }
}
