import Configuring
import FailoverCore
import Glibc

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
        let asked =
            resolvers.isEmpty
            ? ControlTarget.nameServers(in: systemText("/etc/resolv.conf"))
            : resolvers.map(\.address)
        let gateways = ControlTarget.gateways(in: systemText("/proc/net/route")).map {
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

/// The beginning of a table of the system, 64 KiB at most; empty when it cannot be read.
private func systemText(_ path: String) -> String {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return "" }
    defer { close(descriptor) }
    var bytes = [UInt8](repeating: 0, count: 65_536)
    var count = 0
    while count < bytes.count {
        let got = bytes.withUnsafeMutableBytes { buffer in
            let rest = UnsafeMutableRawBufferPointer(rebasing: buffer[count...])
            return read(descriptor, rest.baseAddress, rest.count)
        }
        guard got > 0 else { break }
        count += got
    }
    return String(decoding: bytes[..<count], as: UTF8.self)
}
