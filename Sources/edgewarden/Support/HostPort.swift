import FailoverCore
import Glibc

/// `HOST:PORT`, where the host is a name or an address, IPv6 in brackets.
struct HostPort: Equatable {
    let host: String
    let port: UInt16?

    init?(_ text: String) {
        var host = text[...]
        var port: Substring?
        if host.hasPrefix("[") {
            guard let end = host.firstIndex(of: "]") else { return nil }
            let rest = host[host.index(after: end)...]
            host = host[host.index(after: host.startIndex)..<end]
            guard rest.isEmpty || rest.hasPrefix(":"), host.contains(":") else { return nil }
            if !rest.isEmpty { port = rest.dropFirst() }
        } else if let colon = host.firstIndex(of: ":") {
            port = host[host.index(after: colon)...]
            host = host[..<colon]
        }
        guard IPAddress(host) != nil || FQDN(host) != nil else { return nil }
        if let port {
            guard let number = UInt16(port), number > 0 else { return nil }
            self.port = number
        } else {
            self.port = nil
        }
        self.host = String(host)
    }

    /// The host as a name; nil when it is an address.
    var name: FQDN? { IPAddress(host) == nil ? FQDN(host) : nil }

    /// Its addresses, in the order in which the system would try them; at least one.
    ///
    /// - Throws: `no` when the name leads nowhere.
    func addresses() throws(CommandFailure) -> [IPAddress] {
        if let address = IPAddress(host) { return [address] }
        var hints = addrinfo()
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        var list: UnsafeMutablePointer<addrinfo>?
        let code = getaddrinfo(host, nil, &hints, &list)
        defer { if let list { freeaddrinfo(list) } }
        guard code == 0 else {
            throw CommandFailure(
                .no,
                "\(host) has no address: \(String(cString: gai_strerror(code)))"
            )
        }
        var addresses: [IPAddress] = []
        var entry = list
        while let info = entry?.pointee {
            if let address = HostPort.address(info), !addresses.contains(address) {
                addresses.append(address)
            }
            entry = info.ai_next
        }
        guard !addresses.isEmpty else { throw CommandFailure(.no, "\(host) has no address") }
        return addresses
    }

    private static func address(_ info: addrinfo) -> IPAddress? {
        guard let socket = info.ai_addr else { return nil }
        let raw = UnsafeRawPointer(socket)
        switch info.ai_family {
        case AF_INET:
            let v4 = raw.loadUnaligned(as: sockaddr_in.self).sin_addr
            return .v4(withUnsafeBytes(of: v4) { Array($0) })
        case AF_INET6:
            let v6 = raw.loadUnaligned(as: sockaddr_in6.self).sin6_addr
            return .v6(withUnsafeBytes(of: v6) { Array($0) })
        default: return nil
        }
    }
}
