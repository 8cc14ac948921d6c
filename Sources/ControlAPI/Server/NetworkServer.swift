import FailoverCore
public import FailoverEngine
import HTTPTypes
import Hummingbird
import HummingbirdTLS
public import Logging
import NIOSSL
public import ServiceLifecycle

/// Serves over TCP: Prometheus' metrics for whoever asks, the API for who has a token, and a page for
/// who has a link from a message.
public struct NetworkServer: Service {
    /// A certificate with its key, each a PEM file; read when the server begins to listen.
    public struct Certificate: Sendable {
        private let certificateFile: String
        private let keyFile: String

        /// Names the files.
        public init(certificateFile: String, keyFile: String) {
            self.certificateFile = certificateFile
            self.keyFile = keyFile
        }

        fileprivate var configuration: TLSConfiguration {
            get throws {
                let chain: [NIOSSLCertificate]
                do {
                    chain = try NIOSSLCertificate.fromPEMFile(certificateFile)
                } catch {
                    throw Unreadable(
                        description: "\(certificateFile) holds no certificate: \(error)"
                    )
                }
                do {
                    return .makeServerConfiguration(
                        certificateChain: chain.map { .certificate($0) },
                        privateKey: .privateKey(try NIOSSLPrivateKey(file: keyFile, format: .pem))
                    )
                } catch {
                    throw Unreadable(description: "\(keyFile) holds no private key: \(error)")
                }
            }
        }

        private struct Unreadable: Error, CustomStringConvertible {
            var description: String
        }
    }

    private let address: String
    private let port: Int
    private let certificate: Certificate?
    private let tokens: [AccessToken]
    private let answers: AnswerLinks?
    private let about: StatusAbout
    private let audit: any AuditStore
    private let logger: Logger

    /// Makes a server.
    ///
    /// Of the parameters:
    /// - `address`, `port`: where it listens; port 0 takes a free one.
    /// - `certificate`: by what it proves itself; nil serves plain HTTP.
    /// - `tokens`: who may ask and order; without any it serves metrics alone.
    /// - `answers`: the links in messages by which people answer; nil serves no page for them.
    /// - `audit`: the journal as an audit log.
    /// - `warden`: the present one; a reload puts another in its place.
    public init(
        agent: String,
        version: String,
        address: String,
        port: Int,
        certificate: Certificate? = nil,
        tokens: [AccessToken] = [],
        answers: AnswerLinks? = nil,
        audit: any AuditStore,
        logger: Logger,
        warden: @escaping @Sendable () -> Warden
    ) {
        about = StatusAbout(agent: agent, version: version, warden: warden)
        self.address = address
        self.port = port
        self.certificate = certificate
        self.tokens = tokens
        self.answers = answers
        self.audit = audit
        self.logger = logger
    }

    /// Serves until the service group stops.
    ///
    /// Nothing of this is worth an agent: where it cannot listen, it says so and tries again.
    public func run() async throws {
        while !Task.isShuttingDownGracefully, !Task.isCancelled {
            do {
                return try await serve()
            } catch {
                logger.error(
                    "cannot listen over TCP, will be tried again",
                    metadata: ["listen": "\(address) port \(port)", "reason": "\(error)"]
                )
            }
            // A stop ends the wait, and the loop sees it.
            try? await cancelWhenGracefulShutdown { try await Task.sleep(for: .seconds(30)) }
        }
    }

    private func serve() async throws {
        let configuration = ApplicationConfiguration(
            address: .hostname(address, port: port),
            serverName: nil
        )
        guard let certificate else {
            return try await Application(
                router: router,
                configuration: configuration,
                logger: logger
            ).run()
        }
        try await Application(
            router: router,
            server: .tls(tlsConfiguration: certificate.configuration),
            configuration: configuration,
            logger: logger
        ).run()
    }

    private var router: Router<AgentRequestContext> {
        let router = Router(context: AgentRequestContext.self)
        router.get("metrics") { [about] _, _ in
            Response(
                status: .ok,
                headers: [.contentType: "text/plain; version=0.0.4; charset=utf-8"],
                body: .init(byteBuffer: ByteBuffer(string: await about.metrics))
            )
        }
        let control = ControlRoutes(about: about, audit: audit)
        if !tokens.isEmpty { control.add(to: router, knowing: .tokens(tokens)) }
        if let answers { AnswerRoutes(control: control, links: answers).add(to: router) }
        return router
    }
}
