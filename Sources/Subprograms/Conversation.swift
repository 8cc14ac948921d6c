import Subprocess
import Synchronization
import SystemPackage

/// A program that one talks to for as long as it runs, over its standard input and output.
///
/// It runs in a session and process group of its own, in `/`, with the given environment alone.
/// The object owns the task in which it runs; whoever starts it must call ``end()``, after
/// which nothing of its group is left. One task at a time may talk to it.
public final class Conversation: Sendable {
    /// Why there is nothing to read.
    public enum Interruption: Error, Sendable, Equatable {
        /// Somebody called ``Conversation/interrupt()``.
        case interrupted
        /// The reading task was cancelled.
        case cancelled
    }

    /// How the program ended.
    public enum Ending: Sendable, Equatable {
        /// It never ran, in the words of the system.
        case notStarted(String)
        /// With this exit code.
        case exited(Int)
        /// By this signal; ours, when it had to be told to end.
        case signalled(Int)
        /// It ran, but how it ended is not known.
        case lost(String)
    }

    private struct State {
        var unread: [UInt8] = []
        /// Nothing more comes from the program.
        var isOver = false
        /// The program shall end.
        var mustEnd = false
        var interruption: Interruption?
        /// Our end of its input; nil once it was closed.
        var input: ByteSocket?
        var reader: CheckedContinuation<Void, Never>?
        var pump: CheckedContinuation<Void, Never>?
        var keeper: CheckedContinuation<Void, Never>?
        var task: Task<(Ending, [UInt8]), Never>?
        /// Why there is no task.
        var obstacle = ""
    }

    /// What the program says is not taken from it while so much is unread: 1 MiB.
    public static let unreadBytesMax = 1 << 20
    /// How long a program may take to end after its output has ended.
    private static let patience = Duration.seconds(2)

    private let state: Mutex<State>

    private init(input: ByteSocket?) {
        state = Mutex(State(input: input))
    }

    /// Starts a program.
    ///
    /// One that cannot be started is one whose output is over; ``end()`` tells why.
    ///
    /// - Parameters:
    ///   - command: An absolute path, then arguments; not empty. Arguments can be seen by every
    ///     user of the host: they hold no secret.
    ///   - environment: All that it gets of variables; a search path alone by default.
    ///   - grace: How long after SIGTERM comes SIGKILL.
    /// - Returns: The talk with it.
    public static func start(
        _ command: [String],
        environment: [String: String] = ["PATH": Subprogram.searchPath],
        grace: Duration
    ) -> Conversation {
        precondition(!command.isEmpty, "a program has a path")
        let ends: (ours: ByteSocket, theirs: FileDescriptor)
        do {
            ends = try ByteSocket.pair()
        } catch {
            let conversation = Conversation(input: nil)
            conversation.state.withLock { state in
                state.isOver = true
                state.obstacle = "\(error)"
            }
            return conversation
        }
        let conversation = Conversation(input: ends.ours)
        let configuration = Configuration(
            command,
            environment: environment,
            teardown: [terminate(grace)]
        )
        let theirs = ends.theirs
        conversation.state.withLock { state in
            // Owned by the object, and awaited by `end()`.
            state.task = Task { await conversation.run(configuration, theirs, grace) }
        }
        return conversation
    }

    /// Writes to the program; it waits for nobody.
    ///
    /// - Parameter bytes: 64 KiB at most, and nothing before the program took what came earlier.
    /// - Returns: False when the program does not read, or is gone. It may have got a part.
    public func write(_ bytes: [UInt8]) -> Bool {
        state.withLock { $0.input?.write(bytes) ?? false }
    }

    /// Ends the program's input.
    public func finishInput() { state.withLock { $0.input?.finish() } }

    /// Whether the program's output has ended.
    public var isOver: Bool { state.withLock(\.isOver) }

    /// Whether it was interrupted; then nothing is read from it any more.
    public var isInterrupted: Bool { state.withLock { $0.interruption != nil } }

    /// Ends the reading, now and from now on: it throws ``Interruption/interrupted``.
    public func interrupt() { interrupt(.interrupted) }

    private func interrupt(_ why: Interruption) {
        let reader = state.withLock { state in
            state.interruption = state.interruption ?? why
            return state.reader.take()
        }
        reader?.resume()
    }

    /// Waits for what the program says next.
    ///
    /// - Returns: Bytes; nil when its output has ended.
    /// - Throws: ``Interruption``, the same from then on.
    public func read() async throws(Interruption) -> [UInt8]? {
        while true {
            let (found, pump) = try state.withLock { state throws(Interruption) in
                if let interruption = state.interruption { throw interruption }
                let found: [UInt8]?? =
                    if !state.unread.isEmpty {
                        .some(state.unread)
                    } else if state.isOver {
                        .some(nil)
                    } else {
                        nil
                    }
                state.unread = []
                return (found, state.pump.take())
            }
            pump?.resume()
            if let found { return found }
            await waitForWords()
        }
    }

    private func waitForWords() async {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isReady = state.withLock { state in
                    precondition(state.reader == nil, "two tasks read")
                    let isReady =
                        !state.unread.isEmpty || state.isOver || state.interruption != nil
                    if !isReady { state.reader = continuation }
                    return isReady
                }
                if isReady { continuation.resume() }
            }
        } onCancel: {
            interrupt(.cancelled)
        }
    }

    /// Ends the program and all of its group, with SIGTERM and after the grace with SIGKILL; one
    /// whose output has ended may end by itself first, for 2 s.
    ///
    /// It does its work in a cancelled task too, and again nothing when called again.
    ///
    /// - Returns: How it ended, and the last of what it wrote to standard error.
    @discardableResult
    public func end() async -> (ending: Ending, words: [UInt8]) {
        let (keeper, pump, task, obstacle) = state.withLock { state in
            state.mustEnd = true
            return (state.keeper.take(), state.pump.take(), state.task, state.obstacle)
        }
        keeper?.resume()
        pump?.resume()
        guard let task else { return (.notStarted(obstacle), []) }
        let (ending, words) = await task.value
        return (ending, words)
    }
}

extension Conversation {
    /// Runs the program from its start to its end.
    private func run(
        _ configuration: Configuration,
        _ theirs: FileDescriptor,
        _ grace: Duration
    ) async -> (Ending, [UInt8]) {
        let report: (Ending, [UInt8])
        do {
            let result = try await Subprocess.run(
                configuration,
                input: .fileDescriptor(theirs, closeAfterSpawningProcess: true),
                output: .sequence,
                error: .sequence
            ) { execution in
                async let words = Words.last(of: execution.standardError)
                async let pumped: Void = pump(execution.standardOutput)
                await waitForTheEnd()
                await teardown(execution, grace)
                await pumped
                return await words
            }
            let ending: Ending =
                switch result.terminationStatus {
                case .exited(let code): .exited(Int(code))
                case .signaled(let signal): .signalled(Int(signal))
                }
            report = (ending, result.closureResult)
        } catch let error as SubprocessError {
            switch error.code {
            case .spawnFailed, .executableNotFound, .failedToChangeWorkingDirectory:
                report = (.notStarted("\(error)"), [])
            default: report = (.lost("\(error)"), [])
            }
        } catch {
            report = (.lost("\(error)"), [])
        }
        over()
        state.withLock { $0.input.take()?.close() }
        return report
    }

    /// Nothing more comes.
    private func over() {
        let waiting = state.withLock { state in
            state.isOver = true
            return [state.reader.take(), state.keeper.take()]
        }
        for continuation in waiting { continuation?.resume() }
    }

    /// Takes the program's words as fast as they are read.
    private func pump(_ output: SubprocessOutputSequence) async {
        do {
            for try await part in output {
                let reader = state.withLock { state in
                    // What is said after the end is nobody's.
                    if !state.mustEnd {
                        part.withUnsafeBytes { state.unread.append(contentsOf: $0) }
                    }
                    return state.reader.take()
                }
                reader?.resume()
                await waitForRoom()
            }
        } catch {
            // An output that cannot be read is one that is over.
        }
        over()
    }

    private func waitForRoom() async {
        await withCheckedContinuation { continuation in
            let hasRoom = state.withLock { state in
                let hasRoom = state.mustEnd || state.unread.count < Self.unreadBytesMax
                if !hasRoom { state.pump = continuation }
                return hasRoom
            }
            if hasRoom { continuation.resume() }
        }
    }

    /// Waits until the program shall end, or has ended its output.
    private func waitForTheEnd() async {
        await withCheckedContinuation { continuation in
            let isNow = state.withLock { state in
                let isNow = state.mustEnd || state.isOver
                if !isNow { state.keeper = continuation }
                return isNow
            }
            if isNow { continuation.resume() }
        }
    }

    /// Ends the program; then nothing of its group is left.
    private func teardown<Input, Output, Error>(
        _ execution: Execution<Input, Output, Error>,
        _ grace: Duration
    ) async {
        var steps = [Self.terminate(grace)]
        if isOver {
            // The null signal changes nothing, so that this first step only waits.
            let wait = TeardownStep.send(
                signal: Signal(rawValue: 0),
                toProcessGroup: true,
                allowedDurationToNextStep: Self.patience
            )
            steps.insert(wait, at: 0)
        }
        await execution.teardown(using: steps)
        // The program itself is gone, but what it started may not be. It has not been reaped yet, so
        // that its number cannot have become another group's.
        try? execution.send(signal: .kill, toProcessGroup: true)  // fails when nobody is left
    }

    private static func terminate(_ grace: Duration) -> TeardownStep {
        .send(signal: .terminate, toProcessGroup: true, allowedDurationToNextStep: grace)
    }
}
