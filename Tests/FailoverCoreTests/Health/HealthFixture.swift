import FailoverCore

/// Makes a name that the test wrote itself.
func name(_ text: String) -> FQDN {
    guard let name = FQDN(text) else { preconditionFailure("'\(text)' is not a DNS name") }
    return name
}

extension Instant {
    /// Seconds since the origin.
    static func at(_ seconds: Double) -> Instant { .origin + .seconds(seconds) }
}

extension Organisation {
    /// Pools of the given members, all in one site, without routes.
    static func of(pools: [(pool: String, servers: [String])]) -> Organisation {
        Organisation(
            sites: [SiteName("Redmond")],
            edgePools: pools.map { pool, servers in
                EdgePool(
                    fqdn: name(pool),
                    site: SiteName("Redmond"),
                    version: .sfb2015,
                    servers: servers.map { EdgeServer(fqdn: name($0), publicAddresses: []) }
                )
            },
            frontEndPools: [],
            sipDomains: [],
            xmppDomains: [],
            partners: [],
            routes: [],
            zones: []
        )
    }
}

/// A health of pool1 (edge11, edge12) and pool2 (edge21), one vantage, fall 3, rise 5, stale after
/// 30 s.
struct HealthBench {
    var health: Health
    let leg1 = PoolLeg(pool: name("pool1.test"), kind: .sip)
    let leg2 = PoolLeg(pool: name("pool2.test"), kind: .sip)

    init(settings: HealthSettings = HealthSettings()) {
        health = Health(organisation: Self.organisation, settings: settings)
    }

    static var organisation: Organisation {
        .of(pools: [
            ("pool1.test", ["edge11.test", "edge12.test"]), ("pool2.test", ["edge21.test"]),
        ])
    }

    mutating func see(
        _ server: String,
        _ finding: ProbeFinding,
        _ count: Int = 1,
        at seconds: Double,
        from vantage: String = "warden-1",
        kind: LegKind = .sip,
        problems: [CertificateProblem] = [],
        mediaProblem: MediaProblem? = nil,
        code: EvidenceCode? = nil
    ) {
        for _ in 0..<count {
            let observation = Observation(
                vantage: vantage,
                server: name("\(server).test"),
                kind: kind,
                problems: problems,
                mediaProblem: mediaProblem,
                code: code ?? finding.evidence,
                reason: "probe of \(server) says \(finding.code)"
            )
            health.record(observation, at: .at(seconds))
        }
    }

    func server(_ server: String, at seconds: Double) -> VerdictClass {
        health.verdict(on: name("\(server).test"), .sip, at: .at(seconds)).verdict
    }
}
