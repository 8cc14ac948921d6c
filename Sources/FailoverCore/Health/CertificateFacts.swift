/// What a server's certificate says of itself, as read from the wire.
public struct CertificateFacts: Sendable, Hashable, Codable {
    /// Subject distinguished name.
    public var subject: String
    /// Issuer distinguished name.
    public var issuer: String
    /// DNS names (and IP addresses as text) of the subject alternative name extension.
    public var subjectAlternativeNames: [String]
    /// Start of validity.
    public var notBefore: Timestamp
    /// End of validity.
    public var notAfter: Timestamp
    /// Extended key usages by name (`serverAuth`, `clientAuth`) or OID.
    public var extendedKeyUsages: [String]
    /// SHA-256 of the certificate, hexadecimal.
    public var fingerprint: String
    /// How many certificates the server sent, the leaf included.
    public var chainLength: Int
    /// What is wrong with it for the name and time it was judged for; empty when nothing is.
    public var problems: [CertificateProblem]

    /// Makes the facts.
    public init(
        subject: String,
        issuer: String,
        subjectAlternativeNames: [String],
        notBefore: Timestamp,
        notAfter: Timestamp,
        extendedKeyUsages: [String],
        fingerprint: String,
        chainLength: Int,
        problems: [CertificateProblem]
    ) {
        self.subject = subject
        self.issuer = issuer
        self.subjectAlternativeNames = subjectAlternativeNames
        self.notBefore = notBefore
        self.notAfter = notAfter
        self.extendedKeyUsages = extendedKeyUsages
        self.fingerprint = fingerprint
        self.chainLength = chainLength
        self.problems = problems
    }
}

/// A fault of a certificate: the server is alive, but peers may refuse it.
public enum CertificateProblem: String, Sendable, Hashable, Codable, CaseIterable {
    /// Its validity has ended.
    case expired
    /// Its validity has not begun.
    case notYetValid
    /// It does not lead to one of the chosen certificate authorities.
    case notTrusted
    /// It does not carry the expected name.
    case nameMismatch
    /// It has extended key usages, and serverAuth is not among them.
    case noServerUsage
    /// It has extended key usages, and clientAuth is not among them: outbound MTLS may be refused.
    case noClientUsage
    /// It could not be read.
    case unreadable

    /// The problem in words, for a reason or an alert.
    public var inWords: String {
        switch self {
        case .expired: "the certificate has expired"
        case .notYetValid: "the certificate is not valid yet"
        case .notTrusted: "the certificate does not lead to a trusted authority"
        case .nameMismatch: "the certificate does not carry the expected name"
        case .noServerUsage: "the certificate may not be used by servers (no serverAuth)"
        case .noClientUsage: "the certificate may not be used by clients (no clientAuth)"
        case .unreadable: "the certificate cannot be read"
        }
    }

    /// Whether peers would refuse the server for it today.
    public var isSerious: Bool { evidence.weight(for: .sip) == .impairment }
}
