import Testing

@testable import FailoverCore

@Suite("EvidenceCode: what each means for which protocol")
struct EvidenceTests {
    /// The table, said again: every code in exactly one row per protocol.
    private struct Row {
        var weight: EvidenceWeight
        var legs: [LegKind]
        var codes: [EvidenceCode]
    }

    private static let all = LegKind.allCases
    private static let statuses: [EvidenceCode] = [
        .sipRedirected, .sipRefused, .sipServerError, .sipDeclined,
    ]
    private static let streamErrors: [EvidenceCode] = [
        .xmppHostUnknown, .xmppNotAuthorized, .xmppUnavailable, .xmppStreamError,
    ]
    private static let handshakes: [EvidenceCode] = [.tlsAlert, .tlsFailed]
    private static let badCertificates: [EvidenceCode] = [
        .certificateExpired, .certificateNotYetValid, .certificateNotTrusted,
        .certificateNameMismatch, .certificateNoServerUsage, .certificateUnreadable,
    ]
    private static let media: [EvidenceCode] = [
        .mediaUDPSilent, .mediaUDPRefused, .mediaUDPNotSTUN, .mediaTCPDead,
    ]
    private static let rows: [Row] = [
        Row(weight: .clean, legs: all, codes: [.answered, .wantsClientCertificate]),
        Row(weight: .clean, legs: [.sip], codes: statuses),
        Row(weight: .nothing, legs: [.xmpp, .access, .media], codes: statuses),
        Row(weight: .remark, legs: [.sip], codes: [.sipUnavailable]),
        Row(weight: .impairment, legs: [.sip], codes: [.sipServerTimeout]),
        Row(
            weight: .nothing,
            legs: [.xmpp, .access, .media],
            codes: [.sipUnavailable, .sipServerTimeout]
        ),
        Row(weight: .remark, legs: [.xmpp], codes: streamErrors),
        Row(weight: .nothing, legs: [.sip, .access, .media], codes: streamErrors),
        Row(
            weight: .failure,
            legs: all,
            codes: [
                .refused, .connectTimeout, .unreachable, .reset, .closedEarly, .silent,
                .notTheProtocol,
            ]
        ),
        Row(weight: .failure, legs: [.sip, .xmpp, .access], codes: handshakes),
        Row(weight: .nothing, legs: [.media], codes: handshakes),
        Row(weight: .impairment, legs: [.sip, .xmpp], codes: badCertificates),
        Row(weight: .degradation, legs: [.access], codes: badCertificates),
        Row(weight: .nothing, legs: [.media], codes: badCertificates),
        Row(weight: .remark, legs: [.sip, .xmpp], codes: [.certificateNoClientUsage]),
        Row(weight: .nothing, legs: [.access, .media], codes: [.certificateNoClientUsage]),
        Row(weight: .degradation, legs: [.media], codes: media),
        Row(weight: .nothing, legs: [.sip, .xmpp, .access], codes: media),
        Row(weight: .remark, legs: all, codes: [.dnsMismatch]),
        Row(weight: .nothing, legs: all, codes: [.unanswered, .inconclusive]),
    ]

    @Test(arguments: EvidenceCode.allCases, LegKind.allCases)
    func `every code has exactly one row for every protocol`(code: EvidenceCode, leg: LegKind) {
        let rows = Self.rows.filter { $0.legs.contains(leg) && $0.codes.contains(code) }
        #expect(rows.count == 1)
        #expect(rows.first?.weight == code.weight(for: leg))
    }

    @Test(arguments: EvidenceCode.allCases, RouteKind.allCases)
    func `only a failure moves a route`(code: EvidenceCode, route: RouteKind) {
        #expect(code.isActionable(for: route) == (code.weight(for: route.leg) == .failure))
        #expect(code.isActionable(for: route) == (code.liveness(for: route.leg) == .dead))
    }

    @Test(arguments: EvidenceCode.allCases)
    func `a code that is not actionable never makes a server down`(code: EvidenceCode) {
        // Members without A/V addresses have no media leg.
        for kind in [LegKind.sip, .xmpp, .access] {
            var health = Health(organisation: HealthBench.organisation)
            for _ in 0..<9 {
                health.record(
                    Observation(
                        vantage: "warden-1",
                        server: name("edge21.test"),
                        kind: kind,
                        code: code,
                        reason: "seen"
                    ),
                    at: .at(0)
                )
            }
            let verdict = health.verdictClass(on: name("edge21.test"), kind, at: .at(0))
            #expect((verdict == .down) == (code.weight(for: kind) == .failure))
        }
    }

    @Test(
        arguments: [
            (200, .answered), (100, .answered), (302, .sipRedirected), (403, .sipRefused),
            (500, .sipServerError), (503, .sipUnavailable), (504, .sipServerTimeout),
            (603, .sipDeclined), (0, .answered), (999, .answered),
        ] as [(Int, EvidenceCode)]
    )
    func `a SIP status has its code`(status: Int, code: EvidenceCode) {
        #expect(EvidenceCode(sipStatus: status) == code)
    }

    @Test(
        arguments: [
            ("host-unknown", .xmppHostUnknown), ("not-authorized", .xmppNotAuthorized),
            ("system-shutdown", .xmppUnavailable), ("bad-format", .xmppStreamError),
        ] as [(String, EvidenceCode)]
    )
    func `an XMPP stream error has its code`(condition: String, code: EvidenceCode) {
        #expect(EvidenceCode(xmppCondition: condition) == code)
    }

    @Test func `the code of an outcome is its answer's, where there was one`() {
        var outcome = ProbeOutcome(
            finding: .answered,
            reason: "answered",
            reply: .sipServerTimeout,
            totalTime: .zero
        )
        #expect(outcome.code == .sipServerTimeout && outcome.liveness == .alive)
        outcome.finding = .tlsFailed(alert: "internal_error")
        #expect(outcome.code == .tlsAlert)
    }
}
