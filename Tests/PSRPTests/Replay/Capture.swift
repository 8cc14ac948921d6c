import Foundation
import PSRP
import Yams

/// A capture of exchanges over WS-Management, read from YAML as leniently as is honest.
///
/// The usual form is `messages`, a list of `request` and `response` texts. Lists under other names,
/// bodies inside maps, binary scalars and whole HTTP messages are understood too.
struct Capture {
    /// One side's text in an exchange.
    enum Side {
        /// Nothing was sent.
        case nothing
        case envelope(CapturedEnvelope)
        /// Bytes that nobody can read, and why.
        case unreadable(String)
    }

    let exchanges: [(request: Side, response: Side)]

    init(contentsOf file: URL) throws {
        let text = try String(contentsOf: file, encoding: .utf8)
        guard let root = try Yams.compose(yaml: text) else { throw Unusable("the file is empty") }
        guard let list = Self.list(in: root), !list.isEmpty else {
            throw Unusable("there is no list of exchanges in it")
        }
        exchanges = try list.map { node in
            let request = Self.part(node, ["request"])
            let response = Self.part(node, ["response"])
            guard request != nil || response != nil else {
                throw Unusable("an entry is neither a request nor a response")
            }
            return (Self.side(request), Self.side(response))
        }
    }

    struct Unusable: Error, CustomStringConvertible {
        let description: String
        init(_ description: String) { self.description = description }
    }

    private static func list(in root: Node) -> [Node]? {
        if let sequence = root.sequence { return Array(sequence) }
        guard let mapping = root.mapping else { return nil }
        for name in ["messages", "exchanges", "interactions"] {
            if let sequence = mapping[name]?.sequence { return Array(sequence) }
        }
        return mapping.values.compactMap(\.sequence).first.map { Array($0) }
    }

    private static func part(_ node: Node, _ names: [String]) -> Node? {
        names.compactMap { node.mapping?[$0] }.first
    }

    private static func side(_ node: Node?) -> Side {
        guard let bytes = bytes(of: node), !bytes.isEmpty else { return .nothing }
        do {
            return .envelope(try CapturedEnvelope(HTTPText.body(of: bytes)))
        } catch HTTPText.Unreadable.empty {
            return .nothing
        } catch {
            return .unreadable("\(error)")
        }
    }

    /// The text of a scalar, or of the part of a map that holds a body.
    private static func bytes(of node: Node?) -> [UInt8]? {
        guard let node else { return nil }
        if let scalar = node.scalar {
            if scalar.tag.description.hasSuffix("binary") {
                return try? Base64.decode(scalar.string)
            }
            let isNull = ["", "~", "null"].contains(scalar.string)
            return isNull ? nil : Array(scalar.string.utf8)
        }
        return bytes(
            of: part(node, ["body", "content", "text", "data", "string", "base64_string"])
        )
    }
}

/// Undoes what HTTP and recorders wrap around a body.
enum HTTPText {
    enum Unreadable: Error, CustomStringConvertible {
        case empty
        case because(String)

        var description: String {
            switch self {
            case .empty: "nothing was sent"
            case .because(let reason): reason
            }
        }
    }

    /// The XML inside: head, chunks and Base64 taken off.
    static func body(of bytes: [UInt8], depth: Int = 0) throws -> [UInt8] {
        guard depth < 4 else { throw Unreadable.because("wrapped too often") }
        let start = bytes.first { !isSpace($0) }
        if bytes.starts(with: [0xFF, 0xFE]) || bytes.starts(with: [0xFE, 0xFF]) {
            let text = String(data: Data(bytes), encoding: .utf16) ?? ""
            return try body(of: Array(text.utf8), depth: depth + 1)
        }
        if bytes.starts(with: [0x1F, 0x8B]) { throw Unreadable.because("compressed (gzip)") }
        if start == nil { throw Unreadable.empty }
        if start == UInt8(ascii: "<") || bytes.starts(with: [0xEF, 0xBB, 0xBF]) { return bytes }
        let text = String(decoding: bytes, as: UTF8.self)
        if text.contains("Encrypted Boundary") || text.contains("HTTP-SPNEGO-session-encrypted")
            || text.contains("HTTP-Kerberos-session-encrypted")
        {
            throw Unreadable.because(
                "sealed by HTTP authentication (multipart/encrypted): its key is not in the capture"
            )
        }
        if text.hasPrefix("HTTP/") || text.hasPrefix("POST ") {
            return try body(of: afterHead(text), depth: depth + 1)
        }
        if let joined = joinedChunks(bytes) { return try body(of: joined, depth: depth + 1) }
        if let decoded = try? Base64.decode(text) {
            return try body(of: decoded, depth: depth + 1)
        }
        throw Unreadable.because("neither XML nor HTTP nor Base64: '\(text.prefix(40))'")
    }

    private static func afterHead(_ text: String) throws -> [UInt8] {
        let text = text.replacingOccurrences(of: "\r\n", with: "\n")
        guard let end = text.range(of: "\n\n") else { throw Unreadable.empty }
        let head = text[..<end.lowerBound].lowercased()
        for coding in ["gzip", "deflate", "br"] where head.contains("content-encoding: \(coding)") {
            throw Unreadable.because("compressed (\(coding))")
        }
        return Array(text[end.upperBound...].utf8)
    }

    /// Bodies of HTTP's chunked coding; nil when it is something else.
    private static func joinedChunks(_ bytes: [UInt8]) -> [UInt8]? {
        var rest = bytes[...]
        var joined: [UInt8] = []
        while true {
            guard let end = rest.firstIndex(of: 0x0A) else { return nil }
            let line = String(decoding: rest[..<end], as: UTF8.self)
                .split(separator: ";", omittingEmptySubsequences: false)[0]
                .trimmingCharacters(in: .whitespaces.union(.newlines))
            guard let length = Int(line, radix: 16), length >= 0 else { return nil }
            rest = rest[(end + 1)...]
            if length == 0 { return joined.isEmpty ? nil : joined }
            guard rest.count >= length else { return nil }
            joined += rest.prefix(length)
            rest = rest.dropFirst(length)
            if rest.first == 0x0D { rest.removeFirst() }
            guard rest.popFirst() == 0x0A else { return nil }
        }
    }

    private static func isSpace(_ byte: UInt8) -> Bool {
        byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09
    }
}
