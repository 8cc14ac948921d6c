public import FailoverCore

/// What `Get-CsService` says of the services of all roles: Edge services and associations.
public struct ServiceReading: Sendable, Hashable {
    /// The Edge services.
    public var edgeServices: [EdgeServiceSnapshot]
    /// The services that have an associated Edge pool, or could have one.
    public var associations: [AssociationSnapshot]
    /// Federation ports that are neither a port nor empty, as printed, by Edge pool.
    public var unknownPorts: [FQDN: String]

    /// Takes the cmdlet's output apart; objects of other roles are left out.
    public init(_ objects: [ManagementObject]) {
        let edges = objects.compactMap(ServiceReading.edgeService)
        edgeServices = edges.map(\.service)
        unknownPorts = Dictionary(
            edges.compactMap { edge in edge.oddPort.map { (edge.service.pool, $0) } },
            uniquingKeysWith: { first, _ in first }
        )
        associations = objects.compactMap { ServiceReading.association($0, edges.map(\.service)) }
    }

    private static func identity(_ value: ManagementValue) -> ServiceIdentity? {
        value.text.flatMap(ServiceIdentity.init(_:))
    }

    private static func edgeService(
        _ object: ManagementObject
    ) -> (service: EdgeServiceSnapshot, oddPort: String?)? {
        let identity = identity(object["Identity"])
        let role = identity?.role ?? object["Role"].text
        guard role?.lowercased() == "edgeserver",
            let pool = object["PoolFqdn"].text.flatMap(FQDN.init(_:)) ?? identity?.pool
        else { return nil }
        func port(_ value: ManagementValue) -> UInt16? { value.integer.flatMap(UInt16.init) }
        let federation = object["AccessEdgeExternalSipPort"]
        let service = EdgeServiceSnapshot(
            pool: pool,
            federationPort: port(federation),
            // The documents disagree on the client port's name (domain facts, section 8).
            clientPort: port(
                object.first(of: "AccessEdgeClientSipPort", "AccessEdgeClientPort")
            ),
            xmppPort: port(object["XmppListeningPort"]),
            externalName: object["AccessEdgeExternalFqdn"].text.flatMap(FQDN.init(_:)),
            nextHop: ServiceReading.identity(object["Registrar"]),
            dependents: object["DependentServiceList"].elements
                .compactMap(ServiceReading.identity)
        )
        return (service, port(federation) == nil ? federation.text : nil)
    }

    /// No document shows how a service prints its Edge pool (domain facts, section 8, d): as an
    /// identity, as a bare name, or not at all; then the Edge pool that lists the service has it.
    private static func association(
        _ object: ManagementObject,
        _ edges: [EdgeServiceSnapshot]
    ) -> AssociationSnapshot? {
        guard let service = identity(object["Identity"]), AssociatedRole(service) != nil else {
            return nil
        }
        let text = object.first(of: "EdgeServer", "EdgeServerService").text
        let printed =
            text.flatMap(ServiceIdentity.init(_:))
            ?? text.flatMap(FQDN.init(_:)).map(ServiceIdentity.edgeServer)
        let listing = edges.first { $0.dependents.contains(service) }
        return AssociationSnapshot(
            service: service,
            site: object["SiteId"].text.map(SiteName.init(_:)),
            edgeServer: printed ?? listing.map { .edgeServer($0.pool) }
        )
    }
}

/// The Access Edge service of a server, as `Get-Service` lists it.
public struct AccessEdgeService: Sendable, Hashable {
    /// Its state, such as `Running`.
    public var status: String
    /// Its start type; nil when it is none that the agent knows.
    public var startType: WindowsStartType?
    /// Its start type as printed.
    public var startTypeText: String

    /// Whether it is stopped.
    public var isStopped: Bool { status.lowercased() == "stopped" }
}

/// A Windows service as `Get-CsWindowsService` lists it.
public struct WindowsService: Sendable, Hashable {
    /// Short name, such as `RTCSRV`.
    public var name: String
    /// Display name; the XMPP service is known by this alone.
    public var displayName: String
    /// Its state, such as `Running` or `StartPending`.
    public var status: String

    /// Whether it runs.
    public var isRunning: Bool { status.lowercased() == "running" }

    /// Whether it is stopped.
    public var isStopped: Bool { status.lowercased() == "stopped" }

    /// Whether a selection means it.
    public func isMeant(by selection: ServiceSelection) -> Bool {
        switch selection {
        case .all: true
        case .xmpp: displayName.lowercased().contains("xmpp")
        }
    }
}
