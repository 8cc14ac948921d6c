import ArgumentParser
import Configuring
import Daemon
import Glibc
import Logging

/// The command `edgewarden run`.
struct Run: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "The agent, in the foreground; systemd starts it so.",
        discussion: "SIGTERM stops it in good order; SIGHUP makes it read the file again."
    )

    @Option(help: "The file (EDGEWARDEN_CONFIG, or \(ConfigurationPath.standard)).")
    var config: String?

    func run() async throws {
        let path = ConfigurationPath.chosen(config)
        let loaded = try ConfigurationPath.load(path)
        let level = loaded.configuration.agent.logLevel.swiftLog
        let isJournald = Journald.readsStandardError
        LoggingSystem.bootstrap { label in
            JournaldLogHandler(label: label, level: level, isJournald: isJournald)
        }
        let agent = Agent(
            configurationPath: path,
            environment: Surroundings.all,
            logger: Logger(label: "edgewarden")
        )
        do {
            try await agent.run()
        } catch let error as AgentError {
            throw CommandFailure(error.code.status, error.message)
        } catch {
            throw CommandFailure(.no, "the agent ended: \(error)")
        }
    }
}

extension AgentError.Code {
    /// What a person has to mend in the configuration is wrong usage; all else is a failure.
    fileprivate var status: ExitStatus {
        switch self {
        case .configuration, .secret: .wrongUsage
        case .setup, .journal, .socket: .no
        }
    }
}

extension AgentConfiguration.LogLevel {
    fileprivate var swiftLog: Logger.Level {
        switch self {
        case .trace: .trace
        case .debug: .debug
        case .info: .info
        case .notice: .notice
        case .warning: .warning
        case .error: .error
        case .critical: .critical
        }
    }
}

/// Whether systemd's journal reads what we write.
private enum Journald {
    /// `JOURNAL_STREAM` names the device and inode of the journal's socket; it is inherited by
    /// programs whose standard error leads elsewhere, so the two are compared (systemd.exec(5)).
    static var readsStandardError: Bool {
        guard let stream = Surroundings.value("JOURNAL_STREAM") else { return false }
        var facts = stat()
        guard fstat(STDERR_FILENO, &facts) == 0 else { return false }
        return stream == "\(facts.st_dev):\(facts.st_ino)"
    }
}
