public import FailoverCore

/// Reads, one question after the other, whether each pool could take over each route.
///
/// It changes nothing, goes the very ways that a run would go, and stops as soon as it is told that
/// something more important wants them.
public struct ReadinessReader: Sendable {
    /// A pool of a route, and what was read of it.
    public struct News: Sendable {
        /// The route.
        public var route: RouteName
        /// The pool.
        public var pool: FQDN
        /// What was read.
        public var readiness: Readiness
    }

    let snapshotter: Snapshotter
    let settings: ReadinessSettings
    let clock: any MonotonicClock
    let wallClock: any WallClock
    /// For one question; modules load slowly.
    let patience: Duration = .seconds(30)

    /// Makes a reader.
    ///
    /// - Parameters:
    ///   - snapshotter: goes to Front Ends, Edge servers and name servers as for a plan.
    ///   - settings: how long certificates must be valid still.
    ///   - clock: for the age of readings.
    ///   - wallClock: for the ends of certificates and drills.
    public init(
        snapshotter: Snapshotter,
        settings: ReadinessSettings,
        clock: any MonotonicClock,
        wallClock: any WallClock
    ) {
        self.snapshotter = snapshotter
        self.settings = settings
        self.clock = clock
        self.wallClock = wallClock
    }

    var organisation: Organisation { snapshotter.organisation }

    /// Every pool of every route.
    var places: [(route: FederationRoute, pool: FQDN)] {
        organisation.routes.flatMap { route in route.pools.map { (route, $0) } }
    }

    /// What is known here already: certificates that probes saw, and drills.
    public func readNearby(lastDrill: [RouteName: Timestamp]) -> [News] {
        let members = snapshotter.board.members()
        return places.map { route, pool in
            var readiness = Readiness([.drill: drill(lastDrill[route.name])])
            readiness[.certificate] = certificate(of: pool, for: route, members)
            return News(route: route.name, pool: pool, readiness: readiness)
        }
    }

    /// Asks the machines, one at a time.
    ///
    /// What could not be asked because nobody answered is left out: what was read before stands
    /// until it is too old.
    ///
    /// - Parameter mayGoOn: asked before every question.
    /// - Returns: what was read; incomplete when it had to stop.
    public func readRemotely(while mayGoOn: () -> Bool) async -> [News] {
        var news: [News] = []
        let frontEnds = await surveyFrontEnds(while: mayGoOn)
        let replicas = await replicas(at: frontEnds, while: mayGoOn)
        var edges: [FQDN: EdgeSurvey] = [:]
        for pool in Set(places.map(\.pool)).sorted() {
            edges[pool] = await surveyEdges(of: pool, while: mayGoOn)
        }
        let dns = await dnsPermission(while: mayGoOn)
        guard mayGoOn() else { return [] }
        for (route, pool) in places {
            var readiness = Readiness()
            let edge = edges[pool] ?? EdgeSurvey()
            readiness[.management] = management(frontEnds, edge)
            readiness[.rights] = rights(frontEnds, edge)
            readiness[.replication] = replication(of: pool, replicas, frontEnds)
            readiness[.dnsPermission] = changesRecords(route) ? dns : noRecords
            news.append(News(route: route.name, pool: pool, readiness: readiness))
        }
        return news
    }

    func reading(_ state: ReadinessReading.State, _ reason: String) -> ReadinessReading {
        ReadinessReading(state, reason, at: clock.now())
    }

    // MARK: Certificates and drills

    /// Nil when none is shown now: what was seen before stands until it is too old.
    private func certificate(
        of pool: FQDN,
        for route: FederationRoute,
        _ members: [MemberReading]
    ) -> ReadinessReading? {
        guard route.kind != .media else {
            return reading(.notNeeded, "media is reached without a certificate")
        }
        let servers = Set(organisation.edgePool(pool)?.servers.map(\.fqdn) ?? [])
        let shown = members.filter { servers.contains($0.server) && $0.certificate != nil }
        let own = shown.filter { $0.kind == route.kind.leg }
        // A pool that serves only once a plan starts it shows what its host shows.
        let judged = own.isEmpty ? shown : own
        if judged.isEmpty {
            guard route.isSilentByDesign(at: pool) else { return nil }
            return reading(.notNeeded, "none is shown before the plan starts or enables the pool")
        }
        let now = wallClock.now()
        var faults: [String] = []
        var earliest: Timestamp?
        for member in judged {
            guard let facts = member.certificate else { continue }
            let serious = facts.problems.filter(\.isSerious).map(\.inWords)
            if !serious.isEmpty {
                faults.append("\(member.server): \(serious.joined(separator: ", "))")
            } else if facts.notAfter - now < settings.certificateMargin {
                faults.append(
                    "the certificate of \(member.server) ends in \((facts.notAfter - now).inWords)"
                )
            }
            earliest = min(earliest ?? facts.notAfter, facts.notAfter)
        }
        if !faults.isEmpty { return reading(.notReady, faults.joined(separator: "; ")) }
        let left = earliest.map { ($0 - now).inWords } ?? "long"
        return reading(.ready, "valid for another \(left)")
    }

    /// A drill's reading is as old as the drill.
    private func drill(_ last: Timestamp?) -> ReadinessReading {
        guard let last else { return reading(.notKnown, "never drilled, there and back") }
        let age = max(.zero, wallClock.now() - last)
        return ReadinessReading(
            .ready,
            "drilled there and back at \(last)",
            at: clock.now() + (.zero - age)
        )
    }
}

extension FederationRoute {
    /// Whether nothing may answer on a pool that could take the route over all the same.
    func isSilentByDesign(at pool: FQDN) -> Bool {
        switch kind {
        case .sip: federationFlag == .strictSingle || pool == home && fence == .accessEdge
        case .xmpp: edgeServices != .untouched
        case .media: false
        }
    }
}
