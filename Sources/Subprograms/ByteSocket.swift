import Glibc
import SystemPackage

/// One end of a pair of sockets, whose other end is a program's standard input.
///
/// A socket and no pipe: writing to a program that has ended is an error here, not SIGPIPE.
/// Nothing waits: what does not fit into the socket's buffer is refused.
struct ByteSocket: Sendable {
    private let descriptor: FileDescriptor

    /// Makes a pair.
    ///
    /// - Returns: our end, and the program's; each has to be closed.
    /// - Throws: `Errno`.
    static func pair() throws(Errno) -> (ours: ByteSocket, theirs: FileDescriptor) {
        var ends: [CInt] = [-1, -1]
        let kind = CInt(SOCK_STREAM.rawValue) | CInt(SOCK_CLOEXEC.rawValue)
        guard socketpair(AF_UNIX, kind, 0, &ends) == 0 else { throw Errno(rawValue: errno) }
        return (
            ByteSocket(descriptor: FileDescriptor(rawValue: ends[0])),
            FileDescriptor(rawValue: ends[1])
        )
    }

    /// Writes all of the bytes at once; false when the reader is gone or does not read.
    func write(_ bytes: [UInt8]) -> Bool {
        bytes.withUnsafeBytes { buffer in
            let flags = CInt(MSG_NOSIGNAL) | CInt(MSG_DONTWAIT)
            return send(descriptor.rawValue, buffer.baseAddress, buffer.count, flags)
                == buffer.count
        }
    }

    /// Says that no more comes.
    func finish() {
        // One whose reader is gone needs no telling.
        _ = shutdown(descriptor.rawValue, CInt(SHUT_WR))
    }

    func close() {
        // Nothing of ours depends on it.
        try? descriptor.close()
    }
}
