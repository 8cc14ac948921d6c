public import FailoverCore

/// What an Edge or Front End server does at present.
public enum MachineCondition: Sendable, Hashable {
    /// It works.
    case well
    /// The product's services have died; Windows answers.
    case crashed
    /// It accepts connections and says nothing; Windows answers and calls the services running.
    case hanging
    /// Nothing answers, not even Windows.
    case off
}

/// One model of an organisation as the outside sees it: topology, replicas, services, DNS.
///
/// It offers only what real Windows and real DNS servers let one read (domain facts, section 8).
public struct OrganisationModel: Sendable {
    /// A site of the topology.
    public struct Site: Sendable, Hashable {
        /// Its bare name.
        public var name: String
        /// Its routes as cmdlets print them; nothing where there is none.
        public var routes: [RouteKind: String]
    }

    /// A service of a Front End pool that uses an Edge pool for media.
    public struct Association: Sendable, Hashable {
        /// Such as `Registrar:fepool1.contoso.net`.
        public var service: String
        /// Its site.
        public var site: String
        /// As cmdlets print it; nothing where there is none.
        public var edgeServer: String?
    }

    /// What is edited, published, and replicated.
    public struct Topology: Sendable, Hashable {
        /// Sites.
        public var sites: [Site]
        /// Services that use Edge pools.
        public var associations: [Association]
        /// Next hop of every Edge pool, as cmdlets print it.
        public var nextHops: [FQDN: String]
    }

    /// A Windows service of the product.
    public struct Service: Sendable, Hashable {
        /// Short name.
        public var name: String
        /// Display name.
        public var displayName: String
        /// Whether it was started.
        public var isStarted = true
        /// While starting: until when.
        public var startsUntil: Instant?
        /// Whether Windows would start it.
        public var startType = WindowsStartType.automatic
    }

    /// A server with its replica of the store.
    public struct Machine: Sendable {
        /// The pool that it belongs to.
        public var pool: FQDN
        /// What it does.
        public var condition = MachineCondition.well
        /// The product's services.
        public var services: [Service]
        /// Whether services come up when they are started.
        public var canStart = true
        /// Whether its XMPP service has to be restarted before it answers.
        public var needsXMPPRestart = false
        /// Whether Setup has to run before it listens for federation.
        public var needsSetup = false
        /// The version that Setup would leave behind; nil leaves it as it is.
        public var versionAfterSetup: String?
        /// What its replica reports.
        public var productVersion = "6.0.9319.0"
        /// The topology as its replica has it.
        public var topology: Topology
        /// `LastUpdateCreation` of its replica, in UTC ticks.
        public var lastUpdate: Int64
        /// When the published topology will be in its replica; nil when it is already.
        public var isCurrentAt: Instant?
        /// From publication to being current.
        public var replicationDelay: Duration
        /// Whether its replica only becomes current when replication is forced.
        public var waitsForForce = false
    }

    /// What one DNS server holds of one zone.
    public struct ZoneCopy: Sendable {
        /// The zone.
        public var zone: FQDN
        /// The server.
        public var server: DNSServer
        /// The view that it serves.
        public var view = "public"
        /// Its sets.
        public var sets: [RecordSet]
        /// How long it is behind the primary; nil for as long as secondaries are.
        var lag: Duration?
        /// Updates that have not reached it.
        var pending: [(due: Instant, sets: [RecordSet])] = []
    }

    /// The topology as edited.
    public var topology: Topology
    /// The topology as published.
    public internal(set) var published: Topology
    /// When it was published, in UTC ticks of the server's clock, which is not ours.
    public internal(set) var publishedAt: Int64
    /// When it was published, on our clock.
    var publishedAtInstant: Instant
    /// Edge services.
    public var edgeServices: [EdgeServiceSnapshot]
    /// Pools with their sites.
    public var pools: [(fqdn: FQDN, site: String, isEdge: Bool)]
    /// Servers.
    public var machines: [FQDN: Machine]
    /// Who holds the Central Management store; nil when it is dead: nothing that needs it works.
    public var storeMaster: String? = "fe21.contoso.net"
    /// Parameters that their cmdlets do not have here.
    public var missingParameters: Set<CmdletParameter> = []
    /// Ports that firewalls between the servers close.
    public var closedPorts: Set<UInt16> = []
    /// Front End endpoints that cannot be reached, by their place.
    public var deadEndpoints: Set<Int> = []
    /// Edge servers without a management endpoint.
    public var unmanageable: Set<FQDN> = []
    /// Edge servers from which the cloud cannot be reached.
    public var edgesWithoutCloud: Set<FQDN> = []
    /// The resolver that Edge servers ask (``addResolver(_:lag:)``); nil is the zone's first server.
    public var edgeResolver: DNSServer?
    /// Addresses in the hosts files of Edge servers, which go before any resolver.
    public var hostsFiles: [FQDN: [FQDN: IPAddress]] = [:]
    /// Containers of Active Directory that lack the setup permission.
    public var containersWithoutPermission: Set<String> = []
    /// DNS.
    public var zones: [ZoneCopy]
    /// How long secondaries are behind.
    public var transferDelay: Duration = .seconds(2)
    /// Partners that answer federated requests.
    public var answeringPartners: Set<FQDN>
    /// For so long after a publication a replica is still called up to date with its old state.
    public var statusLag: Duration = .seconds(2)
    /// From starting a service to its running.
    public var startDelay: Duration = .seconds(3)
    /// Names in the external certificates, by pool.
    public var certificateNames: [FQDN: [String]]
    /// What is wrong with certificates, by pool.
    public var certificateProblems: [FQDN: [CertificateProblem]] = [:]
    /// Acts in order.
    public internal(set) var acts: [ActRecord] = []

    /// A value as cmdlets print it.
    public static func printed(_ pool: FQDN) -> String { "EdgeServer:\(pool)" }

    /// Sites of the edited topology.
    public var sites: [Site] {
        get { topology.sites }
        set { topology.sites = newValue }
    }

    /// The Edge pool of a service in the edited topology, as cmdlets print it.
    public func edgeServer(of service: String) -> String? {
        topology.associations.first { $0.service == service }?.edgeServer
    }

    /// Sets the Edge pool of a service without publishing, as a person in a shell would.
    public mutating func setEdgeServer(of service: String, to value: String?) {
        for index in topology.associations.indices
        where topology.associations[index].service == service {
            topology.associations[index].edgeServer = value
        }
    }

    /// The route of a site in the edited topology.
    public func route(_ kind: RouteKind, of site: String) -> String? {
        sites.first { $0.name == site }?.routes[kind]
    }

    /// Sets the route of a site without publishing, as a person in a shell would.
    public mutating func setRoute(_ kind: RouteKind, of site: String, to value: String?) {
        for index in sites.indices where sites[index].name == site {
            sites[index].routes[kind] = value
        }
    }

    /// All record sets of a name, as the first server of its zone has them.
    public func recordSets(_ name: FQDN) -> [RecordSet] {
        zones.first { name.isWithin($0.zone) }?.sets.filter { $0.name == name } ?? []
    }

    /// Replaces a record set on every server at once, as a person at the primary would in the end.
    public mutating func put(_ set: RecordSet) {
        for index in zones.indices where set.name.isWithin(zones[index].zone) {
            zones[index].sets.removeAll { $0.name == set.name && $0.type == set.type }
            if !set.data.isEmpty { zones[index].sets.append(set) }
        }
    }

    /// Puts a resolver in front of every zone's public view, which keeps what it has for so long.
    public mutating func addResolver(_ server: DNSServer, lag: Duration) {
        var known: Set<FQDN> = []
        for copy in zones where copy.view == "public" && known.insert(copy.zone).inserted {
            zones.append(ZoneCopy(zone: copy.zone, server: server, sets: copy.sets, lag: lag))
        }
    }

    /// Publishes the edited topology into every replica at once, as if it had been long ago.
    public mutating func publishEverywhere() {
        published = topology
        for server in machines.keys { machines[server]?.topology = topology }
    }

    /// Lets every replica and every secondary take in what has become due.
    mutating func settle(at now: Instant) {
        for (server, machine) in machines {
            guard let due = machine.isCurrentAt, due <= now, machine.condition != .off else {
                continue
            }
            machines[server]?.isCurrentAt = nil
            machines[server]?.topology = published
            machines[server]?.lastUpdate = publishedAt
        }
        for index in zones.indices {
            while let next = zones[index].pending.first, next.due <= now {
                zones[index].sets = next.sets
                zones[index].pending.removeFirst()
            }
        }
    }

    static func ticks(at now: Instant) -> Int64 {
        638_990_000_000_000_000 + now.nanoseconds / 100
    }
}
