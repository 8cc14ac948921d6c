import FailoverCore
import Glibc
import Testing

@testable import Probing

/// From what a connection showed to the finding and its sentence.
@Suite("Findings")
struct FindingsTests {
    private func outcome(
        _ kind: ProbeKind = .sip,
        _ change: (inout ConnectionRecord) -> Void
    ) async throws -> ProbeOutcome {
        var record = ConnectionRecord()
        change(&record)
        let plan = ConnectionPlan(
            target: try .local(kind, 5061),
            timeout: .seconds(3),
            security: .atOnce,
            serverName: nil
        )
        return await Findings(plan: plan, profile: nil).outcome(of: record, nil)
    }

    @Test(
        arguments: [
            (ECONNREFUSED, .refused), (EHOSTUNREACH, .unreachable), (EHOSTDOWN, .unreachable),
            (ETIMEDOUT, .connectTimeout), (ECONNRESET, .reset), (EPIPE, .reset),
            (ENETUNREACH, .inconclusive), (ENETDOWN, .inconclusive), (EMFILE, .inconclusive),
            (ENFILE, .inconclusive), (EADDRNOTAVAIL, .inconclusive), (EACCES, .inconclusive),
            (EPERM, .inconclusive), (ENOBUFS, .inconclusive), (ENOMEM, .inconclusive),
            (EAFNOSUPPORT, .inconclusive), (EIO, .inconclusive),
        ] as [(Int32, ProbeFinding)]
    )
    func `the peer is blamed only for what is the peer's`(
        errno: Int32,
        finding: ProbeFinding
    ) async throws {
        let outcome = try await outcome { $0.end = .failed(errno: errno, "errno \(errno)") }
        #expect(outcome.finding == finding)
        #expect(outcome.reason.hasPrefix("127.0.0.1:5061 "))
        #expect(outcome.reason.contains("could not be probed") == (finding == .inconclusive))
    }

    @Test func `a time-out of the system after connecting is silence`() async throws {
        let outcome = try await outcome {
            $0.stage = .talking
            $0.end = .failed(errno: ETIMEDOUT, "")
        }
        #expect(outcome.finding == .silent)
    }

    @Test func `noticing the deadline late blames this machine`() async throws {
        let late = try await outcome { $0.end = .deadline(late: .seconds(2)) }
        #expect(late.finding == .inconclusive)
        #expect(late.reason.contains("this machine was too busy to look in time (2s late)"))
        let punctual = try await outcome { $0.end = .deadline(late: .zero) }
        #expect(punctual.finding == .connectTimeout)
    }

    @Test(
        arguments: [
            .closed, .failed(errno: ECONNRESET, ""), .cancelled, .deadline(late: .zero),
            .deadline(late: .seconds(9)), .tls(TLSFailure(alert: 40, reason: "")), .violated("x"),
        ] as [ConnectionRecord.End]
    )
    func `nothing undoes an answer`(end: ConnectionRecord.End) async throws {
        let outcome = try await outcome {
            $0.answer = "SIP/2.0 200 OK"
            $0.end = end
        }
        #expect(outcome.finding == .answered)
        #expect(outcome.reason == "127.0.0.1:5061 answered: SIP/2.0 200 OK")
    }

    @Test func `an alert before any certificate was shown is no sign of life`() async throws {
        let outcome = try await outcome {
            $0.stage = .handshaking
            $0.end = .tls(TLSFailure(alert: 40, reason: ""))
        }
        #expect(outcome.finding == .tlsFailed(alert: "handshake_failure"))
    }

    @Test(arguments: ProbeKind.allCases)
    func `every ending of every kind has a sentence of its own`(kind: ProbeKind) async throws {
        let ends: [ConnectionRecord.End] = [
            .violated("'x'"), .deadline(late: .zero), .cancelled, .closed,
            .failed(errno: ECONNREFUSED, ""), .failed(errno: EHOSTUNREACH, ""),
            .failed(errno: ECONNRESET, ""), .failed(errno: EMFILE, ""), .setup("no name"),
            .tls(TLSFailure(alert: 80, reason: "")), .tls(TLSFailure(alert: nil, reason: "A_B")),
        ]
        for stage in [ConnectionRecord.Stage.connecting, .handshaking, .talking] {
            var reasons: Set<String> = []
            for end in ends {
                let outcome = try await outcome(kind) {
                    $0.stage = stage
                    $0.end = end
                }
                reasons.insert(outcome.reason)
            }
            #expect(reasons.count == ends.count, "\(reasons)")
        }
    }

    @Test func `IPv6 places are in brackets`() async throws {
        var target = try ProbeTarget.local(.tcp, 5_269)
        target.address = try #require(IPAddress("2001:db8::7"))
        #expect(target.place == "[2001:db8::7]:5269")
    }
}

/// Reading BoringSSL's errors in both shapes.
@Suite("TLSFailure")
struct TLSFailureTests {
    /// The SSL library's number in the highest byte, then a reason.
    private func entry(_ reason: UInt32, _ word: String) -> String {
        let code = 16 << 24 | reason
        let hex = String(code, radix: 16)
        return "Error: \(code) error:\(hex):SSL routines:OPENSSL_internal:\(word) at a.cc:1"
    }

    @Test(
        arguments: [
            (10, "unexpected_message", false), (40, "handshake_failure", true),
            (42, "bad_certificate", true), (43, "unsupported_certificate", true),
            (44, "certificate_revoked", true), (45, "certificate_expired", true),
            (46, "certificate_unknown", true), (47, "illegal_parameter", false),
            (48, "unknown_ca", true), (49, "access_denied", true), (50, "decode_error", false),
            (51, "decrypt_error", false), (70, "protocol_version", false),
            (71, "insufficient_security", false), (80, "internal_error", false),
            (112, "unrecognized_name", false), (116, "certificate_required", true),
            (120, "no_application_protocol", false), (200, "alert 200", false),
        ] as [(UInt8, String, Bool)]
    )
    func `a reason from 1000 on is an alert`(number: UInt8, name: String, refusal: Bool) {
        let failure = TLSFailure(stack: [entry(1_000 + UInt32(number), "TLSV1_ALERT_X")])
        #expect(failure.alert == number)
        #expect(failure.alertName == name)
        #expect(failure.refusesClientCertificate == refusal)
        #expect(failure.reason == "TLSV1_ALERT_X")
    }

    @Test(arguments: ["WRONG_VERSION_NUMBER", "HTTP_REQUEST"])
    func `a peer that does not speak TLS is told by the reason`(word: String) {
        let failure = TLSFailure(stack: [entry(247, word)])
        #expect(failure.alert == nil)
        #expect(failure.isNotTLS)
    }

    @Test(arguments: [
        [], ["nonsense"], ["Error: x"], ["Error: 1040 other library"], ["Error: 4294967296 x"],
    ])
    func `what cannot be read names no alert`(stack: [String]) {
        #expect(TLSFailure(stack: stack).alert == nil)
    }

    @Test func `an alert anywhere in the stack counts`() {
        let failure = TLSFailure(stack: [
            entry(100, "FIRST"), entry(1_048, "TLSV1_ALERT_UNKNOWN_CA"),
        ])
        #expect(failure.alertName == "unknown_ca")
        #expect(failure.reason == "FIRST")
    }
}
