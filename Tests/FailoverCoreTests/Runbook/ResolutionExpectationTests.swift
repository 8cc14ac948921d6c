import FailoverCore
import Testing

@Suite
struct ResolutionExpectationTests {
    private static let service = name("_sipfederationtls._tcp.contoso.com")
    private static let new = [address("198.51.100.21"), address("198.51.100.22")]
    private static let old = [address("203.0.113.11"), address("203.0.113.12")]

    private static func expectation(oldTTL: UInt32 = 300) -> ResolutionExpectation {
        ResolutionExpectation(
            names: [service],
            pool: RunbookFixture.pool2,
            port: 5_061,
            addresses: new,
            formerAddresses: old,
            oldTTL: oldTTL
        )
    }

    private static func record(port: UInt16 = 5_061) -> ServiceRecord {
        ServiceRecord(priority: 0, weight: 0, port: port, target: name("sip.contoso.com"))
    }

    @Test(arguments: [
        (5_061 as UInt16, new, "target"), (5_061, [new[1]], "target"),
        (5_061, old, "former"), (5_061, [old[0]], "former"), (443, old, "former"),
        (443, new, "elsewhere"), (5_061, [], "elsewhere"), (5_061, new + old, "elsewhere"),
        (5_061, [new[0], address("192.0.2.1")], "elsewhere"),
        (5_061, [address("192.0.2.1")], "elsewhere"),
    ])
    func `only the pool's own addresses and port lead to it`(
        port: UInt16,
        found: [IPAddress],
        lead: String
    ) {
        let judged = Self.expectation().judge(Self.service, Self.record(port: port), found)
        let (word, text) =
            switch judged {
            case .target(let text): ("target", text)
            case .former(let text): ("former", text)
            case .elsewhere(let text): ("elsewhere", text)
            }
        #expect(word == lead)
        #expect(text.contains("\(Self.service) leads to sip.contoso.com:\(port)"))
        for address in found { #expect(text.contains("\(address)")) }
    }

    @Test
    func `a name without a record leads nowhere`() {
        let judged = Self.expectation().judge(Self.service, nil, [])
        #expect(judged == .elsewhere("\(Self.service) has no SRV record there"))
    }

    @Test
    func `an answer says what is missing or wrong`() {
        let wanted = Self.expectation()
        let without = wanted.judge(Self.service, Self.record(), [])
        #expect("\(without)".contains("which has no addresses"))
        let wrong = wanted.judge(Self.service, Self.record(port: 443), Self.new)
        #expect("\(wrong)".contains("not to port 5061"))
    }

    @Test(arguments: [(0 as UInt32, 0 as Int64), (300, 330), (3_600, 3_960)])
    func `old data has its time to live and a tenth`(ttl: UInt32, seconds: Int64) {
        let wanted = Self.expectation(oldTTL: ttl)
        #expect(wanted.allowance == .seconds(seconds))
        #expect(wanted.outlastsRuns == (ttl == 3_600))
    }
}
