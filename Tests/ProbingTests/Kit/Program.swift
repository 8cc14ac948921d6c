import Foundation
import Glibc
import Synchronization

/// Runs programs that tests need, and looks for them.
enum Program {
    struct Failure: Error, CustomStringConvertible {
        var description: String
    }

    /// The full path of a program; nil when it is not installed.
    static func path(_ name: String) -> String? {
        ["/usr/sbin/", "/usr/bin/", "/usr/local/sbin/", "/usr/local/bin/"].map { $0 + name }
            .first { FileManager.default.isExecutableFile(atPath: $0) }
    }

    /// Runs a program to its end; throws with its output unless it exits 0.
    ///
    /// Only the program itself is waited for: what it leaves behind may hold on to files that it
    /// inherited, and Foundation's `Process` would wait for that, too.
    static func run(_ path: String, _ arguments: [String], log: String) async throws {
        let pid = try spawn(path, arguments, log: log)
        let status: Int32 = await withCheckedContinuation { continuation in
            DispatchQueue.global().async {
                var status: Int32 = -1
                while waitpid(pid, &status, 0) < 0, errno == EINTR {}
                continuation.resume(returning: status)
            }
        }
        guard status == 0 else {
            let text = (try? String(contentsOfFile: log, encoding: .utf8)) ?? ""
            throw Failure(description: "\(path) ended with status \(status): \(text)")
        }
    }

    private static func spawn(
        _ path: String,
        _ arguments: [String],
        log: String
    ) throws -> pid_t {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_addopen(&actions, 1, log, O_WRONLY | O_CREAT, 0o644)
        posix_spawn_file_actions_adddup2(&actions, 1, 2)
        var words: [UnsafeMutablePointer<CChar>?] = ([path] + arguments).map { strdup($0) }
        words.append(nil)
        defer { for word in words { free(word) } }
        var pid: pid_t = 0
        let result = posix_spawn(&pid, path, &actions, nil, words, environ)
        guard result == 0 else { throw Failure(description: "\(path): errno \(result)") }
        return pid
    }
}

/// A program in the foreground that has said that it is ready.
final class RunningProgram: Sendable {
    let pid: pid_t
    private let process: Process

    /// Starts it and returns when `mark` has been in its output.
    ///
    /// It also returns, by throwing, when the program ends before.
    static func start(
        _ path: String,
        _ arguments: [String],
        untilPrinted mark: String
    ) async throws -> RunningProgram {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: path)
        process.arguments = arguments
        let pipe = Pipe()
        process.standardOutput = pipe
        process.standardError = pipe
        process.standardInput = FileHandle.nullDevice
        try await withCheckedThrowingContinuation { continuation in
            let watch = OutputWatch(mark: mark, continuation: continuation)
            // Goes on after the mark, so that the program never blocks on a full pipe.
            pipe.fileHandleForReading.readabilityHandler = { handle in
                let data = handle.availableData
                if data.isEmpty { handle.readabilityHandler = nil }
                watch.take(data)
            }
            do {
                try process.run()
            } catch {
                watch.fail(error)
            }
        }
        return RunningProgram(process)
    }

    private init(_ process: Process) {
        self.process = process
        pid = process.processIdentifier
    }

    /// Halts it and returns once it stands still.
    func halt() {
        kill(pid, SIGSTOP)
        var information = siginfo_t()
        // The signal alone lets running threads finish an answer; this waits for the last one.
        waitid(P_PID, id_t(pid), &information, WSTOPPED | WNOWAIT)
    }

    /// Lets it go on.
    func goOn() { kill(pid, SIGCONT) }

    /// Kills it and waits until it is gone.
    func stop() {
        kill(pid, SIGKILL)
        process.waitUntilExit()
    }
}

/// Looks for a mark in what a program prints, and resumes once.
private final class OutputWatch: Sendable {
    private struct State {
        var seen = Data()
        var continuation: CheckedContinuation<Void, any Error>?
    }

    private let mark: Data
    private let state: Mutex<State>

    init(mark: String, continuation: CheckedContinuation<Void, any Error>) {
        self.mark = Data(mark.utf8)
        state = Mutex(State(continuation: continuation))
    }

    func take(_ data: Data) {
        state.withLock { state in
            guard state.continuation != nil else { return }
            state.seen += data
            if state.seen.range(of: mark) != nil {
                state.continuation?.resume()
                state.continuation = nil
            } else if data.isEmpty {
                let text = String(decoding: state.seen, as: UTF8.self)
                state.continuation?.resume(
                    throwing: Program.Failure(description: "it ended: \(text)")
                )
                state.continuation = nil
            }
        }
    }

    func fail(_ error: any Error) {
        state.withLock { state in
            state.continuation?.resume(throwing: error)
            state.continuation = nil
        }
    }
}
