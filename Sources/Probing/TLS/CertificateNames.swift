internal import FailoverCore
internal import SwiftASN1
internal import X509

/// The names that a certificate is good for (RFC 6125).
struct CertificateNames {
    private var dns: [String] = []
    private var addresses: [IPAddress] = []
    private let commonName: String?

    init(_ certificate: Certificate) {
        // An unreadable extension carries no name.
        for name in (try? certificate.extensions.subjectAlternativeNames)
            ?? SubjectAlternativeNames()
        {
            switch name {
            case .dnsName(let text): dns.append(text.lowercased())
            case .ipAddress(let octets):
                switch octets.bytes.count {
                case 4: addresses.append(.v4(Array(octets.bytes)))
                case 16: addresses.append(.v6(Array(octets.bytes)))
                default: break
                }
            default: break
            }
        }
        commonName =
            certificate.subject.lazy.flatMap { $0 }
            .last { $0.type == .RDNAttributeType.commonName }
            .flatMap { String($0.value) }
    }

    /// DNS names, then addresses, in a form fit for print.
    var listed: [String] {
        dns.map { Printable.text($0, limit: 253) } + addresses.map(\.description)
    }

    /// Whether the certificate carries a name, or the address that the name really is.
    func carry(_ name: FQDN, acceptingWildcards: Bool) -> Bool {
        if let address = IPAddress(name.name) { return addresses.contains(address) }
        // The common name counts only where there is no DNS name at all (RFC 6125, 6.4.4).
        let candidates = dns.isEmpty ? (commonName.map { [$0.lowercased()] } ?? []) : dns
        return candidates.contains { candidate in
            if candidate == name.name { return true }
            guard acceptingWildcards, candidate.hasPrefix("*."),
                let dot = name.name.firstIndex(of: ".")
            else { return false }
            // The star stands for one whole label.
            return name.name[dot...] == candidate.dropFirst()
        }
    }
}
