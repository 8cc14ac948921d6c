/// What a probe found, as a closed set: the code behind every reason.
public enum ProbeFinding: Sendable, Hashable, Codable {
    /// The protocol answered: any SIP status line, any XMPP stream.
    case answered
    /// It showed its certificate, then ended the handshake for want of a client certificate: alive.
    case wantsClientCertificate
    /// The port refused the connection.
    case refused
    /// No answer to the connection attempt within the deadline.
    case connectTimeout
    /// The network said that the host cannot be reached.
    case unreachable
    /// The peer reset the connection after it was up.
    case reset
    /// The TLS handshake failed; the alert's name when the peer sent one.
    case tlsFailed(alert: String?)
    /// The connection was closed before the first byte of an answer.
    case closedEarly
    /// Connected, but no (complete) answer within the deadline: the server hangs.
    case silent
    /// No datagram came back within the deadline: filtered, lost, or nobody there.
    ///
    /// Silence on UDP says nothing of life (domain facts, section 3).
    case unanswered
    /// It answered something else than the protocol.
    case notTheProtocol
    /// The probe itself could not be carried out here (no socket, wrong setup, cancelled).
    case inconclusive

    /// Whether the server lives, does not, or nothing can be said.
    public var liveness: Liveness {
        switch self {
        case .answered, .wantsClientCertificate: .alive
        case .unanswered, .inconclusive: .unknown
        case .refused, .connectTimeout, .unreachable, .reset, .tlsFailed, .closedEarly, .silent,
            .notTheProtocol:
            .dead
        }
    }

    /// A stable word for JSON, metrics and alerts, such as `connect_timeout`.
    public var code: String {
        switch self {
        case .answered: "answered"
        case .wantsClientCertificate: "wants_client_certificate"
        case .refused: "refused"
        case .connectTimeout: "connect_timeout"
        case .unreachable: "unreachable"
        case .reset: "reset"
        case .tlsFailed: "tls_failed"
        case .closedEarly: "closed_early"
        case .silent: "silent"
        case .unanswered: "unanswered"
        case .notTheProtocol: "not_the_protocol"
        case .inconclusive: "inconclusive"
        }
    }
}

/// The three answers to "does it live?".
public enum Liveness: String, Sendable, Hashable, Codable {
    /// It answered.
    case alive
    /// It did not, and the fault is not here.
    case dead
    /// Nothing can be said; never counted as dead.
    case unknown
}

/// The result of one probe, with everything a person would want to see of it.
public struct ProbeOutcome: Sendable, Hashable, Codable {
    /// The code.
    public var finding: ProbeFinding
    /// One sentence for people: what happened, where.
    public var reason: String
    /// The server's certificate, when it showed one.
    public var certificate: CertificateFacts?
    /// What does not work although the server lives; only for media, nil when everything does.
    public var mediaProblem: MediaProblem?
    /// `TLSv1.2` or `TLSv1.3`, when a handshake was completed.
    public var tlsVersion: String?
    /// The first line of the answer or the stream's features, shortened and printable.
    public var answer: String?
    /// The code of the answer, when the protocol has one: a SIP status, an XMPP stream error.
    public var reply: EvidenceCode?
    /// Until the TCP connection was up.
    public var connectTime: Duration?
    /// Until the TLS handshake was done, from the start.
    public var handshakeTime: Duration?
    /// The whole probe.
    public var totalTime: Duration
    /// What was done, line by line, for `edgewarden probe` and for failed probes.
    public var trace: [String]

    /// Makes an outcome.
    public init(
        finding: ProbeFinding,
        reason: String,
        certificate: CertificateFacts? = nil,
        mediaProblem: MediaProblem? = nil,
        tlsVersion: String? = nil,
        answer: String? = nil,
        reply: EvidenceCode? = nil,
        connectTime: Duration? = nil,
        handshakeTime: Duration? = nil,
        totalTime: Duration,
        trace: [String] = []
    ) {
        self.finding = finding
        self.reason = reason
        self.certificate = certificate
        self.mediaProblem = mediaProblem
        self.tlsVersion = tlsVersion
        self.answer = answer
        self.reply = reply
        self.connectTime = connectTime
        self.handshakeTime = handshakeTime
        self.totalTime = totalTime
        self.trace = trace
    }

    /// Whether the server lives.
    public var liveness: Liveness { finding.liveness }

    /// The code of the whole: that of the answer where there was one.
    public var code: EvidenceCode {
        finding == .answered ? reply ?? .answered : finding.evidence
    }

    /// What is wrong with the certificate; empty when nothing is or none was shown.
    public var problems: [CertificateProblem] { certificate?.problems ?? [] }
}

/// What is probed: the protocol and the place.
public struct ProbeTarget: Sendable, Hashable {
    /// The protocol spoken.
    public var kind: ProbeKind
    /// The address to connect to.
    public var address: IPAddress
    /// The port, of UDP for STUN and of TCP for the others; 5061 for SIP, 5269 for XMPP and 3478 for
    /// STUN unless the topology says otherwise.
    public var port: UInt16
    /// The name for SNI and for judging the certificate; nil to judge no name.
    public var serverName: FQDN?
    /// XMPP: the domain the stream is opened to; SIP: the domain in the request's URI.
    public var domain: FQDN?
    /// The domain we say we are (`From`, `from=`); nil for the prober's default.
    public var localDomain: FQDN?

    /// Makes a target.
    public init(
        kind: ProbeKind,
        address: IPAddress,
        port: UInt16,
        serverName: FQDN?,
        domain: FQDN? = nil,
        localDomain: FQDN? = nil
    ) {
        self.kind = kind
        self.address = address
        self.port = port
        self.serverName = serverName
        self.domain = domain
        self.localDomain = localDomain
    }
}

/// The protocols that probers speak.
public enum ProbeKind: String, Sendable, Hashable, Codable, CaseIterable {
    /// SIP over TLS with an OPTIONS request (RFC 3261).
    case sip
    /// XMPP server-to-server stream, with STARTTLS where offered (RFC 6120).
    case xmpp
    /// A TLS handshake and nothing more.
    case tls
    /// A TCP connection and nothing more (path check).
    case tcp
    /// A TURN Allocate request over UDP, without credentials (RFC 8656, MS-TURN): the A/V Edge.
    case stun
}
