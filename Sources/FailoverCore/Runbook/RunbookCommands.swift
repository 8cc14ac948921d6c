/// The commands that the runbooks use, each made in one place.
extension PowerShellCommand {
    /// All sites; `local` reads the replica of the server asked, also when the store is dead.
    public static func readSites(local: Bool = false) -> PowerShellCommand {
        PowerShellCommand(.getSite, storeChoice(local))
    }
    /// All pools with their members.
    public static func readPools(local: Bool = false) -> PowerShellCommand {
        PowerShellCommand(.getPool, storeChoice(local))
    }
    /// All SIP domains; only `discover` and `check --online` ask for them.
    public static let readSipDomains = PowerShellCommand(.getSipDomain)
    /// The services of all roles.
    public static func readServices(local: Bool = false) -> PowerShellCommand {
        PowerShellCommand(.getService, storeChoice(local))
    }
    /// The state of all replicas.
    public static let readReplicas = PowerShellCommand(.getReplicationStatus)
    /// Who holds the Central Management store.
    public static let readStoreStatus = PowerShellCommand(
        .getReplicationStatus,
        [Binding(.centralManagementStoreStatus, .bool(true))]
    )
    /// The services of the computer that is asked.
    public static let readWindowsServices = PowerShellCommand(
        .getWindowsService,
        [Binding(.excludeActivityLevel, .bool(true))]
    )

    /// Sets one federation route of a site; with `whatIf` it only shows that it could.
    public static func setRoute(
        of site: SiteName,
        _ kind: RouteKind,
        to service: ServiceIdentity,
        whatIf: Bool = false
    ) -> PowerShellCommand {
        PowerShellCommand(
            .setSite,
            [
                Binding(.identity, .string(site.name)),
                Binding(kind.siteParameter, .string(service.description)),
            ] + ending(whatIf: whatIf)
        )
    }

    /// Sets the Edge pool of a service; with `whatIf` it only shows that it could.
    public static func setAssociation(
        of service: ServiceIdentity,
        to edge: ServiceIdentity,
        whatIf: Bool = false
    ) -> PowerShellCommand {
        guard let role = AssociatedRole(service) else {
            preconditionFailure("\(service) has no cmdlet that sets its Edge pool")
        }
        return PowerShellCommand(
            role.cmdlet,
            [
                Binding(.identity, .string(service.description)),
                Binding(.edgeServer, .string(edge.description)),
            ] + ending(whatIf: whatIf)
        )
    }

    /// Sets the next hop of an Edge pool; with `whatIf` it only shows that it could.
    public static func setNextHop(
        of pool: FQDN,
        to registrar: ServiceIdentity,
        whatIf: Bool = false
    ) -> PowerShellCommand {
        PowerShellCommand(
            .setEdgeServer,
            [
                Binding(.identity, .string(ServiceIdentity.edgeServer(pool).description)),
                Binding(.registrar, .string(registrar.description)),
            ] + ending(whatIf: whatIf)
        )
    }

    /// Finds the cmdlet if it has that parameter and may be used at the endpoint.
    public static func findCommand(
        _ cmdlet: Cmdlet,
        with parameter: CmdletParameter
    ) -> PowerShellCommand {
        PowerShellCommand(
            .getCommand,
            [
                Binding(.name, .string(cmdlet.rawValue)),
                Binding(.parameterName, .string(parameter.rawValue)),
            ]
        )
    }

    /// Connects from the server that is asked to a port of another.
    public static func testPath(to server: FQDN, port: UInt16) -> PowerShellCommand {
        PowerShellCommand(
            .testNetConnection,
            [
                Binding(.computerName, .string(server.name)), Binding(.port, .integer(Int(port))),
            ]
        )
    }

    /// Connects from the Edge server that is asked to Microsoft 365.
    public static let testCloudPath = testPath(
        to: CloudFederation.host,
        port: CloudFederation.port
    )

    /// The addresses of a name, IPv4 and IPv6, as the server that is asked resolves it.
    public static func resolveAddresses(of name: FQDN) -> PowerShellCommand {
        PowerShellCommand(
            .resolveName,
            [Binding(.name, .string(name.name)), Binding(.type, .string("A_AAAA"))]
        )
    }

    /// Resolves a name as the server that is asked does: by its own resolver, cache and hosts file.
    public static func resolve(_ name: FQDN, _ type: RecordType) -> PowerShellCommand {
        PowerShellCommand(
            .resolveName,
            [Binding(.name, .string(name.name)), Binding(.type, .string(type.rawValue))]
        )
    }

    /// Whether members of RTCUniversalServerAdmins may enable the topology for the computers of a
    /// container of Active Directory.
    public static func testSetupPermission(on container: String) -> PowerShellCommand {
        PowerShellCommand(.testSetupPermission, [Binding(.computerOU, .string(container))])
    }

    /// The Access Edge service with its start type.
    public static let readAccessEdge = PowerShellCommand(
        .getWindowsServiceControl,
        [Binding(.name, .string(WindowsStartType.accessEdge))]
    )

    /// Sets the start type of the Access Edge service.
    public static func setAccessEdge(
        _ type: WindowsStartType,
        whatIf: Bool = false
    ) -> PowerShellCommand {
        PowerShellCommand(
            .setWindowsServiceControl,
            [
                Binding(.name, .string(WindowsStartType.accessEdge)),
                Binding(.startupType, .string(type.rawValue)),
            ] + ending(whatIf: whatIf)
        )
    }

    /// Runs Bootstrapper.exe through the Edge kit.
    public static let runSetup = PowerShellCommand(.invokeSetup)

    /// Enables the topology; with `whatIf` it only shows that it could.
    public static func enableTopology(whatIf: Bool = false) -> PowerShellCommand {
        PowerShellCommand(.enableTopology, ending(whatIf: whatIf))
    }

    /// Forces a full replication to one server.
    public static func replicate(to server: FQDN) -> PowerShellCommand {
        PowerShellCommand(.invokeReplication, [Binding(.replicaFqdn, .string(server.name))])
    }

    /// Starts services; all of the product's when no name is given.
    public static func startServices(
        _ names: [String],
        whatIf: Bool = false
    ) -> PowerShellCommand {
        PowerShellCommand(.startWindowsService, naming(names, whatIf: whatIf))
    }

    /// Stops services; all of the product's when no name is given.
    public static func stopServices(
        _ names: [String],
        whatIf: Bool = false
    ) -> PowerShellCommand {
        PowerShellCommand(.stopWindowsService, naming(names, whatIf: whatIf))
    }

    /// Sends a federated request to a partner through an Edge pool.
    public static func testPartner(_ domain: FQDN, through pool: FQDN) -> PowerShellCommand {
        PowerShellCommand(
            .testFederatedPartner,
            [
                Binding(.targetFqdn, .string(pool.name)),
                Binding(.domain, .string(domain.name)),
            ]
        )
    }

    private static func ending(whatIf: Bool) -> [Binding] {
        whatIf
            ? [Binding(.whatIf, .bool(true))] : [Binding(.confirm, .bool(false))]
    }

    private static func storeChoice(_ local: Bool) -> [Binding] {
        local ? [Binding(.localStore, .bool(true))] : []
    }

    private static func naming(_ names: [String], whatIf: Bool) -> [Binding] {
        let binding: [Binding] =
            switch names.count {
            case 0: []
            case 1: [Binding(.name, .string(names[0]))]
            default: [Binding(.name, .strings(names))]
            }
        return binding + ending(whatIf: whatIf)
    }
}
