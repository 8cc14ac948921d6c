/// What a fault of WS-Management means to a client that runs commands.
///
/// The codes are those of Windows' header files: `wsmerror.h`, `winerror.h`, and HRESULTs of the
/// latter.
enum FaultMeaning: Sendable, Hashable, CaseIterable {
    /// Nothing was to be had within OperationTimeout.
    case timedOut
    /// The shell or the command does not exist, or not any more.
    case gone
    /// We are known, and may not.
    case accessDenied
    /// The account that commands run as cannot log on.
    case runAsFailed
    /// There is no session configuration of that name.
    case noConfiguration
    /// Remote shells are switched off.
    case notAllowed
    /// Shells, commands or users are too many, or use too much.
    case quota
    /// An envelope is longer than one side takes.
    case tooLong
    /// The service, the session's process or the computer is going down.
    case ending
    /// The session's process could not be started.
    case cannotStart
    /// Another address is to be asked.
    case elsewhere
    /// What the server itself says has to do.
    case other

    init(code: UInt32?, subcode: String) {
        let byCode = code.flatMap { code in
            Self.codes.first { $0.codes.contains(code) }?.meaning
        }
        self = byCode ?? Self.subcodes[subcode] ?? .other
    }

    private static let codes: [(meaning: FaultMeaning, codes: Set<UInt32>)] = [
        (.timedOut, [2_150_858_793]),
        // UNEXPECTED_SELECTORS; SHELL_ALREADY_CLOSED, INVALID_SHELL_HANDLE, INVALID_COMMAND_HANDLE
        (.gone, [2_150_858_843, 2_150_859_082, 2_150_859_084, 2_150_859_085]),
        // ACCESS_DENIED, as Win32 and as HRESULT; of providers
        (.accessDenied, [5, 2_147_942_405, 2_150_859_013, 2_150_859_014]),
        // RUNAS_INVALIDUSERCREDENTIALS, VIRTUALACCOUNT_NOTSUPPORTED(_DOWNLEVEL),
        // RUNASUSER_MANAGEDACCOUNT_LOGON_FAILED
        (.runAsFailed, [2_150_859_203, 2_150_859_259, 2_150_859_260, 2_150_859_261]),
        (.noConfiguration, [2_150_858_752, 2_150_858_811]),
        // REMOTESHELLS_NOT_ALLOWED, SERVICE_REMOTE_ACCESS_DISABLED, REMOTE_CONNECTION_NOT_ALLOWED
        (.notAllowed, [2_150_859_180, 2_150_859_229, 2_150_859_235]),
        (
            .quota,
            Set([2_150_858_815, 2_150_859_179]).union(2_150_859_173...2_150_859_176)
                .union(2_150_859_236...2_150_859_242)
        ),
        // ENVELOPE_TOO_LARGE, MAX_ENVELOPE_SIZE, _EXCEEDED, SERVER_ENVELOPE_LIMIT
        (.tooLong, [2_150_858_790, 2_150_858_823, 2_150_858_824, 2_150_858_825]),
        // OPERATION_ABORTED, SHUTDOWN_IN_PROGRESS, RPC_S_SERVER_UNAVAILABLE, RPC_S_CALL_FAILED, as
        // Win32 and as HRESULT; SERVICE_STREAM_DISCONNECTED
        (
            .ending,
            [
                995, 1_115, 1_722, 1_726, 2_147_943_395, 2_147_943_515, 2_147_944_122,
                2_147_944_126, 2_150_859_230,
            ]
        ),
        // PLUGIN_FAILED, PROVIDER_LOAD_FAILED, PLUGIN_CONFIGURATION_CORRUPTED
        (.cannotStart, [2_150_858_883, 2_150_858_906, 2_150_859_152]),
        (.elsewhere, [2_150_859_161]),
    ]

    private static let subcodes: [String: FaultMeaning] = [
        "TimedOut": .timedOut, "AccessDenied": .accessDenied, "QuotaLimit": .quota,
        "EncodingLimit": .tooLong,
    ]

    /// What it means and what to do, for a person; nil where the server's words must do.
    func explanation(configurationName: String) -> String? {
        let configuration = "the session configuration '\(configurationName)'"
        return switch self {
        case .timedOut: "the server did not finish in time"
        case .gone:
            "the remote session is gone: WinRM or the computer was restarted, or the session was "
                + "idle too long"
        case .accessDenied:
            "the server knows who we are and does not let us in; allow this account on "
                + configuration
        case .runAsFailed:
            "the account that \(configuration) runs commands as cannot log on; check its password, "
                + "or that this server may use the managed account (Test-ADServiceAccount)"
        case .noConfiguration:
            "there is no session configuration '\(configurationName)' on the server"
        case .notAllowed:
            "remote sessions are switched off on the server; allow them (Enable-PSRemoting, "
                + "AllowRemoteShellAccess)"
        case .quota:
            "a limit of WinRM is reached; end old sessions of this account there, or raise the "
                + "limit"
        case .tooLong:
            "an envelope is longer than the server takes; raise MaxEnvelopeSizekb there (500 is "
                + "Windows' own setting)"
        case .ending:
            "WinRM or the session's process on the server was ended, or the server is shutting "
                + "down"
        case .cannotStart:
            "the server could not start a PowerShell session; check \(configuration) and the "
                + "event log of Windows Remote Management there"
        case .elsewhere:
            "the server sends us elsewhere by a fault, which names no address; find out the right "
                + "URL and put it into the configuration"
        case .other: nil
        }
    }
}
