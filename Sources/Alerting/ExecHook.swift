import FailoverCore
public import FailoverEngine
import Glibc
import Subprocess
import SystemPackage

/// Hands alerts to a command as JSON on its standard input; exit code 0 is a delivery.
///
/// The command runs in a session and process group of its own, in `/`, with the given environment
/// alone. Nothing of its group outlives it: when it ends, or SIGTERM after the time-out did not end
/// it, the group gets SIGKILL.
public struct ExecHook: AlertHook {
    /// The hook's name in the configuration.
    public let name: String
    private let command: [String]
    private let environment: [String: String]
    private let timeout: Duration
    private let grace: Duration

    /// The search path and locale that commands get unless told otherwise.
    public static let defaultEnvironment = [
        "PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
        "LANG": "C.UTF-8",
    ]

    /// How much of the command's output is kept; the rest is read and dropped.
    private static let outputBytesMax = 4_096

    /// Makes a hook.
    ///
    /// - Parameters:
    ///   - name: The hook's name in the configuration.
    ///   - command: An absolute path, then arguments; no shell is involved. Not empty.
    ///   - environment: All that the command gets of variables.
    ///   - timeout: For one delivery; then comes SIGTERM. Default: 10 s.
    ///   - grace: How long after SIGTERM comes SIGKILL. Default: 2 s.
    public init(
        name: String,
        command: [String],
        environment: [String: String] = ExecHook.defaultEnvironment,
        timeout: Duration = .seconds(10),
        grace: Duration = .seconds(2)
    ) {
        precondition(!command.isEmpty, "the command of hook \(name) is empty")
        self.name = name
        self.command = command
        self.environment = environment
        self.timeout = timeout
        self.grace = grace
    }

    /// Runs the command once; trying again is the dispatcher's work.
    ///
    /// When the task is cancelled, the command's group is ended as after the time-out.
    public func deliver(_ alert: Alert) async -> DeliveryResult {
        do {
            return try await run(input: try Self.pipe(holding: AlertPayload(alert).json()))
        } catch {
            return DeliveryResult(
                isDelivered: false,
                detail: "\(command[0]) could not be run: \(OneLine.of("\(error)".utf8))"
            )
        }
    }

    private func run(input: FileDescriptor) async throws -> DeliveryResult {
        let clock = ContinuousClock()
        let deadline = clock.now + timeout
        let end = TeardownStep.send(
            signal: .terminate,
            toProcessGroup: true,
            allowedDurationToNextStep: grace
        )
        // The null signal changes nothing, so that this first step only waits: for the command's
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
            environment: .custom(
                environment.reduce(into: [Environment.Key: String]()) { variables, variable in
                    guard let key = Environment.Key(rawValue: variable.key) else { return }
                    variables[key] = variable.value
                }
            ),
            workingDirectory: "/",
            platformOptions: options,
            input: .fileDescriptor(input, closeAfterSpawningProcess: true),
            output: .sequence,
            error: .combinedWithOutput
        ) { execution in
            async let output = Self.beginning(of: execution.standardOutput)
            // Ends with SIGKILL for the whole group, should SIGTERM not have ended the command.
            await execution.teardown(using: [wait, end])
            // The command itself is gone, but what it started may not be. It has not been reaped
            // yet, so that its number cannot have become another group's.
            try? execution.send(signal: .kill, toProcessGroup: true)  // fails when nobody is left
            return await output
        }
        return verdict(
            result.terminationStatus,
            output: OneLine.of(result.closureResult),
            isLate: clock.now >= deadline
        )
    }

    private func verdict(
        _ status: TerminationStatus,
        output: String,
        isLate: Bool
    ) -> DeliveryResult {
        let what: String
        switch status {
        case .exited(0):
            return DeliveryResult(isDelivered: true, detail: "exit code 0")
        case .exited(let code) where isLate:
            what =
                "still running after \(timeout.inWords); told to end, it gave exit code \(code)"
        case .exited(let code):
            what = "exit code \(code)"
        case .signaled(let signal) where isLate:
            what = "still running after \(timeout.inWords); it was ended by signal \(signal)"
        case .signaled(let signal):
            what = "ended by signal \(signal)"
        }
        return DeliveryResult(
            isDelivered: false,
            detail: output.isEmpty ? what : "\(what): \(output)"
        )
    }

    /// Reads all, so that a chatty command does not block, and keeps the first part.
    private static func beginning(of output: SubprocessOutputSequence) async -> [UInt8] {
        var kept: [UInt8] = []
        do {
            for try await part in output {
                part.withUnsafeBytes {
                    kept.append(contentsOf: $0.prefix(outputBytesMax - kept.count))
                }
            }
        } catch {
            // The output serves only to explain; the exit code decides.
        }
        return kept
    }

    /// The reading end of a pipe that already holds all the bytes and has no writer any more.
    ///
    /// Not written while the command runs: one that ends without reading would give us SIGPIPE, and
    /// one that does not read would hold the writer up.
    private static func pipe(holding bytes: [UInt8]) throws -> FileDescriptor {
        // Other commands do not inherit it: Subprocess closes all but standard input, output and
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
