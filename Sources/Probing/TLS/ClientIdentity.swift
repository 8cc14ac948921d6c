internal import NIOSSL

/// The certificate and key that a prober shows to servers that ask for one; loaded once.
public struct ClientIdentity: Sendable {
    /// Where the certificate came from, for messages; the key's path is not kept.
    public let source: String
    let chain: [NIOSSLCertificate]
    let key: NIOSSLPrivateKey

    /// Loads a PEM certificate (with its chain, leaf first) and its PEM key, not encrypted.
    ///
    /// - Parameters:
    ///   - certificateFile: the file with the certificate and, after it, its intermediates.
    ///   - keyFile: the file with the private key; may be the same file.
    /// - Throws: ``ProbingError`` with ``ProbingError/Code/identityCertificateUnreadable``,
    ///   ``ProbingError/Code/identityKeyUnreadable`` or, when the two do not belong together,
    ///   ``ProbingError/Code/identityRefused``.
    public init(certificateFile: String, keyFile: String) throws(ProbingError) {
        source = certificateFile
        do {
            chain = try NIOSSLCertificate.fromPEMFile(certificateFile)
        } catch {
            throw ProbingError(
                .identityCertificateUnreadable,
                "cannot read the client certificate from \(certificateFile): "
                    + "it must be a readable PEM file, the client's own certificate first",
                underlying: "\(error)"
            )
        }
        do {
            key = try NIOSSLPrivateKey(file: keyFile, format: .pem)
        } catch {
            throw ProbingError(
                .identityKeyUnreadable,
                "cannot read the client key from \(keyFile): "
                    + "it must be a readable PEM file with a key that is not encrypted",
                underlying: "\(error)"
            )
        }
        _ = try TLSContextPool.makeContext(identity: self, maximumVersion: nil) { _, _ in }
    }
}
