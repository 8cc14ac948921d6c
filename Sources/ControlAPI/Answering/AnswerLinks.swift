import Crypto
public import FailoverCore
public import FailoverEngine
import Foundation

/// Links in messages by which one person answers one request, and nobody else does.
///
/// A link names the request, the person, the hook whose message it stands in, and when it ends; it is
/// signed (HMAC-SHA256, RFC 2104). The key lives in memory as long as the process, and so do the
/// requests: after a restart they are asked anew, with new links.
public struct AnswerLinks: Sendable {
    private let base: String
    private let key = SymmetricKey(size: .bits256)

    /// Makes links to the page at `publicURL`: an address with what stands before the page's own path.
    public init(publicURL: String) {
        base = publicURL.hasSuffix("/") ? String(publicURL.dropLast()) : publicURL
    }

    /// The link for an alert; nil when it asks nothing.
    ///
    /// A test message gets one that answers nothing, so that people can try the way there.
    ///
    /// - Parameters:
    ///   - alert: What the message says.
    ///   - person: Who answers by it.
    ///   - hook: The hook that sends it.
    ///   - time: How long after the alert the link holds; a request may end sooner.
    /// - Returns: The whole link, a secret.
    public func link(
        for alert: Alert,
        as person: String,
        by hook: String,
        holdingFor time: Duration
    ) -> Secret? {
        let request: RequestID? =
            switch alert.notice.code {
            case .approvalWanted: alert.notice.request
            case .test: AnswerPass.tried
            default: nil
            }
        guard let request else { return nil }
        let end = alert.at.millisecondsSinceEpoch + time.wholeMilliseconds
        return link(AnswerPass(request: request, person: person, hook: hook, until: end / 1_000))
    }

    /// The link that is such a pass.
    func link(_ pass: AnswerPass) -> Secret {
        var parts = URLComponents()
        parts.queryItems = [
            URLQueryItem(name: "as", value: pass.person),
            URLQueryItem(name: "by", value: pass.hook),
            URLQueryItem(name: "until", value: "\(pass.until)"),
            URLQueryItem(name: "signature", value: signature(pass)),
        ]
        let query = parts.percentEncodedQuery ?? ""
        return Secret("\(base)/requests/\(pass.request)/answer?\(query)")
    }

    /// The pass in a link; nil for one that this process has not made, or that was changed.
    func pass(_ request: Int?, _ query: (String) -> String?) -> AnswerPass? {
        guard let request, let person = query("as"), let hook = query("by"),
            let until = query("until").flatMap({ Int64($0) }), let signature = query("signature"),
            let bytes = AnswerLinks.bytes(signature)
        else { return nil }
        let pass = AnswerPass(
            request: RequestID(request),
            person: person,
            hook: hook,
            until: until
        )
        // In constant time: how long it takes tells nothing of the right one.
        let isOurs = HMAC<SHA256>.isValidAuthenticationCode(
            bytes,
            authenticating: pass.signedBytes,
            using: key
        )
        return isOurs ? pass : nil
    }

    /// Base64 for URLs, without padding (RFC 4648, section 5).
    private func signature(_ pass: AnswerPass) -> String {
        let code = HMAC<SHA256>.authenticationCode(for: pass.signedBytes, using: key)
        return Data(code).base64EncodedString().replacing("+", with: "-")
            .replacing("/", with: "_").replacing("=", with: "")
    }

    private static func bytes(_ signature: String) -> Data? {
        // 32 bytes are 43 characters and one of padding.
        guard signature.utf8.count == 43 else { return nil }
        let text = signature.replacing("-", with: "+").replacing("_", with: "/")
        return Data(base64Encoded: text + "=")
    }
}

/// What a link allows.
struct AnswerPass: Hashable {
    /// In place of a request's number, for a link that is only tried.
    static let tried = RequestID(0)

    let request: RequestID
    let person: String
    /// The hook whose message it stood in.
    let hook: String
    /// When it ends, in seconds since 1970.
    let until: Int64

    func isOver(at now: Timestamp) -> Bool { now.millisecondsSinceEpoch / 1_000 >= until }

    /// Names hold no line breaks, so that two passes never have the same bytes.
    fileprivate var signedBytes: Data {
        Data("edgewarden answer\n\(request)\n\(person)\n\(hook)\n\(until)".utf8)
    }
}
