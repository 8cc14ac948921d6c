/// Cuts an XML stream into tags, as much of XML as an XMPP stream may hold (RFC 6120 section 11).
///
/// Document types, entities of one's own, comments and processing instructions are forbidden there,
/// so the tools of XML bombs are refused at their first byte. Text between tags is skipped.
struct XMLTokenizer {
    /// A start tag, an end tag, or a tag that is both.
    enum Tag: Equatable {
        case open(Element)
        case empty(Element)
        case close(String)
    }

    /// An element's name as written and its attributes as written, entities not replaced.
    struct Element: Equatable {
        var name: String
        var attributes: [String: String]
    }

    /// What is wrong with the stream, in words.
    struct Fault: Error, Equatable {
        var reason: String
    }

    /// A tag longer than this is refused; real ones have some hundred bytes.
    static let tagMax = 8_192

    private enum State {
        /// Before the first tag: only white space is allowed.
        case prolog
        case text
        /// Between `<` and `>`; the quote that is open.
        case tag(quote: UInt8?)
    }

    private var state = State.prolog
    private var raw: [UInt8] = []
    private var sawDeclaration = false
    private var sawTag = false

    /// Takes one byte; returns a tag when the byte completes one.
    mutating func feed(_ byte: UInt8) throws(Fault) -> Tag? {
        switch state {
        case .prolog, .text:
            if byte == UInt8(ascii: "<") {
                state = .tag(quote: nil)
                raw.removeAll(keepingCapacity: true)
            } else if case .prolog = state, !XMLTokenizer.isSpace(byte) {
                throw Fault(reason: "text before the first element")
            }
            return nil
        case .tag(let quote):
            return try feedTag(byte, quote: quote)
        }
    }

    private mutating func feedTag(_ byte: UInt8, quote: UInt8?) throws(Fault) -> Tag? {
        if let quote {
            if byte == UInt8(ascii: "<") { throw Fault(reason: "'<' inside an attribute") }
            if byte == quote { state = .tag(quote: nil) }
        } else if byte == UInt8(ascii: ">") {
            state = .text
            return try finishTag()
        } else if byte == UInt8(ascii: "<") {
            throw Fault(reason: "'<' inside a tag")
        } else if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'") {
            state = .tag(quote: byte)
        } else if raw.isEmpty {
            if byte == UInt8(ascii: "!") {
                throw Fault(reason: "a document type, comment or CDATA section, forbidden here")
            }
            if byte == UInt8(ascii: "?"), sawDeclaration || sawTag {
                throw Fault(reason: "a processing instruction, forbidden here")
            }
        }
        raw.append(byte)
        if raw.count > XMLTokenizer.tagMax { throw Fault(reason: "an endless tag") }
        return nil
    }

    private mutating func finishTag() throws(Fault) -> Tag? {
        if raw.first == UInt8(ascii: "?") {
            guard raw.starts(with: Array("?xml".utf8)), raw.last == UInt8(ascii: "?") else {
                throw Fault(reason: "a processing instruction, forbidden here")
            }
            sawDeclaration = true
            state = .prolog
            return nil
        }
        sawTag = true
        if raw.first == UInt8(ascii: "/") {
            var reader = TagReader(raw[1...])
            let name = try reader.name()
            reader.skipSpace()
            guard reader.isAtEnd else { throw Fault(reason: "an end tag with more than a name") }
            return .close(name)
        }
        var reader = TagReader(raw[...])
        return try reader.startTag()
    }

    static func isSpace(_ byte: UInt8) -> Bool {
        byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D
    }
}

/// Reads the inside of one tag.
private struct TagReader {
    private var rest: ArraySlice<UInt8>

    init(_ bytes: ArraySlice<UInt8>) {
        rest = bytes
    }

    var isAtEnd: Bool { rest.isEmpty }

    mutating func skipSpace() {
        rest = rest.drop(while: XMLTokenizer.isSpace)
    }

    mutating func startTag() throws(XMLTokenizer.Fault) -> XMLTokenizer.Tag {
        var element = XMLTokenizer.Element(name: try name(), attributes: [:])
        while true {
            let before = rest.count
            skipSpace()
            if rest.isEmpty { return .open(element) }
            if rest.first == UInt8(ascii: "/") {
                guard rest.count == 1 else { throw XMLTokenizer.Fault(reason: "a stray '/'") }
                return .empty(element)
            }
            guard rest.count < before else {
                throw XMLTokenizer.Fault(reason: "attributes without a space between them")
            }
            let attribute = try name()
            let value = try value()
            guard element.attributes.updateValue(value, forKey: attribute) == nil else {
                throw XMLTokenizer.Fault(reason: "an attribute twice")
            }
        }
    }

    mutating func name() throws(XMLTokenizer.Fault) -> String {
        let name = rest.prefix { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: ":"), UInt8(ascii: "_"),
                UInt8(ascii: "-"), UInt8(ascii: "."), 0x80...0xFF:
                true
            default: false
            }
        }
        guard !name.isEmpty else { throw XMLTokenizer.Fault(reason: "a tag without a name") }
        rest = rest.dropFirst(name.count)
        return String(decoding: name, as: UTF8.self)
    }

    private mutating func value() throws(XMLTokenizer.Fault) -> String {
        skipSpace()
        guard rest.popFirst() == UInt8(ascii: "=") else {
            throw XMLTokenizer.Fault(reason: "an attribute without a value")
        }
        skipSpace()
        guard let quote = rest.popFirst(),
            quote == UInt8(ascii: "\"") || quote == UInt8(ascii: "'"),
            let end = rest.firstIndex(of: quote)
        else { throw XMLTokenizer.Fault(reason: "an attribute's value without quotes") }
        let value = String(decoding: rest[..<end], as: UTF8.self)
        rest = rest[(end + 1)...]
        return value
    }
}
