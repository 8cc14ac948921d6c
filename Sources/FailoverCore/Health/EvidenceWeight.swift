/// What a piece of evidence means for a verdict.
public enum EvidenceWeight: String, Sendable, Hashable, Codable, CaseIterable {
    /// The server works.
    case clean
    /// The server works; people may want to know more.
    case remark
    /// The server works in part.
    case degradation
    /// The server lives, but its peers refuse it or get nothing through it: an alert and a proposal
    /// to people, never an act by itself.
    case impairment
    /// The server does not work: what failovers are made of.
    case failure
    /// Nothing follows, neither of life nor of death.
    case nothing
}

extension EvidenceCode {
    /// What the code means for a protocol: one row for every code and protocol.
    ///
    /// | evidence | SIP | XMPP | sign-in | media |
    /// |---|---|---|---|---|
    /// | answered, wants our certificate | clean | clean | clean | clean |
    /// | SIP status 3xx, 4xx, 5xx, 6xx | clean | – | – | – |
    /// | SIP 503 | remark | – | – | – |
    /// | SIP 504 | impairment, once ``ProbeTrack`` has seen another answer | – | – | – |
    /// | XMPP stream errors | – | remark | – | – |
    /// | refused, time-out, unreachable, reset, closed, silent, other protocol | failure | failure | failure | failure |
    /// | TLS alert, TLS failed | failure | failure | failure | – |
    /// | certificate expired, not yet valid, misnamed, not trusted, unreadable, not for servers | impairment | impairment | degradation | – |
    /// | certificate not for clients | remark | remark | – | – |
    /// | media in part | – | – | – | degradation |
    /// | DNS leads elsewhere | remark | remark | remark | remark |
    /// | nothing over UDP, no probe | – | – | – | – |
    ///
    /// A dash is ``EvidenceWeight/nothing``: it cannot be seen there, and would count neither way.
    /// Sign-in (443) carries no federation: its certificate hurts users, not partners.
    public func weight(for leg: LegKind) -> EvidenceWeight {
        switch self {
        case .answered, .wantsClientCertificate: .clean
        case .sipRedirected, .sipRefused, .sipServerError, .sipDeclined:
            leg == .sip ? .clean : .nothing
        case .sipUnavailable: leg == .sip ? .remark : .nothing
        case .sipServerTimeout: leg == .sip ? .impairment : .nothing
        case .xmppHostUnknown, .xmppNotAuthorized, .xmppUnavailable, .xmppStreamError:
            leg == .xmpp ? .remark : .nothing
        case .refused, .connectTimeout, .unreachable, .reset, .closedEarly, .silent,
            .notTheProtocol:
            .failure
        case .tlsAlert, .tlsFailed: leg == .media ? .nothing : .failure
        case .certificateExpired, .certificateNotYetValid, .certificateNotTrusted,
            .certificateNameMismatch, .certificateNoServerUsage, .certificateUnreadable:
            switch leg {
            case .sip, .xmpp: .impairment
            case .access: .degradation
            case .media: .nothing
            }
        case .certificateNoClientUsage:
            switch leg {
            case .sip, .xmpp: .remark
            case .access, .media: .nothing
            }
        case .mediaUDPSilent, .mediaUDPRefused, .mediaUDPNotSTUN, .mediaTCPDead:
            leg == .media ? .degradation : .nothing
        case .dnsMismatch: .remark
        case .unanswered, .inconclusive: .nothing
        }
    }

    /// Whether it may move a route of that kind: only a failure does.
    public func isActionable(for route: RouteKind) -> Bool {
        weight(for: route.leg) == .failure
    }

    /// Whether a probe with this code shows that the server lives, does not, or nothing.
    public func liveness(for leg: LegKind) -> Liveness {
        switch weight(for: leg) {
        case .clean, .remark, .degradation, .impairment: .alive
        case .failure: .dead
        case .nothing: .unknown
        }
    }
}

/// Why peers refuse a server or a pool that lives.
public enum Impairment: String, Sendable, Hashable, Codable, CaseIterable {
    /// Its certificate: another pool with a good one would help.
    case certificate
    /// The way on behind it: every answer is 504 where another was given before.
    ///
    /// The remedy is its next hop, not another Edge pool.
    case nextHop = "next_hop"

    /// Several impairments at once: the next hop's only when nothing else is wrong.
    static func together(_ found: [Impairment]) -> Impairment? {
        if found.contains(.certificate) { return .certificate }
        return found.first
    }
}
