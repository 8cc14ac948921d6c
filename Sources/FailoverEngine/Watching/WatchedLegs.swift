internal import FailoverCore

/// Which legs are probed, and why.
struct WatchedLegs {
    /// Legs that routes ride on: their verdicts move routes.
    let carrying: Set<PoolLeg>
    /// Legs that say more of a pool, to people and preflights.
    ///
    /// They tell whether its host works before federation is enabled on it, and whether media works.
    let telling: Set<PoolLeg>

    /// Every pool of a route is watched; `access` and, where A/V addresses are configured, `media`
    /// come with SIP.
    ///
    /// `access` also comes with XMPP where runs start services: a pool whose XMPP service is not
    /// started yet shows there that it lives.
    init(_ organisation: Organisation) {
        var carrying: Set<PoolLeg> = []
        var telling: Set<PoolLeg> = []
        for route in organisation.routes {
            for pool in route.pools {
                carrying.insert(PoolLeg(pool: pool, kind: route.kind.leg))
                if route.kind == .sip || route.startsServices {
                    telling.insert(PoolLeg(pool: pool, kind: .access))
                }
                guard route.kind == .sip else { continue }
                let servers = organisation.edgePool(pool)?.servers ?? []
                if servers.contains(where: { !$0.mediaAddresses.isEmpty }) {
                    telling.insert(PoolLeg(pool: pool, kind: .media))
                }
            }
        }
        self.carrying = carrying
        self.telling = telling.subtracting(carrying)
    }

    /// All of them, in order.
    var all: [PoolLeg] { carrying.union(telling).sorted() }
}

extension FederationRoute {
    /// Whether a run may start the services of a pool that it goes to (procedure B, step 7).
    fileprivate var startsServices: Bool { kind == .xmpp && edgeServices != .untouched }
}
