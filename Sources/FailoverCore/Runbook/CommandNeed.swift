/// A cmdlet with a parameter that runs depend on: `Get-Command` tells whether the endpoint offers it.
public struct CommandNeed: Sendable, Hashable, Codable, CustomStringConvertible {
    /// The cmdlet.
    public var cmdlet: Cmdlet
    /// The parameter that it must have.
    public var parameter: CmdletParameter

    /// Makes a need.
    public init(_ cmdlet: Cmdlet, _ parameter: CmdletParameter) {
        self.cmdlet = cmdlet
        self.parameter = parameter
    }

    /// What a run that moves these kinds sends to a Front End, each with the parameter that counts.
    ///
    /// `Test-CsFederatedPartner` is not among them: a run goes without it.
    ///
    /// - Parameter kinds: what is moved.
    /// - Returns: the needs, each once, in a fixed order.
    public static func needs(of kinds: [RouteKind]) -> [CommandNeed] {
        var needs = [
            CommandNeed(.enableTopology, .whatIf), CommandNeed(.invokeReplication, .replicaFqdn),
            CommandNeed(.getReplicationStatus, .centralManagementStoreStatus),
        ]
        if kinds.contains(.sip) { needs.append(CommandNeed(.setSite, .federationRoute)) }
        if kinds.contains(.xmpp) { needs.append(CommandNeed(.setSite, .xmppFederationRoute)) }
        if kinds.contains(.media) {
            needs += AssociatedRole.allCases.map { CommandNeed($0.cmdlet, .edgeServer) }
        }
        return needs
    }

    /// Setting the next hop of an Edge pool; needed only where the present one is dead.
    public static let nextHop = CommandNeed(.setEdgeServer, .registrar)

    /// `Set-CsSite -XmppFederationRoute`.
    public var description: String { "\(cmdlet.rawValue) -\(parameter.rawValue)" }
}
