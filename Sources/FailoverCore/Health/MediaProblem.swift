/// A fault of an A/V Edge that works in part: one of its two ports does not answer.
///
/// UDP is the better way for media and TCP the last resort of users behind strict firewalls; each
/// has to work. Neither alone makes the server dead while the other answers.
public enum MediaProblem: String, Sendable, Hashable, Codable, CaseIterable {
    /// TCP answers, UDP is silent: filtered on the way, or the relay hangs.
    case udpSilent = "udp_silent"
    /// TCP answers, UDP is refused.
    case udpRefused = "udp_refused"
    /// TCP answers, and what comes back over UDP is not STUN.
    case udpNotSTUN = "udp_not_stun"
    /// UDP answers, TCP does not.
    case tcpDead = "tcp_dead"

    /// The UDP port of a TURN server, inside and outside (RFC 8656; the Edge's fixed one).
    public static let udpPort: UInt16 = 3478

    /// After one name; the port is that of TCP.
    func predicate(port: UInt16) -> (singular: String, plural: String) {
        let udp = "UDP \(Self.udpPort)"
        return switch self {
        case .udpSilent:
            (
                "answers on \(port), but not on \(udp) (filtered on the way, or the relay hangs)",
                "answer on \(port), but not on \(udp) (filtered on the way, or the relay hangs)"
            )
        case .udpRefused:
            ("answers on \(port), but refuses \(udp)", "answer on \(port), but refuse \(udp)")
        case .udpNotSTUN:
            (
                "answers on \(port), but not with STUN on \(udp)",
                "answer on \(port), but not with STUN on \(udp)"
            )
        case .tcpDead:
            ("answers on \(udp), but not on \(port)", "answer on \(udp), but not on \(port)")
        }
    }
}

extension ProbeOutcome {
    /// What the probes of an A/V Edge's two ports say together.
    ///
    /// | TCP | UDP | together |
    /// |---|---|---|
    /// | alive | alive, or nothing can be said from here | alive |
    /// | alive | silent, refused, not STUN | alive, with the problem |
    /// | dead | alive | alive, with the problem |
    /// | dead | otherwise | dead, as TCP says: silence on UDP adds nothing |
    /// | nothing can be said from here | alive | alive |
    /// | nothing can be said from here | otherwise | nothing can be said |
    public static func media(tcp: ProbeOutcome, udp: ProbeOutcome) -> ProbeOutcome {
        var both = tcp
        both.reason += "; \(udp.reason)"
        both.answer = [tcp.answer, udp.answer].compactMap(\.self).joined(separator: "; ")
        if both.answer?.isEmpty == true { both.answer = nil }
        both.totalTime = max(tcp.totalTime, udp.totalTime)
        both.trace = tcp.trace.map { "TCP: \($0)" } + udp.trace.map { "UDP: \($0)" }
        switch (tcp.liveness, udp.finding) {
        case (.alive, .unanswered), (.alive, .silent), (.alive, .connectTimeout):
            both.mediaProblem = .udpSilent
        case (.alive, .notTheProtocol): both.mediaProblem = .udpNotSTUN
        case (.alive, .answered), (.alive, .inconclusive): break
        case (.alive, _): both.mediaProblem = .udpRefused
        case (.dead, .answered):
            both.finding = .answered
            both.mediaProblem = .tcpDead
        case (.unknown, .answered): both.finding = .answered
        case (.dead, _), (.unknown, _): break
        }
        return both
    }
}
