import FailoverCore
import NIOSSL
import Probing
import Testing

extension NetworkSuites {
    /// Servers that want a client certificate: what they do without one, and with a wrong one.
    @Suite("SIPProber and client certificates")
    struct ClientCertificateTests {
        private let authority: TestAuthority
        private let stranger: TestAuthority
        private let server: Issued
        private let answer: [Act] = [.await("OPTIONS"), .send("SIP/2.0 200 OK\r\n\r\n")]

        init() throws {
            authority = try TestAuthority()
            stranger = try TestAuthority("Stranger CA")
            server = try authority.issue()
        }

        private func probe(
            _ context: NIOSSLContext,
            _ script: [Act],
            showing identity: Issued? = nil
        ) async throws -> ProbeOutcome {
            let profile = try TLSProfile.trusting(authority, showing: identity)
            return try await FakeServer.with(tls: context, script) { server in
                let target = try ProbeTarget.local(.sip, server.port)
                return await SIPProber(profile: profile).probe(target, timeout: .seconds(20))
            }
        }

        @Test(arguments: [TLSVersion.tlsv12, .tlsv13])
        func `a server that demands a certificate is alive without one`(
            version: TLSVersion
        ) async throws {
            let context = try server.serverContext(version: version, wantsClientsOf: authority)
            let outcome = try await probe(context, answer)
            #expect(outcome.finding == .wantsClientCertificate)
            #expect(outcome.liveness == .alive)
            #expect(outcome.certificate?.subject == "CN=sip.contoso.test")
            #expect(outcome.problems.isEmpty)
            #expect(
                outcome.reason.contains("is alive: it showed its certificate and wants one from us")
            )
        }

        @Test(arguments: [TLSVersion.tlsv12, .tlsv13])
        func `a server that distrusts our certificate is alive`(version: TLSVersion) async throws {
            let context = try server.serverContext(version: version, wantsClientsOf: authority)
            let outcome = try await probe(context, answer, showing: try stranger.issue())
            #expect(outcome.finding == .wantsClientCertificate)
            #expect(outcome.reason.contains("refuses our client certificate"))
        }

        @Test(arguments: [TLSVersion.tlsv12, .tlsv13])
        func `a certificate that the server trusts opens the door`(version: TLSVersion) async throws
        {
            let context = try server.serverContext(version: version, wantsClientsOf: authority)
            let outcome = try await probe(context, answer, showing: try authority.issue())
            #expect(outcome.finding == .answered)
            #expect(outcome.answer == "SIP/2.0 200 OK")
        }

        @Test(arguments: [TLSVersion.tlsv12, .tlsv13], [Act.close, .reset])
        func `a server that asked and then hangs up without an alert is alive`(
            version: TLSVersion,
            end: Act
        ) async throws {
            let context = try server.serverContext(
                version: version,
                wantsClientsOf: authority,
                onlyAsks: true
            )
            let outcome = try await probe(context, [.await("OPTIONS"), end])
            #expect(outcome.finding == .wantsClientCertificate)
        }

        @Test(arguments: [Act.close, .reset])
        func `with a certificate shown, hanging up after the handshake is no sign of life`(
            end: Act
        ) async throws {
            let context = try server.serverContext(wantsClientsOf: authority)
            let outcome = try await probe(
                context,
                [.await("OPTIONS"), end],
                showing: try authority.issue()
            )
            #expect(outcome.liveness == .dead)
            #expect(outcome.reason.contains("it had asked for our client certificate"))
        }

        @Test func `a server that only asks answers all the same`() async throws {
            let context = try server.serverContext(wantsClientsOf: authority, onlyAsks: true)
            #expect(try await probe(context, answer).finding == .answered)
        }

        @Test func `a server that never asked and hangs up is not alive`() async throws {
            let outcome = try await probe(try server.serverContext(), [.await("OPTIONS"), .close])
            #expect(outcome.finding == .closedEarly)
        }

        @Test func `what one connection was asked for does not stick to the next`() async throws {
            let profile = try TLSProfile.trusting(authority)
            let prober = SIPProber(profile: profile)
            let asking = try server.serverContext(wantsClientsOf: authority)
            let first = try await FakeServer.with(tls: asking, answer) {
                await prober.probe(try .local(.sip, $0.port), timeout: .seconds(20))
            }
            let second = try await FakeServer.with(
                tls: try server.serverContext(),
                [.await("OPTIONS"), .close]
            ) { await prober.probe(try .local(.sip, $0.port), timeout: .seconds(20)) }
            #expect(first.finding == .wantsClientCertificate)
            #expect(second.finding == .closedEarly)
        }
    }
}
