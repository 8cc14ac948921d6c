import FailoverCore

/// What Front Ends said.
struct FrontEndSurvey: Sendable {
    /// Those that answer, in their order, and what each lacks.
    var answering: [(index: Int, missing: [CommandNeed])] = []
    /// Why others do not answer.
    var failures: [String] = []
}

/// What the Edge servers of a pool said.
struct EdgeSurvey: Sendable {
    /// How many can be managed by the agent.
    var configured = 0
    var missing: [String] = []
    var failures: [String] = []
}

extension ReadinessReader {
    func surveyFrontEnds(while mayGoOn: () -> Bool) async -> FrontEndSurvey {
        var survey = FrontEndSurvey()
        // Which of the associated roles the topology has, only a plan reads: it looks at those.
        let roles = Set(AssociatedRole.allCases.map(\.cmdlet))
        let needs = CommandNeed.ofFrontEnds(organisation).filter { !roles.contains($0.cmdlet) }
        for index in 0..<snapshotter.management.frontEndCount {
            switch await missing(needs, at: .frontEnd(index), while: mayGoOn) {
            case .success(let missing): survey.answering.append((index, missing))
            case .failure(let failure): survey.failures.append(failure.message)
            }
        }
        return survey
    }

    func surveyEdges(of pool: FQDN, while mayGoOn: () -> Bool) async -> EdgeSurvey {
        var survey = EdgeSurvey()
        let needs = CommandNeed.ofEdges(organisation)
        for server in organisation.edgePool(pool)?.servers.map(\.fqdn) ?? []
        where snapshotter.management.isConfigured(.edge(server)) {
            survey.configured += 1
            switch await missing(needs, at: .edge(server), while: mayGoOn) {
            case .success(let missing):
                survey.missing += missing.map { "\($0) on \(server)" }
            case .failure(let failure): survey.failures.append(failure.message)
            }
        }
        return survey
    }

    /// What a machine does not let us use; the first question that is not answered ends it.
    private func missing(
        _ needs: [CommandNeed],
        at endpoint: ManagementEndpoint,
        while mayGoOn: () -> Bool
    ) async -> Result<[CommandNeed], ManagementFailure> {
        var missing: [CommandNeed] = []
        for need in needs {
            guard mayGoOn() else { return .success(missing) }
            do throws(ManagementFailure) {
                let result = try await snapshotter.management.run(
                    .findCommand(need.cmdlet, with: need.parameter),
                    at: endpoint,
                    timeout: patience
                )
                if result.output.isEmpty { missing.append(need) }
            } catch {
                return .failure(error)
            }
        }
        return .success(missing)
    }

    func management(_ frontEnds: FrontEndSurvey, _ edges: EdgeSurvey) -> ReadinessReading {
        guard snapshotter.management.frontEndCount > 0 else {
            return reading(.notNeeded, "nothing is managed: cmdlets are steps for people")
        }
        guard let first = frontEnds.answering.first else {
            return reading(
                .notReady,
                "no Front End can be managed: " + frontEnds.failures.joined(separator: "; ")
            )
        }
        guard edges.failures.isEmpty else {
            return reading(.notReady, edges.failures.joined(separator: "; "))
        }
        let address = snapshotter.management.address(of: .frontEnd(first.index))
        let servers = edges.configured > 0 ? ", and \(edges.configured) Edge servers" : ""
        return reading(.ready, "\(address) answers\(servers)")
    }

    /// Nil when nobody could be asked.
    func rights(_ frontEnds: FrontEndSurvey, _ edges: EdgeSurvey) -> ReadinessReading? {
        guard snapshotter.management.frontEndCount > 0 else {
            return reading(.notNeeded, "nothing is managed: cmdlets are steps for people")
        }
        guard let first = frontEnds.answering.first else { return nil }
        let address = snapshotter.management.address(of: .frontEnd(first.index))
        let missing = first.missing.map { "\($0) at \(address)" } + edges.missing
        if !missing.isEmpty {
            return reading(
                .notReady,
                "not found, or not permitted: " + missing.joined(separator: ", ")
            )
        }
        return reading(.ready, "every cmdlet and parameter was found")
    }

    // MARK: Replication

    /// Nil when nobody could be asked.
    func replicas(
        at frontEnds: FrontEndSurvey,
        while mayGoOn: () -> Bool
    ) async -> [ReplicaSnapshot]? {
        for answering in frontEnds.answering {
            guard mayGoOn() else { return nil }
            do throws(ManagementFailure) {
                return try await snapshotter.reader.replicas(at: .frontEnd(answering.index))
            } catch {
                continue
            }
        }
        return nil
    }

    func replication(
        of pool: FQDN,
        _ replicas: [ReplicaSnapshot]?,
        _ frontEnds: FrontEndSurvey
    ) -> ReadinessReading? {
        guard snapshotter.management.frontEndCount > 0 else {
            return reading(.notNeeded, "nothing is managed: a person looks at the replication")
        }
        guard let replicas else { return nil }
        let servers = organisation.edgePool(pool)?.servers.map(\.fqdn) ?? []
        let faults = servers.compactMap { server -> String? in
            guard let replica = replicas.first(where: { $0.server == server }) else {
                return "the store knows no replica at \(server)"
            }
            return replica.isUpToDate ? nil : "\(server) has not taken the newest configuration"
        }
        guard faults.isEmpty else { return reading(.notReady, faults.joined(separator: "; ")) }
        return reading(.ready, "all \(servers.count) members have the newest configuration")
    }

    // MARK: DNS

    func changesRecords(_ route: FederationRoute) -> Bool {
        route.kind != .media && route.dnsStyle != .none
    }

    var noRecords: ReadinessReading {
        reading(.notNeeded, "the route changes no records")
    }

    /// Whether every zone takes our updates; the same proof as before a run.
    ///
    /// Nil when it had to stop.
    func dnsPermission(while mayGoOn: () -> Bool) async -> ReadinessReading? {
        let zones = organisation.zones.filter { $0.provider != .manual }
        guard !zones.isEmpty else {
            return reading(.notNeeded, "a person changes the records")
        }
        guard let route = organisation.routes.first(where: changesRecords),
            let target = route.standby.first
        else { return noRecords }
        guard mayGoOn() else { return nil }
        let move = Move(route: route.name, kind: route.kind, from: route.home, to: target)
        let (readings, refusals) = await snapshotter.records([move], nil)
        var faults = refusals.sorted { $0.key.description < $1.key.description }
            .map { "zone \($0.key): \($0.value)" }
        for zone in zones {
            // Who cannot read where updates go cannot update there either.
            let silent = readings.first {
                $0.zone == zone.key && $0.server == zone.authoritative.first && $0.failure != nil
            }
            if let failure = silent?.failure { faults.append("zone \(zone.key): \(failure)") }
        }
        if !faults.isEmpty { return reading(.notReady, faults.joined(separator: "; ")) }
        let names = zones.map { "\($0.key)" }.joined(separator: ", ")
        return reading(.ready, "\(names) takes our updates")
    }
}
