import FailoverCore

/// What a run's steps find and change.
extension World {
    /// Where a step stands.
    func observe(_ operation: Operation) -> Observed {
        switch operation {
        case .setSiteRoute(let site, let kind, let from, let to):
            guard isManagementUp else { return .unreadable("no Front End answers") }
            let value = sites.first { $0.name == site }?.route(kind) ?? "none"
            if value == to.description { return .intended(value) }
            return value == from.description ? .initial(value) : .foreign(value)
        case .changeRecords(_, let changes): return observe(changes)
        case .stopServices(let server, let services):
            return observe(server, services, areStopped: true)
        case .startServices(let server, let services):
            return observe(server, services, areStopped: false)
        case .person(.moveFederationFlag(let from, let to)):
            guard isManagementUp else { return .unreadable("no Front End answers") }
            return carriesFlag(to) && !carriesFlag(from)
                ? .intended("moved") : .initial("not moved")
        default: return .initial("nothing to read")
        }
    }

    private func carriesFlag(_ pool: FQDN) -> Bool {
        estate.pools.firstIndex(of: pool).map { carriesFlag[$0] } ?? false
    }

    private func observe(_ changes: [DNSChange]) -> Observed {
        var initial = 0
        for change in changes {
            let set = primary[RecordKey(name: change.name, type: change.type)]
            if set?.data == change.to?.data { continue }
            guard set?.data == change.from?.data else {
                return .foreign("\(change.name) is \(set?.dataText ?? "not there")")
            }
            initial += 1
        }
        if initial == 0 { return .intended("as wanted") }
        return initial == changes.count ? .initial("as before") : .foreign("half of it")
    }

    private func observe(
        _ server: FQDN,
        _ services: ServiceSelection,
        areStopped: Bool
    ) -> Observed {
        guard let place = estate.place(of: server), isReachable(place) else {
            return .unreadable("\(server) does not answer")
        }
        let are = isStopped(place, services)
        return are == areStopped ? .intended("\(server)") : .initial("\(server)")
    }

    private func isReachable(_ place: (pool: Int, member: Int)) -> Bool {
        let condition = conditions[place.pool][place.member]
        return condition != .dead && condition != .hung
    }

    private func isStopped(
        _ place: (pool: Int, member: Int),
        _ services: ServiceSelection
    ) -> Bool {
        let now = stopped[place.pool][place.member]
        return now.contains(.all) || now.contains(services)
    }

    /// Carries an operation out.
    ///
    /// - Returns: why it was not done; nil when it was.
    mutating func carryOut(_ operation: Operation, isTrial: Bool) -> String? {
        switch operation {
        case .setSiteRoute, .enableTopology:
            guard isManagementUp else { return "no Front End answers" }
        case .stopServices(let server, _), .startServices(let server, _),
            .runSetup(let server, _):
            guard let place = estate.place(of: server), isReachable(place) else {
                return "\(server) does not answer"
            }
        default: break
        }
        if isTrial { return nil }
        apply(operation)
        return nil
    }

    private mutating func apply(_ operation: Operation) {
        switch operation {
        case .setSiteRoute(let site, let kind, _, let to):
            for index in sites.indices where sites[index].name == site {
                if kind == .sip { sites[index].sipRoute = to.description }
                if kind == .xmpp { sites[index].xmppRoute = to.description }
            }
        case .enableTopology: enabledAt = now
        case .changeRecords(_, let changes):
            for change in changes {
                primary[RecordKey(name: change.name, type: change.type)] = change.to
            }
            changedPrimary()
        case .stopServices(let server, let services):
            guard let place = estate.place(of: server) else { return }
            stopped[place.pool][place.member].insert(services)
        case .startServices(let server, let services):
            guard let place = estate.place(of: server) else { return }
            if services == .all {
                stopped[place.pool][place.member] = []
            } else {
                stopped[place.pool][place.member].remove(services)
            }
        case .runSetup(let server, _): setups[server, default: 0] += 1
        case .person(.moveFederationFlag(let from, let to)):
            for index in carriesFlag.indices {
                if estate.pools[index] == from { carriesFlag[index] = false }
                if estate.pools[index] == to { carriesFlag[index] = true }
            }
        default: return
        }
    }

    /// Whether what a step wants holds now; in words when it does not.
    func objection(to operation: Operation, from vantage: Int) -> String? {
        switch operation {
        case .setSiteRoute, .changeRecords, .stopServices, .startServices,
            .person(.moveFederationFlag):
            if case .intended = observe(operation) { return nil }
            return observe(operation).detail
        case .awaitReplication: return isReplicated ? nil : "the replicas lag"
        case .checkRecords(_, let wanted):
            let isWrong = wanted.contains { expected in
                let key = RecordKey(name: expected.name, type: expected.type)
                return primary[key] != expected.set || secondary[key] != expected.set
            }
            return isWrong ? "the servers do not say the same" : nil
        case .checkSiteRoutes(let kind, let names, let service):
            guard isManagementUp else { return "no Front End answers" }
            let isWrong = sites.contains {
                names.contains($0.name) && $0.route(kind) != service.description
            }
            return isWrong ? "a route is another" : nil
        case .checkProtocol(let pool, let server, let leg):
            guard let index = estate.pools.firstIndex(of: pool) else { return "no such pool" }
            let members = estate.servers[index].indices.filter {
                server == nil || estate.servers[index][$0] == server
            }
            let silent = members.contains { !probe(vantage, index, $0, leg).isAlive }
            return silent ? "a member does not answer" : nil
        default: return nil
        }
    }
}
