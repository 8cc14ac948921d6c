import Curl
import FailoverCore
import FailoverEngine
import Foundation
import Testing

@testable import Alerting

/// What a mail server was handed.
private struct Handed: Decodable {
    let from: String
    let to: [String]
    let tls: Bool
    let user: String?
    let message: String
}

@Suite("MailHook")
struct MailHookTests {
    /// A real server (aiosmtpd) and a hook that hands mails in there.
    private func withServer(
        _ mode: String,
        security: MailRequest.Security,
        password: String? = nil,
        trusts: Bool = true,
        _ body: (MailHook, () async throws -> Handed) async throws -> Void
    ) async throws {
        let peers = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appending(path: "Peers")
        let made = try ScratchCertificate()
        let process = Process()
        // Not the file itself: as a link in its folder it knows what is installed there.
        process.executableURL = peers.appending(path: "../../..").standardizedFileURL
            .appending(path: "lab/.venv/bin/python")
        process.arguments = [
            peers.appending(path: "mailserver.py").path, mode, made.certificate, made.key,
        ]
        let input = Pipe()
        let output = Pipe()
        process.standardInput = input
        process.standardOutput = output
        try process.run()
        defer {
            try? input.fileHandleForWriting.close()  // if it fails, it is closed already
            process.waitUntilExit()
        }
        let answers = lines(of: output)
        let ready = try #require(await answers.first { _ in true })
        let port = try #require(UInt16(ready.filter(\.isNumber)))
        let trust: TLSOptions.Trust = trusts ? .file(path: made.certificate) : .system
        let hook = MailHook(
            name: "mail",
            route: .init(
                host: "localhost",
                port: port,
                security: security,
                tls: TLSOptions(trust: trust),
                credentials: password.map { .init(user: "warden", password: Secret($0)) },
                from: "warden@contoso.net",
                to: ["oncall@contoso.com", "messaging@contoso.com"]
            ),
            link: "https://wiki.contoso.net/edge?a=1&b=2",
            timeout: .seconds(20),
            wallClock: HandClock()
        )
        try await body(hook) {
            let line = try #require(await answers.first { _ in true })
            return try JSONDecoder().decode(Handed.self, from: Data(line.utf8))
        }
    }

    @Test(arguments: [
        ("starttls", MailRequest.Security.startTLS, nil), ("implicit", .implicit, nil),
        ("login", .startTLS, "hush"), ("plain", .none, nil),
    ])
    func `a mail is handed in`(
        mode: String,
        security: MailRequest.Security,
        password: String?
    ) async throws {
        try await withServer(mode, security: security, password: password) { hook, handed in
            let result = await hook.deliver(alert())
            #expect(result == DeliveryResult(isDelivered: true, detail: result.detail))
            let mail = try await handed()
            #expect(mail.from == "warden@contoso.net")
            #expect(mail.to == ["oncall@contoso.com", "messaging@contoso.com"])
            #expect(mail.tls == (security != .none))
            #expect(mail.user == (password == nil ? nil : "warden"))
            #expect(mail.message.contains("Message-ID: <edgewarden.warden-1.7@contoso.net>\r\n"))
            #expect(mail.message.contains("Auto-Submitted: auto-generated\r\n"))
        }
    }

    @Test func `a server without STARTTLS gets nothing`() async throws {
        try await withServer("plain", security: .startTLS) { hook, _ in
            let result = await hook.deliver(alert())
            #expect(!result.isDelivered)
            #expect(result.detail.contains("offers no STARTTLS, and nothing is sent without"))
        }
    }

    @Test func `a server with a stranger's certificate gets nothing`() async throws {
        try await withServer("starttls", security: .startTLS, trusts: false) { hook, _ in
            let result = await hook.deliver(alert())
            #expect(result.detail.contains("is not trusted"))
        }
    }

    @Test func `a wrong password is told, and not shown`() async throws {
        try await withServer("login", security: .startTLS, password: "s3cret") { hook, _ in
            let result = await hook.deliver(alert())
            #expect(result.detail.contains("does not let us log on: check user and password"))
            #expect(!result.detail.contains("s3cret"))
        }
    }

    @Test func `what the server will not take is told in its own words, and not sent again`()
        async throws
    {
        try await withServer("refuse", security: .none) { hook, _ in
            let result = await hook.deliver(alert())
            #expect(result.isRefused)
            #expect(result.detail.contains("554 5.7.1 we do not like what it says"))
        }
    }

    @Test func `nobody who listens is a failure with words`() async {
        let route = MailHook.Route(
            host: "127.0.0.1",
            // Nothing may listen on port 1.
            port: 1,
            security: .startTLS,
            tls: TLSOptions(trust: .system),
            credentials: nil,
            from: "a@contoso.net",
            to: ["b@contoso.net"]
        )
        let hook = MailHook(
            name: "mail",
            route: route,
            timeout: .seconds(5),
            wallClock: HandClock()
        )
        let result = await hook.deliver(alert())
        #expect(result.detail.hasPrefix("No connection to 127.0.0.1:1"))
    }
}

@Suite("MailMessage")
struct MailMessageTests {
    @Test func `a mail is what it is written to be`() throws {
        let message = MailMessage(
            alert(),
            from: "warden@contoso.net",
            to: ["oncall@contoso.com"],
            links: [],
            at: HandClock().now()
        )
        let text = String(decoding: message.bytes, as: UTF8.self)
        let head = try #require(text.components(separatedBy: "\r\n\r\n").first)
        let digest = text.components(separatedBy: "=_edgewarden_")[1].prefix(16)
        let boundary = "=_edgewarden_\(digest)"
        let headers = head.components(separatedBy: "\r\n")
        #expect(
            headers == [
                "From: Edgewarden warden-1 <warden@contoso.net>", "To: oncall@contoso.com",
                "Subject: [critical] Route down: sip", "Date: Sat, 21 Nov 2026 13:08:10 +0000",
                "Message-ID: <edgewarden.warden-1.7@contoso.net>",
                "References: <edgewarden.warden-1.27e5cc235b6345fe@contoso.net>",
                "Auto-Submitted: auto-generated", "X-Auto-Response-Suppress: All",
                "Importance: high", "X-Priority: 1", "MIME-Version: 1.0",
                "Content-Type: multipart/alternative; boundary=\"\(boundary)\"",
            ]
        )
        let parts = text.components(separatedBy: "--\(boundary)").dropFirst().map {
            $0.components(separatedBy: "\r\n\r\n")
        }
        #expect(parts.count == 3 && parts[2] == ["--\r\n"])
        func decoded(_ part: Int) throws -> String {
            let bytes = Data(base64Encoded: parts[part][1], options: .ignoreUnknownCharacters)
            return String(decoding: try #require(bytes), as: UTF8.self)
        }
        #expect(
            try decoded(0)
                == """
                Pool „eins“ is down.
                Call someone.\r\n\r
                Severity: critical\r
                Route:    sip\r
                Pool:     edgepool1.contoso.lan\r
                Request:  3\r
                Time:     2026-11-21T13:08:10Z\r
                Agent:    warden-1\r
                Alert:    7\r\n
                """
        )
        #expect(try decoded(1).contains("<p>Pool „eins“ is down."))
        #expect(text.split(separator: "\r\n").allSatisfy { $0.utf8.count <= 98 })
        #expect(text.utf8.allSatisfy { $0 < 0x80 })
    }

    @Test(arguments: [
        "plain", "a, b", "Pool „eins“ ist weg",
        String(repeating: "äöü€😀 ", count: 40), "=?utf-8?B?forged?=", "two\r\nBcc: x@contoso.com",
    ])
    func `a header's text comes back as it was, whatever it holds`(text: String) throws {
        let encoded = MailMessage.encoded(text)
        for line in encoded.components(separatedBy: "\r\n") { #expect(line.utf8.count <= 76) }
        #expect(!encoded.contains("\nBcc"))
        var decoded = ""
        for word in encoded.components(separatedBy: "\r\n ") {
            if word.hasPrefix("=?utf-8?B?"), word.hasSuffix("?=") {
                let bytes = Data(base64Encoded: String(word.dropFirst(10).dropLast(2)))
                decoded += String(decoding: try #require(bytes), as: UTF8.self)
            } else {
                decoded += word
            }
        }
        #expect(decoded == OneLine.of(text.utf8, charactersMax: 400))
    }

    @Test(
        arguments: [
            (0, "Thu, 1 Jan 1970 00:00:00 +0000"),
            (951_782_400_000, "Tue, 29 Feb 2000 00:00:00 +0000"),
            (1_795_266_490_999, "Sat, 21 Nov 2026 13:08:10 +0000"),
        ] as [(Int64, String)]
    )
    func `a date is written as mails have it`(milliseconds: Int64, text: String) {
        #expect(MailMessage.rfc5322(Timestamp(millisecondsSinceEpoch: milliseconds)) == text)
    }
}
