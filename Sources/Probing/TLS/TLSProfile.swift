public import FailoverCore
internal import NIOCore
internal import NIOSSL
internal import Synchronization

/// How a prober speaks TLS and judges certificates; one is shared by all probes of a kind.
///
/// TLS 1.2 is the least version offered. Sessions are never resumed, so each probe sees the
/// certificate that the server shows now. The handshake always finishes, whatever the
/// certificate; it is judged afterwards.
public final class TLSProfile: Sendable {
    /// The TLS versions that a profile can be limited to.
    public enum Version: String, Sendable, Hashable, CaseIterable {
        /// TLS 1.2 (RFC 5246).
        case tls12 = "TLSv1.2"
        /// TLS 1.3 (RFC 8446).
        case tls13 = "TLSv1.3"
    }

    /// Whether a client certificate is shown to servers that ask for one.
    public let showsCertificate: Bool

    let judge: CertificateJudge
    let wallClock: @Sendable () -> Timestamp
    private let pool: TLSContextPool

    /// Makes a profile.
    ///
    /// - Parameters:
    ///   - trust: the authorities that certificates are judged against.
    ///   - identity: the client certificate; nil to show none.
    ///   - maximumVersion: the highest version offered; nil for the highest there is.
    ///   - wallClock: the time that certificates are judged at; the system's by default.
    /// - Throws: ``ProbingError`` with ``ProbingError/Code/identityRefused`` when TLS refuses the
    ///   client certificate and key.
    public init(
        trust: TLSTrust,
        identity: ClientIdentity? = nil,
        maximumVersion: Version? = nil,
        wallClock: @escaping @Sendable () -> Timestamp = systemWallClock
    ) throws(ProbingError) {
        showsCertificate = identity != nil
        judge = CertificateJudge(trust: trust)
        self.wallClock = wallClock
        pool = try TLSContextPool(identity: identity, maximumVersion: maximumVersion)
    }

    func lease() throws(ProbingError) -> TLSLease { try pool.lease() }

    func giveBack(_ lease: TLSLease) { pool.giveBack(lease) }
}

/// A TLS context lent to one connection, and what it learns there.
///
/// BoringSSL tells a *context*, not a connection, that the server asked for a client certificate.
/// So each connection has a context to itself while it lasts; contexts are kept for the next.
final class TLSLease: Sendable {
    let context: NIOSSLContext
    private let asked: AskedForCertificate

    init(context: NIOSSLContext, asked: AskedForCertificate) {
        self.context = context
        self.asked = asked
    }

    /// Whether the server asked for a client certificate since the lease began.
    var askedForCertificate: Bool { asked.flag.load(ordering: .relaxed) }

    func reset() { asked.flag.store(false, ordering: .relaxed) }
}

/// The flag that the context's callback raises.
final class AskedForCertificate: Sendable {
    let flag = Atomic(false)
}

/// The contexts that are not in use; as many exist as probes ever ran at once.
struct TLSContextPool: Sendable {
    private let identity: ClientIdentity?
    private let maximumVersion: TLSProfile.Version?
    private let idle: IdleContexts

    /// More than this many idle contexts are not kept.
    private static let idleMax = 64

    private final class IdleContexts: Sendable {
        let leases = Mutex<[TLSLease]>([])
    }

    init(identity: ClientIdentity?, maximumVersion: TLSProfile.Version?) throws(ProbingError) {
        self.identity = identity
        self.maximumVersion = maximumVersion
        idle = IdleContexts()
        // The first context is made here, so that a setup that cannot work is known at once.
        giveBack(try makeLease())
    }

    func lease() throws(ProbingError) -> TLSLease {
        if let lease = idle.leases.withLock({ $0.popLast() }) { return lease }
        return try makeLease()
    }

    func giveBack(_ lease: TLSLease) {
        lease.reset()
        idle.leases.withLock { if $0.count < TLSContextPool.idleMax { $0.append(lease) } }
    }

    private func makeLease() throws(ProbingError) -> TLSLease {
        let asked = AskedForCertificate()
        let context = try TLSContextPool.makeContext(
            identity: identity,
            maximumVersion: maximumVersion
        ) { _, promise in
            // On the client side this is called exactly when a CertificateRequest has arrived.
            asked.flag.store(true, ordering: .relaxed)
            promise.succeed(.noChanges)
        }
        return TLSLease(context: context, asked: asked)
    }

    static func makeContext(
        identity: ClientIdentity?,
        maximumVersion: TLSProfile.Version?,
        whenAsked: @escaping NIOSSLContextCallback
    ) throws(ProbingError) -> NIOSSLContext {
        var configuration = TLSConfiguration.makeClientConfiguration()
        configuration.minimumTLSVersion = .tlsv12
        configuration.maximumTLSVersion = maximumVersion == .tls12 ? .tlsv12 : nil
        // Verification is on so that the callback is given the chain; no roots are loaded, since
        // the callback lets every certificate pass and the judge looks at it afterwards.
        configuration.certificateVerification = .noHostnameVerification
        configuration.trustRoots = .certificates([])
        configuration.renegotiationSupport = .none
        // No post-quantum share: a probe has no secrets to keep for decades, and without it the
        // first message fits into one packet, as the servers and firewalls of the field expect.
        configuration.curves = [.x25519, .secp256r1, .secp384r1, .secp521r1]
        configuration.shutdownTimeout = .milliseconds(500)
        configuration.sslContextCallback = whenAsked
        if let identity {
            configuration.certificateChain = identity.chain.map { .certificate($0) }
            configuration.privateKey = .privateKey(identity.key)
        }
        do {
            return try NIOSSLContext(configuration: configuration)
        } catch {
            throw ProbingError(
                .identityRefused,
                "TLS refuses the client certificate "
                    + "\(identity.map { "from \($0.source)" } ?? "setup"): "
                    + "check that the key belongs to the certificate",
                underlying: "\(error)"
            )
        }
    }
}
