internal import FailoverCore
internal import NIOCore
internal import NIOSSL

/// All that one connection showed, before anybody judges it.
struct ConnectionRecord: Sendable {
    /// How far the connection came.
    enum Stage: Int, Sendable, Comparable {
        case connecting
        case handshaking
        case talking

        static func < (left: Stage, right: Stage) -> Bool { left.rawValue < right.rawValue }
    }

    /// How it ended.
    enum End: Sendable, Equatable {
        /// The conversation was over.
        case finished
        /// The peer broke the protocol.
        case violated(String)
        /// The time was up; `late` says how long after the deadline we noticed.
        case deadline(late: Duration)
        /// The caller gave up.
        case cancelled
        /// The peer closed the connection.
        case closed
        /// The system reported an error.
        case failed(errno: Int32, String)
        /// TLS failed.
        case tls(TLSFailure)
        /// It could not even be tried, for a reason on our side.
        case setup(String)

        /// When a timer fires this late, this machine was not running; the peer is not to blame.
        private static let latenessMax = Duration.milliseconds(500)

        /// The same, but a deadline noticed a little late counts as noticed in time.
        var forgivingLateness: End {
            guard case .deadline(let late) = self, late < End.latenessMax else { return self }
            return .deadline(late: .zero)
        }
    }

    var stage = Stage.connecting
    var end = End.finished
    var connectTime: Duration?
    var handshakeTime: Duration?
    var totalTime = Duration.zero
    var tlsVersion: TLSVersion?
    /// The certificates as the server sent them, leaf first, DER; empty when none was shown.
    var chain: [[UInt8]] = []
    /// Whether the server asked for a client certificate.
    var askedForCertificate = false
    /// What the conversation has from the peer; nil when the peer never spoke the protocol.
    var answer: String?
    /// The code of that answer, when the protocol has one.
    var reply: EvidenceCode?
    /// One line per stage, with its time.
    var trace: [String] = []
}

/// What a connection is to do.
struct ConnectionPlan: Sendable {
    /// When TLS is started.
    enum Security: Sendable {
        case never
        case atOnce
        /// When the conversation says so.
        case onRequest
    }

    var target: ProbeTarget
    var timeout: Duration
    var security: Security
    /// The name for SNI; nil to send none.
    var serverName: FQDN?
}
