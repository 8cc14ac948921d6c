import FailoverCore
import Glibc
import Testing

@testable import Probing

extension NetworkSuites {
    @Suite("STUNProber")
    struct STUNProberTests {
        private func probe(_ port: UInt16, _ timeout: Duration) async throws -> ProbeOutcome {
            await STUNProber().probe(try .local(.stun, port), timeout: timeout)
        }

        @Test func `a refusal for want of credentials is an answer`() async throws {
            let outcome = try await FakeDatagramServer.with([.refusal]) {
                try await probe($0.port, .seconds(20))
            }
            #expect(outcome.finding == .answered)
            #expect(outcome.liveness == .alive)
            #expect(outcome.answer == "TURN error 401")
            #expect(outcome.reason.hasSuffix(" answered: TURN error 401"))
            #expect(outcome.trace.count == 2)
        }

        @Test func `a lost datagram is sent again`() async throws {
            let (outcome, sent) = try await FakeDatagramServer.with([.refusal], from: 2) {
                (try await probe($0.port, .seconds(20)), $0.requests)
            }
            #expect(outcome.finding == .answered)
            #expect(sent.count == 2)
            #expect(sent.first == sent.last, "with the same transaction id")
            #expect(outcome.totalTime >= .milliseconds(500))
            #expect(outcome.trace.contains { $0.contains("sent it again") })
        }

        @Test func `silence says nothing of life`() async throws {
            let (outcome, sent) = try await FakeDatagramServer.with([]) {
                (try await probe($0.port, .milliseconds(300)), $0.requests.count)
            }
            #expect(outcome.finding == .unanswered)
            #expect(outcome.liveness == .unknown)
            #expect(outcome.finding.pathIsOpen == nil)
            #expect(outcome.reason.contains("does not make a server dead"))
            #expect(outcome.totalTime >= .milliseconds(300))
            #expect(sent == 1)
        }

        @Test func `an ICMP refusal is a refused port`() async throws {
            // Bound by nobody any more: closed a moment ago.
            let port = try await FakeDatagramServer.with([]) { $0.port }
            let outcome = try await probe(port, .seconds(20))
            #expect(outcome.finding == .refused)
            #expect(outcome.liveness == .dead)
            #expect(outcome.reason.contains("ICMP"))
            #expect(outcome.totalTime < .seconds(10))
        }

        @Test func `datagrams that are no answer decide nothing while the answer may come`()
            async throws
        {
            let acts: [DatagramAct] = [.text("noise"), .echo, .foreignRefusal, .refusal]
            let outcome = try await FakeDatagramServer.with(acts) {
                try await probe($0.port, .seconds(20))
            }
            #expect(outcome.finding == .answered)
            #expect(outcome.trace.contains { $0.contains("ignored 5 bytes") })
        }

        @Test(
            arguments: [
                .echo, .text("ICY 400 who are you"), .text(""), .cutRefusal, .foreignRefusal,
            ] as [DatagramAct]
        )
        func `a peer that answers something else is not STUN`(act: DatagramAct) async throws {
            let outcome = try await FakeDatagramServer.with([act]) {
                try await probe($0.port, .milliseconds(300))
            }
            #expect(outcome.finding == .notTheProtocol)
            #expect(outcome.reason.contains("answered, but not with STUN: "))
        }

        @Test func `each request has a transaction id of its own`() async throws {
            let requests = try await FakeDatagramServer.with([.refusal]) { server in
                for _ in 0..<5 { _ = try await probe(server.port, .seconds(20)) }
                return server.requests
            }
            #expect(Set(requests.map { $0[4..<20] }).count == 5)
        }

        @Test func `a cancelled probe says nothing and ends at once`() async throws {
            let outcome = try await FakeDatagramServer.with([]) { server in
                let target = try ProbeTarget.local(.stun, server.port)
                return await withTaskGroup(of: ProbeOutcome?.self) { group in
                    group.addTask { await STUNProber().probe(target, timeout: .seconds(30)) }
                    group.cancelAll()
                    return await group.next().flatMap(\.self)
                }
            }
            #expect(outcome?.finding == .inconclusive)
            #expect(outcome?.reason.contains("cancelled") == true)
            #expect(try #require(outcome).totalTime < .seconds(10))
        }

        @Test func `an enormous or negative time-out does no harm`() async throws {
            try await FakeDatagramServer.with([.refusal]) { server in
                #expect(try await probe(server.port, .seconds(Int64.max)).finding == .answered)
                let negative = try await probe(server.port, .seconds(-5))
                #expect(negative.totalTime < .seconds(5))
            }
        }

        @Test func `an address of the other family is probed as well`() async throws {
            var target = try ProbeTarget.local(.stun, 9)
            target.address = try #require(IPAddress("::1"))
            let outcome = await STUNProber().probe(target, timeout: .milliseconds(300))
            #expect(outcome.finding == .refused || outcome.finding == .inconclusive)
            #expect(outcome.reason.hasPrefix("[::1]:9 "))
        }
    }

    /// The prober against coturn, which nobody here wrote.
    @Suite("STUNProber and coturn", .enabled(if: Coturn.path != nil, "coturn is not installed"))
    struct CoturnTests {
        @Test func `it refuses us, falls silent when stopped, goes on, and is gone when killed`()
            async throws
        {
            try await Coturn.with { coturn in
                let target = try ProbeTarget.local(.stun, coturn.port, address: coturn.address)
                let alive = await STUNProber().probe(target, timeout: .seconds(20))
                #expect(alive.finding == .answered)
                #expect(alive.answer?.hasPrefix("TURN error 401 ") == true)
                #expect(alive.answer?.contains("Coturn") == true)

                coturn.halt()
                let hung = await STUNProber().probe(target, timeout: .milliseconds(700))
                #expect(hung.finding == .unanswered)
                #expect(hung.liveness == .unknown)

                coturn.goOn()
                let again = await STUNProber().probe(target, timeout: .seconds(20))
                #expect(again.finding == .answered)

                coturn.stop()
                let gone = await STUNProber().probe(target, timeout: .seconds(20))
                #expect(gone.finding == .refused)
            }
        }

        @Test func `one that lets everybody in refuses the request too, and keeps no allocation`()
            async throws
        {
            try await Coturn.with(credentials: false) { coturn in
                let target = try ProbeTarget.local(.stun, coturn.port, address: coturn.address)
                let outcome = await STUNProber().probe(target, timeout: .seconds(20))
                #expect(outcome.finding == .answered)
                #expect(outcome.answer?.hasPrefix("TURN error 4") == true)
            }
        }
    }
}
