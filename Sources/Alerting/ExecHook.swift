public import FailoverCore
public import FailoverEngine
import Subprograms

/// Hands alerts to a command as JSON on its standard input; exit code 0 is a delivery.
///
/// The command runs in a session and process group of its own, in `/`, with the given environment
/// alone. Nothing of its group outlives it: when it ends, or SIGTERM after the time-out did not end
/// it, the group gets SIGKILL.
public struct ExecHook: AlertHook {
    /// The hook's name in the configuration.
    public let name: String
    private let program: Subprogram

    /// The search path and locale that commands get unless told otherwise.
    public static let defaultEnvironment = [
        "PATH": Subprogram.searchPath,
        "LANG": "C.UTF-8",
    ]

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
        program = Subprogram(
            command: command,
            environment: environment,
            timeout: timeout,
            grace: grace,
            kept: .beginning
        )
    }

    /// Runs the command once; trying again is the dispatcher's work.
    ///
    /// When the task is cancelled, the command's group is ended as after the time-out.
    public func deliver(_ alert: Alert, answerLink: Secret?) async -> DeliveryResult {
        let reason: String
        do {
            let payload = AlertPayload(alert, answerLink: answerLink)
            return verdict(try await program.run(input: payload.json()))
        } catch Subprogram.Failure.notStarted(let text), Subprogram.Failure.lost(let text) {
            reason = text
        } catch {
            reason = "\(error)"
        }
        return failure("\(program.command[0]) could not be run: \(OneLine.of(reason.utf8))")
    }

    private func verdict(_ report: Subprogram.Report) -> DeliveryResult {
        let what: String
        switch report.ending {
        case .exited(0):
            return DeliveryResult(isDelivered: true, detail: "exit code 0")
        case .exited(let code) where report.isLate:
            what =
                "still running after \(program.timeout.inWords); told to end, it gave exit code"
                + " \(code)"
        case .exited(let code):
            what = "exit code \(code)"
        case .signalled(let signal) where report.isLate:
            what =
                "still running after \(program.timeout.inWords); it was ended by signal \(signal)"
        case .signalled(let signal):
            what = "ended by signal \(signal)"
        }
        let output = OneLine.of(report.words)
        return failure(output.isEmpty ? what : "\(what): \(output)")
    }

    private func failure(_ detail: String) -> DeliveryResult {
        DeliveryResult(isDelivered: false, detail: detail)
    }
}
