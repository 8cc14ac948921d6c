public import FailoverCore

/// Why no snapshot could be taken.
public struct SnapshotFailure: Error, Sendable, Hashable {
    /// One sentence for every endpoint tried.
    public var reasons: [String]
}

/// Takes the snapshot that plans are made from: topology, DNS, probes, rights.
public struct Snapshotter: Sendable {
    private let organisation: Organisation
    private let management: any Management
    private let reader: TopologyReader
    private let records: RecordReader
    private let updater: (any DNSUpdater)?
    private let board: ProbeBoard
    private let wallClock: any WallClock
    private let sitesOfEndpoints: [SiteName?]

    /// Makes a snapshotter.
    ///
    /// Of the parameters:
    /// - `sitesOfEndpoints`: the site of each Front End endpoint in the configured order; those in
    ///     the site of the pool that is left are tried last.
    /// - `updater`: nil when no zone can be updated by the agent.
    public init(
        organisation: Organisation,
        management: any Management,
        sitesOfEndpoints: [SiteName?],
        records: RecordReader,
        updater: (any DNSUpdater)?,
        board: ProbeBoard,
        wallClock: any WallClock
    ) {
        self.organisation = organisation
        self.management = management
        self.reader = TopologyReader(management: management)
        self.records = records
        self.updater = updater
        self.board = board
        self.wallClock = wallClock
        self.sitesOfEndpoints = sitesOfEndpoints
    }

    /// The Front End endpoints in the order in which they are tried when a pool is left.
    private func endpoints(leaving pool: FQDN?) -> [Int] {
        let failedSite = pool.flatMap(organisation.edgePool)?.site
        let all = Array(0..<management.frontEndCount)
        guard let failedSite else { return all }
        func isInFailedSite(_ index: Int) -> Bool {
            sitesOfEndpoints.indices.contains(index) && sitesOfEndpoints[index] == failedSite
        }
        return all.filter { !isInFailedSite($0) } + all.filter(isInFailedSite)
    }

    /// Reads who holds the routes, and nothing else.
    ///
    /// - Returns: the sites with their routes; associations only where a route carries media.
    /// - Throws: ``SnapshotFailure`` when no endpoint answers.
    public func holders() async throws(SnapshotFailure) -> (
        sites: [SiteSnapshot], associations: [AssociationSnapshot]
    ) {
        let needsServices = organisation.routes.contains { $0.kind == .media }
        var reasons: [String] = []
        for index in endpoints(leaving: nil) {
            do {
                let sites = try await reader.sites(at: .frontEnd(index))
                guard needsServices else { return (sites, []) }
                return (sites, try await reader.services(at: .frontEnd(index)).associations)
            } catch {
                reasons.append(error.message)
            }
        }
        throw SnapshotFailure(reasons: reasons.isEmpty ? ["no endpoint is configured"] : reasons)
    }

    /// Takes a snapshot for a move.
    ///
    /// - Parameters:
    ///   - move: what is to move; decides which endpoint is asked first and which writes are tried.
    ///   - record: what an earlier failover wrote; its names are read too.
    /// - Returns: the snapshot.
    /// - Throws: ``SnapshotFailure`` when no endpoint answers.
    public func take(
        for move: Move,
        record: FailoverRecord?
    ) async throws(SnapshotFailure) -> Snapshot {
        var reasons: [String] = []
        for index in endpoints(leaving: move.from) {
            do {
                return try await take(for: move, record: record, at: index)
            } catch {
                reasons.append(error.message)
            }
        }
        throw SnapshotFailure(reasons: reasons.isEmpty ? ["no endpoint is configured"] : reasons)
    }

    private func take(
        for move: Move,
        record: FailoverRecord?,
        at index: Int
    ) async throws(ManagementFailure) -> Snapshot {
        let endpoint = ManagementEndpoint.frontEnd(index)
        let started = wallClock.now()
        let sites = try await reader.sites(at: endpoint)
        let master = try await reader.storeMaster(at: endpoint)
        let services = try await reader.services(at: endpoint)
        let pools = try await reader.pools(at: endpoint)
        let replicas = try await reader.replicas(at: endpoint)
        let rights = try await rightsFailures(move, sites, at: endpoint)
        let written: [(FQDN, RecordType)] =
            record?.plan.steps.flatMap { step -> [(FQDN, RecordType)] in
                guard case .changeRecords(_, let changes) = step.operation else { return [] }
                return changes.map { ($0.name, $0.type) }
            } ?? []
        let kinds = Set(organisation.routes.map(\.kind)).sorted { $0.rawValue < $1.rawValue }
        let readings = await records.leading(to: kinds, besides: written)
        return Snapshot(
            takenAt: started,
            endpoint: management.address(of: endpoint),
            endpointIndex: index,
            sites: sites,
            edgeServices: services.edgeServices,
            pools: pools,
            replicas: replicas,
            storeMaster: master,
            rightsFailures: rights,
            records: readings,
            updateRefusals: await refusals(move, readings),
            verdicts: board.verdicts(),
            members: board.members(),
            manageableEdges: organisation.edgePools.flatMap(\.servers).map(\.fqdn)
                .filter { management.isConfigured(.edge($0)) },
            deadSites: await deadSites(besides: index),
            associations: services.associations
        )
    }

    /// Sites with endpoints of which none answers; the one that was read does.
    private func deadSites(besides index: Int) async -> [SiteName] {
        var dead: [SiteName] = []
        var answering: Set<SiteName> = []
        for (other, site) in sitesOfEndpoints.enumerated() {
            guard let site, !answering.contains(site) else { continue }
            var answers = other == index
            if !answers {
                do throws(ManagementFailure) {
                    _ = try await reader.sites(at: .frontEnd(other))
                    answers = true
                } catch {
                    // Whoever refuses us is alive.
                    answers = error.code != .unreachable && error.code != .timeout
                }
            }
            if answers { answering.insert(site) } else { dead.append(site) }
        }
        return Set(dead).subtracting(answering).sorted()
    }

    /// Tries the writing cmdlets with `-WhatIf`: the same endpoint, the same account, no change.
    private func rightsFailures(
        _ move: Move,
        _ sites: [SiteSnapshot],
        at endpoint: ManagementEndpoint
    ) async throws(ManagementFailure) -> [String] {
        guard let site = sites.first(where: { $0.edgePool(move.kind) == move.from }) else {
            return []
        }
        var failures: [String] = []
        for command in [
            PowerShellCommand.setRoute(
                of: site.name,
                move.kind,
                to: .edgeServer(move.to),
                whatIf: true
            ),
            .enableTopology(whatIf: true),
        ] {
            let result = try await management.run(command, at: endpoint, timeout: .seconds(120))
            if let error = result.errors.first { failures.append("\(command): \(error)") }
        }
        return failures
    }

    private func refusals(_ move: Move, _ readings: [RecordReading]) async -> [ZoneKey: String] {
        guard organisation.route(move.route)?.dnsStyle != DNSStyle.none else { return [:] }
        var refusals: [ZoneKey: String] = [:]
        for zone in organisation.zones {
            // The set of the zone that is nearest to what will change.
            let candidates = readings.filter { $0.zone == zone.key && $0.failure == nil }
            let existing =
                candidates.first { $0.type == .a && $0.set != nil }?.set
                ?? candidates.compactMap(\.set).first
            guard let existing else { continue }
            guard let updater else {
                refusals[zone.key] =
                    "its provider is 'manual', and steps for people are not in this version"
                continue
            }
            do {
                try await updater.provePermission(with: existing, in: zone)
            } catch {
                refusals[zone.key] = error.message
            }
        }
        return refusals
    }
}
