import FailoverCore
public import FailoverEngine
import HTTPTypes
import Hummingbird
public import Logging
public import ServiceLifecycle

/// Serves Prometheus' metrics over HTTP: whoever asks may read them, and nobody can order anything.
public struct MetricsServer: Service {
    private let address: String
    private let port: Int
    private let about: StatusAbout
    private let logger: Logger

    /// Makes a server.
    ///
    /// Of the parameters:
    /// - `address`, `port`: where it listens; port 0 takes a free one.
    /// - `warden`: the present one; a reload puts another in its place.
    public init(
        agent: String,
        version: String,
        address: String,
        port: Int,
        logger: Logger,
        warden: @escaping @Sendable () -> Warden
    ) {
        about = StatusAbout(agent: agent, version: version, warden: warden)
        self.address = address
        self.port = port
        self.logger = logger
    }

    /// Serves until the service group stops.
    ///
    /// Numbers are not worth an agent: where it cannot listen, it says so and tries again.
    public func run() async throws {
        while !Task.isShuttingDownGracefully, !Task.isCancelled {
            do {
                return try await application.run()
            } catch {
                logger.error(
                    "metrics cannot be served; tried again in 30s",
                    metadata: ["listen": "\(address) port \(port)", "reason": "\(error)"]
                )
            }
            // A stop ends the wait, and the loop sees it.
            try? await cancelWhenGracefulShutdown { try await Task.sleep(for: .seconds(30)) }
        }
    }

    private var application: some ApplicationProtocol {
        let router = Router()
        router.get("metrics") { [about] _, _ in
            Response(
                status: .ok,
                headers: [.contentType: "text/plain; version=0.0.4; charset=utf-8"],
                body: .init(byteBuffer: ByteBuffer(string: await about.metrics))
            )
        }
        return Application(
            router: router,
            configuration: ApplicationConfiguration(
                address: .hostname(address, port: port),
                serverName: nil
            ),
            logger: logger
        )
    }
}

/// Everything that can be told of the agent at present.
struct StatusAbout: Sendable {
    let agent: String
    let version: String
    let warden: @Sendable () -> Warden

    /// What `status` shows.
    var status: StatusBody {
        get async {
            let warden = warden()
            let overview = warden.overview()
            var events: [JournaledRunEvent] = []
            if let running = overview.running {
                // Without its journal the status only lacks the run's times.
                events = (try? await warden.events(of: running.id)) ?? []
            }
            return StatusBody(
                agent: agent,
                version: version,
                organisation: warden.watchedOrganisation,
                overview: overview,
                runningEvents: events,
                outlook: warden.outlook,
                alerts: await warden.alertingState(),
                serverVerdict: { warden.verdict(on: $0, $1) }
            )
        }
    }

    /// The same as Prometheus reads it.
    var metrics: String {
        get async { Metrics(await status, warden().tallies).text }
    }
}
