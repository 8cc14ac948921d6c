import Glibc

/// Writes files that hold a configuration or a secret: whole or not at all.
struct PrivateFile {
    let path: String
    /// Who may do what with it, such as 0600.
    let mode: mode_t
    /// The group that it is given to; nil for the user's own.
    var group: gid_t?

    /// The group of the agent; nil when we may not give files away, or there is none.
    static var agentGroup: gid_t? {
        geteuid() == 0 ? getgrnam("edgewarden").map(\.pointee.gr_gid) : nil
    }

    /// Why nothing can be written there, in a sentence; nil when it can.
    static func obstacle(in folder: String) -> String? {
        guard access(folder, W_OK | X_OK) != 0 else { return nil }
        let why = String(cString: strerror(errno))
        let hint = geteuid() == 0 ? "" : "; run it as root: sudo edgewarden init"
        return "\(folder) cannot be written: \(why)\(hint)"
    }

    /// The folder of a path.
    static func folder(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }

    /// Writes the text durably: first beside its place, then moved there.
    ///
    /// - Parameters:
    ///   - text: the whole file.
    ///   - replacing: whether what stands there gives way; it stays as `PATH.old` if `keepsOld`.
    ///   - keepsOld: see above.
    /// - Throws: `no` with the reason; nothing half is left.
    func write(
        _ text: String,
        replacing: Bool,
        keepsOld: Bool = false
    ) throws(CommandFailure) {
        let draft = "\(path).new-\(getpid())"
        let descriptor = open(draft, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw failure() }
        var isMoved = false
        defer { if !isMoved { unlink(draft) } }
        defer { close(descriptor) }
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            let written = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if written < 0, errno == EINTR { continue }
            guard written > 0 else { throw failure() }
            rest = rest.dropFirst(written)
        }
        if let group, fchown(descriptor, uid_t.max, group) != 0 { throw failure() }
        guard fchmod(descriptor, mode) == 0, fsync(descriptor) == 0 else { throw failure() }
        if replacing {
            if keepsOld {
                unlink("\(path).old")
                guard link(path, "\(path).old") == 0 || errno == ENOENT else { throw failure() }
            }
            guard rename(draft, path) == 0 else { throw failure() }
            isMoved = true
        } else {
            // Unlike a rename, a link never takes another's place.
            guard link(draft, path) == 0 else { throw failure() }
        }
        let folder = open(PrivateFile.folder(of: path), O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard folder >= 0 else { throw failure() }
        defer { close(folder) }
        guard fsync(folder) == 0 else { throw failure() }
    }

    private func failure() -> CommandFailure {
        CommandFailure(.no, "\(path) cannot be written: \(String(cString: strerror(errno)))")
    }
}
