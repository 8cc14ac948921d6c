public import FailoverCore
import Glibc

/// Why a secret cannot be had; never holds the value.
public struct SecretError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The closed set of causes.
    public enum Code: String, Sendable, Hashable, CaseIterable {
        /// It is in none of the places.
        case notFound = "not_found"
        /// A file holds it, but others may read or replace it.
        case unsafeFile = "unsafe_file"
        /// A file cannot be read or is no regular file.
        case unreadable
        /// It is empty, too long or not text.
        case malformed
    }

    /// The cause.
    public var code: Code
    /// The secret's name.
    public var secret: SecretName
    /// One sentence: what, where, what to do.
    public var message: String

    /// Makes an error.
    public init(code: Code, secret: SecretName, message: String) {
        self.code = code
        self.secret = secret
        self.message = message
    }

    /// The sentence.
    public var description: String { message }
}

/// Finds secrets by name: systemd's credentials, a directory of files, the environment.
///
/// The places are tried in that order and read anew each time, so a changed password needs no
/// restart. Blocking; secrets are short files on a local disk.
public struct SecretStore: Sendable {
    /// `/etc/edgewarden/secrets`, where files are looked for unless the configuration says else.
    public static let defaultDirectory = "/etc/edgewarden/secrets"
    /// What systemd puts before a file's name when the unit hands over a whole folder of secrets:
    /// `LoadCredential=secrets:/etc/edgewarden/secrets`.
    public static let credentialPrefix = "secrets"
    /// Longest secret, in bytes.
    public static let maximumBytes = 64 * 1_024

    private let credentialsDirectory: String?
    private let directory: String
    private let environment: [String: String]
    private let typed: [SecretName: Secret]

    /// Makes a store.
    ///
    /// - Parameters:
    ///   - directory: directory of files with one secret each, readable by their owner alone.
    ///   - environment: `CREDENTIALS_DIRECTORY` and `EDGEWARDEN_SECRET_…` are looked up there;
    ///     the process's own, save in tests.
    ///   - typed: what a person typed just now, before any place; by default nothing.
    public init(
        directory: String = SecretStore.defaultDirectory,
        environment: [String: String],
        typed: [SecretName: Secret] = [:]
    ) {
        let credentials = environment["CREDENTIALS_DIRECTORY"]
        credentialsDirectory = credentials.flatMap { $0.hasPrefix("/") ? $0 : nil }
        self.directory = directory
        self.environment = environment
        self.typed = typed
    }

    /// The command that asks for a secret without showing it, and writes its file.
    public func writingCommand(for name: SecretName) -> String {
        "systemd-ask-password '\(name):' | install -m 0600 /dev/stdin \(directory)/\(name)"
    }

    /// Looks a secret up; one line end at its end is not part of it.
    ///
    /// - Throws: ``SecretError``: `notFound` names every place looked in; the others stop the search
    ///   at the place that is wrong, so that a stale copy elsewhere is never used by accident.
    public func secret(_ name: SecretName) throws(SecretError) -> Secret {
        if let secret = typed[name] { return secret }
        var places: [String] = []
        if let credentialsDirectory {
            // By itself, and as a file of the folder that the unit names (systemd.exec(5)).
            for file in [name.name, "\(SecretStore.credentialPrefix)_\(name)"] {
                let path = "\(credentialsDirectory)/\(file)"
                places.append("\(path) (systemd credential)")
                // systemd guards this directory itself, by mount and access list.
                if let bytes = try contents(of: path, for: name, isGuarded: true) {
                    return try text(bytes, at: path, for: name)
                }
            }
        } else {
            places.append("a systemd credential (LoadCredential=\(name):… in the unit)")
        }
        let path = "\(directory)/\(name)"
        places.append("\(path) (mode 0600 or 0400)")
        if let bytes = try contents(of: path, for: name, isGuarded: false) {
            return try text(bytes, at: path, for: name)
        }
        let variable = name.environmentVariable
        places.append("the environment variable \(variable)")
        if let value = environment[variable] {
            return try text(Array(value.utf8), at: variable, for: name)
        }
        throw SecretError(
            code: .notFound,
            secret: name,
            message: "secret '\(name)' was not found; looked in: "
                + places.joined(separator: "; ") + ". Put it into one of them"
        )
    }

    /// Reads a secret from one file, readable by its owner alone.
    ///
    /// - Throws: ``SecretError``, under the name `token`.
    public static func token(inFile path: String) throws(SecretError) -> Secret {
        guard let name = SecretName("token") else { preconditionFailure("token is a name") }
        let store = SecretStore(environment: [:])
        guard let bytes = try store.contents(of: path, for: name, isGuarded: false) else {
            throw SecretError(code: .notFound, secret: name, message: "there is no file \(path)")
        }
        return try store.text(bytes, at: path, for: name)
    }

    /// Reads a file; nil when there is none.
    private func contents(
        of path: String,
        for name: SecretName,
        isGuarded: Bool
    ) throws(SecretError) -> [UInt8]? {
        // Without O_NONBLOCK, opening a FIFO would wait for a writer.
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)
        guard descriptor >= 0 else {
            if errno == ENOENT || errno == ENOTDIR { return nil }
            throw unreadable(path, name, String(cString: strerror(errno)))
        }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else {
            throw unreadable(path, name, String(cString: strerror(errno)))
        }
        guard status.st_mode & S_IFMT == S_IFREG else {
            throw unreadable(path, name, "it is not a regular file")
        }
        if !isGuarded { try checkGuard(status, path, name) }
        var buffer = [UInt8](repeating: 0, count: Self.maximumBytes + 1)
        var filled = 0
        while filled < buffer.count {
            let room = buffer.count - filled
            let count = buffer.withUnsafeMutableBytes { bytes in
                read(descriptor, bytes.baseAddress.map { $0 + filled }, room)
            }
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else {
                throw unreadable(path, name, String(cString: strerror(errno)))
            }
            if count == 0 { break }
            filled += count
        }
        return Array(buffer[..<filled])
    }

    /// Refuses a file that others than its owner may read, or that someone else owns.
    private func checkGuard(
        _ status: stat,
        _ path: String,
        _ name: SecretName
    ) throws(SecretError) {
        let mode = status.st_mode & 0o7777
        guard mode & 0o077 == 0 else {
            throw SecretError(
                code: .unsafeFile,
                secret: name,
                message: "\(path) has mode 0\(String(mode, radix: 8)): others than its owner may "
                    + "use it; run: chmod 600 \(path), and consider changing the secret"
            )
        }
        guard status.st_uid == 0 || status.st_uid == geteuid() else {
            throw SecretError(
                code: .unsafeFile,
                secret: name,
                message: "\(path) belongs to user \(status.st_uid); it must belong to root or to "
                    + "the agent's own user (\(geteuid())): run chown"
            )
        }
    }

    private func unreadable(_ path: String, _ name: SecretName, _ why: String) -> SecretError {
        SecretError(
            code: .unreadable,
            secret: name,
            message: "secret '\(name)' cannot be read from \(path): \(why)"
                + (credentialsDirectory == nil
                    ? ""
                    : "; systemd hands over what is there when it starts the agent: put the secret "
                        + "there as root, then restart the agent")
        )
    }

    private func text(
        _ bytes: [UInt8],
        at place: String,
        for name: SecretName
    ) throws(SecretError) -> Secret {
        var bytes = bytes[...]
        if bytes.last == UInt8(ascii: "\n") {
            bytes.removeLast()
            if bytes.last == UInt8(ascii: "\r") { bytes.removeLast() }
        }
        let problem: String?
        if bytes.isEmpty {
            problem = "is empty"
        } else if bytes.count > Self.maximumBytes {
            problem = "is longer than \(Self.maximumBytes / 1_024) KiB"
        } else if bytes.contains(0) || String(validating: bytes, as: UTF8.self) == nil {
            problem = "is not UTF-8 text"
        } else {
            problem = nil
        }
        if let problem {
            throw SecretError(
                code: .malformed,
                secret: name,
                message: "secret '\(name)' in \(place) \(problem)"
            )
        }
        return Secret(String(decoding: bytes, as: UTF8.self))
    }
}
