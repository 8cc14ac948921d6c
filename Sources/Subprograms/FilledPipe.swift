import Glibc
import SystemPackage

/// A pipe that is filled before anybody reads it.
///
/// It is not written while the program runs: one that ends without reading would give us SIGPIPE,
/// and one that does not read would hold the writer up.
enum FilledPipe {
    /// The reading end of a pipe that already holds all the bytes and has no writer any more.
    ///
    /// - Parameter bytes: 64 KiB at most, which a pipe takes at once; more is refused rather than
    ///   waited for.
    /// - Returns: the reading end; the caller closes it.
    /// - Throws: `Errno`.
    static func holding(_ bytes: [UInt8]) throws -> FileDescriptor {
        // Other programs do not inherit it: Subprocess closes all but standard input, output and
        // error.
        let (reading, writing) = try FileDescriptor.pipe()
        do {
            defer { try? writing.close() }  // nothing of ours depends on it
            guard fcntl(writing.rawValue, F_SETFL, O_NONBLOCK) == 0 else {
                throw Errno(rawValue: errno)
            }
            try writing.writeAll(bytes)
        } catch {
            try? reading.close()  // the first failure is the one to tell
            throw error
        }
        return reading
    }
}
