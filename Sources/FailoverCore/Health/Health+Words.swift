/// Verdicts with their reasons, and all that is known, for people.
extension Health {
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
            Impairment.together(members.compactMap { impairment(of: $0, leg.kind, at: now) }),
            reason: HealthClause.sentence(faults + healthy) + leftOutWords(all)
        )
    }

    /// What a server's peers refuse it for, as far as it lives.
    private func impairment(of server: FQDN, _ kind: LegKind, at now: Instant) -> Impairment? {
        guard let place = place(of: server, kind) else { return nil }
        return Impairment.together(
            vantages.compactMap { vantage in
                guard let track = vantage.tracks[place],
                    track.verdict(at: now, settings) == .impaired
                else { return nil }
                return track.impairment(settings)
            }
        )
    }

    /// Everything known, by server, protocol and vantage; servers never probed are not listed.
    public func serverFacts(at now: Instant) -> [ServerFacts] {
        vantages.flatMap { vantage in
            servers.flatMap { server in
                LegKind.allCases.compactMap { kind -> ServerFacts? in
                    guard let place = place(of: server, kind), let track = vantage.tracks[place]
                    else { return nil }
                    return ServerFacts(
                        vantage: vantage.name,
                        server: server,
                        kind: kind,
                        track: track,
                        verdict: track.verdict(at: now, settings),
                        isSuspect: track.isSuspect(at: now, settings),
                        mediaProblem: track.standingMediaProblem(settings)
                    )
                }
            }
        }
        .sorted {
            ($0.server.name, $0.kind.rawValue, $0.vantage)
                < ($1.server.name, $1.kind.rawValue, $1.vantage)
        }
    }

    /// What is said of a server: one clause per group of vantages that say the same.
    private func clauses(
        on server: FQDN,
        _ kind: LegKind,
        at now: Instant
    ) -> [(name: String, clause: HealthClause)] {
        let place = place(of: server, kind)
        let port = place.flatMap { ports[$0] } ?? kind.standardPort
        let all = vantages.compactMap { vantage -> (key: String, value: ProbeTrack)? in
            guard let place, let track = vantage.tracks[place] else { return nil }
            return (vantage.name, track)
        }
        .sorted { $0.key < $1.key }
        let fresh = all.filter { $0.value.isFresh(at: now, settings) }
        if fresh.isEmpty, let clause = unbelieved() { return [(server.host, clause)] }
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

    /// That vantages are not believed is why nothing is known; nil when all of them are.
    private func unbelieved() -> HealthClause? {
        let reasons = vantageStates.compactMap { $0.state.inWords(of: $0.name) }
        guard !reasons.isEmpty else { return nil }
        return HealthClause(
            singular: "is not judged",
            plural: "are not judged",
            source: reasons.joined(separator: "; ")
        )
    }
}
