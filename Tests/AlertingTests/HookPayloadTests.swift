import FailoverCore
import FailoverEngine
import Foundation
import Testing

@testable import Alerting

/// What each kind of receiver gets, byte for byte: `Vectors/KIND-CASE.json`.
///
/// `EDGEWARDEN_REWRITE=1` writes them anew; commit a rewrite only if you can explain the difference.
/// Each is checked as well against the receivers' published rules: `Vectors/KIND.schema.json`.
@Suite("Hook payloads")
struct HookPayloadTests {
    private static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .appending(path: "Vectors")
    private static let link = "https://wiki.contoso.net/edge"
    private static let key = "0123456789abcdef0123456789abcdef"

    private static func notice(
        _ code: NoticeCode,
        _ severity: Severity,
        _ sentence: String
    ) -> Notice {
        Notice(
            code,
            severity,
            route: RouteName("sip"),
            pool: FQDN("edgepool1.contoso.net"),
            sentence: sentence
        )
    }

    private static let down = notice(
        .routeDown,
        .critical,
        "edgepool1, which holds <sip> & more, is down: 2 of 2 servers refuse connections"
    )
    private static let cannot = notice(.cannotAct, .critical, "no standby is ready")
    private static let up = notice(.routeUp, .info, "edgepool1 is up again: 2 of 2 servers answer")
    private static let trouble = Notice(.agentTrouble, .warning, sentence: "a hook is away")

    private static let endless = String(repeating: "ä😀 ", count: 9_000)

    /// One alert for each thing that receivers do differently.
    private static let cases: [(name: String, alert: Alert)] = [
        ("begins", alert(down, .begins)),
        ("worse", alert(notice(.poolImpaired, .critical, "it is impaired"), .begins, [down])),
        ("taken", alert(notice(.runTaken, .info, "ada took it"), .acknowledged)),
        ("ends", alert(up, .ends, [down, cannot])),
        ("passes", alert(trouble, nil)),
        ("reminder", alert(down, .begins, isReminder: true)),
        ("asks", alert(notice(.approvalWanted, .critical, "request 7: move sip?"), .begins)),
        ("endless", alert(notice(.stepFailed, .critical, endless), .begins)),
    ]

    private static func alert(
        _ notice: Notice,
        _ stage: AlertCourse.Stage?,
        _ ended: [Notice] = [],
        isReminder: Bool? = nil
    ) -> Alert {
        Alert(
            id: 42,
            at: Timestamp(millisecondsSinceEpoch: 1_795_266_490_000),
            agent: "warden-1",
            notice: notice,
            course: AlertCourse(stage: stage, ended: ended, isReminder: isReminder)
        )
    }

    private func payloads() throws -> [String: [UInt8]] {
        var payloads: [String: [UInt8]] = [:]
        for (name, alert) in Self.cases {
            let asks = alert.notice.code == .approvalWanted
            let answer = asks ? Secret("https://warden-1.contoso.net:8061/a?b=1&c=2") : nil
            let links = MessageLink.all(answer: answer, page: Self.link)
            payloads["webhook-\(name)"] = try AlertPayload(alert, answerLink: answer).json()
            payloads["slack-\(name)"] = try JSON.bytes(SlackMessage(alert, links: links))
            payloads["teams-\(name)"] = try JSON.bytes(TeamsMessage(alert, links: links))
            let events = PagerDutyEvent.all(of: alert, links: links)
            for (number, event) in events.enumerated() {
                payloads["pagerduty-\(name)-\(number)"] = try JSON.bytes(event.signed(Self.key))
            }
            let alerts = PostableAlert.all(of: alert, link: Self.link)
            if !alerts.isEmpty { payloads["alertmanager-\(name)"] = try JSON.bytes(alerts) }
        }
        return payloads
    }

    @Test func `every receiver gets what it is written to get`() throws {
        let rewrites = ProcessInfo.processInfo.environment["EDGEWARDEN_REWRITE"] == "1"
        let payloads = try payloads()
        for (name, payload) in payloads where !name.contains("-endless") {
            let file = Self.folder.appending(path: "\(name).json")
            if rewrites { try Data(payload).write(to: file) }
            let expected = try String(contentsOf: file, encoding: .utf8)
            #expect(String(decoding: payload, as: UTF8.self) == expected, "\(name)")
        }
        let written = try FileManager.default.contentsOfDirectory(atPath: Self.folder.path)
            .filter { $0.hasSuffix(".json") && !$0.hasSuffix(".schema.json") }
        let kept = payloads.keys.filter { !$0.contains("-endless") }
        #expect(Set(written) == Set(kept.map { "\($0).json" }))
    }

    @Test func `the page about alerts shows what is really sent`() throws {
        let page = try String(
            contentsOf: Self.folder.appending(path: "../../../docs/alerts.md"),
            encoding: .utf8
        )
        let (_, alert) = Self.cases[0]
        #expect(page.contains(String(decoding: try AlertPayload(alert).json(), as: UTF8.self)))
        let mail = MailMessage(alert, from: "a@contoso.net", to: [], links: [], at: alert.at)
        #expect(page.contains(mail.plain.replacing("\r\n", with: "\n")))
        #expect(page.contains("Subject: [critical] Route down: sip"))
    }

    @Test func `the page about alerts lists every event, in the words of its definition`() throws {
        let root = Self.folder.appending(path: "../../..")
        let page = try String(contentsOf: root.appending(path: "docs/alerts.md"), encoding: .utf8)
        let source = try String(
            contentsOf: root.appending(path: "Sources/FailoverCore/Policy/PolicyEvent.swift"),
            encoding: .utf8
        )
        var words: [String] = []
        var rows: [String: String] = [:]
        for line in source.split(separator: "\n").map({ $0.trimmingPrefix { $0 == " " } }) {
            if line.hasPrefix("/// ") {
                words.append(String(line.dropFirst(4)))
            } else if line.hasPrefix("case ") {
                let name = line.dropFirst(5).prefix { !"( ".contains($0) }
                let raw = line.split(separator: "\"").dropFirst().first ?? name
                rows[String(raw)] = words.joined(separator: " ")
                words = []
            } else if line != "///" {
                words = []
            }
        }
        for code in NoticeCode.allCases {
            let words = try #require(rows[code.rawValue], "\(code) has no definition")
            #expect(page.contains("| `\(code.rawValue)` | \(words) |"), "\(code)")
        }
    }

    @Test func `what is sent keeps the receivers' published rules, however long it is`() throws {
        let scratch = FileManager.default.temporaryDirectory
            .appending(path: "alerting-schemas-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: scratch, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: scratch) }  // harmless if left
        for kind in ["slack", "teams", "pagerduty", "alertmanager"] {
            let name = "\(kind).schema.json"
            try FileManager.default.copyItem(
                at: Self.folder.appending(path: name),
                to: scratch.appending(path: name)
            )
        }
        let payloads = try payloads().filter { !$0.key.hasPrefix("webhook-") }
        for (name, payload) in payloads {
            try Data(payload).write(to: scratch.appending(path: "\(name).json"))
        }
        // Teams refuses more.
        #expect(payloads.allSatisfy { !$0.key.hasPrefix("teams") || $0.value.count < 28_000 })
        let repository = Self.folder.appending(path: "../../..").standardizedFileURL
        let process = Process()
        process.executableURL = repository.appending(path: "lab/.venv/bin/python")
        process.arguments = [
            Self.folder.appending(path: "../Peers/check-schemas.py").standardizedFileURL.path,
            scratch.path,
        ]
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        let bytes = output.fileHandleForReading.readDataToEndOfFile()
        let said = String(decoding: bytes, as: UTF8.self)
        process.waitUntilExit()
        let wrong = said.split(separator: "\n").filter { !$0.hasPrefix("ok ") }
        #expect(wrong.isEmpty && process.terminationStatus == 0, "\(wrong)")
        #expect(said.split(separator: "\n").count == payloads.count)
    }
}

@Suite("WebhookSignature")
struct WebhookSignatureTests {
    @Test func `the published example of Standard Webhooks is signed as published`() throws {
        let signature = try #require(
            WebhookSignature(Secret("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"))
        )
        let made = signature.sign(
            Array(#"{"test": 2432232314}"#.utf8),
            id: "msg_p5jXN8AQM9LWM0D4loKWxJek",
            seconds: 1_614_265_330
        )
        #expect(made == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=")
    }

    @Test func `the id stays the same when an alert is delivered again, the time does not`() throws
    {
        let secret = Secret("whsec_" + Data(repeating: 7, count: 32).base64EncodedString())
        let signature = try #require(WebhookSignature(secret))
        let headers = [0, 60_000].map { milliseconds in
            signature.headers(
                of: [1, 2, 3],
                alert(),
                at: Timestamp(millisecondsSinceEpoch: 1_795_266_490_000 + milliseconds)
            )
        }
        #expect(headers.map { $0[0].1 } == ["edgewarden_warden-1_7", "edgewarden_warden-1_7"])
        #expect(headers.map { $0[1].1 } == ["1795266490", "1795266550"])
        #expect(headers[0][2].1 != headers[1][2].1)
    }

    @Test(arguments: ["", "whsec_", "whsec_c2hvcnQ=", "whsec_no base64", "hush"])
    func `what is no signing secret is not taken`(_ text: String) {
        #expect(WebhookSignature(Secret(text)) == nil)
    }
}
