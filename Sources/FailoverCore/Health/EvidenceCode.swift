/// What a probe or a look at DNS found, as a closed set; the code behind every verdict.
///
/// ``weight(for:)`` says what each means for which protocol.
public enum EvidenceCode: String, Sendable, Hashable, Codable, CaseIterable {
    /// The protocol answered, and nothing is to be said of the answer.
    case answered
    /// It showed its certificate, then wanted one from us: alive.
    case wantsClientCertificate = "wants_client_certificate"
    /// A SIP status of 300 to 399.
    case sipRedirected = "sip_redirected"
    /// A SIP status of 400 to 499: what a proxy refuses, a proxy has read.
    case sipRefused = "sip_refused"
    /// A SIP status of 500 to 599, but 503 and 504.
    case sipServerError = "sip_server_error"
    /// SIP 503: it says that it cannot serve at present.
    case sipUnavailable = "sip_unavailable"
    /// SIP 504: the way on is dead, or it does not accept who we say we are.
    case sipServerTimeout = "sip_server_timeout"
    /// A SIP status of 600 to 699.
    case sipDeclined = "sip_declined"
    /// An XMPP stream error: it does not serve the domain that was asked for.
    case xmppHostUnknown = "xmpp_host_unknown"
    /// An XMPP stream error: it does not want us.
    case xmppNotAuthorized = "xmpp_not_authorized"
    /// An XMPP stream error: it cannot serve at present.
    case xmppUnavailable = "xmpp_unavailable"
    /// Any other XMPP stream error.
    case xmppStreamError = "xmpp_stream_error"
    /// The port refused the connection.
    case refused
    /// No answer to the connection attempt.
    case connectTimeout = "connect_timeout"
    /// The network said that the host cannot be reached.
    case unreachable
    /// The peer reset the connection.
    case reset
    /// The TLS handshake ended with an alert of the peer.
    case tlsAlert = "tls_alert"
    /// The TLS handshake failed otherwise.
    case tlsFailed = "tls_failed"
    /// Closed before the first byte of an answer.
    case closedEarly = "closed_early"
    /// Connected, but no answer: it hangs.
    case silent
    /// It answered something else than the protocol.
    case notTheProtocol = "not_the_protocol"
    /// No datagram came back; silence on UDP says nothing of life.
    case unanswered
    /// The probe could not be carried out here.
    case inconclusive
    /// The certificate's validity has ended.
    case certificateExpired = "certificate_expired"
    /// The certificate's validity has not begun.
    case certificateNotYetValid = "certificate_not_yet_valid"
    /// The certificate leads to no trusted authority.
    case certificateNotTrusted = "certificate_not_trusted"
    /// The certificate does not carry the expected name.
    case certificateNameMismatch = "certificate_name_mismatch"
    /// The certificate may not be used by servers.
    case certificateNoServerUsage = "certificate_no_server_usage"
    /// The certificate may not be used by clients.
    case certificateNoClientUsage = "certificate_no_client_usage"
    /// The certificate cannot be read.
    case certificateUnreadable = "certificate_unreadable"
    /// Media: TCP answers, UDP is silent.
    case mediaUDPSilent = "media_udp_silent"
    /// Media: TCP answers, UDP is refused.
    case mediaUDPRefused = "media_udp_refused"
    /// Media: TCP answers, UDP says something else than STUN.
    case mediaUDPNotSTUN = "media_udp_not_stun"
    /// Media: UDP answers, TCP does not.
    case mediaTCPDead = "media_tcp_dead"
    /// DNS does not lead to the pool that holds the route.
    case dnsMismatch = "dns_mismatch"
}

extension EvidenceCode {
    /// The code of a SIP status line; statuses outside of 100 to 699 have none of their own.
    public init(sipStatus: Int) {
        switch sipStatus {
        case 300...399: self = .sipRedirected
        case 400...499: self = .sipRefused
        case 503: self = .sipUnavailable
        case 504: self = .sipServerTimeout
        case 500...599: self = .sipServerError
        case 600...699: self = .sipDeclined
        default: self = .answered
        }
    }

    /// The code of an XMPP stream error's condition (RFC 6120 section 4.9.3), such as
    /// `host-unknown`.
    public init(xmppCondition: String) {
        switch xmppCondition {
        case "host-unknown", "host-gone", "improper-addressing": self = .xmppHostUnknown
        case "not-authorized", "policy-violation", "invalid-from": self = .xmppNotAuthorized
        case "internal-server-error", "remote-connection-failed", "resource-constraint",
            "system-shutdown":
            self = .xmppUnavailable
        default: self = .xmppStreamError
        }
    }
}

extension ProbeFinding {
    /// The code of the finding alone; an answer may have one of its own.
    public var evidence: EvidenceCode {
        switch self {
        case .answered: .answered
        case .wantsClientCertificate: .wantsClientCertificate
        case .refused: .refused
        case .connectTimeout: .connectTimeout
        case .unreachable: .unreachable
        case .reset: .reset
        case .tlsFailed(let alert): alert == nil ? .tlsFailed : .tlsAlert
        case .closedEarly: .closedEarly
        case .silent: .silent
        case .unanswered: .unanswered
        case .notTheProtocol: .notTheProtocol
        case .inconclusive: .inconclusive
        }
    }
}

extension CertificateProblem {
    /// Its code among all evidence.
    public var evidence: EvidenceCode {
        switch self {
        case .expired: .certificateExpired
        case .notYetValid: .certificateNotYetValid
        case .notTrusted: .certificateNotTrusted
        case .nameMismatch: .certificateNameMismatch
        case .noServerUsage: .certificateNoServerUsage
        case .noClientUsage: .certificateNoClientUsage
        case .unreadable: .certificateUnreadable
        }
    }
}

extension MediaProblem {
    /// Its code among all evidence.
    public var evidence: EvidenceCode {
        switch self {
        case .udpSilent: .mediaUDPSilent
        case .udpRefused: .mediaUDPRefused
        case .udpNotSTUN: .mediaUDPNotSTUN
        case .tcpDead: .mediaTCPDead
        }
    }
}
