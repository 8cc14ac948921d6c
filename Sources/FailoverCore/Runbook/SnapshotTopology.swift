/// A site as the Central Management store has it.
public struct SiteSnapshot: Sendable, Hashable, Codable {
    /// Its name.
    public var name: SiteName
    /// SIP route as printed; nil when there is none.
    public var sipRoute: String?
    /// XMPP route as printed; nil when there is none.
    public var xmppRoute: String?

    /// Makes a site.
    public init(name: SiteName, sipRoute: String?, xmppRoute: String?) {
        self.name = name
        self.sipRoute = sipRoute
        self.xmppRoute = xmppRoute
    }

    /// The route for a protocol, as printed.
    public func route(_ kind: RouteKind) -> String? {
        switch kind {
        case .sip: sipRoute
        case .xmpp: xmppRoute
        case .media: nil
        }
    }

    /// The Edge pool that the route points to; nil for none and for anything else than an Edge pool.
    public func edgePool(_ kind: RouteKind) -> FQDN? {
        guard let identity = route(kind).flatMap(ServiceIdentity.init(_:)),
            identity.role.lowercased() == "edgeserver"
        else { return nil }
        return identity.pool
    }
}

/// The Edge service of a pool as `Get-CsService -EdgeServer` has it.
public struct EdgeServiceSnapshot: Sendable, Hashable, Codable {
    /// The pool.
    public var pool: FQDN
    /// `AccessEdgeExternalSipPort`; nil or 0 when federation is off.
    public var federationPort: UInt16?
    /// `AccessEdgeClientSipPort`.
    public var clientPort: UInt16?
    /// `XmppListeningPort`; nil or 0 when XMPP is off or not in the product.
    public var xmppPort: UInt16?
    /// `AccessEdgeExternalFqdn`.
    public var externalName: FQDN?
    /// `Registrar`, its next hop; nil when there is none or it is not an identity.
    public var nextHop: ServiceIdentity?
    /// `DependentServiceList`: services that use this pool for media.
    public var dependents: [ServiceIdentity]

    /// Makes a service.
    public init(
        pool: FQDN,
        federationPort: UInt16?,
        clientPort: UInt16?,
        xmppPort: UInt16?,
        externalName: FQDN?,
        nextHop: ServiceIdentity? = nil,
        dependents: [ServiceIdentity] = []
    ) {
        self.nextHop = nextHop
        self.dependents = dependents
        self.pool = pool
        self.federationPort = federationPort
        self.clientPort = clientPort
        self.xmppPort = xmppPort
        self.externalName = externalName
    }
}

/// A service and the Edge pool that it uses for media, as `Get-CsService` has it.
public struct AssociationSnapshot: Sendable, Hashable, Codable {
    /// Such as `Registrar:fepool1.contoso.net`.
    public var service: ServiceIdentity
    /// Its site.
    public var site: SiteName?
    /// `EdgeServer`; nil when there is none.
    public var edgeServer: ServiceIdentity?

    /// Makes an association.
    public init(service: ServiceIdentity, site: SiteName?, edgeServer: ServiceIdentity?) {
        self.service = service
        self.site = site
        self.edgeServer = edgeServer
    }
}

/// A pool as `Get-CsPool` has it.
public struct PoolSnapshot: Sendable, Hashable, Codable {
    /// The pool.
    public var fqdn: FQDN
    /// Its site.
    public var site: SiteName?
    /// Its members.
    public var computers: [FQDN]
    /// Roles of its services, such as `Registrar`.
    public var roles: [String]

    /// Makes a pool.
    public init(fqdn: FQDN, site: SiteName?, computers: [FQDN], roles: [String]) {
        self.fqdn = fqdn
        self.site = site
        self.computers = computers
        self.roles = roles
    }

    /// Whether it consumes federation routes: a Front End or a Director.
    public var consumesRoutes: Bool {
        roles.contains { ["registrar", "userserver", "director"].contains($0.lowercased()) }
    }
}

/// A server's replica of the store.
public struct ReplicaSnapshot: Sendable, Hashable, Codable {
    /// The server.
    public var server: FQDN
    /// Whether it has the newest configuration, as the store believes.
    public var isUpToDate: Bool
    /// `LastUpdateCreation` in UTC ticks, from the server's side; nil when it never reported.
    public var lastUpdate: Int64?
    /// `ProductVersion`, such as `6.0.9319.0`; nil when it never reported.
    public var productVersion: String?

    /// Makes a replica.
    public init(
        server: FQDN,
        isUpToDate: Bool,
        lastUpdate: Int64?,
        productVersion: String? = nil
    ) {
        self.server = server
        self.isUpToDate = isUpToDate
        self.lastUpdate = lastUpdate
        self.productVersion = productVersion
    }
}
