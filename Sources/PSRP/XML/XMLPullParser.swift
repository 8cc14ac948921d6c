/// A pull parser for the XML of remoting: UTF-8, no document type, bounded.
///
/// It checks that elements nest, that there is one root, and that names and references are well
/// formed. Namespaces are left to the caller.
public struct XMLPullParser: Sendable {
    let bytes: [UInt8]
    var position = 0
    let limits: XMLLimits
    private var open: [XMLName] = []
    private var endIsPending = false
    private var sawRoot = false

    /// Prepares to read a document; a byte order mark is skipped.
    ///
    /// - Throws: `limitExceeded` when the document is too long.
    public init(_ bytes: [UInt8], limits: XMLLimits = XMLLimits()) throws(PSRPError) {
        guard bytes.count <= limits.maximumBytes else {
            throw PSRPError(
                .limitExceeded,
                "XML of \(bytes.count) bytes is above the limit of \(limits.maximumBytes)"
            )
        }
        self.bytes = bytes
        self.limits = limits
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { position = 3 }
    }

    /// The next event; nil after the end of the document.
    ///
    /// - Throws: `malformedXML` or `limitExceeded`, with the place in bytes.
    public mutating func next() throws(PSRPError) -> XMLEvent? {
        if endIsPending {
            endIsPending = false
            return .endElement(open.removeLast())
        }
        if open.isEmpty { return try outsideRoot() }
        var text = ""
        while position < bytes.count {
            guard bytes[position] == UInt8(ascii: "<") else {
                try characterData(into: &text)
                continue
            }
            if startsWith("<![CDATA[") {
                try cdata(into: &text)
            } else if startsWith("<!--") {
                try skip(past: "-->")
            } else if startsWith("<?") {
                try skip(past: "?>")
            } else if !text.isEmpty {
                return .text(text)
            } else {
                return startsWith("</") ? try endTag() : try startTag()
            }
        }
        throw failure("the document ends inside <\(open.last?.description ?? "")>")
    }

    private mutating func outsideRoot() throws(PSRPError) -> XMLEvent? {
        while position < bytes.count {
            if XMLCharacters.isSpace(bytes[position]) {
                position += 1
            } else if startsWith("<!--") {
                try skip(past: "-->")
            } else if startsWith("<?") {
                try skip(past: "?>")
            } else if startsWith("<!") {
                throw failure("a document type is not allowed")
            } else if bytes[position] == UInt8(ascii: "<"), !sawRoot, !startsWith("</") {
                sawRoot = true
                return try startTag()
            } else {
                throw failure(sawRoot ? "something follows the root" : "this is not XML")
            }
        }
        guard sawRoot else { throw failure("the document is empty") }
        return nil
    }

    private mutating func startTag() throws(PSRPError) -> XMLEvent {
        position += 1
        let name = try name()
        guard open.count < limits.maximumDepth else {
            throw PSRPError(
                .limitExceeded,
                "XML is nested deeper than \(limits.maximumDepth) at byte \(position)"
            )
        }
        var attributes: [XMLAttribute] = []
        while true {
            let spaced = skipSpace()
            guard position < bytes.count else { throw failure("a tag is cut short") }
            if bytes[position] == UInt8(ascii: ">") {
                position += 1
                open.append(name)
                return .startElement(name, attributes: attributes)
            }
            if startsWith("/>") {
                position += 2
                open.append(name)
                endIsPending = true
                return .startElement(name, attributes: attributes)
            }
            guard spaced else { throw failure("<\(name)> has a wrong character in its tag") }
            let attribute = try attribute()
            guard !attributes.contains(where: { $0.name == attribute.name }) else {
                throw failure("<\(name)> has the attribute \(attribute.name) twice")
            }
            attributes.append(attribute)
            guard attributes.count <= limits.maximumAttributes else {
                throw PSRPError(
                    .limitExceeded,
                    "<\(name)> has more than \(limits.maximumAttributes) attributes"
                )
            }
        }
    }

    private mutating func endTag() throws(PSRPError) -> XMLEvent {
        position += 2
        let name = try name()
        _ = skipSpace()
        guard position < bytes.count, bytes[position] == UInt8(ascii: ">") else {
            throw failure("</\(name)> is not closed")
        }
        position += 1
        guard let expected = open.popLast(), expected == name else {
            throw failure("</\(name)> does not end the element that is open")
        }
        return .endElement(name)
    }

    private mutating func attribute() throws(PSRPError) -> XMLAttribute {
        let name = try name()
        _ = skipSpace()
        guard position < bytes.count, bytes[position] == UInt8(ascii: "=") else {
            throw failure("the attribute \(name) has no value")
        }
        position += 1
        _ = skipSpace()
        guard position < bytes.count,
            bytes[position] == UInt8(ascii: "\"") || bytes[position] == UInt8(ascii: "'")
        else { throw failure("the value of the attribute \(name) is not quoted") }
        let quote = bytes[position]
        position += 1
        var value = ""
        while position < bytes.count, bytes[position] != quote {
            guard bytes[position] != UInt8(ascii: "<") else {
                throw failure("the value of the attribute \(name) holds '<'")
            }
            try characterData(into: &value, until: quote)
        }
        guard position < bytes.count else { throw failure("an attribute is cut short") }
        position += 1
        return XMLAttribute(name: name, value: value)
    }
}
