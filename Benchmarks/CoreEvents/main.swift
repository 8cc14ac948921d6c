import FailoverCore

/// How many observations a second the core takes in on one core, in release; one line of JSON.
///
/// Two pools of two members, SIP and XMPP, from one vantage; a member dies and returns now and then,
/// and the verdicts are asked for after every round, as the driver does.
func known(_ text: String) -> FQDN {
    guard let name = FQDN(text) else { preconditionFailure("'\(text)' is no name") }
    return name
}

let pools = (1...2).map { pool in
    EdgePool(
        fqdn: known("edgepool\(pool).contoso.net"),
        site: SiteName("site\(pool)"),
        version: .sfb2015,
        servers: (1...2).map {
            EdgeServer(fqdn: known("edge\(pool)\($0).contoso.net"), publicAddresses: [])
        }
    )
}
let organisation = Organisation(
    sites: [],
    edgePools: pools,
    frontEndPools: [],
    sipDomains: [],
    xmppDomains: [],
    partners: [],
    routes: [],
    zones: []
)
let kinds: [LegKind] = [.sip, .xmpp]
func observations(_ code: EvidenceCode) -> [Observation] {
    pools.flatMap(\.servers).flatMap { server in
        kinds.map {
            Observation(
                vantage: "warden-1",
                server: server.fqdn,
                kind: $0,
                code: code,
                reason: "seen"
            )
        }
    }
}

let clean = observations(.answered)
let failed = observations(.refused)
let legs = pools.flatMap { pool in kinds.map { PoolLeg(pool: pool.fqdn, kind: $0) } }
var health = Health(organisation: organisation)
var downs = 0
let rounds = 250_000
let time = ContinuousClock().measure {
    for round in 0..<rounds {
        let now = Instant(nanoseconds: Int64(round) * 5_000_000_000)
        for place in clean.indices {
            let isDead = place < 4 && round % 100 < 10
            health.record(isDead ? failed[place] : clean[place], at: now)
        }
        for leg in legs where health.verdictClass(on: leg, at: now) == .down { downs += 1 }
    }
}
precondition(downs > 0, "nothing was ever down")
let seconds = Double(time.components.seconds) + Double(time.components.attoseconds) / 1e18
print("{\"observations_per_second\": \(Int(Double(rounds * clean.count) / seconds))}")
