import FailoverCore
import Foundation

extension ScalarKind where Value == FQDN {
    /// A full DNS name with at least one dot.
    static let fqdn = ScalarKind("a full DNS name, such as edgepool1.contoso.net") { text in
        guard let name = FQDN(text), name.labels.count > 1, IPAddress(text) == nil else {
            return nil
        }
        return name
    }

    /// A DNS name that may be a single label: a TSIG key.
    static let keyName = ScalarKind("a key name, such as edgewarden") { FQDN($0) }
}

extension ScalarKind where Value == SiteName {
    /// The name of a central site.
    static let site = ScalarKind("a site's name, such as Redmond") { text in
        guard case .success(let name) = ScalarKind<String>.text.read(.init(text)) else {
            return nil
        }
        let site = SiteName(name)
        return site.name.isEmpty ? nil : site
    }
}

extension ScalarKind where Value == IPAddress {
    /// An IPv4 or IPv6 address.
    static let address = ScalarKind("an IPv4 or IPv6 address") { IPAddress($0) }
}

extension ScalarKind where Value == DNSServer {
    /// An address with an optional port.
    static let dnsServer = ScalarKind(
        "an address with an optional port, such as 192.0.2.53, 192.0.2.53:5353 or [2001:db8::53]:53"
    ) { text in parse(text) }

    /// The same for a place that is only knocked at; names would need what may be lost.
    static let controlTarget = ScalarKind(
        "an address with an optional port, such as 192.0.2.1 or 192.0.2.1:443; a name would have to"
            + " be resolved first"
    ) { text in parse(text) }

    /// Where to listen.
    static let listener = ScalarKind("an address with a port, such as 127.0.0.1:8061") { text in
        IPAddress(text) == nil ? parse(text) : nil
    }

    private static func parse(_ text: String) -> DNSServer? {
        if let address = IPAddress(text) { return DNSServer(address: address) }
        guard let colon = text.lastIndex(of: ":"),
            let port = UInt16(text[text.index(after: colon)...]),
            port > 0
        else { return nil }
        var host = text[..<colon]
        let isBracketed = host.hasPrefix("[") && host.hasSuffix("]")
        if isBracketed { host = host.dropFirst().dropLast() }
        guard let address = IPAddress(host), isBracketed == host.contains(":") else { return nil }
        return DNSServer(address: address, port: port)
    }
}

extension ScalarKind where Value == SecretName {
    /// The name of a secret; what stands there is never shown, for it may be the secret itself.
    static let secretName = ScalarKind(
        "the NAME of a secret (letters, digits, '-' and '_'), never the secret itself",
        isConfidential: true
    ) { text in SecretName(text.text).map { .success($0) } ?? .failure(.wrongType) }
}

extension ScalarKind where Value == ServiceURL {
    /// An `https` URL without user, password, query or fragment.
    ///
    /// - Parameter allowsLoopback: whether `http` is taken for an address of this machine.
    /// - Returns: the kind.
    static func https(allowsLoopback: Bool = false) -> ScalarKind {
        https(allowsLoopback ? .httpsOrLoopback : .https)
    }

    /// The same, or `http` where a key of its own declares that: nothing is encrypted then.
    static func https(orPlain isDeclared: Bool) -> ScalarKind {
        https(isDeclared ? .httpsOrPlain : .httpsUnlessPlain)
    }

    private static func https(_ kind: ServiceURL.Kind) -> ScalarKind {
        ScalarKind(
            "an https URL, such as https://fe11.contoso.net:5986/wsman",
            isConfidential: true
        ) { text in url(text, kind) }
    }

    /// An `ssh` URL without user, password or path.
    static let ssh = ScalarKind(
        "an ssh URL, such as ssh://edge21.contoso.net",
        isConfidential: true
    ) { text in url(text, .ssh) }

    private static func url(
        _ text: Text,
        _ kind: ServiceURL.Kind
    ) -> Result<ServiceURL, Refusal> {
        switch ServiceURL.parse(text.text, kind) {
        case .success(let url): .success(url)
        case .failure(let problem):
            .failure(.impossible("'\(text.key)' \(problem.inWords(kind))"))
        }
    }
}
