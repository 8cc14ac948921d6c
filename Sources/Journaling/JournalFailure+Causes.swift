import FailoverEngine
import GRDB
import Glibc

extension JournalFailure {
    /// The failure of a system call on a file.
    init(opening file: String, errno code: Int32) {
        let reason = String(cString: strerror(code))
        switch code {
        case ENOSPC, EDQUOT:
            self.init(code: .full, message: JournalFailure.fullText(file))
        case EROFS, EACCES, EPERM, ENOENT, ENOTDIR, ELOOP, EISDIR:
            self.init(
                code: .readOnly,
                message: "\(file) cannot be written: \(reason); check that the folder exists, "
                    + "belongs to the agent's user and is on a writable file system"
            )
        default:
            self.init(code: .other, message: "\(file) cannot be used: \(reason)")
        }
    }

    /// The failure of a statement.
    ///
    /// - Parameters:
    ///   - error: what GRDB threw; its text never holds the values of the statement.
    ///   - action: what was being done, such as `write an event of run 3`.
    ///   - file: the database.
    init(wrapping error: any Error, doing action: String, file: String) {
        if let failure = error as? JournalFailure {
            self = failure
            return
        }
        let start = "Could not \(action) in the journal \(file)"
        guard let error = error as? DatabaseError else {
            self.init(code: .other, message: "\(start): \(error)")
            return
        }
        let reason = error.message ?? "no reason given"
        switch error.resultCode {
        case .SQLITE_FULL:
            self.init(code: .full, message: "\(start). \(JournalFailure.fullText(file))")
        case .SQLITE_READONLY, .SQLITE_CANTOPEN, .SQLITE_PERM:
            self.init(
                code: .readOnly,
                message: "\(start): \(reason); check owner, mode and file system of the file"
            )
        case .SQLITE_BUSY, .SQLITE_LOCKED:
            self.init(
                code: .locked,
                message: "\(start): another program holds the file; end it (a sqlite3 shell with "
                    + "an open transaction does this)"
            )
        case .SQLITE_CORRUPT, .SQLITE_NOTADB:
            self.init(code: .corrupt, message: "\(start): \(reason). \(JournalFailure.repairText)")
        default:
            self.init(
                code: .other,
                message: "\(start): \(reason) (SQLite \(error.extendedResultCode.rawValue))"
            )
        }
    }

    /// A row that cannot be understood.
    static func corrupt(_ row: String, file: String, _ reason: String) -> JournalFailure {
        JournalFailure(
            code: .corrupt,
            message: "\(row) of the journal \(file) cannot be understood: \(reason). \(repairText)"
        )
    }

    private static func fullText(_ file: String) -> String {
        "The disk that holds \(file) is full; free some space. Nothing is changed while nothing "
            + "can be written down"
    }

    private static let repairText =
        "Keep the file, put back the last good copy or move it aside, and look by hand where a run "
        + "was left"
}
