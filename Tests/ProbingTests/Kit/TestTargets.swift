import FailoverCore
import Testing

@testable import Probing

extension ProbeTarget {
    /// A place on this machine, with the names that the tests use.
    static func local(
        _ kind: ProbeKind,
        _ port: UInt16,
        address: String = "127.0.0.1",
        serverName: String? = "sip.contoso.test"
    ) throws -> ProbeTarget {
        ProbeTarget(
            kind: kind,
            address: try #require(IPAddress(address)),
            port: port,
            serverName: serverName.flatMap { FQDN($0) },
            domain: FQDN("contoso.test"),
            localDomain: FQDN("fabrikam.test")
        )
    }
}

extension TLSProfile {
    /// A profile that trusts one authority.
    static func trusting(
        _ authority: TestAuthority,
        showing identity: Issued? = nil,
        maximumVersion: Version? = nil
    ) throws -> TLSProfile {
        let folder = try ScratchFolder()
        let file = try folder.write("ca.pem", try authority.certificate.pem())
        let shown = try identity.map { try $0.identity() }
        return try TLSProfile(
            trust: try .file(file),
            identity: shown,
            maximumVersion: maximumVersion
        )
    }
}

extension Issued {
    /// The certificate and key as a prober loads them.
    func identity() throws -> ClientIdentity {
        let folder = try ScratchFolder()
        return try ClientIdentity(
            certificateFile: try folder.write("client.pem", try certificatePEM()),
            keyFile: try folder.write("client.key", keyPEM, mode: 0o600)
        )
    }
}
