public import FailoverCore

/// Reads the live topology through one management endpoint and turns cmdlet output into values.
public struct TopologyReader: Sendable {
    let management: any Management
    /// How long one reading cmdlet may take; default 60 seconds (modules load slowly).
    let timeout: Duration

    /// Makes a reader.
    public init(management: any Management, timeout: Duration = .seconds(60)) {
        self.management = management
        self.timeout = timeout
    }

    func read(
        _ command: PowerShellCommand,
        at endpoint: ManagementEndpoint,
        within limit: Duration? = nil
    ) async throws(ManagementFailure) -> [ManagementObject] {
        let result = try await management.run(command, at: endpoint, timeout: limit ?? timeout)
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
    ///
    /// - Parameters:
    ///   - endpoint: where to read.
    ///   - local: from the replica of that server, which works when the store is dead.
    /// - Returns: the sites, branch sites left out.
    /// - Throws: ``ManagementFailure``; an error record is one too.
    public func sites(
        at endpoint: ManagementEndpoint,
        local: Bool = false
    ) async throws(ManagementFailure) -> [SiteSnapshot] {
        try await read(.readSites(local: local), at: endpoint).compactMap { object in
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

    /// The services of all roles, in one reading.
    ///
    /// - Parameters:
    ///   - endpoint: where to read.
    ///   - local: from the replica of that server, which works when the store is dead.
    /// - Returns: Edge services and associations.
    /// - Throws: ``ManagementFailure``; an error record is one too.
    public func services(
        at endpoint: ManagementEndpoint,
        local: Bool = false
    ) async throws(ManagementFailure) -> ServiceReading {
        ServiceReading(try await read(.readServices(local: local), at: endpoint))
    }

    /// Pools with members and roles.
    ///
    /// - Parameters:
    ///   - endpoint: where to read.
    ///   - local: from the replica of that server, which works when the store is dead.
    /// - Returns: the pools.
    /// - Throws: ``ManagementFailure``; an error record is one too.
    public func pools(
        at endpoint: ManagementEndpoint,
        local: Bool = false
    ) async throws(ManagementFailure) -> [PoolSnapshot] {
        try await read(.readPools(local: local), at: endpoint).compactMap { object in
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
                lastUpdate: ticks,
                productVersion: object["ProductVersion"].text
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

    /// The Access Edge service of an Edge server with its start type.
    ///
    /// - Parameters:
    ///   - server: the Edge server.
    ///   - limit: how long it may take; the reader's time-out when nil.
    /// - Returns: the service.
    /// - Throws: ``ManagementFailure``; an error record is one too.
    public func accessEdge(
        on server: FQDN,
        within limit: Duration? = nil
    ) async throws(ManagementFailure) -> AccessEdgeService {
        let objects = try await read(.readAccessEdge, at: .edge(server), within: limit)
        guard let object = objects.first else {
            throw ManagementFailure(
                code: .protocolFault,
                message: "\(server) has no service \(WindowsStartType.accessEdge)",
                mayHaveActed: false
            )
        }
        let type = object.first(of: "StartType", "StartupType").text ?? "unknown"
        return AccessEdgeService(
            status: object["Status"].text ?? "unknown",
            startType: WindowsStartType.allCases.first {
                $0.rawValue.lowercased() == type.lowercased()
            },
            startTypeText: type
        )
    }

    /// Whether a port can be reached from the server that is asked.
    ///
    /// - Parameters:
    ///   - server: the server with the port.
    ///   - port: the TCP port.
    ///   - endpoint: who is to try.
    ///   - limit: how long it may take; the reader's time-out when nil.
    /// - Returns: whether it took a connection.
    /// - Throws: ``ManagementFailure``; an error record is one too.
    public func reaches(
        _ server: FQDN,
        port: UInt16,
        from endpoint: ManagementEndpoint,
        within limit: Duration? = nil
    ) async throws(ManagementFailure) -> Bool {
        let objects = try await read(
            .testPath(to: server, port: port),
            at: endpoint,
            within: limit
        )
        guard let answer = objects.lazy.compactMap({ $0["TcpTestSucceeded"].bool }).first else {
            throw ManagementFailure(
                code: .protocolFault,
                message: "Test-NetConnection at \(management.address(of: endpoint)) did not say"
                    + " whether \(server) answers on \(port)",
                mayHaveActed: false
            )
        }
        return answer
    }
}
