import CLDNS
import FailoverCore
import Glibc

/// One ldns packet, freed with its owner; used by one task only.
struct Packet: ~Copyable {
    let pointer: UnsafeMutablePointer<ldns_pkt>

    /// ldns could not do what was asked; the text is its own.
    struct Failure: Error {
        var text: String

        init(_ text: String) {
            self.text = text
        }

        init(_ status: ldns_status) {
            text = ldns_get_errorstr_by_id(status).map { String(cString: $0) } ?? "unknown"
        }
    }

    /// Makes an empty packet.
    init() throws(Failure) {
        guard let pointer = ldns_pkt_new() else { throw Failure("out of memory") }
        self.pointer = pointer
    }

    /// Parses the bytes of a whole message.
    init(parsing bytes: [UInt8]) throws(Failure) {
        var parsed: UnsafeMutablePointer<ldns_pkt>?
        let status = ldns_wire2pkt(&parsed, bytes, bytes.count)
        guard status == LDNS_STATUS_OK, let parsed else { throw Failure(status) }
        pointer = parsed
    }

    deinit {
        ldns_pkt_free(pointer)
    }

    /// The packet's bytes, with compressed names.
    func encoded() throws(Failure) -> [UInt8] {
        var wire: UnsafeMutablePointer<UInt8>?
        var size = 0
        let status = ldns_pkt2wire(&wire, pointer, &size)
        defer { free(wire) }
        guard status == LDNS_STATUS_OK, let wire else { throw Failure(status) }
        return Array(UnsafeBufferPointer(start: wire, count: size))
    }

    /// Adds a record to a section; the packet then owns it.
    func append(
        to section: ldns_pkt_section,
        name: FQDN,
        type: ldns_rr_type,
        class recordClass: ldns_rr_class,
        ttl: UInt32 = 0,
        data: RecordData? = nil
    ) throws(Failure) {
        guard let record = ldns_rr_new() else { throw Failure("out of memory") }
        var isOwned = false
        defer { if !isOwned { ldns_rr_free(record) } }
        guard let owner = ldns_dname_new_frm_str(name.name + ".") else {
            throw Failure("'\(name)' cannot be written as a DNS name")
        }
        ldns_rr_set_owner(record, owner)
        ldns_rr_set_type(record, type)
        ldns_rr_set_class(record, recordClass)
        ldns_rr_set_ttl(record, ttl)
        if section == LDNS_SECTION_QUESTION { ldns_rr_set_question(record, true) }
        for field in try data.map(fields) ?? [] { ldns_rr_push_rdf(record, field) }
        guard ldns_pkt_push_rr(pointer, section, record) else { throw Failure("out of memory") }
        isOwned = true
    }
}

/// The fields of a record's data, to be owned by a record.
private func fields(
    of data: RecordData
) throws(Packet.Failure)
    -> [UnsafeMutablePointer<ldns_rdf>]
{
    let made: [UnsafeMutablePointer<ldns_rdf>?]
    switch data {
    case .address(.v4(let bytes)):
        made = [ldns_rdf_new_frm_data(LDNS_RDF_TYPE_A, bytes.count, bytes)]
    case .address(.v6(let bytes)):
        made = [ldns_rdf_new_frm_data(LDNS_RDF_TYPE_AAAA, bytes.count, bytes)]
    case .service(let service):
        made = [
            ldns_native2rdf_int16(LDNS_RDF_TYPE_INT16, service.priority),
            ldns_native2rdf_int16(LDNS_RDF_TYPE_INT16, service.weight),
            ldns_native2rdf_int16(LDNS_RDF_TYPE_INT16, service.port),
            ldns_dname_new_frm_str(service.target.name + "."),
        ]
    case .host(let host):
        made = [ldns_dname_new_frm_str(host.name + ".")]
    case .serial:
        throw Packet.Failure("an SOA record is never written")
    }
    let whole = made.compactMap(\.self)
    guard whole.count == made.count else {
        for field in whole { ldns_rdf_deep_free(field) }
        throw Packet.Failure("out of memory")
    }
    return whole
}

extension RecordType {
    /// The type's number as ldns has it.
    var ldns: ldns_rr_type {
        switch self {
        case .a: LDNS_RR_TYPE_A
        case .aaaa: LDNS_RR_TYPE_AAAA
        case .srv: LDNS_RR_TYPE_SRV
        case .cname: LDNS_RR_TYPE_CNAME
        case .soa: LDNS_RR_TYPE_SOA
        case .ns: LDNS_RR_TYPE_NS
        }
    }

    /// The modelled type of a number; nil for all others.
    init?(_ type: ldns_rr_type) {
        guard let match = RecordType.allCases.first(where: { $0.ldns == type }) else { return nil }
        self = match
    }
}
