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
    /// SIP domains.
    case getSipDomain = "Get-CsSipDomain"
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
    /// Sets the Edge pool of a Front End pool's Registrar.
    case setRegistrar = "Set-CsRegistrar"
    /// Sets the Edge pool of a Front End pool's conferencing services.
    case setConferenceServer = "Set-CsConferenceServer"
    /// Sets the Edge pool of a Mediation role.
    case setMediationServer = "Set-CsMediationServer"
    /// Sets the Edge pool of a Director.
    case setDirector = "Set-CsDirector"
    /// Sets the next hop of an Edge pool.
    case setEdgeServer = "Set-CsEdgeServer"
    /// Tells whether a command with a parameter can be used at an endpoint.
    case getCommand = "Get-Command"
    /// Tells whether a port can be reached from the server that is asked.
    case testNetConnection = "Test-NetConnection"
    /// What a name resolves to on the server that is asked.
    case resolveName = "Resolve-DnsName"
    /// Tells whether a container of computers has the setup permission.
    case testSetupPermission = "Test-CsSetupPermission"
    /// A Windows service with its start type.
    case getWindowsServiceControl = "Get-Service"
    /// Sets the start type of a Windows service.
    case setWindowsServiceControl = "Set-Service"
    /// Runs Bootstrapper.exe on an Edge server: a function of the Edge kit.
    case invokeSetup = "Invoke-EdgewardenSetup"
    /// Records of a Windows DNS zone.
    case getRecords = "Get-DnsServerResourceRecord"
    /// Adds one record to a Windows DNS zone.
    case addRecord = "Add-DnsServerResourceRecord"
    /// Removes one record from a Windows DNS zone.
    case removeRecord = "Remove-DnsServerResourceRecord"

    /// Whether the cmdlet only reads.
    public var isReading: Bool {
        switch self {
        case .getSite, .getService, .getPool, .getSipDomain, .getReplicationStatus,
            .getWindowsService, .testFederatedPartner, .getCommand, .testNetConnection,
            .resolveName,
            .testSetupPermission, .getWindowsServiceControl, .getRecords:
            true
        case .setSite, .enableTopology, .invokeReplication, .startWindowsService,
            .stopWindowsService, .setRegistrar, .setConferenceServer, .setMediationServer,
            .setDirector, .setEdgeServer, .setWindowsServiceControl, .invokeSetup, .addRecord,
            .removeRecord:
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
    case replicaFqdn = "ReplicaFqdn"
    case centralManagementStoreStatus = "CentralManagementStoreStatus"
    case name = "Name"
    case type = "Type"
    case computerOU = "ComputerOU"
    case targetFqdn = "TargetFqdn"
    case domain = "Domain"
    case confirm = "Confirm"
    case whatIf = "WhatIf"
    case excludeActivityLevel = "ExcludeActivityLevel"
    case localStore = "LocalStore"
    case registrar = "Registrar"
    case parameterName = "ParameterName"
    case computerName = "ComputerName"
    case port = "Port"
    case startupType = "StartupType"
    case zoneName = "ZoneName"
    case recordType = "RRType"
    case a = "A"
    case aaaa = "AAAA"
    case srv = "Srv"
    case ipv4Address = "IPv4Address"
    case ipv6Address = "IPv6Address"
    case domainName = "DomainName"
    case priority = "Priority"
    case weight = "Weight"
    case timeToLive = "TimeToLive"
    case recordData = "RecordData"
    case force = "Force"
}

/// A value bound to a parameter: data, never script.
public enum ParameterValue: Sendable, Hashable, Codable {
    /// A string.
    case string(String)
    /// A switch that is on, or a boolean for `-Confirm`.
    case bool(Bool)
    /// Several strings.
    case strings([String])
    /// A whole number.
    case integer(Int)
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
            case .integer(let number): words.append("\(name) \(number)")
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
