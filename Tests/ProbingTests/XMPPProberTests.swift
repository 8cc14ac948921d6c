import FailoverCore
import NIOSSL
import Probing
import Testing

extension NetworkSuites {
    /// The XMPP prober against servers that play every part.
    @Suite("XMPPProber")
    struct XMPPProberTests {
        private let authority: TestAuthority
        private static let header =
            "<stream:stream xmlns='jabber:server' version='1.0' from='contoso.test'"
            + " xmlns:stream='http://etherx.jabber.org/streams'>"
        private static let startTLS = "<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>"
        private static let features = "<stream:features>\(startTLS)</stream:features>"
        private static let proceed = "<proceed xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>"

        init() throws {
            authority = try TestAuthority()
        }

        private func probe(
            _ script: [Act],
            serverName: String? = "xmpp.contoso.test",
            timeout: Duration = .seconds(20)
        ) async throws -> ProbeOutcome {
            let prober = XMPPProber(profile: try .trusting(authority))
            return try await FakeServer.with(script) { server in
                let target = try ProbeTarget.local(.xmpp, server.port, serverName: serverName)
                return await prober.probe(target, timeout: timeout)
            }
        }

        private func secured(_ names: [String]) throws -> [Act] {
            let tls = try authority.issue(.init(names: names)).serverContext()
            return [
                .await("version='1.0'"), .send(Self.header + Self.features), .await(Self.startTLS),
                .startTLS(tls), .await("version='1.0'"),
                .send(Self.header + "<stream:features><dialback/></stream:features>"),
                .await("</stream:stream>"), .close,
            ]
        }

        /// Says proceed in clear, then speaks TLS.
        private func proceeding(_ names: [String]) throws -> [Act] {
            var script = try secured(names)
            script.insert(.send(Self.proceed), at: 3)
            return script
        }

        @Test(arguments: ["xmpp.contoso.test", "contoso.test", "*.contoso.test"])
        func `STARTTLS brings the certificate, judged for server or domain`(
            name: String
        ) async throws {
            let outcome = try await probe(try proceeding([name]))
            #expect(outcome.finding == .answered)
            #expect(outcome.tlsVersion == "TLSv1.3")
            #expect(outcome.certificate?.subjectAlternativeNames == [name])
            #expect(outcome.problems == [])
            #expect(outcome.answer == "stream from contoso.test; features: starttls, dialback")
            #expect(outcome.trace.contains { $0.hasSuffix("starting TLS") })
        }

        @Test func `a certificate for neither name is a mismatch, and the server lives`()
            async throws
        {
            let outcome = try await probe(try proceeding(["fabrikam.test"]))
            #expect(outcome.finding == .answered)
            #expect(outcome.problems == [.nameMismatch])
        }

        @Test func `features without STARTTLS are an answer`() async throws {
            let outcome = try await probe([
                .await("stream"), .send(Self.header + "<stream:features/>"),
            ])
            #expect(outcome.finding == .answered)
            #expect(outcome.certificate == nil)
        }

        @Test func `an answer that dribbles in byte by byte is read`() async throws {
            let outcome = try await probe([
                .await("stream"), .dribble(Self.header + "<stream:features/>"),
            ])
            #expect(outcome.finding == .answered)
        }

        @Test func `a stream error and a close are an answer`() async throws {
            let outcome = try await probe([
                .await("stream"),
                .send(Self.header + "<stream:error><host-unknown/></stream:error></stream:stream>"),
                .close,
            ])
            #expect(outcome.finding == .answered)
            #expect(outcome.reason.contains("stream error host-unknown"))
            #expect(outcome.code == .xmppHostUnknown)
        }

        @Test func `an opened stream without features is an answer when the time is up`()
            async throws
        {
            let outcome = try await probe(
                [.await("stream"), .send(Self.header)],
                timeout: .seconds(2)
            )
            #expect(outcome.finding == .answered)
            #expect(outcome.totalTime >= .seconds(2))
        }

        @Test func `a failed STARTTLS leaves the server alive and is told`() async throws {
            let outcome = try await probe([
                .await("stream"), .send(Self.header + Self.features), .await(Self.startTLS),
                .send(Self.proceed), .await("\u{16}"), .send("\u{15}\u{3}\u{3}\0\u{2}\u{2}\u{28}"),
            ])
            #expect(outcome.finding == .answered)
            #expect(outcome.tlsVersion == nil)
            #expect(outcome.reason.contains("STARTTLS failed: it sent the alert handshake_failure"))
        }

        @Test func `silence is silent, a close is closed early, a reset is reset`() async throws {
            let silent = try await probe([.await("stream")], timeout: .seconds(1))
            #expect(silent.finding == .silent)
            #expect(silent.reason.contains("then said nothing within 1s"))
            #expect(try await probe([.await("stream"), .close]).finding == .closedEarly)
            #expect(try await probe([.await("stream"), .reset]).finding == .reset)
        }

        @Test(arguments: [
            "HTTP/1.1 400 Bad Request\r\n\r\n", "SSH-2.0-OpenSSH_9.2\r\n", "<html><body>",
            "<?xml version='1.0'?><!DOCTYPE lolz [<!ENTITY lol \"lol\">]>",
        ])
        func `what is not XMPP is not the protocol`(text: String) async throws {
            let outcome = try await probe([.await("stream"), .send(text)])
            #expect(outcome.finding == .notTheProtocol)
            #expect(outcome.reason.contains("answered, but not with an XMPP stream: "))
        }

        @Test(arguments: ["<a b='", "<", " ", "<a>", "<a x='1'>text</a>"])
        func `an endless answer ends the probe early`(piece: String) async throws {
            let flood = String(repeating: piece, count: 500)
            let bare = try await probe([.await("stream"), .flood(flood)], timeout: .seconds(20))
            #expect(bare.finding == .notTheProtocol)
            #expect(bare.totalTime < .seconds(10))
            #expect(bare.reason.utf8.count < 400)
            let opened = try await probe(
                [.await("stream"), .send(Self.header), .flood(flood)],
                timeout: .seconds(20)
            )
            #expect(opened.finding == .answered)
            #expect(opened.totalTime < .seconds(10))
        }

        @Test func `bytes in clear after proceed do not pass for something said under TLS`()
            async throws
        {
            let outcome = try await probe([
                .await("stream"), .send(Self.header + Self.features), .await(Self.startTLS),
                .send(Self.proceed + Self.header),
            ])
            #expect(outcome.finding == .answered)
            #expect(outcome.certificate == nil)
            #expect(outcome.reason.contains("bytes in clear after <proceed/>"))
        }
    }
}
