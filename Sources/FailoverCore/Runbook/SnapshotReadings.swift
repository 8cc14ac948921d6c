/// What one authoritative server says of one name and type.
public struct RecordReading: Sendable, Hashable, Codable {
    /// The zone.
    public var zone: ZoneKey
    /// The server asked.
    public var server: DNSServer
    /// The name asked for.
    public var name: FQDN
    /// The type asked for.
    public var type: RecordType
    /// The set; nil when there is none.
    public var set: RecordSet?
    /// Why there is no usable answer; nil when there is one.
    public var failure: String?
    /// The alias at the name, if there is one.
    public var alias: FQDN?

    /// Makes a reading.
    public init(
        zone: ZoneKey,
        server: DNSServer,
        name: FQDN,
        type: RecordType,
        set: RecordSet?,
        failure: String? = nil,
        alias: FQDN? = nil
    ) {
        self.zone = zone
        self.server = server
        self.name = name
        self.type = type
        self.set = set
        self.failure = failure
        self.alias = alias
    }
}

/// What a test of the setup permission said of one container of computers.
public struct SetupPermissionReading: Sendable, Hashable, Codable {
    /// Its distinguished name.
    public var container: String
    /// Whether the permission is there; nil when the test did not tell.
    public var isGranted: Bool?
    /// What the test said besides, or why it did not tell; may be empty.
    public var detail: String

    /// Makes a reading.
    public init(container: String, isGranted: Bool?, detail: String = "") {
        self.container = container
        self.isGranted = isGranted
        self.detail = detail
    }
}

/// A member of a pool as the probes last saw it.
public struct MemberReading: Sendable, Hashable, Codable {
    /// The server.
    public var server: FQDN
    /// The protocol.
    public var kind: LegKind
    /// By the verdict on it; where there is none, by the last probe.
    public var liveness: Liveness
    /// The probe's sentence.
    public var reason: String
    /// Its certificate, when it showed one.
    public var certificate: CertificateFacts?

    /// Makes a reading.
    public init(
        server: FQDN,
        kind: LegKind,
        liveness: Liveness,
        reason: String,
        certificate: CertificateFacts?
    ) {
        self.server = server
        self.kind = kind
        self.liveness = liveness
        self.reason = reason
        self.certificate = certificate
    }
}
