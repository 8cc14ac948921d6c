import Dispatch
import FailoverCore
import Glibc

/// Why nothing could be written to a socket.
struct SocketFailure: Error {
    var message: String
}

/// Writes a few bytes to a socket and closes it, on a thread of the system's that may wait.
enum BlockingSocket {
    private static let queue = DispatchQueue(label: "log", attributes: .concurrent)

    /// Sends one datagram to a Unix socket.
    static func send(_ bytes: [UInt8], toSocket path: String) async throws(SocketFailure) {
        try await onQueue { () throws(SocketFailure) in
            let descriptor = socket(
                AF_UNIX,
                Int32(SOCK_DGRAM.rawValue) | O_CLOEXEC,
                0
            )
            guard descriptor >= 0 else { throw failure("no socket") }
            defer { close(descriptor) }
            var target = sockaddr_un()
            target.sun_family = sa_family_t(AF_UNIX)
            guard path.utf8.count < MemoryLayout.size(ofValue: target.sun_path) else {
                throw SocketFailure(message: "\(path) is too long for a socket's path")
            }
            withUnsafeMutableBytes(of: &target.sun_path) { $0.copyBytes(from: path.utf8) }
            let sent = withUnsafePointer(to: &target) { pointer in
                pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    sendto(
                        descriptor,
                        bytes,
                        bytes.count,
                        Int32(MSG_DONTWAIT),
                        $0,
                        socklen_t(MemoryLayout<sockaddr_un>.size)
                    )
                }
            }
            guard sent == bytes.count else { throw failure("nothing was written to \(path)") }
        }
    }

    /// Sends to the first address of a host that takes it.
    static func send(
        _ bytes: [UInt8],
        to host: String,
        _ port: UInt16,
        isStream: Bool,
        timeout: Duration
    ) async throws(SocketFailure) {
        try await onQueue { () throws(SocketFailure) in
            var hints = addrinfo()
            hints.ai_socktype = Int32(isStream ? SOCK_STREAM.rawValue : SOCK_DGRAM.rawValue)
            var found: UnsafeMutablePointer<addrinfo>?
            let code = getaddrinfo(host, "\(port)", &hints, &found)
            guard code == 0, let found else {
                let words = String(cString: gai_strerror(code))
                throw SocketFailure(message: "the name \(host) was not resolved (\(words))")
            }
            defer { freeaddrinfo(found) }
            var last = SocketFailure(message: "\(host) has no address")
            var next: UnsafeMutablePointer<addrinfo>? = found
            while let address = next?.pointee {
                do throws(SocketFailure) {
                    return try send(bytes, to: address, "\(host):\(port)", timeout)
                } catch {
                    last = error
                }
                next = address.ai_next
            }
            throw last
        }
    }

    private static func send(
        _ bytes: [UInt8],
        to address: addrinfo,
        _ place: String,
        _ timeout: Duration
    ) throws(SocketFailure) {
        let descriptor = socket(
            address.ai_family,
            address.ai_socktype | O_CLOEXEC,
            address.ai_protocol
        )
        guard descriptor >= 0 else { throw failure("no socket") }
        defer { close(descriptor) }
        // On Linux it bounds connecting as well as sending.
        let milliseconds = max(1, timeout.wholeMilliseconds)
        var limit = timeval(
            tv_sec: Int(milliseconds / 1_000),
            tv_usec: Int(milliseconds % 1_000) * 1_000
        )
        setsockopt(
            descriptor,
            SOL_SOCKET,
            SO_SNDTIMEO,
            &limit,
            socklen_t(MemoryLayout<timeval>.size)
        )
        guard connect(descriptor, address.ai_addr, address.ai_addrlen) == 0 else {
            throw failure("no connection to \(place)")
        }
        var sent = 0
        while sent < bytes.count {
            let count = bytes.withUnsafeBytes {
                Glibc.send(
                    descriptor,
                    $0.baseAddress.map { $0 + sent },
                    bytes.count - sent,
                    Int32(MSG_NOSIGNAL)
                )
            }
            guard count > 0 else { throw failure("\(place) did not take it") }
            sent += count
        }
    }

    private static func onQueue(
        _ body: @escaping @Sendable () throws(SocketFailure) -> Void
    ) async throws(SocketFailure) {
        let result = await withCheckedContinuation { continuation in
            queue.async {
                continuation.resume(
                    returning: Result<Void, SocketFailure> { () throws(SocketFailure) in try body()
                    }
                )
            }
        }
        try result.get()
    }

    private static func failure(_ what: String) -> SocketFailure {
        SocketFailure(message: "\(what) (\(String(cString: strerror(errno))))")
    }
}
