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
}

/// What federates: the protocol that a route carries.
public enum FederationKind: String, Sendable, Hashable, Codable, CaseIterable {
    /// SIP federation over mutual TLS, port 5061.
    case sip
    /// XMPP federation, port 5269.
    case xmpp

    /// The port on the Access Edge's external interface.
    public var standardPort: UInt16 {
        switch self {
        case .sip: 5061
        case .xmpp: 5269
        }
    }

    /// The labels of the SRV record that leads to it, below the domain.
    public var serviceLabels: String {
        switch self {
        case .sip: "_sipfederationtls._tcp"
        case .xmpp: "_xmpp-server._tcp"
        }
    }

    /// The prober that speaks it.
    public var probeKind: ProbeKind {
        switch self {
        case .sip: .sip
        case .xmpp: .xmpp
        }
    }

    /// `SIP` or `XMPP`, for sentences.
    public var label: String {
        switch self {
        case .sip: "SIP"
        case .xmpp: "XMPP"
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
