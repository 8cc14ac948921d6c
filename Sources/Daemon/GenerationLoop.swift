import Configuring
import ControlAPI
import FailoverCore
import FailoverEngine
import Journaling
import Logging
import Probing
import ServiceLifecycle
import Synchronization

/// Runs one generation after the other on one journal.
final class GenerationLoop: Service {
    private let path: String
    private let environment: [String: String]
    private let journal: Journal
    private let manager: ServiceManager
    private let answers: AnswerLinks?
    private let logger: Logger
    private let clock = SystemMonotonicClock()
    private let wallClock = SystemWallClock(systemWallClock)

    private struct State {
        var current: Generation?
        var next: AgentConfiguration?
        var configuration: AgentConfiguration?
        var isStopping = false
    }
    private let state = Mutex(State())

    init(
        path: String,
        environment: [String: String],
        journal: Journal,
        manager: ServiceManager,
        answers: AnswerLinks?,
        logger: Logger
    ) {
        self.path = path
        self.environment = environment
        self.journal = journal
        self.manager = manager
        self.answers = answers
        self.logger = logger
    }

    /// The warden of the current generation.
    var warden: Warden {
        guard let current = state.withLock({ $0.current }) else {
            preconditionFailure("the first generation is made before anything runs")
        }
        return current.warden
    }

    /// How far probes and driver are, for the watchdog.
    var pulse: Pulse {
        state.withLock { state in
            Pulse(
                probes: state.current?.probeProgress.count ?? 0,
                driver: state.current?.driverProgress.count ?? 0,
                isParking: state.current?.stop.isRaised ?? true,
                probeInterval: state.configuration?.probes.interval ?? .zero
            )
        }
    }

    /// Makes the first generation.
    func begin(_ configuration: AgentConfiguration) async throws(AgentError) {
        let generation = try await make(configuration)
        state.withLock { state in
            state.current = generation
            state.configuration = configuration
        }
    }

    private func make(_ configuration: AgentConfiguration) async throws(AgentError) -> Generation {
        var memory: PolicyMemory
        do throws(JournalFailure) {
            if let (saved, at) = try await journal.loadMemory() {
                // A wall clock that went back must not shorten a wait.
                memory = saved.aged(by: max(.zero, wallClock.now() - at))
            } else {
                memory = .empty
            }
            // Requests and their runs share numbers, and no number is used twice.
            let newest = try await journal.runs(limit: 1).first?.number ?? 0
            memory.nextRequest = max(memory.nextRequest, newest + 1)
        } catch {
            throw AgentError(code: .journal, message: error.message)
        }
        return try Generation(
            configuration,
            surroundings: Surroundings(
                journal: journal,
                environment: environment,
                clock: clock,
                wallClock: wallClock,
                answers: answers,
                logger: logger
            ),
            memory: memory,
            continuing: state.withLock { $0.current }
        )
    }

    func run() async throws {
        await withGracefulShutdownHandler {
            while let generation = state.withLock({ $0.isStopping ? nil : $0.current }) {
                await generation.run()
                guard let next = state.withLock({ $0.next }) else { return }
                await replace(generation, by: next)
            }
        } onGracefulShutdown: {
            self.manager.notify("STOPPING=1\nSTATUS=parking what is under way")
            let current = self.state.withLock { state in
                state.isStopping = true
                state.next = nil
                return state.current
            }
            current?.stop.raise()
        }
    }

    /// Reads the file again; a wrong one changes nothing and alerts.
    func reload() async {
        manager.notify("RELOADING=1")
        defer { manager.notify("READY=1") }
        let failure: String
        do throws(ConfigurationErrors) {
            let loaded = try ConfigurationLoader.load(path: path)
            let old = state.withLock { $0.configuration }
            if let old,
                old.agent.stateDirectory != loaded.configuration.agent.stateDirectory
                    || old.agent.socket != loaded.configuration.agent.socket
                    || old.api != loaded.configuration.api
            {
                failure = "state_directory, socket and api change only at a restart"
            } else if let problem = await problem(with: loaded.configuration) {
                failure = problem
            } else {
                await note(accepted: true, "read from \(path)")
                let current = state.withLock { state in
                    state.next = loaded.configuration
                    return state.current
                }
                current?.stop.raise()
                return
            }
        } catch {
            failure = error.description
        }
        await note(accepted: false, failure)
        await warden.tell(
            Notice(
                .agentTrouble,
                .critical,
                sentence: "the new configuration is refused and the old one stays: \(failure)"
            )
        )
    }

    /// Tries to make the parts, so that a missing secret is found before the old ones end.
    private func problem(with configuration: AgentConfiguration) async -> String? {
        do throws(AgentError) {
            _ = try await make(configuration)
            return nil
        } catch {
            return error.message
        }
    }

    private func replace(_ old: Generation, by configuration: AgentConfiguration) async {
        do throws(AgentError) {
            let generation = try await make(configuration)
            state.withLock { state in
                state.current = generation
                state.configuration = configuration
                state.next = nil
            }
        } catch {
            // It could be made a moment ago; the old file is the way back.
            logger.critical("reload failed", metadata: ["reason": "\(error.message)"])
            guard let previous = state.withLock({ $0.configuration }) else { return }
            do throws(AgentError) {
                let generation = try await make(previous)
                state.withLock { state in
                    state.current = generation
                    state.next = nil
                }
            } catch {
                logger.critical("agent stops", metadata: ["reason": "\(error.message)"])
                state.withLock { $0.isStopping = true }
            }
        }
    }

    private func note(accepted: Bool, _ detail: String) async {
        do throws(JournalFailure) {
            try await journal.append(
                .reloaded(accepted: accepted, detail: detail),
                at: wallClock.now()
            )
        } catch {
            logger.error("journal cannot be written", metadata: ["reason": "\(error.message)"])
        }
    }
}
