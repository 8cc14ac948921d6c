import CLDNS
import FailoverCore

/// An answer in the core's own types, read from the bytes by ldns.
struct AnswerSections {
    let code: ResponseCode
    let isAuthoritative: Bool
    let records: [RecordSet]
    let authority: [RecordSet]
    let additional: [RecordSet]

    /// Decodes a whole message.
    ///
    /// - Throws: when the bytes are no DNS message, or when a record of the answer section cannot
    ///   be represented: a set with a record left out would be a different set.
    init(decoding message: [UInt8]) throws(Packet.Failure) {
        let packet = try Packet(parsing: message)
        let extended = UInt16(ldns_pkt_edns_extended_rcode(packet.pointer)) << 4
        let low = UInt16(truncatingIfNeeded: ldns_pkt_get_rcode(packet.pointer).rawValue)
        code = ResponseCode(number: extended | low)
        isAuthoritative = ldns_pkt_aa(packet.pointer)
        records = try recordSets(ldns_pkt_answer(packet.pointer), isStrict: true)
        authority = try recordSets(ldns_pkt_authority(packet.pointer), isStrict: false)
        additional = try recordSets(ldns_pkt_additional(packet.pointer), isStrict: false)
    }
}

private struct SetKey: Hashable {
    var name: FQDN
    var type: RecordType
}

/// Groups a section into sets, in the order in which their first records stand.
///
/// Records of types that the core does not model are passed over. Where the TTLs of a set differ
/// the lowest counts (RFC 2181 section 5.2).
private func recordSets(
    _ list: UnsafeMutablePointer<ldns_rr_list>?,
    isStrict: Bool
) throws(Packet.Failure) -> [RecordSet] {
    guard let list else { return [] }
    var order: [SetKey] = []
    var sets: [SetKey: (ttl: UInt32, data: [RecordData])] = [:]
    for index in 0..<ldns_rr_list_rr_count(list) {
        guard let record = ldns_rr_list_rr(list, index),
            ldns_rr_get_class(record) == LDNS_RR_CLASS_IN,
            let type = RecordType(ldns_rr_get_type(record))
        else { continue }
        guard let name = domainName(ldns_rr_owner(record)), let data = recordData(record, type)
        else {
            if !isStrict { continue }
            throw Packet.Failure("a \(type.rawValue) record with a name that no host can have")
        }
        let key = SetKey(name: name, type: type)
        let ttl = ldns_rr_ttl(record)
        if let known = sets[key] {
            sets[key] = (min(known.ttl, ttl), known.data + [data])
        } else {
            order.append(key)
            sets[key] = (ttl, [data])
        }
    }
    return order.compactMap { key in
        sets[key].map { RecordSet(name: key.name, type: key.type, ttl: $0.ttl, data: $0.data) }
    }
}

private func recordData(_ record: UnsafeMutablePointer<ldns_rr>, _ type: RecordType) -> RecordData?
{
    func field(_ index: Int) -> UnsafeMutablePointer<ldns_rdf>? { ldns_rr_rdf(record, index) }
    func number(_ index: Int) -> UInt16? { field(index).map { ldns_rdf2native_int16($0) } }
    switch type {
    case .a:
        return bytes(of: field(0), count: 4).map { .address(.v4($0)) }
    case .aaaa:
        return bytes(of: field(0), count: 16).map { .address(.v6($0)) }
    case .srv:
        guard ldns_rr_rd_count(record) == 4, let priority = number(0), let weight = number(1),
            let port = number(2), let target = domainName(field(3))
        else { return nil }
        let service = ServiceRecord(priority: priority, weight: weight, port: port, target: target)
        return .service(service)
    case .cname, .ns:
        return domainName(field(0)).map { .host($0) }
    case .soa:
        guard ldns_rr_rd_count(record) == 7, let serial = field(2) else { return nil }
        return .serial(ldns_rdf2native_int32(serial))
    }
}

private func bytes(of field: UnsafeMutablePointer<ldns_rdf>?, count: Int) -> [UInt8]? {
    guard let field, ldns_rdf_size(field) == count, let data = ldns_rdf_data(field) else {
        return nil
    }
    return Array(UnsafeBufferPointer(start: data, count: count))
}

/// The name in a field; nil for the root, and for labels with bytes that no host name has.
private func domainName(_ field: UnsafeMutablePointer<ldns_rdf>?) -> FQDN? {
    guard let field, ldns_rdf_get_type(field) == LDNS_RDF_TYPE_DNAME,
        let data = ldns_rdf_data(field)
    else { return nil }
    var labels: [String] = []
    var rest = UnsafeBufferPointer(start: data, count: ldns_rdf_size(field))[...]
    while let length = rest.popFirst(), length > 0 {
        guard rest.count >= length else { return nil }
        let label = rest.prefix(Int(length))
        // A dot inside a label would read as two labels.
        guard !label.contains(UInt8(ascii: ".")) else { return nil }
        labels.append(String(decoding: label, as: UTF8.self))
        rest = rest.dropFirst(Int(length))
    }
    return FQDN(labels.joined(separator: "."))
}
