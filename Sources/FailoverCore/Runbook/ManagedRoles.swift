extension RouteKind {
    /// The parameter of `Set-CsSite` that sets such a route (domain facts, section 1.2).
    var siteParameter: CmdletParameter {
        switch self {
        case .sip: .federationRoute
        case .xmpp: .xmppFederationRoute
        case .media: preconditionFailure("media has no route of a site")
        }
    }
}

/// The start type of a Windows service.
public enum WindowsStartType: String, Sendable, Hashable, Codable, CaseIterable {
    /// With Windows.
    case automatic = "Automatic"
    /// When somebody starts it.
    case manual = "Manual"
    /// Never.
    case disabled = "Disabled"

    /// Short name of the Access Edge service.
    public static let accessEdge = "RTCSRV"
}

/// The roles that have an associated Edge pool, and the cmdlet that sets it (procedure D).
public enum AssociatedRole: String, Sendable, Hashable, Codable, CaseIterable {
    case registrar = "Registrar"
    case conferencingServer = "ConferencingServer"
    case mediationServer = "MediationServer"
    case director = "Director"

    /// The role of a service; nil for one that has no Edge pool.
    public init?(_ service: ServiceIdentity) {
        guard
            let role = AssociatedRole.allCases.first(where: {
                $0.rawValue.lowercased() == service.role.lowercased()
            })
        else { return nil }
        self = role
    }

    /// The cmdlet.
    public var cmdlet: Cmdlet {
        switch self {
        case .registrar: .setRegistrar
        case .conferencingServer: .setConferenceServer
        case .mediationServer: .setMediationServer
        case .director: .setDirector
        }
    }
}
