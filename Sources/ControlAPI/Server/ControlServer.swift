import FailoverCore
public import FailoverEngine
import Foundation
import HTTPTypes
import Hummingbird
public import Logging
public import ServiceLifecycle

/// Serves the API on a Unix socket.
///
/// Who may reach the socket's folder is who the kernel says; ``AccessRules`` say what they may do.
public struct ControlServer: Service {
    private let about: StatusAbout
    private let socketPath: String
    private let audit: any AuditStore
    private let logger: Logger
    private let onRunning: @Sendable () async -> Void

    /// Makes a server.
    ///
    /// Of the parameters:
    /// - `socketPath`: where it listens; a socket that a dead agent left there is replaced, so the
    ///     state directory must be locked before.
    /// - `audit`: the journal as an audit log.
    /// - `warden`: the present one; a reload puts another in its place.
    /// - `onRunning`: called once it listens.
    public init(
        agent: String,
        version: String,
        socketPath: String,
        audit: any AuditStore,
        logger: Logger,
        warden: @escaping @Sendable () -> Warden,
        onRunning: @escaping @Sendable () async -> Void = {}
    ) {
        about = StatusAbout(agent: agent, version: version, warden: warden)
        self.socketPath = socketPath
        self.audit = audit
        self.logger = logger
        self.onRunning = onRunning
    }

    /// Serves until the service group stops.
    public func run() async throws {
        let onRunning = onRunning
        let application = Application(
            router: router,
            configuration: ApplicationConfiguration(
                address: .unixDomainSocket(path: socketPath),
                serverName: nil
            ),
            onServerRunning: { _ in await onRunning() },
            logger: logger
        )
        try await application.run()
    }

    private var router: Router<AgentRequestContext> {
        let router = Router(context: AgentRequestContext.self)
        ControlRoutes(about: about, audit: audit).add(to: router, knowing: .socket)
        return router
    }
}
