import Crypto
public import FailoverCore
import FailoverEngine
import Foundation

/// Signs webhooks in the form of Standard Webhooks (standardwebhooks.com, version 1.0.0).
///
/// The receiver computes HMAC-SHA256 over `webhook-id`, `webhook-timestamp` and the body, with dots
/// between, and compares; it drops what is older than some minutes, and ids that it has seen.
public struct WebhookSignature: Sendable {
    private let key: SymmetricKey

    /// Reads a signing secret: `whsec_` and 24 to 64 bytes in base64; nil for anything else.
    public init?(_ secret: Secret) {
        let bytes = secret.withValue { text in
            Data(base64Encoded: text.hasPrefix("whsec_") ? String(text.dropFirst(6)) : text)
        }
        guard let bytes, (24...64).contains(bytes.count) else { return nil }
        key = SymmetricKey(data: bytes)
    }

    /// The three headers; the id is the same when an alert is delivered again, the time is not.
    func headers(of body: [UInt8], _ alert: Alert, at time: Timestamp) -> [(String, String)] {
        // A dot separates what is signed.
        let agent = String(alert.agent.map { $0 == "." ? "-" : $0 })
        let id = "edgewarden_\(agent)_\(alert.id)"
        let seconds = time.millisecondsSinceEpoch / 1_000
        return [
            ("webhook-id", id), ("webhook-timestamp", "\(seconds)"),
            ("webhook-signature", sign(body, id: id, seconds: seconds)),
        ]
    }

    /// The signature's header.
    func sign(_ body: [UInt8], id: String, seconds: Int64) -> String {
        var code = HMAC<SHA256>(key: key)
        code.update(data: Array("\(id).\(seconds).".utf8))
        code.update(data: body)
        return "v1," + Data(code.finalize()).base64EncodedString()
    }
}
