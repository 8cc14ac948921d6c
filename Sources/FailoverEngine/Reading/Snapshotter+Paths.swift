import FailoverCore

extension Snapshotter {
    /// How long an Edge server or a port may take: silence is an answer here.
    private static let patience: Duration = .seconds(8)
    /// Ports that the pool's side needs at its Edge servers (runbooks, procedure D); 3478 over UDP
    /// besides, which no cmdlet can try.
    private static let mediaPorts: [UInt16] = [5_061, 5_062, 8_057, 443]

    /// The Access Edge service on members of the pools that are moved, all at the same time.
    func edgeReadings(
        _ moves: [Move]
    ) async -> (startTypes: [FQDN: WindowsStartType], unreachable: [FQDN: String]) {
        let pools = Set(moves.flatMap { [$0.from, $0.to] })
        let servers = organisation.edgePools.filter { pools.contains($0.fqdn) }
            .flatMap(\.servers).map(\.fqdn).filter { management.isConfigured(.edge($0)) }
        return await withTaskGroup(
            of: (FQDN, Result<WindowsStartType?, ManagementFailure>).self
        ) { group in
            for server in servers {
                group.addTask {
                    do throws(ManagementFailure) {
                        let service = try await reader.accessEdge(
                            on: server,
                            within: Self.patience
                        )
                        return (server, .success(service.startType))
                    } catch {
                        return (server, .failure(error))
                    }
                }
            }
            var startTypes: [FQDN: WindowsStartType] = [:]
            var unreachable: [FQDN: String] = [:]
            for await (server, result) in group {
                switch result {
                case .success(let type): startTypes[server] = type
                // It answers, whatever it says.
                case .failure(let failure) where failure.code == .protocolFault: break
                case .failure(let failure): unreachable[server] = failure.message
                }
            }
            return (startTypes, unreachable)
        }
    }

    /// Next hops and media ports, from the endpoint's side.
    func paths(
        _ moves: [Move],
        _ topology: TopologyReading
    ) async -> (silentNextHops: [FQDN: String], closed: [String]) {
        let endpoint = ManagementEndpoint.frontEnd(topology.index)
        var silent: [FQDN: String] = [:]
        var tried: Set<FQDN> = []
        func tryHop(_ pool: FQDN) async {
            guard tried.insert(pool).inserted else { return }
            if let reason = await silence(of: pool, topology) { silent[pool] = reason }
        }
        for target in Set(moves.map(\.to)).sorted() {
            let service = topology.services.edgeServices.first { $0.pool == target }
            guard let hop = service?.nextHop?.pool else { continue }
            await tryHop(hop)
            guard silent[hop] != nil else { continue }
            for pool in topology.pools where pool.roles.contains(where: isRegistrar) {
                await tryHop(pool.fqdn)
            }
        }
        var closed: [String] = []
        let mediaTargets = Set(moves.filter { $0.kind == .media }.map(\.to)).sorted()
        let dead = board.deadMembers
        for pool in mediaTargets.compactMap(organisation.edgePool) {
            for server in pool.servers.map(\.fqdn) where !dead.contains(server) {
                let ports = await closedPorts(of: server, from: endpoint)
                guard !ports.isEmpty else { continue }
                let list = ports.map { "\($0)" }.joined(separator: ", ")
                closed.append(
                    "\(server) does not answer on \(list) from \(management.address(of: endpoint))"
                        + " (3478/UDP cannot be tried from there)"
                )
            }
        }
        return (silent, closed)
    }

    private func isRegistrar(_ role: String) -> Bool {
        role.lowercased() == AssociatedRole.registrar.rawValue.lowercased()
    }

    /// Why no member of a pool answers on 5061; nil when one does, or when it cannot be tried.
    private func silence(of pool: FQDN, _ topology: TopologyReading) async -> String? {
        let endpoint = ManagementEndpoint.frontEnd(topology.index)
        let known = topology.pools.first { $0.fqdn == pool }?.computers ?? []
        let members = known.isEmpty ? [pool] : known
        // One question is enough as a rule; what is silent takes its time for all at once.
        if let first = members.first, await reaches(first, 5_061, from: endpoint) == true {
            return nil
        }
        return await withTaskGroup(of: Bool?.self) { group in
            for member in members {
                group.addTask { await reaches(member, 5_061, from: endpoint) }
            }
            var isTried = false
            for await answer in group {
                if answer == true {
                    group.cancelAll()
                    return nil
                }
                if answer == false { isTried = true }
            }
            guard isTried else { return nil }
            let list = members.map(\.name).joined(separator: ", ")
            return "\(list) does not answer on 5061 from \(management.address(of: endpoint))"
        }
    }

    private func closedPorts(
        of server: FQDN,
        from endpoint: ManagementEndpoint
    ) async -> [UInt16] {
        await withTaskGroup(of: UInt16?.self) { group in
            for port in Self.mediaPorts {
                group.addTask {
                    await reaches(server, port, from: endpoint) == false ? port : nil
                }
            }
            return await group.reduce(into: []) { if let port = $1 { $0.append(port) } }.sorted()
        }
    }

    /// Whether a port answers; a time-out is a no, and nil says that it could not be tried.
    private func reaches(
        _ server: FQDN,
        _ port: UInt16,
        from endpoint: ManagementEndpoint
    ) async -> Bool? {
        do throws(ManagementFailure) {
            return try await reader.reaches(
                server,
                port: port,
                from: endpoint,
                within: Self.patience
            )
        } catch {
            return error.code == .timeout ? false : nil
        }
    }
}

extension ProbeBoard {
    /// Members that answered none of the protocols that are probed.
    var deadMembers: Set<FQDN> {
        let members = members()
        let answering = Set(members.filter { $0.liveness != .dead }.map(\.server))
        return Set(members.map(\.server)).subtracting(answering)
    }
}
