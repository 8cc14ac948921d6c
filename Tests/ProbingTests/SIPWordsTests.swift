import FailoverCore
import NIOCore
import Testing

@testable import Probing

/// The OPTIONS request and the status line, to the byte.
@Suite("SIP words")
struct SIPWordsTests {
    private static let tokens = OptionsRequest.Tokens(branch: 1, tag: 2, call: 0xFEDC_BA98)

    @Test func `the request is that of RFC 3261, with CRLF and no body`() throws {
        let address = try SocketAddress(ipAddress: "127.0.0.9", port: 40_000)
        var conversation = SIPConversation(target: try .local(.sip, 5061), tokens: Self.tokens)
        guard case .send(let bytes, let note) = conversation.begin(local: address) else {
            Issue.record("nothing was sent")
            return
        }
        let expected = [
            "OPTIONS sip:contoso.test SIP/2.0",
            "Via: SIP/2.0/TLS 127.0.0.9:40000;branch=z9hG4bK0000000000000001",
            "Max-Forwards: 70",
            "From: <sip:edgewarden@fabrikam.test>;tag=0000000000000002",
            "To: <sip:contoso.test>",
            "Call-ID: 00000000fedcba98@fabrikam.test",
            "CSeq: 1 OPTIONS",
            "Contact: <sip:edgewarden@127.0.0.9:40000;transport=tls>",
            "Accept: application/sdp",
            "User-Agent: Edgewarden",
            "Content-Length: 0",
            "", "",
        ]
        #expect(String(buffer: bytes) == expected.joined(separator: "\r\n"))
        #expect(note == "OPTIONS sip:contoso.test")
    }

    @Test func `without names addresses stand in for them, IPv6 in brackets`() throws {
        let target = ProbeTarget(
            kind: .sip,
            address: try #require(IPAddress("2001:db8::1")),
            port: 5061,
            serverName: nil
        )
        let address = try SocketAddress(ipAddress: "2001:db8::2", port: 1_025)
        var conversation = SIPConversation(target: target, tokens: Self.tokens)
        guard case .send(let bytes, _) = conversation.begin(local: address) else {
            Issue.record("nothing was sent")
            return
        }
        let text = String(buffer: bytes)
        #expect(text.hasPrefix("OPTIONS sip:[2001:db8::1] SIP/2.0\r\n"))
        #expect(text.contains("Via: SIP/2.0/TLS [2001:db8::2]:1025;"))
        #expect(text.contains("From: <sip:edgewarden@[2001:db8::2]>;"))
    }

    @Test(
        arguments: [
            ("SIP/2.0 200 OK\r\n", .statusLine("SIP/2.0 200 OK")),
            (
                "SIP/2.0 504 Server time-out\r\nVia: x\r\n\r\n",
                .statusLine("SIP/2.0 504 Server time-out")
            ),
            ("\r\n\r\nSIP/2.0 403 Forbidden\r\n", .statusLine("SIP/2.0 403 Forbidden")),
            ("SIP/2.0 200\r\n", .statusLine("SIP/2.0 200")),
            ("SIP/2.0 200 \r\n", .statusLine("SIP/2.0 200 ")),
            ("SIP/2.0 200 OK\n", .statusLine("SIP/2.0 200 OK")),
            ("SIP/2.0 200 a\u{1B}[2J\r\n", .statusLine("SIP/2.0 200 a.[2J")),
            ("SIP/2.0 200 O", .incomplete),
            ("SIP/2.0 2000 OK\r\n", .notSIP("SIP/2.0 2000 OK")),
            ("SIP/2.0 20 OK\r\n", .notSIP("SIP/2.0 20 OK")),
            ("SIP/2.0 099 OK\r\n", .notSIP("SIP/2.0 099 OK")),
            ("SIP/2.0  200 OK\r\n", .notSIP("SIP/2.0  200 OK")),
            ("SIP/2.0 -20 OK\r\n", .notSIP("SIP/2.0 -20 OK")),
            ("SIP/2.0 \r\n", .notSIP("SIP/2.0 ")),
        ] as [(String, SIPStatusLineReader.Result)]
    )
    func `a line is judged alike at every split`(
        text: String,
        expected: SIPStatusLineReader.Result
    ) {
        let bytes = Array(text.utf8)
        for cut in 0...bytes.count {
            var reader = SIPStatusLineReader()
            var result = reader.read(bytes[..<cut])
            if result == .incomplete { result = reader.read(bytes[cut...]) }
            #expect(result == expected, "cut at \(cut)")
        }
    }

    @Test func `every request is unique`() throws {
        let values = (0..<1_000).map { _ in systemRandomNumber() }
        #expect(Set(values).count == values.count)
    }
}
