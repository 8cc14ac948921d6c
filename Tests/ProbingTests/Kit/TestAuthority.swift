import Crypto
import FoundationEssentials
import NIOSSL
import SwiftASN1
import X509

/// A certificate authority that lives for one test.
struct TestAuthority: Sendable {
    let certificate: Certificate
    private let key: Certificate.PrivateKey

    static let day: Double = 86_400

    init(_ name: String = "Test Root CA", issuedBy parent: TestAuthority? = nil) throws {
        key = Certificate.PrivateKey(P256.Signing.PrivateKey())
        let subject = try DistinguishedName { CommonName(name) }
        certificate = try Certificate(
            version: .v3,
            serialNumber: Certificate.SerialNumber(),
            publicKey: key.publicKey,
            notValidBefore: Date().addingTimeInterval(-10 * TestAuthority.day),
            notValidAfter: Date().addingTimeInterval(1_000 * TestAuthority.day),
            issuer: parent?.certificate.subject ?? subject,
            subject: subject,
            extensions: try Certificate.Extensions {
                Critical(BasicConstraints.isCertificateAuthority(maxPathLength: nil))
                Critical(KeyUsage(keyCertSign: true))
            },
            issuerPrivateKey: parent?.key ?? key
        )
    }

    /// A leaf, then authorities of one name and key that differ by their alternative names.
    ///
    /// Each of them could have issued each other one; none leads anywhere.
    static func maze(of count: Int) throws -> [[UInt8]] {
        let key = Certificate.PrivateKey(P256.Signing.PrivateKey())
        let name = try DistinguishedName { CommonName("Maze") }
        let authorities = try (0..<count).map { number in
            try Certificate(
                version: .v3,
                serialNumber: Certificate.SerialNumber(),
                publicKey: key.publicKey,
                notValidBefore: Date().addingTimeInterval(-day),
                notValidAfter: Date().addingTimeInterval(day),
                issuer: name,
                subject: name,
                extensions: try Certificate.Extensions {
                    Critical(BasicConstraints.isCertificateAuthority(maxPathLength: nil))
                    SubjectAlternativeNames([.dnsName("maze\(number).test")])
                },
                issuerPrivateKey: key
            )
        }
        return try authorities.map { try $0.derBytes() }
    }

    /// What is unusual about a certificate.
    struct Wish {
        var names = ["sip.contoso.test"]
        var commonName = "sip.contoso.test"
        var from = -TestAuthority.day
        var until = 100 * TestAuthority.day
        var usages: [ExtendedKeyUsage.Usage]? = [.serverAuth, .clientAuth]
        var criticalUsages = false
    }

    func issue(_ wish: Wish = Wish()) throws -> Issued {
        let leaf = P256.Signing.PrivateKey()
        let leafKey = Certificate.PrivateKey(leaf)
        let names = SubjectAlternativeNames(wish.names.map { .dnsName($0) })
        let usages = try wish.usages.map { try ExtendedKeyUsage($0) }
        var extensions = Certificate.Extensions()
        try extensions.append(
            Certificate.Extension(BasicConstraints.notCertificateAuthority, critical: true)
        )
        if !wish.names.isEmpty {
            try extensions.append(Certificate.Extension(names, critical: false))
        }
        if let usages {
            try extensions.append(Certificate.Extension(usages, critical: wish.criticalUsages))
        }
        let certificate = try Certificate(
            version: .v3,
            serialNumber: Certificate.SerialNumber(),
            publicKey: leafKey.publicKey,
            notValidBefore: Date().addingTimeInterval(wish.from),
            notValidAfter: Date().addingTimeInterval(wish.until),
            issuer: self.certificate.subject,
            subject: try DistinguishedName { CommonName(wish.commonName) },
            extensions: extensions,
            issuerPrivateKey: key
        )
        return Issued(certificate: certificate, keyPEM: leaf.pemRepresentation)
    }
}

/// A certificate with its key.
struct Issued: Sendable {
    let certificate: Certificate
    let keyPEM: String

    func der() throws -> [UInt8] { try certificate.derBytes() }

    func certificatePEM() throws -> String { try certificate.pem() }

    /// A server's TLS context with this certificate.
    func serverContext(
        chain: [Certificate] = [],
        version: TLSVersion? = nil,
        wantsClientsOf authority: TestAuthority? = nil,
        onlyAsks: Bool = false
    ) throws -> NIOSSLContext {
        let sources = try ([certificate] + chain).map {
            NIOSSLCertificateSource.certificate(
                try NIOSSLCertificate(bytes: try $0.derBytes(), format: .der)
            )
        }
        let privateKey = try NIOSSLPrivateKey(bytes: Array(keyPEM.utf8), format: .pem)
        var configuration = TLSConfiguration.makeServerConfiguration(
            certificateChain: sources,
            privateKey: .privateKey(privateKey)
        )
        configuration.minimumTLSVersion = version ?? .tlsv12
        configuration.maximumTLSVersion = version
        if let authority {
            configuration.certificateVerification =
                onlyAsks ? .optionalVerification : .noHostnameVerification
            let root = try NIOSSLCertificate(
                bytes: try authority.certificate.derBytes(),
                format: .der
            )
            configuration.trustRoots = .certificates([root])
        }
        return try NIOSSLContext(configuration: configuration)
    }
}

extension Certificate {
    func derBytes() throws -> [UInt8] {
        var serializer = DER.Serializer()
        try serializer.serialize(self)
        return serializer.serializedBytes
    }

    func pem() throws -> String { try serializeAsPEM().pemString }
}
