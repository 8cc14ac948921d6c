import Glibc

/// The user that the agent runs as where the package installed it.
public enum ServiceUser {
    /// `edgewarden`.
    public static let name = "edgewarden"

    /// Whether that user may read a file.
    public enum Reading: Sendable, Hashable {
        /// There is no such user.
        case noUser
        /// There is no such file.
        case noFile
        /// The file's mode lets the user read it.
        case allowed
        /// The file's mode does not.
        case refused
    }

    /// Looks at a file's owner, group and mode, for the service's user or another one.
    public static func reading(of path: String, by name: String = name) -> Reading {
        guard let entry = getpwnam(name) else { return .noUser }
        var status = stat()
        guard stat(path, &status) == 0 else { return .noFile }
        let (owner, group) = (entry.pointee.pw_uid, entry.pointee.pw_gid)
        let bit: mode_t = status.st_uid == owner ? 0o400 : status.st_gid == group ? 0o040 : 0o004
        return status.st_mode & bit == 0 ? .refused : .allowed
    }
}
