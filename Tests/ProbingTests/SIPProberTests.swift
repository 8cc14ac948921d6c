import FailoverCore
import NIOSSL
import Probing
import Testing

extension NetworkSuites {
    /// The SIP prober against servers that play every part.
    @Suite("SIPProber")
    struct SIPProberTests {
        private let authority: TestAuthority
        private let good: Issued

        init() throws {
            authority = try TestAuthority()
            good = try authority.issue()
        }

        private func probe(
            _ server: FakeServer,
            profile: TLSProfile? = nil,
            timeout: Duration = .seconds(20)
        ) async throws -> ProbeOutcome {
            let prober = SIPProber(profile: try profile ?? .trusting(authority))
            return await prober.probe(try .local(.sip, server.port), timeout: timeout)
        }

        private func answering(_ line: String) -> [Act] {
            [.await("\r\n\r\n"), .send("\(line)\r\nContent-Length: 0\r\n\r\n")]
        }

        @Test(arguments: ["200 OK", "504 Server time-out", "403 Forbidden", "100 Trying", "500 "])
        func `any status line is alive`(status: String) async throws {
            let outcome = try await FakeServer.with(
                tls: try good.serverContext(),
                answering("SIP/2.0 \(status)")
            ) { try await probe($0) }
            #expect(outcome.finding == .answered)
            #expect(outcome.answer == "SIP/2.0 \(status)")
            #expect(outcome.problems.isEmpty)
            #expect(outcome.tlsVersion == "TLSv1.3")
            #expect(outcome.reason.contains("answered: SIP/2.0"))
            let stages = outcome.trace.map { $0.drop { $0 != " " }.dropFirst() }
            #expect(outcome.trace.allSatisfy { $0.prefix { $0 != " " }.hasSuffix("ms") })
            try #require(stages.count == 5, "\(outcome.trace)")
            #expect(stages[0].hasPrefix("connected to 127.0.0.1:"))
            #expect(stages[1] == "TLS handshake done, TLSv1.3")
            #expect(stages[2].hasPrefix("certificate of CN=sip.contoso.test, until "))
            #expect(stages[3] == "sent OPTIONS sip:contoso.test")
            #expect(stages[4] == "answer: SIP/2.0 \(status)")
        }

        @Test(
            arguments: [
                ("200 OK", .answered), ("403 Forbidden", .sipRefused),
                ("503 Service Unavailable", .sipUnavailable),
                ("504 Server time-out", .sipServerTimeout),
            ] as [(String, EvidenceCode)]
        )
        func `the status is a code of its own`(status: String, code: EvidenceCode) async throws {
            let outcome = try await FakeServer.with(
                tls: try good.serverContext(),
                answering("SIP/2.0 \(status)")
            ) { try await probe($0) }
            #expect(outcome.code == code)
        }

        @Test(arguments: [TLSVersion.tlsv12, .tlsv13])
        func `both versions of TLS are spoken`(version: TLSVersion) async throws {
            let outcome = try await FakeServer.with(
                tls: try good.serverContext(version: version),
                answering("SIP/2.0 200 OK")
            ) { try await probe($0) }
            #expect(outcome.finding == .answered)
            #expect(outcome.tlsVersion == (version == .tlsv12 ? "TLSv1.2" : "TLSv1.3"))
            #expect(outcome.certificate?.subject == "CN=sip.contoso.test")
            let connect = try #require(outcome.connectTime)
            let handshake = try #require(outcome.handshakeTime)
            #expect(connect < handshake)
            #expect(handshake < outcome.totalTime)
        }

        @Test func `TLS 1.1 and older are not spoken`() async throws {
            let outcome = try await FakeServer.with(
                tls: try good.serverContext(version: .tlsv11),
                answering("SIP/2.0 200 OK")
            ) { try await probe($0) }
            #expect(outcome.finding.code == "tls_failed")
            #expect(outcome.liveness == .dead)
        }

        @Test func `an answer that dribbles in byte by byte is read`() async throws {
            let outcome = try await FakeServer.with(
                tls: try good.serverContext(),
                [.await("OPTIONS"), .dribble("\r\nSIP/2.0 200 OK\r\n")]
            ) { try await probe($0) }
            #expect(outcome.finding == .answered)
            #expect(outcome.answer == "SIP/2.0 200 OK")
        }

        @Test func `a closed port is refused, and the reason says where`() async throws {
            let prober = SIPProber(profile: try .trusting(authority))
            try await HeldPort.with(.refusing) { port in
                let outcome = await prober.probe(try .local(.sip, port), timeout: .seconds(20))
                #expect(outcome.finding == .refused)
                #expect(
                    outcome.reason
                        == "127.0.0.1:\(port) refused the connection: nothing listens there"
                        + " (service stopped or flag off)"
                )
                #expect(outcome.trace.last?.hasSuffix("refused") == true)
            }
        }

        @Test func `a port whose backlog is full times out while connecting`() async throws {
            let prober = SIPProber(profile: try .trusting(authority))
            let outcome = try await HeldPort.with(.ignoring) {
                await prober.probe(try .local(.sip, $0), timeout: .milliseconds(300))
            }
            #expect(outcome.finding == .connectTimeout)
            #expect(outcome.reason.contains("within 300ms"))
            #expect(outcome.totalTime >= .milliseconds(300))
            #expect(outcome.totalTime < .seconds(2))
        }

        @Test func `a server that accepts and says nothing is silent in the handshake`()
            async throws
        {
            let outcome = try await FakeServer.with([]) {
                try await probe($0, timeout: .seconds(1))
            }
            #expect(outcome.finding == .silent)
            #expect(outcome.reason.contains("said nothing during the TLS handshake within 1s"))
            #expect(outcome.connectTime != nil)
            #expect(outcome.handshakeTime == nil)
        }

        @Test func `silence after the request is silent, with the certificate seen`() async throws {
            let outcome = try await FakeServer.with(tls: try good.serverContext(), []) {
                try await probe($0, timeout: .seconds(1))
            }
            #expect(outcome.finding == .silent)
            #expect(outcome.reason.contains("said nothing after the request within 1s"))
            #expect(outcome.handshakeTime != nil)
            #expect(outcome.certificate != nil)
        }

        @Test func `half a status line is not an answer`() async throws {
            let outcome = try await FakeServer.with(
                tls: try good.serverContext(),
                [.await("OPTIONS"), .send("SIP/2.0 200 O")]
            ) { try await probe($0, timeout: .seconds(1)) }
            #expect(outcome.finding == .silent)
            #expect(outcome.answer == nil)
        }

        @Test(arguments: [Act.reset, .close])
        func `an end in the handshake has its code`(end: Act) async throws {
            let outcome = try await FakeServer.with([.await("\u{16}"), end]) { try await probe($0) }
            switch end {
            case .reset: #expect(outcome.finding == .reset)
            default: #expect(outcome.finding == .closedEarly)
            }
            #expect(outcome.liveness == .dead)
            #expect(outcome.reason.contains("during the TLS handshake"))
        }

        @Test(arguments: [Act.reset, .close])
        func `an end before the first byte of the answer has its code`(end: Act) async throws {
            let outcome = try await FakeServer.with(
                tls: try good.serverContext(),
                [.await("OPTIONS"), end]
            ) { try await probe($0) }
            switch end {
            case .reset: #expect(outcome.finding == .reset)
            default: #expect(outcome.finding == .closedEarly)
            }
            #expect(outcome.reason.contains("after the request, without an answer"))
            #expect(outcome.certificate != nil)
        }

        @Test(arguments: [
            "HTTP/1.1 400 Bad Request\r\n", "220 mail ESMTP\r\n", "SIP/2.1 200 OK\r\n",
            "SIP/2.0 abc\r\n",
            "SIP/2.0 700 No\r\n", "\0\0\0\u{1}",
        ])
        func `what is not SIP is not the protocol`(text: String) async throws {
            let outcome = try await FakeServer.with(
                tls: try good.serverContext(),
                [.await("OPTIONS"), .send(text)]
            ) { try await probe($0) }
            #expect(outcome.finding == .notTheProtocol)
            #expect(outcome.reason.contains("answered, but not with SIP: '"))
            #expect(!outcome.reason.contains("\0"))
        }

        @Test(arguments: ["SIP/2.0 200 xxxxxxxx", "xxxxxxxx", "\r\n"])
        func `an endless answer ends the probe early`(piece: String) async throws {
            let text = String(repeating: piece, count: 1_000)
            let outcome = try await FakeServer.with(
                tls: try good.serverContext(),
                [.await("OPTIONS"), .flood(text)]
            ) { try await probe($0, timeout: .seconds(20)) }
            #expect(outcome.finding == .notTheProtocol)
            #expect(outcome.totalTime < .seconds(10))
            #expect(outcome.reason.utf8.count < 300)
        }

        @Test func `a server in clear does not speak TLS`() async throws {
            let outcome = try await FakeServer.with([
                .await("\u{16}"), .send("HTTP/1.1 400 Bad Request\r\n\r\n"),
            ]) { try await probe($0) }
            #expect(outcome.finding == .notTheProtocol)
            #expect(outcome.reason.contains("does not speak TLS"))
        }

        @Test func `an alert is named`() async throws {
            // A plain alert record: fatal, internal_error.
            let outcome = try await FakeServer.with([
                .await("\u{16}"), .send("\u{15}\u{3}\u{3}\0\u{2}\u{2}\u{50}"),
            ]) { try await probe($0) }
            #expect(outcome.finding == .tlsFailed(alert: "internal_error"))
            #expect(outcome.reason.contains("it sent the alert internal_error"))
        }

        @Test func `a cancelled probe is inconclusive, at once`() async throws {
            let outcome = try await FakeServer.with([]) { server in
                let prober = SIPProber(profile: try .trusting(authority))
                let target = try ProbeTarget.local(.sip, server.port)
                return await withTaskGroup(of: ProbeOutcome.self) { group in
                    group.addTask { await prober.probe(target, timeout: .seconds(60)) }
                    group.cancelAll()
                    return await group.next()
                }
            }
            #expect(outcome?.finding == .inconclusive)
            #expect(outcome?.reason.contains("cancelled") == true)
            #expect((outcome?.totalTime ?? .seconds(60)) < .seconds(10))
        }

        @Test func `probes at once do not disturb each other`() async throws {
            let silent = try TLSProfile.trusting(authority)
            let findings = try await FakeServer.with(
                tls: try good.serverContext(),
                answering("SIP/2.0 200 OK")
            ) { server in
                let prober = SIPProber(profile: silent)
                let target = try ProbeTarget.local(.sip, server.port)
                return await withTaskGroup(of: ProbeFinding.self) { group in
                    for _ in 0..<24 {
                        group.addTask { await prober.probe(target, timeout: .seconds(20)).finding }
                    }
                    return await group.reduce(into: []) { $0.append($1) }
                }
            }
            #expect(findings == Array(repeating: .answered, count: 24))
        }
    }
}
