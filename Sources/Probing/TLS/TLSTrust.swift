internal import NIOSSL
internal import SwiftASN1
internal import X509

/// The certificate authorities that a server's chain is judged against; loaded once.
public struct TLSTrust: Sendable {
    /// Where the authorities come from, for messages.
    public let source: String
    let anchors: [Certificate]

    private init(source: String, anchors: [Certificate]) {
        self.source = source
        self.anchors = anchors
    }

    /// Loads every certificate of a PEM file.
    ///
    /// - Parameter path: the file; each certificate in it is an anchor, roots or not.
    /// - Returns: the authorities of the file.
    /// - Throws: ``ProbingError`` with ``ProbingError/Code/trustUnreadable`` when the file cannot
    ///   be read, holds no certificate, or holds one that cannot be parsed.
    public static func file(_ path: String) throws(ProbingError) -> TLSTrust {
        TLSTrust(source: path, anchors: try load(path, skippingUnreadable: false))
    }

    /// Loads the system's bundle of authorities (Debian and Red Hat locations).
    ///
    /// - Returns: the authorities of the bundle.
    /// - Throws: ``ProbingError`` with ``ProbingError/Code/trustUnreadable`` when there is none.
    public static func system() throws(ProbingError) -> TLSTrust {
        for path in systemBundles {
            // Trying the next place is the handling; the last failure is reported below.
            guard let anchors = try? load(path, skippingUnreadable: true) else { continue }
            return TLSTrust(source: path, anchors: anchors)
        }
        throw ProbingError(
            .trustUnreadable,
            "this system has no bundle of certificate authorities at "
                + systemBundles.joined(separator: " or ")
                + ": install ca-certificates, or name a file of authorities"
        )
    }

    private static let systemBundles = [
        "/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt",
    ]

    private static func load(
        _ path: String,
        skippingUnreadable: Bool
    ) throws(ProbingError) -> [Certificate] {
        let read: [NIOSSLCertificate]
        do {
            read = try NIOSSLCertificate.fromPEMFile(path)
        } catch {
            throw ProbingError(
                .trustUnreadable,
                "cannot read certificate authorities from \(path): "
                    + "it must be a readable PEM file with at least one certificate",
                underlying: "\(error)"
            )
        }
        var anchors: [Certificate] = []
        for (index, certificate) in read.enumerated() {
            do {
                anchors.append(try Certificate(derEncoded: try certificate.toDERBytes()))
            } catch {
                // A system bundle may hold an oddity that one parser refuses; the rest is good.
                if skippingUnreadable { continue }
                throw ProbingError(
                    .trustUnreadable,
                    "certificate number \(index + 1) in \(path) cannot be parsed",
                    underlying: "\(error)"
                )
            }
        }
        return anchors
    }
}
