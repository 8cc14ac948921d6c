import CLDNS
import FailoverCore

/// One question to one server, and the test whether a message answers it.
struct Question: Sendable {
    /// The largest UDP answer we ask for: fits an unfragmented packet on any path (DNS Flag Day
    /// 2020), and the receive buffer.
    static let payloadSize: UInt16 = 1_232

    /// The id that the answer must repeat.
    let id: UInt16
    let name: FQDN
    let type: RecordType
    let recursionDesired: Bool

    /// Encodes the question with an EDNS record that asks for no DNSSEC data.
    func encoded() throws(Packet.Failure) -> [UInt8] {
        let packet = try Packet()
        ldns_pkt_set_id(packet.pointer, id)
        ldns_pkt_set_rd(packet.pointer, recursionDesired)
        try packet.append(
            to: LDNS_SECTION_QUESTION,
            name: name,
            type: type.ldns,
            class: LDNS_RR_CLASS_IN
        )
        ldns_pkt_set_edns_udp_size(packet.pointer, Question.payloadSize)
        return try packet.encoded()
    }

    /// Whether the message is an answer to this question, by id, QR bit, opcode and question.
    ///
    /// A server that could not read the question may leave it out, but then says an error.
    func isAnswered(by message: [UInt8]) -> Bool {
        var reader = WireReader(message)
        guard let header = try? reader.header(), header.id == id, header.isResponse,
            header.opcode == 0
        else { return false }
        switch header.counts[0] {
        case 0:
            return header.code != 0 && header.code != 3
        case 1:
            // Unreadable is not ours; nothing else is worth saying about such a message.
            guard let owner = try? reader.name(), let type = try? reader.uint16(),
                let recordClass = try? reader.uint16()
            else { return false }
            return owner == wireName(name.labels) && UInt32(type) == self.type.ldns.rawValue
                && UInt32(recordClass) == LDNS_RR_CLASS_IN.rawValue
        default:
            return false
        }
    }

    /// Whether the answer was cut to fit UDP.
    static func isTruncated(_ message: [UInt8]) -> Bool {
        var reader = WireReader(message)
        // Too short to tell is not cut; the decoder will complain.
        return (try? reader.header())?.isTruncated ?? false
    }
}
