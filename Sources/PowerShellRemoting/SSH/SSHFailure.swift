import FailoverEngine
import PSRP
import Subprograms

/// Why a session over ssh has no answer.
struct SSHFailure: Error, Sendable, Hashable {
    enum Kind: Sendable, Hashable, CaseIterable {
        /// No connection, or one with a server that is not the known one.
        case unreachable
        /// The connection or PowerShell at its other end is gone.
        case lost
        /// No answer in time.
        case timeout
        /// The task was cancelled.
        case cancelled
        /// The server does not let us in.
        case accessDenied
        /// There is no PowerShell to start.
        case cannotStart
        /// What came is not PowerShell's remoting.
        case notUnderstood
    }

    let kind: Kind
    let message: String

    init(_ kind: Kind, _ message: String) {
        self.kind = kind
        self.message = message
    }

    init(_ error: PSRPError) {
        self.init(.notUnderstood, "the server's answer cannot be understood: \(error.message)")
    }

    init(_ interruption: Conversation.Interruption) {
        switch interruption {
        case .interrupted: self.init(.timeout, "no answer in time")
        case .cancelled: self.init(.cancelled, "it was cancelled")
        }
    }
}

extension ManagementFailure {
    /// What a failed session means for the command that it served.
    init(_ failure: SSHFailure, mayHaveActed: Bool) {
        let code: Code =
            switch failure.kind {
            case .timeout: .timeout
            case .cancelled: .cancelled
            case .accessDenied: .accessDenied
            case .unreachable, .lost: mayHaveActed ? .answerLost : .unreachable
            case .cannotStart: mayHaveActed ? .answerLost : .protocolFault
            case .notUnderstood: .protocolFault
            }
        self.init(code: code, message: failure.message, mayHaveActed: mayHaveActed)
    }
}
