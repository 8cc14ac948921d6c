import FailoverCore
import FailoverEngine
import PSRP

/// One pipeline in a session over ssh: from its request to its result.
struct SSHCommandRun {
    /// How it ended.
    enum Ending {
        /// With a result; says whether the session can serve another command.
        case result(CommandResult, sessionIsUsable: Bool)
        /// The session was gone before anything of the command was sent: nothing was done.
        case sessionWasGone(SSHFailure)
    }

    private let commands: [PipelineCommand]
    private let id: GUID
    private var result = CommandResult()

    /// Prepares commands, each piped into the next.
    init(_ commands: [PipelineCommand]) {
        self.commands = commands
        var randomness = SystemRandomNumberGenerator()
        id = GUID(using: &randomness)
    }

    /// Runs the command; it is sent at most once.
    mutating func run(
        in session: inout SSHSession
    ) async throws(ManagementFailure) -> Ending {
        do throws(SSHFailure) {
            try await session.start(commands, id: id)
            let state = try await follow(in: &session)
            if let why = result.finish(state) { throw SSHFailure(.lost, why) }
        } catch {
            switch error.kind {
            case .lost where !session.hasSentData: return .sessionWasGone(error)
            default: throw ManagementFailure(error, mayHaveActed: session.hasSentData)
            }
        }
        do throws(SSHFailure) {
            try await session.close(id)
        } catch {
            // The result stands, whatever comes of the session.
            return .result(result, sessionIsUsable: false)
        }
        return .result(result, sessionIsUsable: true)
    }

    private mutating func follow(
        in session: inout SSHSession
    ) async throws(SSHFailure) -> Pipeline.State {
        while true {
            for event in try await session.next() {
                switch event {
                case .pool(.pipeline(id, .hostCall(let call))):
                    try await session.refuse(call, pipeline: id)
                case .pool(.pipeline(id, let event)): result.note(event)
                case .pool(.broken(let error)):
                    throw SSHFailure(
                        .lost,
                        "the PowerShell session broke" + (error.map { ": \($0)" } ?? "")
                    )
                case .closed(id), .closed(nil):
                    throw SSHFailure(.lost, "the server ended the command without saying how")
                default: continue
                }
            }
            if let state = session.pool.state(ofPipeline: id), state.isFinal { return state }
        }
    }
}
