import FailoverCore

extension StepExecutor {
    /// Where a person's step stands, as far as the machine can see.
    func observe(_ task: PersonTask, _ step: Step, _ run: RunState) async -> Observed {
        let opening = run.opening
        switch task {
        case .moveFederationFlag(let from, let to):
            return await observeFlag(from, to, endpoint(opening))
        case .failOverStore: return await observeStore(endpoint(opening))
        case .changeRecords(let zone, let changes):
            return await observeByHand(changes, in: zone, step, run)
        case .runSetup(let server, let poolName, _, let mustRun):
            guard let pool = organisation.edgePool(poolName) else {
                return .unreadable("\(poolName) is not configured any more")
            }
            let listening = await checkListeners(server, pool, run)
            if !mustRun, case .holds(let text) = listening { return .intended(text) }
            return .initial(listening.detail)
        case .startServices(let server, let pool, _, let leg):
            switch await checkProtocol(pool, server, leg, opening) {
            case .holds(let text): return .intended(text)
            case .doesNot(let text): return .initial(text)
            }
        case .unfence(let server, let pool, _):
            switch await checkProtocol(pool, server, .sip, opening) {
            case .holds(let text): return .intended(text)
            case .doesNot(let text): return .initial(text)
            }
        case .restartServices(let server, _, _, _):
            return .initial("nothing tells whether the services of \(server) were restarted")
        case .failBackFrontEndPool(let pool):
            return .initial("nothing tells whether \(pool) had been failed over")
        }
    }

    /// Looks what came of a person's word: it is not taken where the machine can look.
    func verify(_ task: PersonTask, _ step: Step, _ run: RunState) async -> VerifyResult {
        switch task {
        case .moveFederationFlag, .failOverStore, .changeRecords, .startServices, .unfence:
            return await observe(task, step, run).verification
        case .restartServices(let server, let pool, _, let leg):
            return await checkProtocol(pool, server, leg, run.opening)
        case .runSetup(let server, let poolName, _, _):
            guard let pool = organisation.edgePool(poolName) else {
                return .doesNot("\(poolName) is not configured any more")
            }
            let listening = await checkListeners(server, pool, run)
            guard case .holds(let first) = listening else { return listening }
            let version = await checkVersion(server, run)
            guard case .holds(let second) = version else { return version }
            return .holds("\(first); \(second)")
        case .failBackFrontEndPool(let pool): return await checkReplicas(of: pool, run)
        }
    }

    /// The federation ports of both pools, in the representations that are known.
    private func observeFlag(
        _ from: FQDN,
        _ to: FQDN,
        _ endpoint: ManagementEndpoint
    ) async -> Observed {
        let place = "Get-CsService at \(management.address(of: endpoint))"
        do {
            let reading = try await reader.services(at: endpoint)
            var isOn: [FQDN: Bool] = [:]
            var texts: [String] = []
            for pool in [to, from] {
                guard let service = reading.edgeServices.first(where: { $0.pool == pool }) else {
                    return .initial("the topology has no Edge service on \(pool) (\(place))")
                }
                let wanted =
                    organisation.edgePool(pool)?.port(for: .sip)
                    ?? LegKind.sip.standardPort
                let odd = reading.unknownPorts[pool]
                let value = odd ?? service.federationPort.map { "\($0)" } ?? "empty"
                texts.append("federation port of \(pool): \(value)")
                guard odd == nil else { continue }
                switch service.federationPort {
                case nil, 0?: isOn[pool] = false
                case wanted: isOn[pool] = true
                default: break
                }
            }
            let text = "\(texts.joined(separator: ", ")) (\(place))"
            if isOn[to] == true, isOn[from] == false { return .intended(text) }
            let isKnown = isOn.count == 2
            return .initial(isKnown ? text : "\(text); what it means is not known")
        } catch {
            return .unreadable(error.message)
        }
    }

    private func observeStore(_ endpoint: ManagementEndpoint) async -> Observed {
        do {
            guard let master = try await reader.storeMaster(at: endpoint) else {
                return .initial("the Central Management store has no active master")
            }
            // A name alone may be left of it: it must be possible to read it.
            _ = try await reader.sites(at: endpoint)
            return .intended("\(master) holds the Central Management store")
        } catch {
            let isStoreAtFault = error.code == .protocolFault || error.code == .timeout
            return isStoreAtFault
                ? .initial("the Central Management store cannot be read: \(error.message)")
                : .unreadable(error.message)
        }
    }

    /// A zone that a person changes: at every authoritative server, and not in one go.
    private func observeByHand(
        _ changes: [DNSChange],
        in key: ZoneKey,
        _ step: Step,
        _ run: RunState
    ) async -> Observed {
        guard let zone = organisation.zone(key) else {
            return .unreadable("zone \(key) is not configured any more")
        }
        let wasAsked = run.attempts[step.id, default: 0] > 0 || run.undoing != nil
        var done: [String] = []
        var due: [String] = []
        for change in changes {
            for server in zone.authoritative {
                let reading = await records.read(change.name, change.type, in: key, at: server)
                if let failure = reading.failure {
                    return .unreadable("\(change.name) at \(server): \(failure)")
                }
                let text =
                    "\(change.name) \(change.type.rawValue) is "
                    + "\(reading.set?.dataText ?? "not there") at \(server)"
                switch change.standing(of: reading.set) {
                case .intended: done.append(text)
                case .initial: due.append(text)
                case .between where wasAsked: due.append(text)
                // Whoever does it by hand may take the old one away first.
                case .foreign where wasAsked && reading.set == nil: due.append(text)
                case .between, .foreign: return .foreign(text)
                }
            }
        }
        return due.isEmpty
            ? .intended(done.joined(separator: "; ")) : .initial(due.joined(separator: "; "))
    }

    private func checkReplicas(of pool: FQDN, _ run: RunState) async -> VerifyResult {
        let members = run.opening.snapshot.pools.first { $0.fqdn == pool }?.computers ?? []
        guard !members.isEmpty else { return .doesNot("the members of \(pool) are not known") }
        do {
            let replicas = try await reader.replicas(at: endpoint(run.opening))
            let lagging = members.filter { member in
                !replicas.contains { $0.server == member && $0.isUpToDate }
            }
            let list = lagging.map(\.name).joined(separator: ", ")
            return lagging.isEmpty
                ? .holds("the replicas of the members of \(pool) are up to date")
                : .doesNot("not up to date: \(list)")
        } catch {
            return .doesNot(error.message)
        }
    }
}

extension VerifyResult {
    /// What was read, in words.
    var detail: String {
        switch self {
        case .holds(let text), .doesNot(let text): text
        }
    }
}
