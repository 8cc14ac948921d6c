import Configuring
import FailoverCore
import Foundation

/// The places whose silence shows that the agent itself is cut off.
struct ControlTargets: Sendable {
    private let written: [DNSServer]?
    private let resolvers: [DNSServer]

    init(_ configuration: AgentConfiguration) {
        written = configuration.probes.controlTargets
        resolvers = configuration.dns.resolvers
    }

    /// As the file says; else the gateway and the resolvers, read anew, for both may change.
    func current() -> [ControlTarget] {
        if let written {
            return written.map {
                ControlTarget(address: $0.address, port: $0.port, source: .configured)
            }
        }
        // Unreadable tables of the system mean fewer targets, which the status shows.
        let routes = (try? String(contentsOfFile: "/proc/net/route", encoding: .utf8)) ?? ""
        let names = (try? String(contentsOfFile: "/etc/resolv.conf", encoding: .utf8)) ?? ""
        let asked = resolvers.isEmpty ? ControlTarget.nameServers(in: names) : resolvers.map(\.address)
        let gateways = ControlTarget.gateways(in: routes).map {
            ControlTarget(address: $0, port: 80, source: .gateway)
        }
        return gateways
            + asked.filter { !ControlTarget.isOwn($0) }.map {
                ControlTarget(address: $0, port: 53, source: .resolver)
            }
    }
}

/// How long the machine has slept since the start of the process: what one of its clocks counts and
/// the other does not.
struct SleepMeter: Sendable {
    private let awake = SuspendingClock.now
    private let always = ContinuousClock.now

    func slept() -> Duration {
        awake.duration(to: SuspendingClock.now) * -1 + always.duration(to: ContinuousClock.now)
    }
}
