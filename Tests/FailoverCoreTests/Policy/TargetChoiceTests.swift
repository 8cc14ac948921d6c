import Testing

@testable import FailoverCore

@Suite("The choice of a target")
struct TargetChoiceTests {
    /// A pool that could take over, as the choice looks at it.
    private struct Candidate {
        var pool: FQDN
        var standing: DecisionFacts.Standing
        var isReady: Bool
        var isHeld: Bool

        static func all(_ pool: FQDN) -> [Candidate] {
            DecisionFacts.Standing.allCases.flatMap { standing in
                [(true, true), (true, false), (false, true), (false, false)].map {
                    Candidate(pool: pool, standing: standing, isReady: $0, isHeld: $1)
                }
            }
        }

        /// Lower is better; nil for none at all.
        var rank: Int? {
            guard !isHeld else { return nil }
            return switch standing {
            case .up: 0
            case .degraded: 1
            case .nextHop: 2
            case .startable: 3
            case .impaired, .down, .unknown: nil
            }
        }
    }

    @Test(arguments: [PolicyBench.home, PolicyBench.standby])
    func `of the best kind the first that is ready, else the first, for every combination`(
        holder: FQDN
    ) {
        let pools = [PolicyBench.home, PolicyBench.standby, PolicyBench.third]
        let others = pools.filter { $0 != holder }
        let route = FederationRoute.sip(standby: Array(pools.dropFirst()), flag: .strictSingle)
        for first in Candidate.all(others[0]) {
            for second in Candidate.all(others[1]) {
                var policy = FailoverPolicy(routes: [route], at: .at(0))
                for candidate in [first, second] { see(candidate, &policy) }
                let found = policy.target(of: policy.states[0], awayFrom: holder, at: .at(0))
                #expect(found == expected([first, second]), "\(first), \(second)")
            }
        }
    }

    private func expected(_ candidates: [Candidate]) -> FQDN? {
        let best = candidates.compactMap(\.rank).min()
        let kind = candidates.filter { $0.rank != nil && $0.rank == best }
        return (kind.first(where: \.isReady) ?? kind.first)?.pool
    }

    private func see(_ candidate: Candidate, _ policy: inout FailoverPolicy) {
        let start = Instant.at(0)
        let pool = candidate.pool
        policy.legs[PoolLeg(pool: pool, kind: .sip)]?.verdict = candidate.standing.verdict
        let host = Verdict(candidate.standing == .startable ? .up : .down, reason: "seen")
        policy.legs[PoolLeg(pool: pool, kind: .access)]?.verdict = host
        if candidate.isReady, let limits = policy.settings.readiness {
            policy.states[0].take(.ready(at: start), of: pool, limits)
        }
        if candidate.isHeld {
            let pause = Pause(until: nil, by: PolicyBench.anna, reason: "", isMaintenance: true)
            policy.pauses[.pool(pool)] = pause
        }
    }
}
