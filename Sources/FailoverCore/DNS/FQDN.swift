/// A DNS name: of a pool, a server, a domain or a record.
///
/// Compared without regard to case.
///
/// Held in lower case and without the trailing dot. Underscore labels (`_tcp`) are allowed.
public struct FQDN: Sendable, Hashable, Comparable, Codable, CustomStringConvertible {
    /// The name in lower case without a trailing dot, such as `sip.contoso.com`.
    public let name: String

    /// Takes a name after checking RFC 1035 limits: labels of 1 to 63, 253 in all.
    ///
    /// Letters, digits, hyphens and underscores only; nil otherwise.
    public init?(_ text: some StringProtocol) {
        var name = text.lowercased()
        if name.hasSuffix(".") { name.removeLast() }
        guard !name.isEmpty, name.utf8.count <= 253 else { return nil }
        for label in name.split(separator: ".", omittingEmptySubsequences: false) {
            guard (1...63).contains(label.utf8.count), label.utf8.allSatisfy(FQDN.isAllowed),
                label.utf8.first != UInt8(ascii: "-"), label.utf8.last != UInt8(ascii: "-")
            else { return nil }
        }
        self.name = name
    }

    private static func isAllowed(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
            UInt8(ascii: "-"), UInt8(ascii: "_"):
            true
        default: false
        }
    }

    /// Decodes and checks a name.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let text = try container.decode(String.self)
        guard let name = FQDN(text) else {
            throw DecodingError.dataCorruptedError(
                in: container,
                debugDescription: "'\(text)' is not a DNS name"
            )
        }
        self = name
    }

    /// Encodes the bare name.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(name)
    }

    /// The name as text.
    public var description: String { name }

    /// The labels from left to right.
    public var labels: [Substring] { name.split(separator: ".") }

    /// Whether this name equals `zone` or lies below it.
    public func isWithin(_ zone: FQDN) -> Bool {
        name == zone.name || name.hasSuffix("." + zone.name)
    }

    /// The name one or more labels below this one, such as `_tcp` + `contoso.com`.
    public func prefixed(by labels: String) -> FQDN? {
        FQDN(labels + "." + name)
    }

    /// The first label, for short displays: `edge11` of `edge11.contoso.net`.
    public var host: String { String(name.prefix { $0 != "." }) }

    /// Orders names alphabetically.
    public static func < (left: FQDN, right: FQDN) -> Bool { left.name < right.name }
}
