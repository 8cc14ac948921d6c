import FailoverCore

/// What kind of organisation a history is lived in.
enum EstateKind: String, Sendable, Hashable, CaseIterable {
    /// Two pools, SIP.
    case sip
    /// Three pools, SIP with two standbys.
    case three
    /// Two pools, SIP and XMPP.
    case both
    /// The same, and XMPP restarts the target's services as the document says.
    case documented
    /// Two pools of which one carries the federation flag, which a person moves.
    case strict

    var poolCount: Int { self == .three ? 3 : 2 }

    /// What is probed.
    var legs: [LegKind] {
        switch self {
        case .sip, .three: [.sip]
        case .both, .documented: [.sip, .xmpp]
        case .strict: [.sip, .access]
        }
    }
}

/// The simulated organisation, as its configuration says it.
struct Estate: Sendable {
    static let membersPerPool = 2
    static let primary = DNSServer(address: IPAddress.v4Of(192, 0, 2, 53))
    static let secondary = DNSServer(address: IPAddress.v4Of(192, 0, 2, 54))
    static let domain = FQDN.known("contoso.com")
    static let sites = ["Redmond", "Dublin", "Tokyo"].map { SiteName($0) }

    let kind: EstateKind
    let organisation: Organisation
    let pools: [FQDN]
    /// By pool, in order.
    let servers: [[FQDN]]

    init(_ setup: Setup) {
        kind = setup.estate
        let count = setup.estate.poolCount
        let pools = (1...count).map { FQDN.known("edgepool\($0).contoso.net") }
        self.pools = pools
        servers = (1...count).map { pool in
            (1...Estate.membersPerPool).map { FQDN.known("edge\(pool)\($0).contoso.net") }
        }
        organisation = Estate.organisation(setup, pools, servers)
    }

    var routes: [FederationRoute] { organisation.routes }

    /// The pool and the place in it of a server.
    func place(of server: FQDN) -> (pool: Int, member: Int)? {
        for (pool, members) in servers.enumerated() {
            if let member = members.firstIndex(of: server) { return (pool, member) }
        }
        return nil
    }

    private static func organisation(
        _ setup: Setup,
        _ pools: [FQDN],
        _ servers: [[FQDN]]
    ) -> Organisation {
        let edgePools = pools.indices.map { pool in
            EdgePool(
                fqdn: pools[pool],
                site: sites[pool],
                version: .sfb2015,
                servers: servers[pool].indices.map { member in
                    EdgeServer(
                        fqdn: servers[pool][member],
                        publicAddresses: [address(pool, member)]
                    )
                }
            )
        }
        var routes = [route(.sip, setup.sipMode, setup, pools)]
        if setup.estate.legs.contains(.xmpp) {
            routes.append(route(.xmpp, setup.xmppMode, setup, pools))
        }
        return Organisation(
            sites: Array(sites[..<pools.count]),
            edgePools: edgePools,
            frontEndPools: [],
            sipDomains: [SIPDomain(name: domain)],
            xmppDomains: setup.estate.legs.contains(.xmpp) ? [domain] : [],
            partners: [],
            routes: routes,
            zones: [DNSZone(name: domain, authoritative: [primary, secondary])],
            trustsUntriedRights: true
        )
    }

    static func address(_ pool: Int, _ member: Int) -> IPAddress {
        IPAddress.v4Of(203, 0, UInt8(113 + pool), UInt8(11 + member))
    }

    private static func route(
        _ kind: RouteKind,
        _ mode: RouteMode,
        _ setup: Setup,
        _ pools: [FQDN]
    ) -> FederationRoute {
        FederationRoute(
            name: RouteName(kind.rawValue),
            kind: kind,
            home: pools[0],
            standby: Array(pools.dropFirst()),
            mode: mode,
            federationFlag: setup.estate == .strict ? .strictSingle : .preStaged,
            setup: setup.estate == .strict ? .always : .never,
            setupBy: .agent,
            edgeServices: kind == .xmpp && setup.estate == .documented ? .documented : nil,
            confirmFor: .seconds(setup.confirmFor),
            onTimeout: setup.onTimeout,
            failback: FailbackSettings(
                mode: setup.failbackMode,
                stableFor: .seconds(setup.stableFor),
                window: setup.window.window
            )
        )
    }
}

extension FQDN {
    /// A name that this code wrote itself.
    static func known(_ text: String) -> FQDN {
        guard let name = FQDN(text) else { preconditionFailure("'\(text)' is no name") }
        return name
    }
}

extension IPAddress {
    static func v4Of(_ first: UInt8, _ second: UInt8, _ third: UInt8, _ fourth: UInt8) -> Self {
        let text = "\(first).\(second).\(third).\(fourth)"
        guard let address = IPAddress(text) else { preconditionFailure("'\(text)' is none") }
        return address
    }
}
