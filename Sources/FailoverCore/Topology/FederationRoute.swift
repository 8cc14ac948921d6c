/// The name of a route in the configuration, such as `sip`.
public struct RouteName: Sendable, Hashable, Comparable, Codable, CustomStringConvertible {
    /// The name as written.
    public let name: String

    /// Takes a name.
    public init(_ name: String) { self.name = name }

    /// Decodes the bare name.
    public init(from decoder: any Decoder) throws {
        name = try decoder.singleValueContainer().decode(String.self)
    }

    /// Encodes the bare name.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(name)
    }

    /// The name as text.
    public var description: String { name }

    /// Orders names alphabetically.
    public static func < (left: RouteName, right: RouteName) -> Bool { left.name < right.name }
}

/// How far the agent may go by itself.
public enum RouteMode: String, Sendable, Hashable, Codable, CaseIterable {
    /// Watches, decides and records; never acts.
    case observe
    /// Acts after a person's yes.
    case approve
    /// Acts by itself.
    case auto
}

/// What becomes of a failover that nobody answered in time, in mode `approve`.
public enum OnTimeout: String, Sendable, Hashable, Codable, CaseIterable {
    /// It is asked again later.
    case hold
    /// It goes on as an automatic decision, and obeys every rule for those.
    case proceed
}

/// Whether both pools carry the federation flag all the time (procedure A).
public enum FederationFlag: String, Sendable, Hashable, Codable, CaseIterable {
    /// Both pools carry port 5061; the switch is the site route and DNS.
    case preStaged = "pre_staged"
    /// One pool at a time; a person toggles the flag in Topology Builder.
    case strictSingle = "strict_single"
}

/// When the wizard's "Setup or Remove Components" step is asked for on the target's members.
///
/// Procedure A, steps 6 and 7.
public enum ComponentSetup: String, Sendable, Hashable, Codable, CaseIterable {
    /// On members that do not listen on the federation port.
    case whenListenerMissing = "when_listener_missing"
    /// On every member.
    case always
    /// On none.
    case never
}

/// Who runs the wizard's step on an Edge server (domain facts, section 1.4).
public enum SetupBy: String, Sendable, Hashable, Codable, CaseIterable {
    /// A person runs the Deployment Wizard; the agent checks what came of it.
    case person
    /// The agent runs Bootstrapper.exe through the Edge kit.
    case agent
}

/// What of the failed pool is switched off after a SIP failover, so that it cannot answer when it
/// returns (domain facts, section 7.12).
public enum Fence: String, Sendable, Hashable, Codable, CaseIterable {
    /// Nothing.
    case off
    /// The Access Edge service (RTCSRV) is stopped and disabled on every member.
    case accessEdge = "access_edge"
}

/// How DNS leads partners to the pool.
public enum DNSStyle: String, Sendable, Hashable, Codable, CaseIterable {
    /// The addresses behind the SRV target's name change; the SRV stays.
    case address
    /// The SRV target changes to the pool's name in each domain.
    case srv
    /// DNS is left alone.
    case none
}

/// What to do with the target's Edge services when XMPP moves (procedure B, steps 2 and 7).
public enum EdgeServices: String, Sendable, Hashable, Codable, CaseIterable {
    /// As the documents say: all services of the pool.
    case documented
    /// Only the XMPP service, one member at a time.
    case xmppOnly = "xmpp_only"
    /// None.
    case untouched
}

/// How a route fails back.
public struct FailbackSettings: Sendable, Hashable, Codable {
    /// observe (never by itself), approve, or auto.
    public var mode: RouteMode
    /// How long the home pool must have been up without a break; default 30 minutes.
    public var stableFor: Duration
    /// How long a pool that was unfenced must answer before the route goes back to it; default 5
    /// minutes.
    public var unfencedSoak: Duration
    /// When the route may go home; nil for at any time.
    ///
    /// A rescue to the home pool is no failback and knows no window.
    public var window: WeeklyWindow?

    /// Makes the settings; without a window by default.
    public init(
        mode: RouteMode = .approve,
        stableFor: Duration = .seconds(1_800),
        unfencedSoak: Duration = .seconds(300),
        window: WeeklyWindow? = nil
    ) {
        self.mode = mode
        self.stableFor = stableFor
        self.unfencedSoak = unfencedSoak
        self.window = window
    }
}

/// One route: what it carries, where it lives, where it may go.
public struct FederationRoute: Sendable, Hashable, Codable {
    /// Its name.
    public var name: RouteName
    /// What it carries.
    public var kind: RouteKind
    /// Where it belongs.
    public var home: FQDN
    /// Where it may go, in order of preference.
    public var standby: [FQDN]
    /// How far the agent may go by itself.
    public var mode: RouteMode
    /// How the federation flag is kept; only for SIP.
    public var federationFlag: FederationFlag
    /// When the wizard step is asked for; only for SIP.
    public var setup: ComponentSetup
    /// Who runs the wizard step; default a person.
    public var setupBy: SetupBy
    /// What of the failed pool is switched off; only for SIP.
    public var fence: Fence
    /// How DNS leads to the pool.
    public var dnsStyle: DNSStyle
    /// TTL while failed over, at most; default 300 seconds.
    public var ttlWhileFailedOver: UInt32
    /// Services on the target; nil chooses by whether its members answer already.
    ///
    /// Only for XMPP.
    public var edgeServices: EdgeServices?
    /// How long the verdict must stand before anything is asked or done.
    public var confirmFor: Duration
    /// What becomes of a failover that nobody answered in time; nil, as in older journals, holds.
    ///
    /// A failback that nobody answered is always asked again.
    public var onTimeout: OnTimeout?
    /// How it fails back.
    public var failback: FailbackSettings

    /// Makes a route.
    public init(
        name: RouteName,
        kind: RouteKind,
        home: FQDN,
        standby: [FQDN],
        mode: RouteMode,
        federationFlag: FederationFlag,
        setup: ComponentSetup = .whenListenerMissing,
        setupBy: SetupBy = .person,
        fence: Fence = .off,
        dnsStyle: DNSStyle = .address,
        ttlWhileFailedOver: UInt32 = 300,
        edgeServices: EdgeServices? = nil,
        confirmFor: Duration,
        onTimeout: OnTimeout? = nil,
        failback: FailbackSettings = FailbackSettings()
    ) {
        self.name = name
        self.kind = kind
        self.home = home
        self.standby = standby
        self.mode = mode
        self.federationFlag = federationFlag
        self.setup = setup
        self.setupBy = setupBy
        self.fence = fence
        self.dnsStyle = dnsStyle
        self.ttlWhileFailedOver = ttlWhileFailedOver
        self.edgeServices = edgeServices
        self.confirmFor = confirmFor
        self.onTimeout = onTimeout
        self.failback = failback
    }

    /// Home first, then the standbys.
    public var pools: [FQDN] { [home] + standby }
}
