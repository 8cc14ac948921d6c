/// The record types that routes depend on, and those that an answer may hold besides.
public enum RecordType: String, Sendable, Hashable, Codable, CaseIterable {
    /// An IPv4 address.
    case a = "A"
    /// An IPv6 address.
    case aaaa = "AAAA"
    /// A service location, RFC 2782.
    case srv = "SRV"
    /// An alias; at a name that is to be moved it blocks.
    case cname = "CNAME"
    /// The start of a zone; read for its serial.
    case soa = "SOA"
    /// A zone's name server.
    case ns = "NS"
}

/// One SRV record, RFC 2782.
public struct ServiceRecord: Sendable, Hashable, Comparable, Codable, CustomStringConvertible {
    /// Lower numbers are tried first (RFC 2782).
    public var priority: UInt16
    /// Share among records of one priority.
    public var weight: UInt16
    /// TCP port of the service.
    public var port: UInt16
    /// The host that offers the service.
    public var target: FQDN

    /// Makes a service record.
    public init(priority: UInt16, weight: UInt16, port: UInt16, target: FQDN) {
        self.priority = priority
        self.weight = weight
        self.port = port
        self.target = target
    }

    /// Zone-file form: `0 0 5061 sip.contoso.com`.
    public var description: String { "\(priority) \(weight) \(port) \(target)" }

    /// The order in which an Access Edge takes them: lowest priority, then highest weight.
    public static func < (left: ServiceRecord, right: ServiceRecord) -> Bool {
        if left.priority != right.priority { return left.priority < right.priority }
        if left.weight != right.weight { return left.weight > right.weight }
        if left.target != right.target { return left.target < right.target }
        return left.port < right.port
    }
}

/// The data of one record.
public enum RecordData: Sendable, Hashable, Comparable, Codable, CustomStringConvertible {
    /// Data of an A or AAAA record.
    case address(IPAddress)
    /// Data of an SRV record.
    case service(ServiceRecord)
    /// Data of a CNAME or NS record.
    case host(FQDN)
    /// The serial number of an SOA record.
    case serial(UInt32)

    /// Zone-file form of the data.
    public var description: String {
        switch self {
        case .address(let address): address.description
        case .service(let service): service.description
        case .host(let name): name.description
        case .serial(let serial): "serial \(serial)"
        }
    }

    /// Any fixed order, so that sets compare and print alike everywhere.
    public static func < (left: RecordData, right: RecordData) -> Bool {
        switch (left, right) {
        case (.address(let first), .address(let second)): first < second
        case (.service(let first), .service(let second)): first < second
        default: left.description < right.description
        }
    }
}

/// All records of one name and type, with their TTL (RFC 2181 section 5).
public struct RecordSet: Sendable, Hashable, Codable, CustomStringConvertible {
    /// The owner name.
    public var name: FQDN
    /// The type of all records in the set.
    public var type: RecordType
    /// Time to live in seconds.
    public var ttl: UInt32
    /// The data, sorted and without repetitions.
    public private(set) var data: [RecordData]

    /// Makes a set; the data is sorted and repetitions are dropped.
    public init(name: FQDN, type: RecordType, ttl: UInt32, data: [RecordData]) {
        self.name = name
        self.type = type
        self.ttl = ttl
        self.data = Set(data).sorted()
    }

    /// The addresses of an A or AAAA set.
    public var addresses: [IPAddress] {
        data.compactMap { if case .address(let address) = $0 { address } else { nil } }
    }

    /// The records of an SRV set in the order in which they are tried.
    public var services: [ServiceRecord] {
        data.compactMap { if case .service(let service) = $0 { service } else { nil } }
    }

    /// Whether both sets say the same, whatever their TTL.
    public func hasSameData(as other: RecordSet?) -> Bool {
        other.map { $0.name == name && $0.type == type && $0.data == data } ?? false
    }

    /// A line for people: `sip.contoso.com A 203.0.113.11, 203.0.113.12 (TTL 300)`.
    public var description: String {
        "\(name) \(type.rawValue) \(dataText) (TTL \(ttl))"
    }

    /// The data alone, comma-separated.
    public var dataText: String { data.map(\.description).joined(separator: ", ") }
}
