import FailoverCore

extension StepExecutor {
    func observe(_ changes: [DNSChange], in zoneName: ZoneKey) async -> Observed {
        guard let zone = organisation.zone(zoneName),
            let primary = zone.authoritative.first
        else { return .unreadable("zone \(zoneName) is not configured any more") }
        var initial: [String] = []
        var intended: [String] = []
        for change in changes {
            let reading = await records.read(change.name, change.type, in: zoneName, at: primary)
            if let failure = reading.failure {
                return .unreadable("\(change.name) at \(primary): \(failure)")
            }
            let text =
                "\(change.name) \(change.type.rawValue) is "
                + "\(reading.set?.dataText ?? "not there") at \(primary)"
            if reading.set?.data == change.to?.data {
                intended.append(text)
            } else if reading.set?.data == change.from?.data {
                initial.append(text)
            } else {
                return .foreign(text)
            }
        }
        if initial.isEmpty { return .intended(intended.joined(separator: "; ")) }
        if intended.isEmpty { return .initial(initial.joined(separator: "; ")) }
        // One update is atomic, so half of it is somebody else's doing.
        return .foreign((initial + intended).joined(separator: "; "))
    }

    func change(_ changes: [DNSChange], in zoneName: ZoneKey) async -> ActResult {
        guard let zone = organisation.zone(zoneName) else {
            return .failed("zone \(zoneName) is not configured any more")
        }
        guard let updater else { return .failed("no provider is configured for zone \(zoneName)") }
        do {
            try await updater.update(changes, in: zone)
            return .done("\(zone.authoritative.first.map(\.description) ?? "") took the update")
        } catch {
            switch error.response {
            case .recordSetMissing, .recordSetExists, .nameExists, .nameError:
                return .foreign(error.message)
            default: break
            }
            return error.mayHaveActed ? .answerLost(error.message) : .failed(error.message)
        }
    }

    func checkRecords(_ zoneName: ZoneKey, _ sets: [RecordExpectation]) async -> VerifyResult {
        guard let zone = organisation.zone(zoneName) else {
            return .doesNot("zone \(zoneName) is not configured any more")
        }
        for set in sets {
            for server in zone.authoritative {
                let reading = await records.read(set.name, set.type, in: zoneName, at: server)
                if let failure = reading.failure {
                    return .doesNot("\(server): \(failure)")
                }
                guard reading.set == set.set else {
                    return .doesNot(
                        "\(server) says \(reading.set?.description ?? "no \(set.name)")"
                    )
                }
            }
        }
        return .holds(
            "\(zone.authoritative.count) authoritative servers say "
                + sets.map(\.description).joined(separator: "; ")
        )
    }

    /// An answer or a refusal shows that the way is open; silence does not.
    ///
    /// Members that were dead when the run began don't count.
    func checkPath(
        _ poolName: FQDN,
        _ kind: RouteKind,
        _ run: RunOpening
    ) async -> VerifyResult {
        guard let pool = organisation.edgePool(poolName) else {
            return .doesNot("\(poolName) is not configured any more")
        }
        let dead = run.snapshot.deadMembers
        for server in pool.servers where !dead.contains(server.fqdn) {
            guard let target = probers.target(server, pool, kind.leg, as: .tcp) else {
                return .doesNot("\(server.fqdn) has no address to probe")
            }
            let outcome = await probers.probe(target)
            switch outcome.finding {
            case .answered, .refused, .reset, .closedEarly: continue
            default: return .doesNot(outcome.reason)
            }
        }
        return .holds("the way to port \(pool.port(for: kind.leg)) of every member is open")
    }

    /// Every member that lived when the run began must answer, and at least one.
    func checkProtocol(
        _ poolName: FQDN,
        _ only: FQDN?,
        _ kind: LegKind,
        _ run: RunOpening
    ) async -> VerifyResult {
        guard let pool = organisation.edgePool(poolName) else {
            return .doesNot("\(poolName) is not configured any more")
        }
        var answered: [String] = []
        for server in pool.servers where only == nil || server.fqdn == only {
            guard let target = probers.target(server, pool, kind, as: kind.probeKind) else {
                return .doesNot("\(server.fqdn) has no address to probe")
            }
            let outcome = await probers.probe(target)
            if outcome.liveness == .alive {
                answered.append(server.fqdn.host)
                continue
            }
            let before = run.snapshot.members.first { $0.server == server.fqdn && $0.kind == kind }
            if only != nil || before?.liveness != .dead { return .doesNot(outcome.reason) }
        }
        guard !answered.isEmpty else {
            return .doesNot("no member of \(poolName) answers \(kind.label)")
        }
        return .holds("\(answered.joined(separator: ", ")) answer \(kind.label)")
    }
}
