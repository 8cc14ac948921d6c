public import FailoverCore

extension AgentConfiguration {
    /// How DNS is asked and changed: section `dns`.
    public struct DNS: Sendable, Hashable {
        /// Resolvers whose view of our names is watched; may be empty.
        public var resolvers: [DNSServer]
        /// The zones that runs may change.
        public var zones: [Zone]
    }

    /// A zone and who changes it.
    public struct Zone: Sendable, Hashable {
        /// Apex, view and authoritative servers.
        public var zone: DNSZone
        /// Who changes it, with what that needs; `zone.provider` says the kind alone.
        public var provider: Provider
    }

    /// Who changes a zone.
    public enum Provider: Sendable, Hashable {
        /// The agent, by dynamic update to the zone's first authoritative server, signed by TSIG.
        case rfc2136(TransactionKey)
        /// The agent, by the Windows DNS cmdlets at this endpoint.
        case powershell(Endpoint)
        /// A program of the organisation's, which gets the change as JSON.
        case exec(Program)
        /// A person, whom the plan tells what to change.
        case manual

        /// Who it is, without what it needs.
        public var kind: ZoneProvider {
            switch self {
            case .rfc2136: .rfc2136
            case .powershell: .powershell
            case .exec: .exec
            case .manual: .manual
            }
        }
    }

    /// A program that is run.
    public struct Program: Sendable, Hashable {
        /// An absolute path, then the arguments; no shell is involved.
        public var command: [String]
        /// For one run; default 30 s.
        public var timeout: Duration
    }

    /// A TSIG key (RFC 8945).
    public struct TransactionKey: Sendable, Hashable {
        /// The key's name, as the server knows it.
        public var name: FQDN
        /// The algorithm.
        public var algorithm: Algorithm
        /// The name of the secret, whose value is Base64.
        public var secret: SecretName
    }

    /// The TSIG algorithms that are spoken.
    public enum Algorithm: String, Sendable, Hashable, CaseIterable {
        /// HMAC with SHA-256, the default.
        case hmacSHA256 = "hmac-sha256"
        /// HMAC with SHA-512.
        case hmacSHA512 = "hmac-sha512"
    }
}
