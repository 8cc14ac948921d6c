/// The exit codes that scripts rely on (design.md, section 4).
enum ExitStatus: Int32 {
    /// It is done, or the answer is yes.
    case done = 0
    /// It ran, and the answer is no: unhealthy, refused, failed.
    case no = 1
    /// Wrong usage or a wrong configuration.
    case wrongUsage = 2
    /// The agent cannot be reached.
    case unreachable = 3
    /// A person said no, or nobody answered in time.
    case declined = 4
    /// Accepted, but not finished: the text says why.
    case unfinished = 5
}

/// Why a command does not end with 0, in sentences for standard error.
///
/// Without a sentence when what was printed says it already.
struct CommandFailure: Error {
    let status: ExitStatus
    let sentences: [String]

    init(_ status: ExitStatus, _ sentences: String...) {
        self.status = status
        self.sentences = sentences
    }

    init(_ status: ExitStatus, _ sentences: [String]) {
        self.status = status
        self.sentences = sentences
    }
}

/// A command that can print JSON; its failures then are JSON too.
protocol JSONReporting {
    var json: Bool { get }
}

/// A failure on standard output when JSON was asked for.
struct FailureBody: Encodable {
    let exitCode: Int32
    let reasons: [String]

    init(_ failure: CommandFailure) {
        exitCode = failure.status.rawValue
        reasons = failure.sentences
    }
}
