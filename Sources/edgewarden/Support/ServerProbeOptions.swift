import ArgumentParser
import FailoverCore
import Probing

/// The domains in a request.
struct ProbeDomains: ParsableArguments {
    @Option(help: "The domain asked for; the server's name by default.")
    var domain: String?

    @Option(help: "The domain we say we are.")
    var from: String?

    func validate() throws {
        for name in [domain, from] {
            if let name, FQDN(name) == nil { throw ValidationError("'\(name)' is no domain.") }
        }
    }
}

/// What the probes of servers have in common.
struct ServerProbeOptions: ParsableArguments {
    @Argument(
        help: ArgumentHelp(
            "A name or an address (IPv6 in brackets) and a port.",
            valueName: "host:port"
        )
    )
    var target: String

    @Option(help: "The name for SNI and for judging the certificate; HOST by default.")
    var serverName: String?

    @Option(name: .customLong("ca"), help: "PEM file of authorities; the system's by default.")
    var authorities: String?

    @Option(help: "PEM file with a client certificate.")
    var cert: String?

    @Option(help: "PEM file with its key.")
    var key: String?

    @Option(help: "The time for the whole probe.")
    var timeout = DurationArgument(.seconds(3))

    @Flag(help: "Print JSON.")
    var json = false

    func validate() throws {
        guard HostPort(target) != nil else {
            throw ValidationError(
                "'\(target)' is not HOST:PORT; write an IPv6 address as [2001:db8::1]:5061."
            )
        }
        if let serverName, FQDN(serverName) == nil {
            throw ValidationError("'\(serverName)' is no server name.")
        }
        guard (cert == nil) == (key == nil) else {
            throw ValidationError("--cert and --key go together.")
        }
    }

    /// Probes and prints.
    ///
    /// - Throws: `wrongUsage` for files that cannot be used, `no` when the server is not alive.
    func probe(_ kind: ProbeKind, _ domains: ProbeDomains? = nil) async throws(CommandFailure) {
        guard let place = HostPort(target), let port = place.port ?? kind.standardPort else {
            throw CommandFailure(.wrongUsage, "a TLS probe needs a port: '\(target):443'")
        }
        let profile = try profile()
        let addresses = try place.addresses()
        let serverName = serverName.flatMap { FQDN($0) } ?? place.name
        let probed = ProbeTarget(
            kind: kind,
            address: addresses[0],
            port: port,
            serverName: serverName,
            domain: domains?.domain.flatMap { FQDN($0) },
            localDomain: domains?.from.flatMap { FQDN($0) }
        )
        let outcome = await Probers(profile: profile).probe(probed, timeout: timeout.duration)
        let view = ProbeView(
            target: probed,
            host: place.host,
            others: Array(addresses.dropFirst()),
            outcome: outcome
        )
        if json {
            Output.json(view.body)
        } else {
            Voice(isAside: false).say(view.lines)
        }
        if outcome.liveness != .alive { throw CommandFailure(.no) }
    }

    private func profile() throws(CommandFailure) -> TLSProfile {
        do throws(ProbingError) {
            let trust =
                if let authorities { try TLSTrust.file(authorities) } else { try TLSTrust.system() }
            var identity: ClientIdentity?
            if let cert, let key {
                identity = try ClientIdentity(certificateFile: cert, keyFile: key)
            }
            return try TLSProfile(trust: trust, identity: identity)
        } catch {
            throw CommandFailure(.wrongUsage, error.description)
        }
    }
}

extension ProbeKind {
    fileprivate var standardPort: UInt16? {
        switch self {
        case .sip: 5061
        case .xmpp: 5269
        case .stun: MediaProblem.udpPort
        case .tls, .tcp: nil
        }
    }
}
