import FailoverCore
import FailoverEngine
import Glibc

/// The agent's folder, held by one process at a time.
///
/// The lock is the kernel's (`flock`): it ends with the process, however that ends, so a stale lock
/// file never keeps an agent from starting.
final class StateDirectory: Sendable {
    /// The file whose lock is held.
    static let lockName = "agent.lock"
    /// The longest note of a holder that is believed.
    private static let noteLimit = 200

    let path: String
    private let descriptor: Int32

    /// Makes the folder where it is missing, and takes its lock.
    ///
    /// - Throws: `locked` with the holder's own words when another process has it, `readOnly` when
    ///   the folder cannot be used or others may write to it.
    init(path: String, agent: String, startedAt: Timestamp) throws(JournalFailure) {
        self.path = path
        try StateDirectory.prepare(path)
        let file = path + "/" + StateDirectory.lockName
        let descriptor = open(file, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else {
            throw JournalFailure(opening: file, errno: errno)
        }
        var isHeld = false
        defer { if !isHeld { close(descriptor) } }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            guard errno == EWOULDBLOCK else { throw JournalFailure(opening: file, errno: errno) }
            throw StateDirectory.heldElsewhere(path, descriptor)
        }
        let note = "agent \(agent), process \(getpid()), started \(startedAt)\n"
        try StateDirectory.write(note, to: descriptor, file)
        self.descriptor = descriptor
        isHeld = true
    }

    deinit {
        // A command that was just forked off has the descriptor until its exec, and with it the lock.
        flock(descriptor, LOCK_UN)
        close(descriptor)
    }

    /// Creates a file for this user alone, or narrows it to that, and makes its name durable.
    func prepareFile(_ name: String) throws(JournalFailure) -> String {
        let file = path + "/" + name
        let opened = open(file, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard opened >= 0 else { throw JournalFailure(opening: file, errno: errno) }
        defer { close(opened) }
        guard fchmod(opened, 0o600) == 0 else { throw JournalFailure(opening: file, errno: errno) }
        let folder = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard folder >= 0 else { throw JournalFailure(opening: path, errno: errno) }
        defer { close(folder) }
        guard fsync(folder) == 0 else { throw JournalFailure(opening: path, errno: errno) }
        return file
    }

    private static func prepare(_ path: String) throws(JournalFailure) {
        if mkdir(path, 0o700) != 0, errno != EEXIST {
            throw JournalFailure(opening: path, errno: errno)
        }
        var status = stat()
        guard stat(path, &status) == 0 else { throw JournalFailure(opening: path, errno: errno) }
        try judge(status, path)
    }

    /// Throws when it is no folder that an agent may use.
    static func judge(_ status: stat, _ path: String) throws(JournalFailure) {
        guard status.st_mode & S_IFMT == S_IFDIR else {
            throw JournalFailure(
                code: .readOnly,
                message: "The state directory \(path) is not a directory; correct "
                    + "'agent.state_directory'"
            )
        }
        // Reading is harmless, for the files are closed; whoever may write could swap them.
        guard status.st_mode & 0o022 == 0 else {
            throw JournalFailure(
                code: .readOnly,
                message: "Other users may write to the state directory \(path) (mode "
                    + "\(String(status.st_mode & 0o7777, radix: 8))); run: chmod 0750 \(path)"
            )
        }
    }

    /// Who has the lock, as it wrote itself.
    static func holder(_ descriptor: Int32) -> String {
        var buffer = [UInt8](repeating: 0, count: noteLimit)
        let count = max(0, pread(descriptor, &buffer, buffer.count, 0))
        let printable = buffer[..<count].filter { (32...126).contains($0) }
        let note = String(decoding: printable, as: UTF8.self)
        return note.isEmpty ? "a process that left no name" : note
    }

    private static func heldElsewhere(_ path: String, _ descriptor: Int32) -> JournalFailure {
        JournalFailure(
            code: .locked,
            message: "The state directory \(path) is in use by \(holder(descriptor)); stop it "
                + "first, or give this agent another 'agent.state_directory'"
        )
    }

    private static func write(
        _ note: String,
        to descriptor: Int32,
        _ file: String
    ) throws(JournalFailure) {
        let bytes = Array(note.utf8.prefix(noteLimit))
        guard ftruncate(descriptor, 0) == 0, fchmod(descriptor, 0o600) == 0,
            pwrite(descriptor, bytes, bytes.count, 0) == bytes.count
        else { throw JournalFailure(opening: file, errno: errno) }
    }
}
