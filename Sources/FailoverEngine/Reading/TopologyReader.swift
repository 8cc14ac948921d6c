public import FailoverCore

/// Reads the live topology through one management endpoint and turns cmdlet output into values.
public struct TopologyReader: Sendable {
    private let management: any Management
    /// How long one reading cmdlet may take; default 60 seconds (modules load slowly).
    private let timeout: Duration

    /// Makes a reader.
    public init(management: any Management, timeout: Duration = .seconds(60)) {
        self.management = management
        self.timeout = timeout
    }

    private func read(
        _ command: PowerShellCommand,
        at endpoint: ManagementEndpoint
    ) async throws(ManagementFailure) -> [ManagementObject] {
        let result = try await management.run(command, at: endpoint, timeout: timeout)
        if let error = result.errors.first {
            throw ManagementFailure(
                code: .protocolFault,
                message: "\(command) at \(management.address(of: endpoint)): \(error)",
                mayHaveActed: false
            )
        }
        return result.output
    }

    /// Central sites with their routes.
    public func sites(
        at endpoint: ManagementEndpoint
    ) async throws(ManagementFailure) -> [SiteSnapshot] {
        try await read(.readSites, at: endpoint).compactMap { object in
            if let type = object["SiteType"].text, type.lowercased() != "centralsite" { return nil }
            guard let name = object["Identity"].text ?? object["DisplayName"].text else {
                return nil
            }
            return SiteSnapshot(
                name: SiteName(name),
                sipRoute: object["FederationRoute"].text,
                xmppRoute: object["XmppFederationRoute"].text
            )
        }
    }

    /// Edge services.
    public func edgeServices(
        at endpoint: ManagementEndpoint
    ) async throws(ManagementFailure) -> [EdgeServiceSnapshot] {
        func port(_ value: ManagementValue) -> UInt16? { value.integer.flatMap(UInt16.init) }
        return try await read(.readEdgeServices, at: endpoint).compactMap { object in
            let identity = object["Identity"].text.flatMap(ServiceIdentity.init(_:))
            guard let pool = object["PoolFqdn"].text.flatMap(FQDN.init(_:)) ?? identity?.pool
            else { return nil }
            return EdgeServiceSnapshot(
                pool: pool,
                federationPort: port(object["AccessEdgeExternalSipPort"]),
                clientPort: port(
                    object.first(of: "AccessEdgeClientSipPort", "AccessEdgeClientPort")
                ),
                xmppPort: port(object["XmppListeningPort"]),
                externalName: object["AccessEdgeExternalFqdn"].text.flatMap(FQDN.init(_:))
            )
        }
    }

    /// Pools with members and roles.
    public func pools(
        at endpoint: ManagementEndpoint
    ) async throws(ManagementFailure) -> [PoolSnapshot] {
        try await read(.readPools, at: endpoint).compactMap { object in
            guard let fqdn = object["Identity"].text.flatMap(FQDN.init(_:)) else { return nil }
            let services = object["Services"].elements.compactMap(\.text)
            return PoolSnapshot(
                fqdn: fqdn,
                site: object["Site"].text.map(SiteName.init(_:)),
                computers: object["Computers"].elements.compactMap(\.text)
                    .compactMap(FQDN.init(_:)),
                roles: services.compactMap(ServiceIdentity.init(_:)).map(\.role)
            )
        }
    }

    /// Replicas of all servers.
    public func replicas(
        at endpoint: ManagementEndpoint
    ) async throws(ManagementFailure) -> [ReplicaSnapshot] {
        try await read(.readReplicas, at: endpoint).compactMap { object in
            guard let server = object["ReplicaFqdn"].text.flatMap(FQDN.init(_:)) else { return nil }
            var ticks: Int64?
            if case .ticks(let value) = object["LastUpdateCreation"] { ticks = value }
            return ReplicaSnapshot(
                server: server,
                isUpToDate: object["UpToDate"].bool ?? false,
                lastUpdate: ticks
            )
        }
    }

    /// The server that holds the Central Management store; nil when none does.
    public func storeMaster(
        at endpoint: ManagementEndpoint
    ) async throws(ManagementFailure) -> String? {
        try await read(.readStoreStatus, at: endpoint).lazy
            .compactMap { $0.first(of: "ActiveMasterFqdn").text }.first
    }

    /// The services of the product on an Edge server.
    public func windowsServices(
        on server: FQDN
    ) async throws(ManagementFailure) -> [WindowsService] {
        try await read(.readWindowsServices, at: .edge(server)).compactMap { object in
            guard let name = object["Name"].text else { return nil }
            return WindowsService(
                name: name,
                displayName: object["DisplayName"].text ?? name,
                status: object["Status"].text ?? "unknown"
            )
        }
    }
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
