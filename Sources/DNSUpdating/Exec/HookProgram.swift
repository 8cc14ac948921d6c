import FailoverCore
import Glibc
import Subprocess
import SystemPackage

/// A program of the organisation's that gets bytes on its standard input and answers by its exit
/// code.
///
/// It runs in a session and process group of its own, in `/`, with a search path as its only
/// variable. Nothing of its group outlives it: when it ends, or SIGTERM after the time-out did not
/// end it, the group gets SIGKILL.
struct HookProgram: Sendable {
    /// How one run ended.
    enum Ending: Sendable, Equatable {
        /// It ended in time with this exit code.
        case exited(Int)
        /// It ended by this signal, in time.
        case signalled(Int)
        /// It was still running at the time-out, or when the caller gave up.
        case ended(isCancelled: Bool)
    }

    /// What a run left behind.
    struct Report: Sendable, Equatable {
        var ending: Ending
        /// The last line of standard error, fit for a log line; empty when there was none.
        var lastLine: String
    }

    /// Why there is no report.
    enum Failure: Error, Equatable {
        /// The program never ran.
        case notStarted(String)
        /// It ran, but how it ended is not known.
        case lost(String)
    }

    /// An absolute path, then arguments; no shell is involved.
    let command: [String]
    /// After this comes SIGTERM.
    let timeout: Duration
    /// So long after SIGTERM comes SIGKILL.
    let grace: Duration

    /// The only variable that the program gets.
    static let searchPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

    /// Runs the program once with the input; ends its group when the task is cancelled.
    func run(input bytes: [UInt8]) async throws(Failure) -> Report {
        let input: FileDescriptor
        do {
            input = try Self.pipe(holding: bytes)
        } catch {
            throw .notStarted("its input of \(bytes.count) bytes cannot be prepared (\(error))")
        }
        do {
            return try await run(input: input)
        } catch let error as SubprocessError {
            let text = LastLine.of("\(error)".utf8)
            switch error.code {
            case .spawnFailed, .executableNotFound, .failedToChangeWorkingDirectory:
                throw .notStarted(text)
            default: throw .lost(text)
            }
        } catch {
            throw .lost(LastLine.of("\(error)".utf8))
        }
    }

    private func run(input: FileDescriptor) async throws -> Report {
        let clock = ContinuousClock()
        let deadline = clock.now + timeout
        let end = TeardownStep.send(
            signal: .terminate,
            toProcessGroup: true,
            allowedDurationToNextStep: grace
        )
        // The null signal changes nothing, so that this first step only waits: for the program's
        // end or the time-out.
        let wait = TeardownStep.send(
            signal: Signal(rawValue: 0),
            toProcessGroup: true,
            allowedDurationToNextStep: timeout
        )
        var options = PlatformOptions()
        options.createSession = true
        options.teardownSequence = [end]
        let result = try await Subprocess.run(
            .path(FilePath(command[0])),
            arguments: Arguments(Array(command.dropFirst())),
            environment: .custom(["PATH": Self.searchPath]),
            workingDirectory: "/",
            platformOptions: options,
            input: .fileDescriptor(input, closeAfterSpawningProcess: true),
            output: .discarded,
            error: .sequence
        ) { execution in
            async let said = Self.end(of: execution.standardError)
            // Ends with SIGKILL for the whole group, should SIGTERM not have ended the program.
            await execution.teardown(using: [wait, end])
            // The program itself is gone, but what it started may not be. It has not been reaped
            // yet, so that its number cannot have become another group's.
            try? execution.send(signal: .kill, toProcessGroup: true)  // fails when nobody is left
            return await said
        }
        let lastLine = LastLine.of(result.closureResult)
        // Told to end, a program may still say yes or no; such a word is not worth much.
        if Task.isCancelled { return Report(ending: .ended(isCancelled: true), lastLine: lastLine) }
        if clock.now >= deadline {
            return Report(ending: .ended(isCancelled: false), lastLine: lastLine)
        }
        let ending: Ending =
            switch result.terminationStatus {
            case .exited(let code): .exited(Int(code))
            case .signaled(let signal): .signalled(Int(signal))
            }
        return Report(ending: ending, lastLine: lastLine)
    }

    /// Reads all, so that a chatty program does not block, and keeps the last part.
    private static func end(of output: SubprocessOutputSequence) async -> [UInt8] {
        var tail = Tail()
        do {
            for try await part in output {
                part.withUnsafeBytes { tail.append($0) }
            }
        } catch {
            // The words serve only to explain; the exit code decides.
        }
        return tail.bytes
    }

    /// The reading end of a pipe that already holds all the bytes and has no writer any more.
    ///
    /// Not written while the program runs: one that ends without reading would give us SIGPIPE, and
    /// one that does not read would hold the writer up.
    private static func pipe(holding bytes: [UInt8]) throws -> FileDescriptor {
        // Other programs do not inherit it: Subprocess closes all but standard input, output and
        // error.
        let (reading, writing) = try FileDescriptor.pipe()
        do {
            defer { try? writing.close() }  // nothing of ours depends on it
            // A pipe takes 64 KiB at once; more is refused rather than waited for.
            guard fcntl(writing.rawValue, F_SETFL, O_NONBLOCK) == 0 else {
                throw Errno(rawValue: errno)
            }
            try writing.writeAll(bytes)
        } catch {
            try? reading.close()  // the first failure is the one to tell
            throw error
        }
        return reading
    }
}
