import FailoverCore
import Glibc
import Probing

/// What one SIP-TLS probe costs in CPU time of this process: the median of several rounds.
///
/// Usage: `ProbeCost ADDRESS:PORT CA-FILE [SERVER-NAME [PROBES [AT-ONCE [ROUNDS]]]]`.
/// Prints one JSON line; exits 1 when a probe was not answered, 2 on wrong usage.
@main
struct ProbeCost {
    private let prober: SIPProber
    private let target: ProbeTarget
    private let probes: Int
    private let atOnce: Int
    private let rounds: Int

    static func main() async {
        guard let cost = ProbeCost(CommandLine.arguments) else {
            print(
                "usage: ProbeCost ADDRESS:PORT CA-FILE"
                    + " [SERVER-NAME [PROBES [AT-ONCE [ROUNDS]]]]"
            )
            exit(2)
        }
        exit(await cost.run() == 0 ? 0 : 1)
    }

    private init?(_ arguments: [String]) {
        guard arguments.count >= 3, let colon = arguments[1].lastIndex(of: ":"),
            let address = IPAddress(arguments[1][..<colon]),
            let port = UInt16(arguments[1][arguments[1].index(after: colon)...])
        else { return nil }
        // What is not given is filled up from the defaults.
        let given = arguments.dropFirst(4).map { Int($0) ?? 0 }
        let numbers = given + [1_500, 1, 5].dropFirst(given.count)
        guard numbers.count == 3, numbers.allSatisfy({ $0 > 0 }) else { return nil }
        (probes, atOnce, rounds) = (numbers[0], numbers[1], numbers[2])
        target = ProbeTarget(
            kind: .sip,
            address: address,
            port: port,
            serverName: arguments.count > 3 ? FQDN(arguments[3]) : nil,
            domain: FQDN("contoso.test"),
            localDomain: FQDN("fabrikam.test")
        )
        do {
            prober = SIPProber(profile: try TLSProfile(trust: try .file(arguments[2])))
        } catch {
            print(error)
            return nil
        }
    }

    /// Measures and prints; returns how many probes were not answered.
    private func run() async -> Int {
        var costs: [Double] = []
        var failures = await lane(20)
        for _ in 0..<rounds {
            let before = ProbeCost.cpuMilliseconds()
            failures += await withTaskGroup(of: Int.self) { group in
                for _ in 0..<atOnce { group.addTask { await lane(probes / atOnce) } }
                return await group.reduce(0, +)
            }
            let spent = ProbeCost.cpuMilliseconds() - before
            costs.append(spent / Double(max(1, probes / atOnce * atOnce)))
        }
        costs.sort()
        let figures = [costs[costs.count / 2], costs[0], costs[costs.count - 1]]
            .map { ($0 * 1_000).rounded() / 1_000 }
        print(
            "{\"cpu_ms_per_probe_median\": \(figures[0]), \"min\": \(figures[1]),"
                + " \"max\": \(figures[2]), \"rounds\": \(rounds), \"probes\": \(probes),"
                + " \"at_once\": \(atOnce), \"unanswered\": \(failures)}"
        )
        return failures
    }

    /// Runs probes one after the other; returns how many were not answered.
    private func lane(_ count: Int) async -> Int {
        var failures = 0
        for _ in 0..<count {
            let outcome = await prober.probe(target, timeout: .seconds(5))
            if outcome.finding == .answered { continue }
            if failures == 0 { print(outcome.reason) }
            failures += 1
        }
        return failures
    }

    private static func cpuMilliseconds() -> Double {
        var spent = timespec()
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &spent)
        return Double(spent.tv_sec) * 1_000 + Double(spent.tv_nsec) / 1_000_000
    }
}
