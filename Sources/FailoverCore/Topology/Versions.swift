/// The product generations, and what each can do (domain facts, section 5).
public enum ProductVersion: String, Sendable, Hashable, Codable, CaseIterable {
    /// Lync Server 2010.
    case lync2010
    /// Lync Server 2013.
    case lync2013
    /// Skype for Business Server 2015.
    case sfb2015
    /// Skype for Business Server 2019.
    case sfb2019
    /// Skype for Business Server Subscription Edition.
    case sfbse

    /// The product's name as administrators say it.
    public var productName: String {
        switch self {
        case .lync2010: "Lync Server 2010"
        case .lync2013: "Lync Server 2013"
        case .sfb2015: "Skype for Business Server 2015"
        case .sfb2019: "Skype for Business Server 2019"
        case .sfbse: "Skype for Business Server Subscription Edition"
        }
    }

    /// Whether an Edge pool of this version can carry XMPP federation (2013 and 2015 only).
    public var carriesXMPP: Bool { self == .lync2013 || self == .sfb2015 }

    /// Whether `Invoke-CsManagementServerFailover` and the pool failover cmdlets exist.
    public var hasPoolFailover: Bool { self != .lync2010 }

    /// The Windows PowerShell module.
    public var moduleName: String {
        switch self {
        case .lync2010, .lync2013: "Lync"
        case .sfb2015, .sfb2019, .sfbse: "SkypeForBusiness"
        }
    }

    /// Where `Bootstrapper.exe` lies, in PowerShell's words (domain facts, section 1.4).
    ///
    /// The Subscription Edition is installed over 2019 and its folder's year is not certain.
    public var deploymentFolder: String {
        switch self {
        case .lync2010: "$env:ProgramFiles\\Microsoft Lync Server 2010\\Deployment"
        case .lync2013: "$env:ProgramFiles\\Microsoft Lync Server 2013\\Deployment"
        case .sfb2015: "$env:ProgramFiles\\Skype for Business Server 2015\\Deployment"
        case .sfb2019: "$env:ProgramFiles\\Skype for Business Server 2019\\Deployment"
        case .sfbse: "$env:ProgramFiles\\Skype for Business Server*\\Deployment"
        }
    }

    /// What runs the wizard's step from PowerShell.
    public var setupCommand: String {
        "& (Get-Item \"\(deploymentFolder)\\Bootstrapper.exe\")"
    }

    /// The product as its own tools name it, without the year: `Lync Server`.
    public var wizardName: String {
        switch self {
        case .lync2010, .lync2013: "Lync Server"
        case .sfb2015, .sfb2019, .sfbse: "Skype for Business Server"
        }
    }
}

/// What a route carries.
public enum RouteKind: String, Sendable, Hashable, Codable, CaseIterable {
    /// SIP federation over mutual TLS, port 5061.
    case sip
    /// XMPP federation, port 5269.
    case xmpp
    /// Media and Web Conferencing of Front End pools: their associated Edge pool (procedure D).
    case media

    /// The port that matters, on the Access Edge's or the A/V Edge's external interface.
    public var standardPort: UInt16 { leg.standardPort }

    /// The labels of the SRV record that leads to it, below the domain; nil where none does.
    public var serviceLabels: String? {
        switch self {
        case .sip: "_sipfederationtls._tcp"
        case .xmpp: "_xmpp-server._tcp"
        case .media: nil
        }
    }

    /// The leg of an Edge pool that carries it.
    public var leg: LegKind {
        switch self {
        case .sip: .sip
        case .xmpp: .xmpp
        case .media: .media
        }
    }

    /// The name of the SRV record that leads to it in a domain; nil where none does.
    public func serviceName(in domain: FQDN) -> FQDN? {
        serviceLabels.flatMap(domain.prefixed)
    }

    /// `SIP`, `XMPP` or `media`, for sentences.
    public var label: String { leg.label }

    /// `SIP federation`, `XMPP federation` or `media`, for sentences.
    public var carries: String {
        switch self {
        case .sip, .xmpp: "\(label) federation"
        case .media: label
        }
    }
}

/// A part of an Edge pool that is probed by itself.
public enum LegKind: String, Sendable, Hashable, Codable, CaseIterable {
    /// SIP federation, port 5061 of the Access Edge.
    case sip
    /// XMPP federation, port 5269 of the Access Edge.
    case xmpp
    /// The A/V Edge: 443 over TCP and 3478 over UDP.
    case media
    /// The client port of the Access Edge, 443: it answers before federation is enabled.
    case access

    /// The external port.
    public var standardPort: UInt16 {
        switch self {
        case .sip: 5061
        case .xmpp: 5269
        case .media, .access: 443
        }
    }

    /// For sentences.
    public var label: String {
        switch self {
        case .sip: "SIP"
        case .xmpp: "XMPP"
        case .media: "media"
        case .access: "client sign-in"
        }
    }

    /// The prober that speaks it.
    public var probeKind: ProbeKind {
        switch self {
        case .sip: .sip
        case .xmpp: .xmpp
        case .media: .tcp
        case .access: .tls
        }
    }
}

/// A service of a pool as cmdlets name it: `EdgeServer:edgepool1.contoso.net`.
public struct ServiceIdentity: Sendable, Hashable, Codable, CustomStringConvertible {
    /// The role before the colon, such as `EdgeServer` or `Registrar`.
    public var role: String
    /// The pool after the colon.
    public var pool: FQDN

    /// Makes an identity.
    public init(role: String, pool: FQDN) {
        self.role = role
        self.pool = pool
    }

    /// The Edge service of a pool.
    public static func edgeServer(_ pool: FQDN) -> ServiceIdentity {
        ServiceIdentity(role: "EdgeServer", pool: pool)
    }

    /// Reads `Role:pool`; nil when it is not of that form.
    public init?(_ text: String) {
        let parts = text.split(separator: ":", maxSplits: 1)
        guard parts.count == 2, let pool = FQDN(parts[1]), !parts[0].isEmpty else { return nil }
        self.init(role: String(parts[0]), pool: pool)
    }

    /// The exact form that cmdlets take.
    public var description: String { "\(role):\(pool)" }

    /// Equal when role (any case) and pool are.
    public static func == (left: ServiceIdentity, right: ServiceIdentity) -> Bool {
        left.role.lowercased() == right.role.lowercased() && left.pool == right.pool
    }

    /// Hashes what equality compares.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(role.lowercased())
        hasher.combine(pool)
    }
}
