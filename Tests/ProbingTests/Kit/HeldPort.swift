import Glibc

/// A port of 127.0.0.1 that is held, so that nobody else gets it, and never serves anybody.
struct HeldPort {
    /// What happens to whoever connects.
    enum Manner {
        /// Bound without listening: connections are refused.
        case refusing
        /// Listening with a full backlog: connection attempts are not answered.
        case ignoring
    }

    struct Failure: Error {}

    /// Runs the body while the port is held.
    static func with<Result>(
        _ manner: Manner,
        _ body: (UInt16) async throws -> Result
    ) async throws -> Result {
        let holder = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        guard holder >= 0 else { throw Failure() }
        defer { close(holder) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        guard raw(&address, { bind(holder, $0, $1) }) == 0 else { throw Failure() }
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let named = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                getsockname(holder, $0, &length)
            }
        }
        guard named == 0 else { throw Failure() }
        var clients: [Int32] = []
        defer { for client in clients { close(client) } }
        if manner == .ignoring {
            guard listen(holder, 0) == 0 else { throw Failure() }
            for _ in 0..<4 {
                let type = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_NONBLOCK.rawValue)
                let client = socket(AF_INET, type, 0)
                // Established or left in progress: either way the backlog fills up.
                _ = raw(&address) { connect(client, $0, $1) }
                clients.append(client)
            }
        }
        return try await body(UInt16(bigEndian: address.sin_port))
    }

    private static func raw(
        _ address: inout sockaddr_in,
        _ body: (UnsafePointer<sockaddr>, socklen_t) -> Int32
    ) -> Int32 {
        withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                body($0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
    }
}
