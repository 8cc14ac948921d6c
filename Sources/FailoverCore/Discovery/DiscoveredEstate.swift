/// What a live topology says of an organisation, as far as a configuration is about it.
public struct DiscoveredEstate: Sendable, Hashable {
    /// An Edge pool.
    public struct EdgePool: Sendable, Hashable {
        /// Its Edge service with the external ports.
        public var service: EdgeServiceSnapshot
        /// Its site; nil when the topology does not say.
        public var site: SiteName?
        /// Its members, sorted.
        public var members: [FQDN]
        /// The highest product version that a member's replica reports, such as `6.0.9319.0`.
        public var productVersion: String?
        /// What DNS says of the name of its Access Edge, sorted; none where it was not asked.
        public var addresses: [IPAddress]

        /// Makes a pool.
        public init(
            service: EdgeServiceSnapshot,
            site: SiteName?,
            members: [FQDN],
            productVersion: String?,
            addresses: [IPAddress]
        ) {
            self.service = service
            self.site = site
            self.members = members
            self.productVersion = productVersion
            self.addresses = addresses
        }

        /// Its internal FQDN.
        public var fqdn: FQDN { service.pool }

        /// Its product generation; nil when no replica tells.
        public var version: ProductVersion? {
            productVersion.flatMap(ProductVersion.init(product:))
        }
    }

    /// A Front End pool.
    public struct FrontEndPool: Sendable, Hashable {
        /// Pool FQDN.
        public var fqdn: FQDN
        /// Its site; nil when the topology does not say.
        public var site: SiteName?
        /// Its members, sorted.
        public var members: [FQDN]
        /// The Edge pools that its services use for media and Web Conferencing, sorted.
        public var edgePools: [FQDN]

        /// Makes a pool.
        public init(
            fqdn: FQDN,
            site: SiteName?,
            members: [FQDN],
            edgePools: [FQDN] = []
        ) {
            self.fqdn = fqdn
            self.site = site
            self.members = members
            self.edgePools = edgePools
        }
    }

    /// A domain and the name servers that its parent or its own zone names.
    public struct Zone: Sendable, Hashable {
        /// The apex.
        public var apex: FQDN
        /// Addresses of its name servers, each once, in the order of their names.
        public var servers: [IPAddress]

        /// Makes a zone.
        public init(apex: FQDN, servers: [IPAddress]) {
            self.apex = apex
            self.servers = servers
        }
    }

    /// Where DNS leads partners of a domain.
    public struct Service: Sendable, Hashable {
        /// What is federated.
        public var kind: RouteKind
        /// The domain.
        public var domain: FQDN
        /// The targets of its SRV record, first the preferred; none without a record.
        public var targets: [FQDN]

        /// Makes a service.
        public init(kind: RouteKind, domain: FQDN, targets: [FQDN]) {
            self.kind = kind
            self.domain = domain
            self.targets = targets
        }
    }

    /// Central sites with their federation routes, sorted.
    public var sites: [SiteSnapshot]
    /// Edge pools, sorted.
    public var edgePools: [EdgePool]
    /// Front End pools, sorted.
    public var frontEndPools: [FrontEndPool]
    /// SIP domains; the default one first.
    public var sipDomains: [FQDN]
    /// The zones of the SIP domains, where DNS was asked.
    public var zones: [Zone]
    /// Where DNS leads partners of the SIP domains, as far as it answered.
    public var services: [Service]
    /// Servers whose replica of the store is not up to date, sorted.
    public var staleReplicas: [FQDN]
    /// What could not be read, a sentence each.
    public var gaps: [String]

    /// Makes an estate.
    public init(
        sites: [SiteSnapshot] = [],
        edgePools: [EdgePool] = [],
        frontEndPools: [FrontEndPool] = [],
        sipDomains: [FQDN] = [],
        zones: [Zone] = [],
        services: [Service] = [],
        staleReplicas: [FQDN] = [],
        gaps: [String] = []
    ) {
        self.sites = sites
        self.edgePools = edgePools
        self.frontEndPools = frontEndPools
        self.sipDomains = sipDomains
        self.zones = zones
        self.services = services
        self.staleReplicas = staleReplicas
        self.gaps = gaps
    }

    /// The Edge pool that holds a route for most sites; nil when no site has one of these pools.
    public func holder(of kind: RouteKind) -> FQDN? {
        let routes = sites.compactMap { $0.edgePool(kind) }
        let known = edgePools.map(\.fqdn).filter(routes.contains)
        return known.max { left, right in
            routes.count { $0 == left } < routes.count { $0 == right }
        }
    }
}

extension ProductVersion {
    /// The generation of a build number, such as `6.0.9319.0`; nil for one that is not known.
    ///
    /// The Subscription Edition continues the numbers of 2019 and cannot be told from it (domain
    /// facts, section 5).
    public init?(product text: String) {
        switch text.split(separator: ".").first {
        case "4": self = .lync2010
        case "5": self = .lync2013
        case "6": self = .sfb2015
        case "7": self = .sfb2019
        default: return nil
        }
    }
}
