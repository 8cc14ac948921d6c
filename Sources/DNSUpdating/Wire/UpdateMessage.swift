import CLDNS
import FailoverCore

/// One UPDATE message (RFC 2136) for one zone, before it is signed.
struct UpdateMessage {
    let id: UInt16
    let zone: FQDN
    /// What must hold, or the server does nothing at all.
    private(set) var prerequisites: [Entry] = []
    /// What is changed, in order.
    private(set) var updates: [Entry] = []

    /// One line of a section, in the vocabulary of RFC 2136.
    enum Entry {
        /// The set is there with exactly this data (2.4.2; the TTL does not count).
        case exists(RecordSet)
        /// There is no such set (2.4.3).
        case missing(FQDN, RecordType)
        /// Remove the whole set (2.5.2).
        case delete(FQDN, RecordType)
        /// Add every record of the set (2.5.1).
        case add(RecordSet)
    }

    /// The message that carries out all changes, each guarded by what must be there now.
    init(id: UInt16, zone: FQDN, changes: [DNSChange]) {
        self.id = id
        self.zone = zone
        for change in changes {
            if let from = change.from {
                prerequisites.append(.exists(from))
            } else {
                prerequisites.append(.missing(change.name, change.type))
                // Beside an alias a server drops the addition without a word (3.4.2.2).
                if change.to != nil, change.type != .cname {
                    prerequisites.append(.missing(change.name, .cname))
                }
            }
            updates.append(.delete(change.name, change.type))
            if let to = change.to { updates.append(.add(to)) }
        }
    }

    /// The message that adds a set which is there already, which changes nothing but needs the
    /// right to.
    init(id: UInt16, zone: FQDN, repeating existing: RecordSet) {
        self.id = id
        self.zone = zone
        prerequisites = [.exists(existing)]
        updates = [.add(existing)]
    }

    /// Encodes the message without a signature.
    func encoded() throws(Packet.Failure) -> [UInt8] {
        let packet = try Packet()
        ldns_pkt_set_id(packet.pointer, id)
        ldns_pkt_set_opcode(packet.pointer, LDNS_PACKET_UPDATE)
        // The sections of an update lie where a query has question, answer and authority.
        try packet.append(
            to: LDNS_SECTION_QUESTION,
            name: zone,
            type: LDNS_RR_TYPE_SOA,
            class: LDNS_RR_CLASS_IN
        )
        for entry in prerequisites { try append(entry, to: LDNS_SECTION_ANSWER, of: packet) }
        for entry in updates { try append(entry, to: LDNS_SECTION_AUTHORITY, of: packet) }
        return try packet.encoded()
    }

    private func append(
        _ entry: Entry,
        to section: ldns_pkt_section,
        of packet: borrowing Packet
    ) throws(Packet.Failure) {
        switch entry {
        case .exists(let set):
            try append(set, ttl: 0, to: section, of: packet)
        case .add(let set):
            try append(set, ttl: set.ttl, to: section, of: packet)
        case .missing(let name, let type):
            let none = LDNS_RR_CLASS_NONE
            try packet.append(to: section, name: name, type: type.ldns, class: none)
        case .delete(let name, let type):
            let any = LDNS_RR_CLASS_ANY
            try packet.append(to: section, name: name, type: type.ldns, class: any)
        }
    }

    private func append(
        _ set: RecordSet,
        ttl: UInt32,
        to section: ldns_pkt_section,
        of packet: borrowing Packet
    ) throws(Packet.Failure) {
        for data in set.data {
            try packet.append(
                to: section,
                name: set.name,
                type: set.type.ldns,
                class: LDNS_RR_CLASS_IN,
                ttl: ttl,
                data: data
            )
        }
    }
}
