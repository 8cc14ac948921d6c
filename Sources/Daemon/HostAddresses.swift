public import FailoverCore
import Glibc

/// Why a name has no address.
public struct NoAddress: Error, Sendable, Hashable {
    /// A sentence.
    public var message: String
}

/// Looks names up as every program of this machine does.
public enum HostAddresses {
    /// The addresses of a name or an address, in the order in which the system would try them.
    ///
    /// Blocks for as long as the system's resolver does: for commands, not for the agent.
    ///
    /// - Returns: at least one.
    /// - Throws: ``NoAddress`` when the name leads nowhere.
    public static func of(_ host: String) throws(NoAddress) -> [IPAddress] {
        if let address = IPAddress(host) { return [address] }
        var hints = addrinfo()
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        var list: UnsafeMutablePointer<addrinfo>?
        let code = getaddrinfo(host, nil, &hints, &list)
        defer { if let list { freeaddrinfo(list) } }
        guard code == 0 else {
            let why = String(cString: gai_strerror(code))
            throw NoAddress(message: "\(host) has no address: \(why)")
        }
        var addresses: [IPAddress] = []
        var entry = list
        while let info = entry?.pointee {
            if let address = address(info), !addresses.contains(address) {
                addresses.append(address)
            }
            entry = info.ai_next
        }
        guard !addresses.isEmpty else { throw NoAddress(message: "\(host) has no address") }
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
