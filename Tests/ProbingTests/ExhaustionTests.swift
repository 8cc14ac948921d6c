import FailoverCore
import Glibc
import Probing
import Testing

/// Faults of this machine, in a process of its own so that nothing else suffers.
@Suite("A machine out of files")
struct ExhaustionTests {
    @Test func `a probe without a free descriptor is inconclusive and says why`() async {
        await #expect(processExitsWith: .success) {
            let prober = TCPProber()
            let target = try ProbeTarget.local(.tcp, 1)
            // The first probe starts NIO's event loops, which need descriptors of their own.
            _ = await prober.probe(target, timeout: .seconds(20))
            var limit = rlimit(rlim_cur: 0, rlim_max: 0)
            try #require(setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0)
            let outcome = await prober.probe(target, timeout: .seconds(20))
            #expect(outcome.finding == .inconclusive)
            #expect(outcome.reason.contains("too many open files on this machine"))
            let udp = await STUNProber().probe(try .local(.stun, 1), timeout: .seconds(20))
            #expect(udp.finding == .inconclusive)
            #expect(udp.reason.contains("too many open files on this machine"))
        }
    }
}
