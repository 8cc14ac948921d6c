/// Every cmdlet that the agent can send: a closed list, so that no text can become a command.
public enum Cmdlet: String, Sendable, Hashable, Codable, CaseIterable {
    /// Sites with their federation routes.
    case getSite = "Get-CsSite"
    /// Sets a site's federation route.
    case setSite = "Set-CsSite"
    /// Enables (publishes) the changed topology.
    case enableTopology = "Enable-CsTopology"
    /// Services of a role.
    case getService = "Get-CsService"
    /// Pools with their members.
    case getPool = "Get-CsPool"
    /// State of the replicas, or of the Central Management store itself.
    case getReplicationStatus = "Get-CsManagementStoreReplicationStatus"
    /// Forces a full replication to one replica.
    case invokeReplication = "Invoke-CsManagementStoreReplication"
    /// Services of the local computer.
    case getWindowsService = "Get-CsWindowsService"
    /// Starts services of the local computer.
    case startWindowsService = "Start-CsWindowsService"
    /// Stops services of the local computer.
    case stopWindowsService = "Stop-CsWindowsService"
    /// Sends a federated test request through an Edge pool.
    case testFederatedPartner = "Test-CsFederatedPartner"

    /// Whether the cmdlet only reads.
    public var isReading: Bool {
        switch self {
        case .getSite, .getService, .getPool, .getReplicationStatus, .getWindowsService,
            .testFederatedPartner:
            true
        case .setSite, .enableTopology, .invokeReplication, .startWindowsService,
            .stopWindowsService:
            false
        }
    }
}

/// Every parameter that the agent binds: a closed list.
public enum CmdletParameter: String, Sendable, Hashable, Codable, CaseIterable {
    case identity = "Identity"
    case federationRoute = "FederationRoute"
    case xmppFederationRoute = "XmppFederationRoute"
    case edgeServer = "EdgeServer"
    case poolFqdn = "PoolFqdn"
    case replicaFqdn = "ReplicaFqdn"
    case centralManagementStoreStatus = "CentralManagementStoreStatus"
    case name = "Name"
    case targetFqdn = "TargetFqdn"
    case domain = "Domain"
    case confirm = "Confirm"
    case whatIf = "WhatIf"
    case excludeActivityLevel = "ExcludeActivityLevel"
}

/// A value bound to a parameter: data, never script.
public enum ParameterValue: Sendable, Hashable, Codable {
    /// A string.
    case string(String)
    /// A switch that is on, or a boolean for `-Confirm`.
    case bool(Bool)
    /// Several strings.
    case strings([String])
}

/// A cmdlet with named parameters.
public struct PowerShellCommand: Sendable, Hashable, Codable, CustomStringConvertible {
    /// One bound parameter.
    public struct Binding: Sendable, Hashable, Codable {
        /// The parameter.
        public var parameter: CmdletParameter
        /// Its value.
        public var value: ParameterValue

        /// Makes a binding.
        public init(_ parameter: CmdletParameter, _ value: ParameterValue) {
            self.parameter = parameter
            self.value = value
        }
    }

    /// The cmdlet.
    public var cmdlet: Cmdlet
    /// Its parameters in order.
    public var bindings: [Binding]

    /// Makes a command.
    public init(_ cmdlet: Cmdlet, _ bindings: [Binding] = []) {
        self.cmdlet = cmdlet
        self.bindings = bindings
    }

    /// The command as a person would type it, for plans and journals; never sent as text.
    public var description: String {
        var words = [cmdlet.rawValue]
        for binding in bindings {
            let name = "-" + binding.parameter.rawValue
            switch binding.value {
            case .bool(true) where binding.parameter != .confirm: words.append(name)
            case .bool(let value): words.append("\(name):$\(value)")
            case .string(let text): words.append("\(name) \(PowerShellCommand.quoted(text))")
            case .strings(let texts):
                let list = texts.map(PowerShellCommand.quoted).joined(separator: ", ")
                words.append("\(name) \(list)")
            }
        }
        return words.joined(separator: " ")
    }

    /// Single-quoted, as PowerShell reads it back literally (typographic quotes end a string too).
    static func quoted(_ text: String) -> String {
        var result = "'"
        for scalar in text.unicodeScalars {
            result.unicodeScalars.append(scalar)
            if ["'", "\u{2018}", "\u{2019}", "\u{201A}", "\u{201B}"].contains(scalar) {
                result.unicodeScalars.append(scalar)
            }
        }
        return result + "'"
    }
}

/// The commands that the runbooks use, each made in one place.
extension PowerShellCommand {
    /// All sites.
    public static let readSites = PowerShellCommand(.getSite)
    /// All pools with their members.
    public static let readPools = PowerShellCommand(.getPool)
    /// All Edge services.
    public static let readEdgeServices = PowerShellCommand(
        .getService,
        [Binding(.edgeServer, .bool(true))]
    )
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
        _ kind: FederationKind,
        to service: ServiceIdentity,
        whatIf: Bool = false
    ) -> PowerShellCommand {
        let parameter: CmdletParameter = kind == .sip ? .federationRoute : .xmppFederationRoute
        return PowerShellCommand(
            .setSite,
            [
                Binding(.identity, .string(site.name)),
                Binding(parameter, .string(service.description)),
            ] + ending(whatIf: whatIf)
        )
    }

    /// Enables the topology; with `whatIf` it only shows that it could.
    public static func enableTopology(whatIf: Bool = false) -> PowerShellCommand {
        PowerShellCommand(.enableTopology, ending(whatIf: whatIf))
    }

    /// Forces a full replication to one server.
    public static func replicate(to server: FQDN) -> PowerShellCommand {
        PowerShellCommand(.invokeReplication, [Binding(.replicaFqdn, .string(server.name))])
    }

    /// Starts services; all of the product's when no name is given.
    public static func startServices(_ names: [String]) -> PowerShellCommand {
        PowerShellCommand(.startWindowsService, naming(names))
    }

    /// Stops services; all of the product's when no name is given.
    public static func stopServices(_ names: [String]) -> PowerShellCommand {
        PowerShellCommand(.stopWindowsService, naming(names))
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

    private static func naming(_ names: [String]) -> [Binding] {
        let binding: [Binding] =
            switch names.count {
            case 0: []
            case 1: [Binding(.name, .string(names[0]))]
            default: [Binding(.name, .strings(names))]
            }
        return binding + [Binding(.confirm, .bool(false))]
    }
}
