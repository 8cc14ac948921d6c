/// How a connection is secured.
///
/// The server's chain and name are always verified: there is no switch against it.
public struct TLSOptions: Sendable, Hashable {
    /// Whose signature makes a server's certificate trusted.
    public enum Trust: Sendable, Hashable {
        /// The authorities that the operating system trusts.
        case system
        /// Only the authorities in this PEM file; the system's are then not trusted.
        case file(path: String)
    }

    /// A certificate by which we identify ourselves.
    public struct ClientCertificate: Sendable, Hashable {
        /// A PEM file: the certificate, then its intermediates.
        public var certificateFile: String
        /// A PEM file with the unencrypted private key.
        public var keyFile: String

        /// Names the two files; they are read at each new connection, so a renewed pair is picked
        /// up.
        public init(certificateFile: String, keyFile: String) {
            self.certificateFile = certificateFile
            self.keyFile = keyFile
        }
    }

    /// The highest version offered; the lowest is always TLS 1.2.
    public enum MaximumVersion: Sendable, Hashable {
        /// For servers whose client certificate authentication fails with TLS 1.3 (Windows Server
        /// 2022's WinRM).
        case tls12
        /// The newest.
        case tls13
    }

    /// Whose signature makes the server trusted.
    public var trust: Trust
    /// How we identify ourselves; nil: not by certificate.
    public var clientCertificate: ClientCertificate?
    /// The highest version offered.
    ///
    /// Default: TLS 1.3.
    public var maximumVersion: MaximumVersion

    /// Trust is a required choice; no client certificate and TLS 1.2 to 1.3 are the defaults.
    public init(
        trust: Trust,
        clientCertificate: ClientCertificate? = nil,
        maximumVersion: MaximumVersion = .tls13
    ) {
        self.trust = trust
        self.clientCertificate = clientCertificate
        self.maximumVersion = maximumVersion
    }
}
