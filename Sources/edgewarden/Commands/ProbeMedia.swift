import ArgumentParser
import FailoverCore
import Probing

/// The command `edgewarden probe stun`.
struct ProbeSTUN: AsyncParsableCommand, JSONReporting {
    static let configuration = CommandConfiguration(
        commandName: "stun",
        abstract: "A TURN request over UDP without credentials, as on an A/V Edge's port 3478.",
        discussion: "The server is alive when it asks for credentials. Silence proves nothing: UDP."
    )

    @Argument(help: ArgumentHelp("A name or an address and a port.", valueName: "host:port"))
    var target: String

    @Option(help: "The time for the whole probe.")
    var timeout = DurationArgument(.seconds(3))

    @Flag(help: "Print JSON.")
    var json = false

    func validate() throws { try HostPort.check(target) }

    func run() async throws {
        let place = try MediaPlace(target)
        let outcome = try await place.probe(
            .stun,
            port: place.port ?? MediaProblem.udpPort,
            timeout.duration
        )
        try place.show(outcome, as: .stun, port: place.port ?? MediaProblem.udpPort, json: json)
    }
}

/// The command `edgewarden probe media`.
struct ProbeMedia: AsyncParsableCommand, JSONReporting {
    static let configuration = CommandConfiguration(
        commandName: "media",
        abstract: "Both ways to an A/V Edge: a connection to TCP 443, and STUN on UDP 3478.",
        discussion:
            "Exits with 0 when one of them answers; the verdict says when the other does not."
    )

    @Argument(
        help: ArgumentHelp("A name or an address; TCP port 443 by default.", valueName: "host:port")
    )
    var target: String

    @Option(help: "The UDP port.")
    var stunPort = MediaProblem.udpPort

    @Option(help: "The time for each of the two probes.")
    var timeout = DurationArgument(.seconds(3))

    @Flag(help: "Print JSON.")
    var json = false

    func validate() throws {
        try HostPort.check(target)
        if stunPort == 0 { throw ValidationError("--stun-port must be from 1 to 65535.") }
    }

    func run() async throws {
        let place = try MediaPlace(target)
        let port = place.port ?? LegKind.media.standardPort
        async let tcp = place.probe(.tcp, port: port, timeout.duration)
        async let udp = place.probe(.stun, port: stunPort, timeout.duration)
        let both = try await ProbeOutcome.media(tcp: tcp, udp: udp)
        try place.show(both, as: .tcp, port: port, json: json, stunPort: stunPort)
    }
}

/// A server whose media ports are probed.
struct MediaPlace: Sendable {
    private let host: String
    private let addresses: [IPAddress]
    let port: UInt16?

    /// - Throws: `no` when the name leads nowhere.
    init(_ target: String) throws(CommandFailure) {
        guard let place = HostPort(target) else {
            throw CommandFailure(.wrongUsage, "'\(target)' is not HOST:PORT")
        }
        host = place.host
        addresses = try place.addresses()
        port = place.port
    }

    func probe(
        _ kind: ProbeKind,
        port: UInt16,
        _ timeout: Duration
    ) async throws(CommandFailure) -> ProbeOutcome {
        let profile: TLSProfile
        do throws(ProbingError) {
            profile = try TLSProfile(trust: .system(), identity: nil)
        } catch {
            throw CommandFailure(.wrongUsage, error.description)
        }
        return await Probers(profile: profile).probe(target(kind, port), timeout: timeout)
    }

    /// Prints what was found.
    ///
    /// - Throws: `no` when the server is not alive.
    func show(
        _ outcome: ProbeOutcome,
        as kind: ProbeKind,
        port: UInt16,
        json: Bool,
        stunPort: UInt16? = nil
    ) throws(CommandFailure) {
        let view = ProbeView(
            target: target(kind, port),
            host: host,
            others: Array(addresses.dropFirst()),
            outcome: outcome,
            stunPort: stunPort
        )
        if json {
            Output.json(view.body)
        } else {
            Voice(isAside: false).say(view.lines)
        }
        if outcome.liveness != .alive { throw CommandFailure(.no) }
    }

    private func target(_ kind: ProbeKind, _ port: UInt16) -> ProbeTarget {
        ProbeTarget(kind: kind, address: addresses[0], port: port, serverName: nil)
    }
}

extension HostPort {
    /// Refuses what is no place, as wrong usage.
    static func check(_ target: String) throws {
        guard HostPort(target) != nil else {
            throw ValidationError(
                "'\(target)' is not HOST:PORT; write an IPv6 address as [2001:db8::1]:443."
            )
        }
    }
}
