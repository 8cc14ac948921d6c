public import FailoverCore

/// What `Get-CsService` says of the services of all roles: Edge services and associations.
public struct ServiceReading: Sendable, Hashable {
    /// The Edge services.
    public var edgeServices: [EdgeServiceSnapshot]
    /// The services that have an associated Edge pool, or could have one.
    public var associations: [AssociationSnapshot]

    /// Takes the cmdlet's output apart; objects of other roles are left out.
    init(_ objects: [ManagementObject]) {
        edgeServices = objects.compactMap(ServiceReading.edgeService)
        associations = objects.compactMap(ServiceReading.association)
    }

    private static func identity(_ value: ManagementValue) -> ServiceIdentity? {
        value.text.flatMap(ServiceIdentity.init(_:))
    }

    private static func edgeService(_ object: ManagementObject) -> EdgeServiceSnapshot? {
        let identity = identity(object["Identity"])
        let role = identity?.role ?? object["Role"].text
        guard role?.lowercased() == "edgeserver",
            let pool = object["PoolFqdn"].text.flatMap(FQDN.init(_:)) ?? identity?.pool
        else { return nil }
        func port(_ value: ManagementValue) -> UInt16? { value.integer.flatMap(UInt16.init) }
        // The documents disagree on the client port's name (domain facts, section 8).
        let client = object.first(of: "AccessEdgeClientSipPort", "AccessEdgeClientPort")
        return EdgeServiceSnapshot(
            pool: pool,
            federationPort: port(object["AccessEdgeExternalSipPort"]),
            clientPort: port(client),
            xmppPort: port(object["XmppListeningPort"]),
            externalName: object["AccessEdgeExternalFqdn"].text.flatMap(FQDN.init(_:)),
            nextHop: ServiceReading.identity(object["Registrar"]),
            dependents: object["DependentServiceList"].elements
                .compactMap(ServiceReading.identity)
        )
    }

    private static func association(_ object: ManagementObject) -> AssociationSnapshot? {
        guard let service = identity(object["Identity"]), AssociatedRole(service) != nil else {
            return nil
        }
        return AssociationSnapshot(
            service: service,
            site: object["SiteId"].text.map(SiteName.init(_:)),
            edgeServer: identity(object["EdgeServer"])
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

    /// Whether it runs.
    public var isRunning: Bool { status.lowercased() == "running" }

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
