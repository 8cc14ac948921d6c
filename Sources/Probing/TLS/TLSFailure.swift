internal import NIOSSL

/// Why TLS failed: the alert that the peer sent, or our own library's complaint.
struct TLSFailure: Hashable, Sendable {
    /// The alert's number (RFC 8446 section 6, and the older ones), when the peer sent one.
    var alert: UInt8?
    /// BoringSSL's reason as it writes it, such as `WRONG_VERSION_NUMBER`; empty when unknown.
    var reason: String
    /// Whether the connection ended in the middle of the handshake without any alert.
    var endedInHandshake = false

    /// The alert's registered name, such as `certificate_required`.
    var alertName: String? { alert.map(TLSFailure.name(ofAlert:)) }

    /// Whether the peer does not speak TLS at all.
    var isNotTLS: Bool {
        ["WRONG_VERSION_NUMBER", "HTTP_REQUEST", "HTTPS_PROXY_REQUEST", "INVALID_SSL_SESSION"]
            .contains(reason)
    }

    /// Whether the alert is one that servers send when they want another client certificate.
    var refusesClientCertificate: Bool {
        switch alert {
        case 40, 41, 42, 43, 44, 45, 46, 48, 49, 116: true
        default: false
        }
    }

    /// Reads one of NIOSSL's errors; nil when it is no failure of TLS.
    init?(_ error: any Error) {
        let boring: BoringSSLError
        switch error {
        case NIOSSLError.handshakeFailed(let below): boring = below
        case let below as BoringSSLError: boring = below
        default: return nil
        }
        switch boring {
        case .sslError(let stack), .unknownError(let stack):
            if stack.contains(.eofDuringHandshake)
                || stack.contains(.eofDuringAdditionalCertficiateChainValidation)
            {
                self.init(alert: nil, reason: "", endedInHandshake: true)
            } else {
                self.init(stack: stack.map(\.description))
            }
        case .syscallError, .zeroReturn:
            self.init(alert: nil, reason: "", endedInHandshake: true)
        default:
            self.init(alert: nil, reason: "\(boring)")
        }
    }

    init(alert: UInt8?, reason: String, endedInHandshake: Bool = false) {
        self.alert = alert
        self.reason = reason
        self.endedInHandshake = endedInHandshake
    }

    /// Reads the error stack as NIOSSL prints it, which is the only form that it gives out:
    /// `Error: 268436496 error:10000410:SSL routines:OPENSSL_internal:SSLV3_… at file:line`.
    init(stack: [String]) {
        self.init(alert: nil, reason: "")
        for entry in stack {
            if alert == nil { alert = TLSFailure.alert(in: entry) }
            if reason.isEmpty { reason = TLSFailure.reason(in: entry) }
        }
    }

    /// In BoringSSL's codes, library 16 (SSL) and a reason from 1000 on is alert + 1000.
    private static func alert(in entry: String) -> UInt8? {
        let words = entry.split(separator: " ")
        guard words.count >= 2, words[0] == "Error:", let code = UInt32(words[1]),
            code >> 24 == 16, code & 0xFFF >= 1_000
        else { return nil }
        return UInt8(exactly: (code & 0xFFF) - 1_000)
    }

    private static func reason(in entry: String) -> String {
        let mark = "OPENSSL_internal:"
        guard let range = entry.firstRange(of: mark) else { return "" }
        return String(entry[range.upperBound...].prefix { $0 != " " })
    }

    /// The name in the TLS alert registry, or `alert 123`.
    static func name(ofAlert number: UInt8) -> String {
        switch number {
        case 0: "close_notify"
        case 10: "unexpected_message"
        case 20: "bad_record_mac"
        case 21: "decryption_failed"
        case 22: "record_overflow"
        case 30: "decompression_failure"
        case 40: "handshake_failure"
        case 41: "no_certificate"
        case 42: "bad_certificate"
        case 43: "unsupported_certificate"
        case 44: "certificate_revoked"
        case 45: "certificate_expired"
        case 46: "certificate_unknown"
        case 47: "illegal_parameter"
        case 48: "unknown_ca"
        case 49: "access_denied"
        case 50: "decode_error"
        case 51: "decrypt_error"
        case 60: "export_restriction"
        case 70: "protocol_version"
        case 71: "insufficient_security"
        case 80: "internal_error"
        case 86: "inappropriate_fallback"
        case 90: "user_canceled"
        case 100: "no_renegotiation"
        case 109: "missing_extension"
        case 110: "unsupported_extension"
        case 111: "certificate_unobtainable"
        case 112: "unrecognized_name"
        case 113: "bad_certificate_status_response"
        case 114: "bad_certificate_hash_value"
        case 115: "unknown_psk_identity"
        case 116: "certificate_required"
        case 120: "no_application_protocol"
        case 121: "ech_required"
        default: "alert \(number)"
        }
    }
}
