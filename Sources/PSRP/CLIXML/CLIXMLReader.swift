/// The limits that keep hostile CLIXML from exhausting this process.
public struct CLIXMLLimits: Hashable, Sendable {
    /// Limits of the XML below.
    public var xml: XMLLimits
    /// Objects inside one another, references followed; 64 by default.
    public var maximumDepth: Int
    /// Values in all, those behind references counted each time; 1,000,000 by default.
    public var maximumValues: Int
    /// Bytes of text in all, that behind references counted each time; 64 MiB by default.
    public var maximumTextBytes: Int

    /// Makes limits; each has its default.
    public init(
        xml: XMLLimits = XMLLimits(),
        maximumDepth: Int = 64,
        maximumValues: Int = 1_000_000,
        maximumTextBytes: Int = 64 << 20
    ) {
        self.xml = xml
        self.maximumDepth = maximumDepth
        self.maximumValues = maximumValues
        self.maximumTextBytes = maximumTextBytes
    }
}

extension CLIXMLValue {
    /// Reads the one value of a message's body.
    ///
    /// - Throws: `malformedXML`, `malformedCLIXML`, `malformedBase64` or `limitExceeded`.
    public init(
        clixml bytes: [UInt8],
        limits: CLIXMLLimits = CLIXMLLimits()
    ) throws(PSRPError) {
        var reader = CLIXMLReader(parser: try XMLPullParser(bytes, limits: limits.xml), limits)
        self = try reader.document()
    }
}

/// Turns XML events into one value; the scopes of `RefId` are those of one document.
struct CLIXMLReader {
    /// A value with its height, so that references cannot build towers deeper than the limit.
    struct Read {
        var value: CLIXMLValue
        var height = 1
    }

    private struct Known {
        var read: Read
        var values: Int
        var textBytes: Int
    }

    var parser: XMLPullParser
    private let limits: CLIXMLLimits
    private var typeNames: [String: [String]] = [:]
    private var objects: [String: Known] = [:]
    private var openObjects: [String] = []
    private var values = 0
    private var textBytes = 0

    init(parser: XMLPullParser, _ limits: CLIXMLLimits) {
        self.parser = parser
        self.limits = limits
    }

    mutating func document() throws(PSRPError) -> CLIXMLValue {
        guard case .startElement(let name, let attributes) = try parser.next() else {
            throw PSRPError(.malformedCLIXML, "there is no value")
        }
        let read = try value(name.local, attributes, depth: 1)
        while try parser.next() != nil {}
        return read.value
    }

    private mutating func value(
        _ name: String,
        _ attributes: [XMLAttribute],
        depth: Int
    ) throws(PSRPError) -> Read {
        try count(1)
        guard depth <= limits.maximumDepth else { throw tooDeep() }
        switch name {
        case "Obj": return try object(attributes, depth: depth)
        case "Ref": return try reference(attributes, depth: depth)
        case "PR": return Read(value: .progress(try progressRecord()))
        case "Nil":
            _ = try text(of: name)
            return Read(value: .null)
        default:
            let text = try text(of: name)
            try count(bytes: text.utf8.count)
            guard let value = try CLIXMLPrimitives.value(element: name, text: text) else {
                throw PSRPError(.malformedCLIXML, "<\(name)> is not a CLIXML type")
            }
            return Read(value: value)
        }
    }

    private mutating func reference(
        _ attributes: [XMLAttribute],
        depth: Int
    ) throws(PSRPError) -> Read {
        _ = try text(of: "Ref")
        guard let id = Self.attribute("RefId", attributes) else {
            throw PSRPError(.malformedCLIXML, "<Ref> has no RefId")
        }
        if openObjects.contains(id) { return Read(value: .enclosingObject(refID: id)) }
        guard let known = objects[id] else {
            throw PSRPError(.malformedCLIXML, "<Ref RefId='\(id)'> refers to nothing")
        }
        try count(known.values)
        try count(bytes: known.textBytes)
        guard depth + known.read.height - 1 <= limits.maximumDepth else { throw tooDeep() }
        return known.read
    }

    private mutating func object(
        _ attributes: [XMLAttribute],
        depth: Int
    ) throws(PSRPError) -> Read {
        let id = Self.attribute("RefId", attributes)
        let before = (values, textBytes)
        if let id { openObjects.append(id) }
        var object = CLIXMLObject()
        var height = 1
        var parts: Set<String> = []
        while let (name, attributes) = try nextChild(of: "Obj") {
            try check(part: name, after: &parts)
            switch name {
            case "TN": object.typeNames = try newTypeNames(attributes)
            case "TNRef": object.typeNames = try oldTypeNames(attributes)
            case "ToString": object.toString = try countedText(of: name)
            case "Props":
                object.adaptedProperties = try properties(name, depth: depth, &height)
            case "MS":
                object.extendedProperties = try properties(name, depth: depth, &height)
            case "LST": object.content = .list(try members(name, depth: depth, &height))
            case "QUE": object.content = .queue(try members(name, depth: depth, &height))
            case "STK": object.content = .stack(try members(name, depth: depth, &height))
            case "IE": object.content = .enumerable(try members(name, depth: depth, &height))
            case "DCT": object.content = .dictionary(try entries(depth: depth, &height))
            default:
                let inner = try value(name, attributes, depth: depth + 1)
                height = max(height, inner.height + 1)
                object.content = .primitive(inner.value)
            }
        }
        let read = Read(value: .object(object), height: height)
        if let id {
            openObjects.removeLast()
            objects[id] = Known(
                read: read,
                values: values - before.0 + 1,
                textBytes: textBytes - before.1
            )
        }
        return read
    }

    /// An object has each part once, and is one thing beside its properties.
    private func check(part name: String, after parts: inout Set<String>) throws(PSRPError) {
        let part: String
        switch name {
        case "TN", "TNRef": part = "type"
        case "ToString", "Props", "MS": part = name
        default: part = "content"
        }
        guard parts.insert(part).inserted else {
            throw PSRPError(.malformedCLIXML, "<Obj> has <\(name)> after another \(part)")
        }
    }

    private mutating func countedText(of name: String) throws(PSRPError) -> String {
        let text = try text(of: name)
        try count(bytes: text.utf8.count)
        return CLIXMLText.unescape(text)
    }

    private mutating func newTypeNames(
        _ attributes: [XMLAttribute]
    ) throws(PSRPError) -> [String] {
        var names: [String] = []
        while let (name, _) = try nextChild(of: "TN") {
            guard name == "T" else {
                throw PSRPError(.malformedCLIXML, "<TN> holds <\(name)> instead of <T>")
            }
            names.append(try countedText(of: name))
        }
        if let id = Self.attribute("RefId", attributes) { typeNames[id] = names }
        return names
    }

    private mutating func oldTypeNames(
        _ attributes: [XMLAttribute]
    ) throws(PSRPError) -> [String] {
        _ = try text(of: "TNRef")
        let id = Self.attribute("RefId", attributes) ?? ""
        guard let names = typeNames[id] else {
            throw PSRPError(.malformedCLIXML, "<TNRef RefId='\(id)'> refers to nothing")
        }
        return names
    }

    private mutating func properties(
        _ element: String,
        depth: Int,
        _ height: inout Int
    ) throws(PSRPError) -> CLIXMLProperties {
        var properties: CLIXMLProperties = []
        while let (name, attributes) = try nextChild(of: element) {
            guard let property = Self.attribute("N", attributes) else {
                throw PSRPError(.malformedCLIXML, "a property <\(name)> has no name")
            }
            let read = try value(name, attributes, depth: depth + 1)
            height = max(height, read.height + 1)
            try count(bytes: property.utf8.count)
            properties.append(CLIXMLText.unescape(property), read.value)
        }
        return properties
    }

    private mutating func members(
        _ element: String,
        depth: Int,
        _ height: inout Int
    ) throws(PSRPError) -> [CLIXMLValue] {
        var members: [CLIXMLValue] = []
        while let (name, attributes) = try nextChild(of: element) {
            let read = try value(name, attributes, depth: depth + 1)
            height = max(height, read.height + 1)
            members.append(read.value)
        }
        return members
    }

    private mutating func entries(
        depth: Int,
        _ height: inout Int
    ) throws(PSRPError) -> [CLIXMLObject.Entry] {
        var entries: [CLIXMLObject.Entry] = []
        while let (name, _) = try nextChild(of: "DCT") {
            guard name == "En" else {
                throw PSRPError(.malformedCLIXML, "<DCT> holds <\(name)> instead of <En>")
            }
            let parts = try properties(name, depth: depth, &height)
            guard let key = parts["Key"], let value = parts["Value"], parts.all.count == 2 else {
                throw PSRPError(.malformedCLIXML, "<En> is not one key and one value")
            }
            entries.append(CLIXMLObject.Entry(key, value))
        }
        return entries
    }

    private mutating func count(_ more: Int) throws(PSRPError) {
        values += more
        guard values <= limits.maximumValues else {
            throw PSRPError(
                .limitExceeded,
                "CLIXML holds more than \(limits.maximumValues) values"
            )
        }
    }

    mutating func count(bytes more: Int) throws(PSRPError) {
        textBytes += more
        guard textBytes <= limits.maximumTextBytes else {
            throw PSRPError(
                .limitExceeded,
                "CLIXML holds more than \(limits.maximumTextBytes) bytes of text"
            )
        }
    }

    private func tooDeep() -> PSRPError {
        PSRPError(.limitExceeded, "CLIXML is nested deeper than \(limits.maximumDepth) objects")
    }
}
