import Glibc
import Subprocess
import SystemPackage

/// A program that gets bytes on its standard input and answers by how it ends.
///
/// It runs in a session and process group of its own, in `/`, with the given environment alone.
/// Nothing of its group outlives it: when it ends, or SIGTERM after the time-out did not end it, the
/// group gets SIGKILL.
public struct Subprogram: Sendable {
    /// Which of its words are kept; the rest is read and dropped.
    public enum Kept: Sendable, Equatable {
        /// The first of what it writes to standard output and standard error together.
        case beginning
        /// The last of what it writes to standard error; its standard output is thrown away.
        case endOfErrors
    }

    /// How it ended.
    public enum Ending: Sendable, Equatable {
        /// With this exit code.
        case exited(Int)
        /// By this signal.
        case signalled(Int)
    }

    /// What a run left behind.
    public struct Report: Sendable, Equatable {
        /// How it ended; when it had to be told to end, that says little.
        public var ending: Ending
        /// Whether it was still running at the time-out.
        public var isLate: Bool
        /// Whether the caller gave it up.
        public var isCancelled: Bool
        /// Its words that were kept, at most ``Subprogram/keptBytesMax`` bytes, as they came.
        public var words: [UInt8]
    }

    /// Why there is no report, in the words of the system.
    public enum Failure: Error, Equatable {
        /// The program never ran.
        case notStarted(String)
        /// It ran, but how it ended is not known.
        case lost(String)
    }

    /// How much of its words is kept: more than a line that is shown needs.
    public static let keptBytesMax = 4_096

    /// Where the system's programs are.
    public static let searchPath =
        "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

    /// An absolute path, then arguments; no shell is involved.
    public let command: [String]
    /// All that the program gets of variables.
    public let environment: [String: String]
    /// After this comes SIGTERM.
    public let timeout: Duration
    /// So long after SIGTERM comes SIGKILL.
    public let grace: Duration
    /// Which of its words are kept.
    public let kept: Kept

    /// Describes a program; nothing runs yet.
    ///
    /// - Parameters:
    ///   - command: an absolute path, then arguments; not empty. Arguments can be seen by every user of
    ///     the host: they hold no secret.
    ///   - environment: all that it gets of variables; default a search path alone.
    ///   - timeout: for one run; then comes SIGTERM.
    ///   - grace: how long after SIGTERM comes SIGKILL.
    ///   - kept: which of its words are kept.
    public init(
        command: [String],
        environment: [String: String] = ["PATH": Subprogram.searchPath],
        timeout: Duration,
        grace: Duration,
        kept: Kept
    ) {
        precondition(!command.isEmpty, "a program has a path")
        self.command = command
        self.environment = environment
        self.timeout = timeout
        self.grace = grace
        self.kept = kept
    }

    /// Runs the program once with the input; ends its group when the task is cancelled.
    ///
    /// - Parameter bytes: what it gets on its standard input, 64 KiB at most.
    /// - Returns: how it ended and what it said.
    /// - Throws: ``Failure`` when it did not start, or nothing is known of its end.
    public func run(input bytes: [UInt8]) async throws(Failure) -> Report {
        let input: FileDescriptor
        do {
            input = try FilledPipe.holding(bytes)
        } catch {
            throw .notStarted("its input of \(bytes.count) bytes cannot be prepared (\(error))")
        }
        let clock = ContinuousClock()
        let deadline = clock.now + timeout
        do {
            let (status, words) = try await run(input: input)
            let ending: Ending =
                switch status {
                case .exited(let code): .exited(Int(code))
                case .signaled(let signal): .signalled(Int(signal))
                }
            return Report(
                ending: ending,
                isLate: clock.now >= deadline,
                isCancelled: Task.isCancelled,
                words: words
            )
        } catch let error as SubprocessError {
            switch error.code {
            case .spawnFailed, .executableNotFound, .failedToChangeWorkingDirectory:
                throw .notStarted("\(error)")
            default: throw .lost("\(error)")
            }
        } catch {
            throw .lost("\(error)")
        }
    }

    private func run(input: FileDescriptor) async throws -> (TerminationStatus, [UInt8]) {
        let configuration = configuration
        let input = FileDescriptorInput.fileDescriptor(input, closeAfterSpawningProcess: true)
        switch kept {
        case .beginning:
            let result = try await Subprocess.run(
                configuration,
                input: input,
                output: .sequence,
                error: .combinedWithOutput
            ) { execution in
                async let words = Words.first(of: execution.standardOutput)
                await end(execution)
                return await words
            }
            return (result.terminationStatus, result.closureResult)
        case .endOfErrors:
            let result = try await Subprocess.run(
                configuration,
                input: input,
                output: .discarded,
                error: .sequence
            ) { execution in
                async let words = Words.last(of: execution.standardError)
                await end(execution)
                return await words
            }
            return (result.terminationStatus, result.closureResult)
        }
    }

    private var configuration: Configuration {
        Configuration(command, environment: environment, teardown: [terminate])
    }

    private var terminate: TeardownStep {
        .send(signal: .terminate, toProcessGroup: true, allowedDurationToNextStep: grace)
    }

    /// Waits for the program's end or its time-out; then nothing of its group is left.
    private func end<Input, Output, Error>(_ execution: Execution<Input, Output, Error>) async {
        // The null signal changes nothing, so that this first step only waits.
        let wait = TeardownStep.send(
            signal: Signal(rawValue: 0),
            toProcessGroup: true,
            allowedDurationToNextStep: timeout
        )
        // Ends with SIGKILL for the whole group, should SIGTERM not have ended the program.
        await execution.teardown(using: [wait, terminate])
        // The program itself is gone, but what it started may not be. It has not been reaped yet, so
        // that its number cannot have become another group's.
        try? execution.send(signal: .kill, toProcessGroup: true)  // fails when nobody is left
    }
}
