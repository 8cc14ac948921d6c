public import FailoverCore

/// Why no snapshot could be taken.
public struct SnapshotFailure: Error, Sendable, Hashable {
    /// One sentence for every endpoint tried.
    public var reasons: [String]
}

/// Takes the snapshot that plans are made from: topology, DNS, probes, rights, ways.
public struct Snapshotter: Sendable {
    let organisation: Organisation
    let management: any Management
    let reader: TopologyReader
    let records: RecordReader
    let updater: (any DNSUpdater)?
    let board: ProbeBoard
    private let wallClock: any WallClock
    let sitesOfEndpoints: [SiteName?]

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

    /// The Front End endpoints in the order in which they are tried when pools are left.
    private func endpoints(leaving pools: [FQDN]) -> [Int] {
        let failed = Set(pools.compactMap { organisation.edgePool($0)?.site })
        let all = Array(0..<management.frontEndCount)
        func isInFailedSite(_ index: Int) -> Bool {
            sitesOfEndpoints.indices.contains(index)
                && (sitesOfEndpoints[index].map(failed.contains) ?? false)
        }
        return all.filter { !isInFailedSite($0) } + all.filter(isInFailedSite)
    }

    /// Who holds the routes: the sites, and associations where a route carries media.
    public struct HolderReadings: Sendable {
        /// The sites with their routes.
        public var sites: [SiteSnapshot]
        /// The associations; empty where no route carries media.
        public var associations: [AssociationSnapshot]
        /// Why the store could not be read, when this comes from a server's replica and may be old.
        public var storeFailure: String?
    }

    /// Reads who holds the routes, and nothing else.
    ///
    /// - Returns: what the store says; when it is dead, what a server's own replica says.
    /// - Throws: ``SnapshotFailure`` when no endpoint answers.
    public func holders() async throws(SnapshotFailure) -> HolderReadings {
        let needsServices = organisation.routes.contains { $0.kind == .media }
        var reasons: [String] = []
        for local in [false, true] {
            for index in endpoints(leaving: []) {
                let endpoint = ManagementEndpoint.frontEnd(index)
                do {
                    let sites = try await reader.sites(at: endpoint, local: local)
                    let associations =
                        needsServices
                        ? try await reader.services(at: endpoint, local: local).associations : []
                    return HolderReadings(
                        sites: sites,
                        associations: associations,
                        storeFailure: local ? reasons.joined(separator: "; ") : nil
                    )
                } catch {
                    if !local { reasons.append(error.message) }
                }
            }
        }
        throw SnapshotFailure(reasons: reasons.isEmpty ? ["no endpoint is configured"] : reasons)
    }

    /// Takes a snapshot for moves.
    ///
    /// An endpoint that can read the store goes before one that has only its own replica to offer.
    ///
    /// - Parameters:
    ///   - moves: what is to move; decides which endpoint is asked first, what is tried and read.
    ///   - record: what an earlier failover wrote; its names are read too.
    ///   - lastPublication: when this identity last enabled the topology, as the journal has it.
    /// - Returns: the snapshot.
    /// - Throws: ``SnapshotFailure`` when no endpoint answers.
    public func take(
        for moves: [Move],
        record: FailoverRecord?,
        lastPublication: Timestamp? = nil
    ) async throws(SnapshotFailure) -> Snapshot {
        var reasons: [String] = []
        var second: TopologyReading?
        let started = wallClock.now()
        for index in endpoints(leaving: moves.map(\.from)) {
            do {
                let topology = try await topology(at: index)
                if topology.storeFailure == nil {
                    return await complete(
                        topology,
                        moves,
                        record,
                        from: started,
                        lastPublication
                    )
                }
                // A replica is better than nothing at all.
                if second == nil || second?.topologyFailure != nil { second = topology }
            } catch {
                reasons.append(error.message)
            }
        }
        guard let second else {
            throw SnapshotFailure(
                reasons: reasons.isEmpty ? ["no endpoint is configured"] : reasons
            )
        }
        return await complete(second, moves, record, from: started, lastPublication)
    }

    /// Takes a snapshot for one move.
    ///
    /// - Parameters:
    ///   - move: what is to move.
    ///   - record: what an earlier failover wrote; its names are read too.
    /// - Returns: the snapshot.
    /// - Throws: ``SnapshotFailure`` when no endpoint answers.
    public func take(
        for move: Move,
        record: FailoverRecord?
    ) async throws(SnapshotFailure) -> Snapshot {
        try await take(for: [move], record: record)
    }

    /// Everything besides the topology; what concerns different places is read at the same time.
    private func complete(
        _ topology: TopologyReading,
        _ moves: [Move],
        _ record: FailoverRecord?,
        from started: Timestamp,
        _ lastPublication: Timestamp?
    ) async -> Snapshot {
        async let edges = edgeReadings(moves)
        async let deadSites = deadSites(besides: topology.index)
        async let dns = records(moves, record)
        let commands = await commands(moves, topology)
        let setupPermissions = await setupPermissions(topology)
        let paths = await paths(moves, topology)
        let (readings, refusals) = await dns
        let edgeReadings = await edges
        let endpoint = ManagementEndpoint.frontEnd(topology.index)
        return Snapshot(
            takenAt: started,
            endpoint: management.address(of: endpoint),
            endpointIndex: topology.index,
            sites: topology.sites,
            edgeServices: topology.services.edgeServices,
            pools: topology.pools,
            replicas: topology.replicas,
            storeMaster: topology.storeMaster,
            rightsFailures: commands.failures,
            records: readings,
            updateRefusals: refusals,
            verdicts: board.verdicts(),
            members: board.members(),
            manageableEdges: organisation.edgePools.flatMap(\.servers).map(\.fqdn)
                .filter { management.isConfigured(.edge($0)) },
            deadSites: await deadSites,
            storeFailure: topology.storeFailure,
            associations: topology.services.associations,
            startTypes: edgeReadings.startTypes,
            unreachableEdges: edgeReadings.unreachable,
            silentNextHops: paths.silentNextHops,
            closedPaths: paths.closed,
            lastPublication: lastPublication,
            topologyFailure: topology.topologyFailure,
            missingCommands: commands.missing,
            setupPermissions: setupPermissions
        )
    }
}
