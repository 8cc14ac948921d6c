/// A DNS server that is asked: an address and a port.
public struct DNSServer: Sendable, Hashable, Codable, CustomStringConvertible {
    /// The server's address.
    public var address: IPAddress
    /// UDP and TCP port; 53 unless told otherwise.
    public var port: UInt16

    /// Makes a server; the port defaults to 53.
    public init(address: IPAddress, port: UInt16 = 53) {
        self.address = address
        self.port = port
    }

    /// `192.0.2.1` for port 53, else `192.0.2.1:5353` or `[2001:db8::1]:5353`.
    public var description: String {
        switch (address, port) {
        case (_, 53): address.description
        case (.v4, _): "\(address):\(port)"
        case (.v6, _): "[\(address)]:\(port)"
        }
    }
}

/// A DNS response code (RFC 1035 section 4.1.1, RFC 2136 section 2.2).
public enum ResponseCode: Sendable, Hashable, Codable, CustomStringConvertible {
    case noError
    case formatError
    case serverFailure
    case nameError
    case notImplemented
    case refused
    case nameExists
    case recordSetExists
    case recordSetMissing
    case notAuthoritative
    case notInZone
    case other(UInt16)

    /// The code of a number from the wire (extended by TSIG and EDNS where they carry more).
    public init(number: UInt16) {
        switch number {
        case 0: self = .noError
        case 1: self = .formatError
        case 2: self = .serverFailure
        case 3: self = .nameError
        case 4: self = .notImplemented
        case 5: self = .refused
        case 6: self = .nameExists
        case 7: self = .recordSetExists
        case 8: self = .recordSetMissing
        case 9: self = .notAuthoritative
        case 10: self = .notInZone
        default: self = .other(number)
        }
    }

    /// The mnemonic that other tools print, such as `NXDOMAIN`.
    public var description: String {
        switch self {
        case .noError: "NOERROR"
        case .formatError: "FORMERR"
        case .serverFailure: "SERVFAIL"
        case .nameError: "NXDOMAIN"
        case .notImplemented: "NOTIMP"
        case .refused: "REFUSED"
        case .nameExists: "YXDOMAIN"
        case .recordSetExists: "YXRRSET"
        case .recordSetMissing: "NXRRSET"
        case .notAuthoritative: "NOTAUTH"
        case .notInZone: "NOTZONE"
        case .other(let number): "RCODE\(number)"
        }
    }
}

/// What one server answered to one question.
public struct DNSAnswer: Sendable, Hashable, Codable {
    /// The server that answered.
    public var server: DNSServer
    /// The name asked for.
    public var name: FQDN
    /// The type asked for.
    public var type: RecordType
    /// The response code.
    public var code: ResponseCode
    /// Whether the server spoke with authority (the AA bit).
    public var isAuthoritative: Bool
    /// Whether TCP was needed because the UDP answer was cut.
    public var usedTCP: Bool
    /// Every record set of the answer section.
    public var records: [RecordSet]
    /// Every record set of the authority section.
    public var authority: [RecordSet]
    /// Every record set of the additional section.
    public var additional: [RecordSet]
    /// From question to answer.
    public var latency: Duration

    /// Makes an answer.
    public init(
        server: DNSServer,
        name: FQDN,
        type: RecordType,
        code: ResponseCode,
        isAuthoritative: Bool,
        usedTCP: Bool,
        records: [RecordSet],
        authority: [RecordSet],
        additional: [RecordSet],
        latency: Duration
    ) {
        self.server = server
        self.name = name
        self.type = type
        self.code = code
        self.isAuthoritative = isAuthoritative
        self.usedTCP = usedTCP
        self.records = records
        self.authority = authority
        self.additional = additional
        self.latency = latency
    }

    /// The set that was asked for, if the answer holds it.
    public var recordSet: RecordSet? {
        records.first { $0.name == name && $0.type == type }
    }

    /// The alias at the name, if there is one.
    public var alias: RecordSet? {
        records.first { $0.name == name && $0.type == .cname }
    }
}

/// One change of one record set, guarded by what must be there now (RFC 2136 section 2.4).
public struct DNSChange: Sendable, Hashable, Codable {
    /// The zone that holds the name.
    public var zone: ZoneKey
    /// The owner name.
    public var name: FQDN
    /// The record type.
    public var type: RecordType
    /// The set that must be there, exactly; nil when there must be none.
    public var from: RecordSet?
    /// The set that is to be there afterwards; nil to remove it.
    public var to: RecordSet?

    /// Makes a change; `from` and `to` belong to the same name and type.
    public init(zone: ZoneKey, name: FQDN, type: RecordType, from: RecordSet?, to: RecordSet?) {
        precondition(from.map { $0.name == name && $0.type == type } ?? true)
        precondition(to.map { $0.name == name && $0.type == type } ?? true)
        self.zone = zone
        self.name = name
        self.type = type
        self.from = from
        self.to = to
    }

    /// The change that takes this one back.
    public var reversed: DNSChange {
        DNSChange(zone: zone, name: name, type: type, from: to, to: from)
    }
}
