import FailoverCore
import Testing

@Suite("RecordSet")
struct RecordSetTests {
    private func addresses(_ texts: String..., ttl: UInt32 = 300) -> RecordSet {
        RecordSet(
            name: name("sip.contoso.com"),
            type: .a,
            ttl: ttl,
            data: texts.compactMap { IPAddress($0) }.map(RecordData.address)
        )
    }

    @Test func `data is sorted and repetitions are dropped`() {
        let set = addresses("203.0.113.12", "203.0.113.11", "203.0.113.12")
        #expect(set.description == "sip.contoso.com A 203.0.113.11, 203.0.113.12 (TTL 300)")
        #expect(set == addresses("203.0.113.11", "203.0.113.12"))
    }

    @Test func `the same data is the same whatever the TTL`() {
        let set = addresses("203.0.113.11")
        #expect(set.hasSameData(as: addresses("203.0.113.11", ttl: 60)))
        #expect(!set.hasSameData(as: addresses("203.0.113.12")))
        #expect(!set.hasSameData(as: nil))
    }

    @Test func `services come lowest priority first, then highest weight, then by target`() {
        let records = [
            ServiceRecord(priority: 10, weight: 0, port: 5_061, target: name("a.test")),
            ServiceRecord(priority: 0, weight: 5, port: 5_061, target: name("c.test")),
            ServiceRecord(priority: 0, weight: 5, port: 5_061, target: name("b.test")),
            ServiceRecord(priority: 0, weight: 50, port: 5_061, target: name("d.test")),
        ]
        let set = RecordSet(
            name: name("_sipfederationtls._tcp.contoso.com"),
            type: .srv,
            ttl: 60,
            data: records.map(RecordData.service)
        )
        #expect(set.services.map(\.target.host) == ["d", "b", "c", "a"])
        #expect(set.services.first?.description == "0 50 5061 d.test")
        #expect(set.addresses.isEmpty)
    }
}
