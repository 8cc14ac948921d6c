import FailoverCore

/// The topology as one Front End has it, from the store or from its replica.
struct TopologyReading: Sendable {
    var index: Int
    var sites: [SiteSnapshot] = []
    var services = ServiceReading([])
    var pools: [PoolSnapshot] = []
    var replicas: [ReplicaSnapshot] = []
    var storeMaster: String?
    var storeFailure: String?
    var topologyFailure: String?
}

extension Snapshotter {
    /// Reads the store, and where that fails the replica of the very server.
    ///
    /// Throws only when the server itself does not answer.
    func topology(at index: Int) async throws(ManagementFailure) -> TopologyReading {
        let endpoint = ManagementEndpoint.frontEnd(index)
        var reading = TopologyReading(index: index)
        do {
            reading.storeMaster = try await reader.storeMaster(at: endpoint)
        } catch  where error.isOfTheStore {
            reading.storeFailure = error.message
        }
        if reading.storeFailure == nil {
            do {
                reading.sites = try await reader.sites(at: endpoint)
                reading.services = try await reader.services(at: endpoint)
                reading.pools = try await reader.pools(at: endpoint)
                reading.replicas = try await reader.replicas(at: endpoint)
                return reading
            } catch  where error.isOfTheStore {
                reading.storeFailure = error.message
            }
        }
        do {
            reading.sites = try await reader.sites(at: endpoint, local: true)
            reading.services = try await reader.services(at: endpoint, local: true)
            reading.pools = try await reader.pools(at: endpoint, local: true)
        } catch  where error.isOfTheStore {
            reading = TopologyReading(
                index: index,
                storeMaster: reading.storeMaster,
                storeFailure: reading.storeFailure,
                topologyFailure: error.message
            )
        }
        return reading
    }

    /// Sites with endpoints of which none answers; the one that was read does.
    func deadSites(besides index: Int) async -> [SiteName] {
        let answering = await withTaskGroup(of: (SiteName, Bool).self) { group in
            for (other, site) in sitesOfEndpoints.enumerated() {
                guard let site else { continue }
                group.addTask {
                    if other == index { return (site, true) }
                    do throws(ManagementFailure) {
                        _ = try await reader.sites(at: .frontEnd(other), local: true)
                        return (site, true)
                    } catch {
                        // Whoever refuses us is alive.
                        return (site, error.code != .unreachable && error.code != .timeout)
                    }
                }
            }
            return await group.reduce(into: Set<SiteName>()) { if $1.1 { $0.insert($1.0) } }
        }
        return Set(sitesOfEndpoints.compactMap(\.self)).subtracting(answering).sorted()
    }
}

extension ManagementFailure {
    /// Whether the server answered, or hung, over what it could not read: the store, not itself.
    var isOfTheStore: Bool { code == .protocolFault || code == .timeout }
}
