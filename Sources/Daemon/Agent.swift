import Configuring
import ControlAPI
import FailoverCore
import FailoverEngine
import Journaling
public import Logging
import Probing
import ServiceLifecycle
import Synchronization
import UnixSignals

/// The whole agent: one configuration file, one state directory, one socket.
///
/// It runs in generations: a reload ends one in good order and begins the next from the new file.
public struct Agent: Sendable {
    private let path: String
    private let environment: [String: String]
    private let logger: Logger
    private let signals: Bool

    /// Makes an agent; nothing is read before ``run()``.
    ///
    /// Of the parameters:
    /// - `path`: the configuration file; read again at SIGHUP.
    /// - `environment`: the process's: systemd's sockets and credentials, secrets.
    /// - `handlesSignals`: whether SIGTERM, SIGINT and SIGHUP are the agent's.
    public init(
        configurationPath path: String,
        environment: [String: String],
        handlesSignals: Bool = true,
        logger: Logger
    ) {
        self.path = path
        self.environment = environment
        self.logger = logger
        signals = handlesSignals
    }

    /// Runs until it is told to stop.
    ///
    /// - Throws: ``AgentError`` when it cannot start.
    public func run() async throws {
        let configuration: AgentConfiguration
        do throws(ConfigurationErrors) {
            let loaded = try ConfigurationLoader.load(path: path)
            for warning in loaded.warnings {
                logger.warning("configuration", metadata: ["warning": "\(warning)"])
            }
            configuration = loaded.configuration
        } catch {
            throw AgentError(code: .configuration, message: error.description)
        }
        let journal: Journal
        do throws(JournalFailure) {
            journal = try Journal(
                directory: configuration.agent.stateDirectory,
                agent: configuration.agent.name,
                startedAt: systemWallClock()
            )
        } catch {
            throw AgentError(code: .journal, message: error.message)
        }
        let manager = ServiceManager(environment: environment)
        let answers = configuration.api.publicURL.map { AnswerLinks(publicURL: $0) }
        let loop = GenerationLoop(
            path: path,
            environment: environment,
            journal: journal,
            manager: manager,
            answers: answers,
            logger: logger
        )
        let network = try network(configuration, journal, answers, loop)
        try await loop.begin(configuration)
        let announcer = Announcer(
            manager: manager,
            clock: SystemMonotonicClock(),
            pulse: { loop.pulse }
        )
        let server = ControlServer(
            agent: configuration.agent.name,
            version: Version.text,
            socketPath: configuration.agent.socket,
            audit: journal,
            logger: logger.forLibraries,
            warden: { loop.warden },
            onRunning: { announcer.noteAnswering() }
        )
        let watchdog = Watchdog(
            manager: manager,
            interval: ServiceManager.watchdogInterval(environment: environment),
            clock: SystemMonotonicClock(),
            pulse: { loop.pulse }
        )
        // Stopped in reverse: first no more orders, then the generation.
        let group = ServiceGroup(
            configuration: ServiceGroupConfiguration(
                services: [
                    .init(service: loop), .init(service: watchdog), .init(service: announcer),
                    .init(service: server),
                ]
                    + (network.map { [.init(service: $0)] } ?? [])
                    + (signals ? [.init(service: Reloader(loop: loop))] : []),
                gracefulShutdownSignals: signals ? [.sigterm, .sigint] : [],
                logger: logger.forLibraries
            )
        )
        try await group.run()
        manager.notify("STOPPING=1")
    }

    /// What listens on TCP; nil where nothing does.
    private func network(
        _ configuration: AgentConfiguration,
        _ journal: Journal,
        _ answers: AnswerLinks?,
        _ loop: GenerationLoop
    ) throws(AgentError) -> NetworkServer? {
        let api = configuration.api
        guard let listener = api.listener else { return nil }
        let secrets = SecretStore(
            directory: configuration.agent.secretsDirectory,
            environment: environment
        )
        var tokens: [AccessToken] = []
        for token in api.tokens {
            guard
                let known = AccessToken(owner: token.owner, secret: try secrets.found(token.secret))
            else {
                throw AgentError(
                    code: .configuration,
                    message: "the token '\(token.secret)' of \(token.owner) is too short: it has to"
                        + " have \(AccessToken.lengthMin) characters at least (openssl rand -hex 32"
                        + " makes one)"
                )
            }
            tokens.append(known)
        }
        return NetworkServer(
            agent: configuration.agent.name,
            version: Version.text,
            address: listener.address.description,
            port: Int(listener.port),
            certificate: api.tls.map {
                .init(certificateFile: $0.certificate, keyFile: $0.key)
            },
            tokens: tokens,
            answers: answers,
            audit: journal,
            logger: logger.forLibraries,
            warden: { loop.warden }
        )
    }
}

/// Waits for SIGHUP.
private struct Reloader: Service {
    let loop: GenerationLoop

    func run() async throws {
        for await _ in await UnixSignalsSequence(trapping: .sighup).cancelOnGracefulShutdown() {
            await loop.reload()
        }
    }
}
