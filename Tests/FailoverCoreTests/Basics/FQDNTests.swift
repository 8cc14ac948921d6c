import FailoverCore
import Foundation
import Testing

@Suite("FQDN")
struct FQDNTests {
    @Test(arguments: [
        ("sip.contoso.com", "sip.contoso.com"), ("SIP.Contoso.COM.", "sip.contoso.com"),
        ("_sipfederationtls._tcp.contoso.com", "_sipfederationtls._tcp.contoso.com"),
        ("localhost", "localhost"), ("1.2", "1.2"),
    ])
    func `a name is kept in lower case without the last dot`(text: String, expected: String) {
        #expect(FQDN(text)?.name == expected)
    }

    @Test(arguments: [
        "", ".", "a..b", ".a", "a b", "-a.b", "a-.b", "ä.de", "a/b", "*.contoso.com",
        String(repeating: "a", count: 64), "a.." + "b",
        String(repeating: "abcdefg.", count: 32) + "abc",
    ])
    func `what is no DNS name is refused`(text: String) {
        #expect(FQDN(text) == nil)
    }

    @Test func `labels of 63 and names of 253 are allowed`() {
        #expect(FQDN(String(repeating: "a", count: 63)) != nil)
        #expect(FQDN(String(repeating: "abcdefg.", count: 31) + "abcde") != nil)
    }

    @Test func `names compare without regard to case`() {
        #expect(FQDN("A.b") == FQDN("a.B."))
        #expect(Set([FQDN("A.b"), FQDN("a.b")]).count == 1)
    }

    @Test(arguments: [
        ("sip.contoso.com", "contoso.com", true), ("contoso.com", "contoso.com", true),
        ("notcontoso.com", "contoso.com", false), ("contoso.com", "sip.contoso.com", false),
    ])
    func `a name lies within a zone by whole labels`(
        text: String,
        zone: String,
        expected: Bool
    ) throws {
        let name = try #require(FQDN(text))
        #expect(name.isWithin(try #require(FQDN(zone))) == expected)
    }

    @Test func `labels are put before and the host is taken off`() throws {
        let name = try #require(FQDN("contoso.com"))
        #expect(name.prefixed(by: "_xmpp-server._tcp")?.name == "_xmpp-server._tcp.contoso.com")
        #expect(name.prefixed(by: "") == nil)
        #expect(name.host == "contoso")
    }

    @Test func `JSON carries the bare name and a bad one is an error`() throws {
        let name = try #require(FQDN("a.b"))
        #expect(String(data: try JSONEncoder().encode([name]), encoding: .utf8) == "[\"a.b\"]")
        #expect(throws: DecodingError.self) {
            try JSONDecoder().decode([FQDN].self, from: Data("[\"a..b\"]".utf8))
        }
    }
}
