import Daemon
import FailoverCore

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
        do throws(NoAddress) {
            return try HostAddresses.of(host)
        } catch {
            throw CommandFailure(.no, error.message)
        }
    }
}
