import Curl

/// The cookies by which a load balancer leads later requests of a session to the same server.
///
/// A shell lives on one server, and `Command` comes over a connection of its own. Balancers before
/// WinRM inside IIS mark sessions by cookies whose names begin with `MS-WSMAN` (Microsoft,
/// "Infrastructure for Managing Hosted Services"); others are not kept.
struct WSManCookies: Sendable, Hashable {
    private static let prefix = "MS-WSMAN"
    private static let countMax = 4
    private static let lengthMax = 500

    private var values: [String: String] = [:]

    /// Takes the cookies of an answer; what is malformed, too long or too many is left out.
    mutating func take(_ headers: HTTPHeaders) {
        for field in headers.values(of: "Set-Cookie") {
            let pair = field.prefix { $0 != ";" }.split(
                separator: "=",
                maxSplits: 1,
                omittingEmptySubsequences: false
            )
            guard pair.count == 2, pair[0].hasPrefix(Self.prefix),
                pair[0].utf8.count + pair[1].utf8.count <= Self.lengthMax,
                pair.allSatisfy({ $0.utf8.allSatisfy(Self.isAllowed) }),
                values.count < Self.countMax || values[String(pair[0])] != nil
            else { continue }
            values[String(pair[0])] = String(pair[1])
        }
    }

    /// The header `Cookie`; nil without cookies.
    var header: String? {
        guard !values.isEmpty else { return nil }
        return values.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
            .joined(separator: "; ")
    }

    /// RFC 6265 section 4.1.1, which also keeps a value from becoming another header.
    private static func isAllowed(_ byte: UInt8) -> Bool {
        (0x21...0x7E).contains(byte) && !"\",;\\".utf8.contains(byte)
    }
}
