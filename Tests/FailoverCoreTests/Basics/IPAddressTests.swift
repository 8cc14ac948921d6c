import FailoverCore
import Foundation
import Testing

@Suite("IPAddress")
struct IPAddressTests {
    @Test(arguments: ["0.0.0.0", "127.0.0.1", "203.0.113.11", "255.255.255.255"])
    func `dotted quads are read and written alike`(text: String) {
        #expect(IPAddress(text)?.description == text)
    }

    /// RFC 5952, sections 4.1 to 4.3 and the cases of section 2.
    @Test(arguments: [
        ("::", "::"), ("::1", "::1"), ("1::", "1::"), ("2001:DB8::1", "2001:db8::1"),
        ("2001:0db8:0000:0000:0000:0000:0000:0001", "2001:db8::1"),
        ("2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1"),
        ("2001:0:0:1:0:0:0:1", "2001:0:0:1::1"),
        ("2001:db8:0:0:1:0:0:1", "2001:db8::1:0:0:1"), ("1:0:0:2:3:4:0:0", "1::2:3:4:0:0"),
        ("::ffff:192.0.2.1", "::ffff:c000:201"), ("64:ff9b::192.0.2.33", "64:ff9b::c000:221"),
        ("1:2:3:4:5:6:7::", "1:2:3:4:5:6:7:0"), ("::2:3:4:5:6:7:8", "0:2:3:4:5:6:7:8"),
    ])
    func `IPv6 is written as RFC 5952 says`(text: String, expected: String) {
        #expect(IPAddress(text)?.description == expected)
    }

    @Test(arguments: [
        "", "1.2.3", "1.2.3.4.5", "256.0.0.1", "01.2.3.4", "1.2.3.", "1.2.3.4 ", "+1.2.3.4", ":",
        ":::", "1::2::3", "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9", "12345::", "g::", "::1.2.3",
        "fe80::1%eth0", "1:2:3:4:5:6:7:8::",
    ])
    func `what is no address is refused`(text: String) {
        #expect(IPAddress(text) == nil)
    }

    @Test func `IPv4 comes before IPv6, then bytes decide`() throws {
        let addresses = ["::1", "10.0.0.2", "::", "9.255.0.1"].compactMap { IPAddress($0) }
        #expect(addresses.sorted().map(\.description) == ["9.255.0.1", "10.0.0.2", "::", "::1"])
    }

    @Test func `JSON carries the text and a bad one is an error`() throws {
        let address = try #require(IPAddress("2001:DB8::0"))
        let data = try JSONEncoder().encode([address])
        #expect(String(data: data, encoding: .utf8) == "[\"2001:db8::\"]")
        #expect(throws: DecodingError.self) {
            try JSONDecoder().decode([IPAddress].self, from: Data("[\"1.2.3\"]".utf8))
        }
    }
}
