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
        /// Who changes it.
        public var provider: ZoneProvider
    }

    /// Who changes a zone.
    public enum ZoneProvider: Sendable, Hashable {
        /// The agent, by dynamic update to the zone's first authoritative server, signed by TSIG.
        case rfc2136(TransactionKey)
        /// A person, whom the plan tells what to change.
        case manual
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
