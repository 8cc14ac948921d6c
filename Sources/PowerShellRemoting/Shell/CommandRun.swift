import FailoverCore
import FailoverEngine
import PSRP

/// One pipeline in a shell: from its request to its result.
struct CommandRun {
    /// How it ended.
    enum Ending {
        /// With a result; says whether the shell can serve another command.
        case result(CommandResult, shellIsUsable: Bool)
        /// The shell was gone before the command was taken: nothing was done.
        case shellWasGone
    }

    /// How far it came, which decides what a failure leaves open.
    enum Stage: Hashable, CaseIterable {
        /// The server has no command, or not all of it.
        case preparing
        /// The last of it is on its way.
        case commanding
        /// The server has taken it.
        case running
    }

    private let commands: [PipelineCommand]
    private let id: GUID
    private var stage = Stage.preparing
    private var result = CommandResult()

    /// Prepares commands, each piped into the next.
    init(_ commands: [PipelineCommand]) {
        self.commands = commands
        var randomness = SystemRandomNumberGenerator()
        id = GUID(using: &randomness)
    }

    /// Runs the command; it is sent at most once.
    mutating func run(
        in shell: inout RemoteShell,
        by deadline: Deadline
    ) async throws(ManagementFailure) -> Ending {
        do throws(WSManFailure) {
            try await start(in: &shell, by: deadline)
            let state = try await follow(in: &shell, by: deadline)
            if let why = result.finish(state) {
                throw WSManFailure(.lost, why, mayHaveBeenCarriedOut: true)
            }
        } catch {
            if stage != .running, let fault = error.fault, fault.isGone { return .shellWasGone }
            throw ManagementFailure(error, during: stage)
        }
        return .result(result, shellIsUsable: await end(in: &shell, by: deadline))
    }

    private mutating func start(
        in shell: inout RemoteShell,
        by deadline: Deadline
    ) async throws(WSManFailure) {
        let fragments = try shell.fragments(of: commands, id: id)
        for (index, fragment) in fragments.enumerated() {
            // The server begins once it has the last fragment.
            if index == fragments.count - 1 { stage = .commanding }
            let request: WSManRequest =
                index == 0
                ? .command(id, fragment: fragment, shell: shell.id)
                : .send(fragment, on: "stdin", command: id, shell: shell.id)
            // A kept connection may have died unnoticed; then nobody could say whether the command
            // arrived. A new one cannot have.
            _ = try await shell.transport.send(
                request,
                within: deadline.remaining,
                freshConnection: index == 0
            )
        }
        stage = .running
    }

    private mutating func follow(
        in shell: inout RemoteShell,
        by deadline: Deadline
    ) async throws(WSManFailure) -> Pipeline.State {
        while true {
            let output = try await shell.receive(id, by: deadline)
            for event in try shell.events(output.streams, of: id) {
                switch event {
                case .pipeline(id, .hostCall(let call)):
                    for fragment in shell.refusal(of: call, command: id) {
                        _ = try await shell.transport.send(
                            .send(fragment, on: "pr", command: id, shell: shell.id),
                            within: deadline.remaining
                        )
                    }
                case .pipeline(id, let event): result.note(event)
                case .broken(let error):
                    throw WSManFailure(
                        .lost,
                        "the PowerShell session broke" + (error.map { ": \($0)" } ?? ""),
                        mayHaveBeenCarriedOut: true
                    )
                default: continue
                }
            }
            if let state = shell.pool.state(ofPipeline: id), state.isFinal { return state }
            if output.isDone {
                throw WSManFailure(
                    .lost,
                    "the server ended the command without saying how",
                    mayHaveBeenCarriedOut: true
                )
            }
        }
    }

    /// Frees what the server holds of the command; the result stands, whatever comes of it.
    private func end(in shell: inout RemoteShell, by deadline: Deadline) async -> Bool {
        shell.forget(id)
        do throws(WSManFailure) {
            _ = try await shell.transport.send(
                .terminate(id, shell: shell.id),
                within: min(.seconds(10), max(.seconds(1), deadline.remaining))
            )
            return true
        } catch {
            return false
        }
    }
}
