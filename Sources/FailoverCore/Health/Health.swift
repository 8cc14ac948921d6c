/// Turns observations into verdicts on servers and pools.
///
/// Pure: the time comes in, nothing is kept but counters. Verdicts are computed when asked for, so
/// that evidence grows stale without an event. ``ProbeTrack`` says how one vantage counts,
/// ``Tally`` how vantages and members are merged.
public struct Health: Sendable {
    private struct Subject: Sendable, Hashable {
        var server: FQDN
        var kind: LegKind
    }

    private struct Leg: Sendable {
        var port: UInt16
        var members: [FQDN]
    }

    private var settings: HealthSettings
    private var legs: [PoolLeg: Leg] = [:]
    private var ports: [Subject: UInt16] = [:]
    /// Servers in maintenance: neither their failures nor their answers count for their pools.
    private var leftOut: Set<FQDN> = []
    private var tracks: [Subject: [String: ProbeTrack]] = [:]

    /// Starts with no evidence: everything is unknown.
    public init(organisation: Organisation, settings: HealthSettings = HealthSettings()) {
        self.settings = settings
        learn(organisation)
    }

    /// Takes a new configuration; evidence on servers that are still there is kept.
    public mutating func reconfigure(organisation: Organisation, settings: HealthSettings) {
        self.settings = settings
        learn(organisation)
        tracks = tracks.filter { ports[$0.key] != nil }
    }

    /// Leaves servers out of the verdicts on their pools, and takes back all others.
    ///
    /// The pool is as its other members are: down when all of them are, and *unknown* when none is
    /// left.
    public mutating func leaveOut(_ servers: Set<FQDN>) { leftOut = servers }

    private mutating func learn(_ organisation: Organisation) {
        legs = [:]
        ports = [:]
        for pool in organisation.edgePools {
            for kind in LegKind.allCases {
                let port = pool.port(for: kind)
                let members = pool.servers.filter { $0.has(kind) }.map(\.fqdn)
                legs[PoolLeg(pool: pool.fqdn, kind: kind)] = Leg(port: port, members: members)
                for member in members { ports[Subject(server: member, kind: kind)] = port }
            }
        }
    }

    /// Takes in one probe's result; one about a server that is not configured is dropped.
    public mutating func record(_ observation: Observation, at now: Instant) {
        let subject = Subject(server: observation.server, kind: observation.kind)
        guard ports[subject] != nil else { return }
        tracks[subject, default: [:]][observation.vantage, default: ProbeTrack(kind: subject.kind)]
            .record(observation, settings: settings, at: now)
    }

    /// The verdict on one server, all vantages merged.
    public func verdict(
        on server: FQDN,
        _ kind: LegKind,
        at now: Instant
    ) -> Verdict {
        let clauses = clauses(on: server, kind, at: now)
        return Verdict(
            verdictClass(on: server, kind, at: now),
            impairment(of: server, kind, at: now),
            reason: HealthClause.sentence(clauses)
        )
    }

    /// The verdict on a pool for one protocol; *unknown* for a pool that is not configured.
    public func verdict(on leg: PoolLeg, at now: Instant) -> Verdict {
        let all = legs[leg]?.members ?? []
        let members = counted(all)
        guard !members.isEmpty else {
            let what =
                legs[leg] == nil
                ? "is not configured"
                : all.isEmpty
                    ? "has no addresses for \(leg.kind.label)"
                    : "has all its servers in maintenance"
            return Verdict(.unknown, reason: "\(leg.pool) \(what)")
        }
        var faults: [(name: String, clause: HealthClause)] = []
        var healthy: [(name: String, clause: HealthClause)] = []
        for member in members {
            let said = clauses(on: member, leg.kind, at: now)
            if verdictClass(on: member, leg.kind, at: now) == .up {
                healthy += said
            } else {
                faults += said
            }
        }
        return Verdict(
            verdictClass(on: leg, at: now),
            impairment(of: members, leg.kind, at: now),
            reason: HealthClause.sentence(faults + healthy) + leftOutWords(all)
        )
    }

    private func counted(_ members: [FQDN]) -> [FQDN] {
        leftOut.isEmpty ? members : members.filter { !leftOut.contains($0) }
    }

    private func leftOutWords(_ members: [FQDN]) -> String {
        let names = members.filter(leftOut.contains).map(\.host)
        return names.isEmpty
            ? "" : "; not counted, for it is in maintenance: \(names.joined(separator: ", "))"
    }

    /// The class alone, without the cost of the words.
    public func verdictClass(on leg: PoolLeg, at now: Instant) -> VerdictClass {
        var tally = Tally()
        for member in counted(legs[leg]?.members ?? []) {
            tally.count(verdictClass(on: member, leg.kind, at: now))
        }
        return tally.ofMembers
    }

    /// The class of one server alone, without the cost of the words.
    public func verdictClass(
        on server: FQDN,
        _ kind: LegKind,
        at now: Instant
    ) -> VerdictClass {
        var tally = Tally()
        for track in (tracks[Subject(server: server, kind: kind)] ?? [:]).values
        where track.isFresh(at: now, settings) {
            tally.count(track.verdict(at: now, settings))
        }
        return tally.ofVantages
    }

    /// What a server's peers refuse it for, as far as it lives.
    private func impairment(
        of server: FQDN,
        _ kind: LegKind,
        at now: Instant
    ) -> Impairment? {
        let found = (tracks[Subject(server: server, kind: kind)] ?? [:]).values
            .filter { $0.verdict(at: now, settings) == .impaired }
            .compactMap { $0.impairment(settings) }
        return Impairment.together(found)
    }

    private func impairment(
        of members: [FQDN],
        _ kind: LegKind,
        at now: Instant
    ) -> Impairment? {
        Impairment.together(members.compactMap { impairment(of: $0, kind, at: now) })
    }

    /// Everything known, by server, protocol and vantage; servers never probed are not listed.
    public func serverFacts(at now: Instant) -> [ServerFacts] {
        tracks.flatMap { subject, byVantage in
            byVantage.map { vantage, track in
                ServerFacts(
                    vantage: vantage,
                    server: subject.server,
                    kind: subject.kind,
                    track: track,
                    verdict: track.verdict(at: now, settings),
                    mediaProblem: track.standingMediaProblem(settings)
                )
            }
        }
        .sorted {
            ($0.server.name, $0.kind.rawValue, $0.vantage)
                < ($1.server.name, $1.kind.rawValue, $1.vantage)
        }
    }

    /// The first instant after `now` at which some evidence turns stale, when no probe comes
    /// before.
    public func nextStaleness(after now: Instant) -> Instant? {
        tracks.values.flatMap(\.values)
            .compactMap { track in
                track.lastSeen.map { $0 + settings.staleAfter + .nanoseconds(1) }
            }
            .filter { $0 > now }
            .min()
    }

    /// What is said of a server: one clause per group of vantages that say the same.
    private func clauses(
        on server: FQDN,
        _ kind: LegKind,
        at now: Instant
    ) -> [(name: String, clause: HealthClause)] {
        let subject = Subject(server: server, kind: kind)
        let port = ports[subject] ?? kind.standardPort
        let all = (tracks[subject] ?? [:]).sorted { $0.key < $1.key }
        let fresh = all.filter { $0.value.isFresh(at: now, settings) }
        // Old news only when there is no fresh one.
        let telling = fresh.isEmpty ? all : fresh
        guard let first = telling.first else {
            let nothing = ProbeTrack(kind: kind)
                .clause(from: "", port: port, kind: kind, at: now, settings)
            return [(server.host, nothing)]
        }
        let classes = Set(telling.map { $0.value.verdict(at: now, settings) })
        guard telling.count > 1, classes.count > 1 else {
            let names = telling.map(\.key).joined(separator: ", ")
            return [
                (
                    server.host,
                    first.value.clause(from: names, port: port, kind: kind, at: now, settings)
                )
            ]
        }
        return telling.map { vantage, track in
            var clause = track.clause(from: vantage, port: port, kind: kind, at: now, settings)
            if clause.source.isEmpty { clause.source = "from \(vantage)" }
            return (server.host, clause)
        }
    }
}

extension EdgeServer {
    /// Whether it can be said where a leg of it is; media has addresses of its own, which need not be
    /// configured.
    func has(_ leg: LegKind) -> Bool {
        switch leg {
        case .sip, .xmpp, .access: true
        case .media: !mediaAddresses.isEmpty
        }
    }
}
