/// What is said of one or several servers: `refuse connections on 5061 (3 probes in a row …)`.
///
/// Servers of which the same is said share one clause. Counts are the thresholds, not the running
/// counters, so that a reason stays the same while nothing changes.
struct HealthClause: Sendable, Hashable {
    /// After one name: `refuses connections on 5061`.
    var singular: String
    /// After several names: `refuse connections on 5061`.
    var plural: String
    /// What it rests on, without the brackets; empty for none.
    var source = ""

    /// What a conclusive probe with that code means, as a predicate.
    static func failure(code: EvidenceCode, reason: String, port: UInt16, kind: LegKind) -> Self {
        switch code {
        case .refused:
            Self(
                singular: "refuses connections on \(port)",
                plural: "refuse connections on \(port)"
            )
        case .connectTimeout:
            Self(
                singular: "does not answer connections on \(port)",
                plural: "do not answer connections on \(port)"
            )
        case .unreachable: Self(singular: "cannot be reached", plural: "cannot be reached")
        case .reset:
            Self(singular: "resets connections on \(port)", plural: "reset connections on \(port)")
        case .tlsAlert, .tlsFailed:
            Self(
                singular: "fails the TLS handshake on \(port)",
                plural: "fail the TLS handshake on \(port)"
            )
        case .closedEarly:
            Self(
                singular: "closes connections on \(port) without an answer",
                plural: "close connections on \(port) without an answer"
            )
        case .silent:
            Self(
                singular: "accepts connections on \(port) but says nothing",
                plural: "accept connections on \(port) but say nothing"
            )
        case .notTheProtocol:
            Self(
                singular: "answers on \(port), but not with \(kind.spoken)",
                plural: "answer on \(port), but not with \(kind.spoken)"
            )
        default: Self(singular: "fails: \(reason)", plural: "fail: \(reason)")
        }
    }

    /// It answers.
    static func answers(port: UInt16) -> Self {
        Self(singular: "answers on \(port)", plural: "answer on \(port)")
    }

    /// `edge11, edge12 refuse connections on 5061 (3 probes in a row from warden-1)`.
    func said(of names: [String]) -> String {
        let predicate = names.count == 1 ? singular : plural
        let suffix = source.isEmpty ? "" : " (\(source))"
        return "\(names.joined(separator: ", ")) \(predicate)\(suffix)"
    }

    /// One sentence from what is said of each server, in the order given, equal clauses joined.
    static func sentence(_ clauses: [(name: String, clause: HealthClause)]) -> String {
        var order: [HealthClause] = []
        var names: [HealthClause: [String]] = [:]
        for (name, clause) in clauses {
            if names[clause] == nil { order.append(clause) }
            names[clause, default: []].append(name)
        }
        return order.map { $0.said(of: names[$0] ?? []) }.joined(separator: "; ")
    }
}

extension ProbeTrack {
    /// What this vantage has to say of the server.
    func clause(
        from vantage: String,
        port: UInt16,
        kind: LegKind,
        at now: Instant,
        _ settings: HealthSettings
    ) -> HealthClause {
        guard isFresh(at: now, settings) else { return staleClause(vantage, settings) }
        let isFailing = counts.cleans == 0
        var clause =
            isFailing
            ? HealthClause.failure(code: code, reason: reason, port: port, kind: kind)
            : HealthClause.answers(port: port)
        let counted = "\(counts.failures) of \(settings.fall) probes from \(vantage)"
        switch standing {
        case .up where isFailing: clause.source = "\(counted): not down yet"
        case .up:
            if let trouble = trouble(port: port, settings) { return trouble }
            if counts.failures > 0 { clause.source = "\(counted) failed lately: not down yet" }
        case .unsure where isFailing: clause.source = "\(counted): not decided yet"
        case .down where isFailing:
            clause.source =
                isInterrupted
                ? "\(probes(settings.fall)) from \(vantage), with answers in between"
                : "\(probes(settings.fall)) in a row from \(vantage)"
        case .down, .unsure:
            clause.singular += " again"
            clause.plural += " again"
            clause.source =
                "\(min(counts.cleans, settings.rise)) of \(settings.rise) clean probes "
                + "from \(vantage)"
        }
        return clause
    }

    /// What is wrong with a server that is up; nil when nothing is.
    private func trouble(port: UInt16, _ settings: HealthSettings) -> HealthClause? {
        if let problem = problems.first(where: \.isSerious) {
            return HealthClause(
                singular: "answers on \(port), but \(problem.inWords)",
                plural: "answer on \(port), but \(problem.inWords)"
            )
        }
        if impairment(settings) == .nextHop {
            return HealthClause(
                singular: "answers on \(port), but only with 504 where it answered otherwise"
                    + " before: its next hop may be dead",
                plural: "answer on \(port), but only with 504 where they answered otherwise"
                    + " before: their next hop may be dead"
            )
        }
        guard let predicate = standingMediaProblem(settings)?.predicate(port: port) else {
            return nil
        }
        return HealthClause(singular: predicate.singular, plural: predicate.plural)
    }

    private func staleClause(_ vantage: String, _ settings: HealthSettings) -> HealthClause {
        let what = lastSeen == nil ? "has not been probed yet" : "has not been probed lately"
        let plural = lastSeen == nil ? "have not been probed yet" : "have not been probed lately"
        var clause = HealthClause(singular: what, plural: plural)
        if let inconclusive {
            clause.source = "\(vantage) could not: \(inconclusive)"
        } else if lastSeen != nil {
            clause.source = "nothing from \(vantage) for \(settings.staleAfter.inWords)"
        }
        return clause
    }

    private func probes(_ count: Int) -> String { count == 1 ? "1 probe" : "\(count) probes" }
}

extension LegKind {
    /// What is spoken on its port.
    fileprivate var spoken: String {
        switch self {
        case .sip: "SIP"
        case .xmpp: "XMPP"
        case .media: "TURN"
        case .access: "TLS"
        }
    }
}
