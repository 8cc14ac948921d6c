import ArgumentParser
import FailoverCore

/// `edgewarden probe`: the troubleshooting tool; needs no agent.
struct Probe: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "One probe of a server, every detail printed.",
        discussion: "Exits with 0 when the server is alive, whatever its certificate, else with 1.",
        subcommands: [
            ProbeSIP.self, ProbeXMPP.self, ProbeMedia.self, ProbeSTUN.self, ProbeTLS.self,
            ProbeDNS.self,
        ]
    )

    func run() throws {
        throw ValidationError("Say what to probe: sip, xmpp, media, stun, tls or dns.")
    }
}

/// The command `edgewarden probe sip`.
struct ProbeSIP: AsyncParsableCommand, JSONReporting {
    static let configuration = CommandConfiguration(
        commandName: "sip",
        abstract: "TLS and a SIP OPTIONS request, as on an Edge server's port 5061."
    )

    @OptionGroup var options: ServerProbeOptions

    @OptionGroup var domains: ProbeDomains

    var json: Bool { options.json }

    func run() async throws { try await options.probe(.sip, domains) }
}

/// The command `edgewarden probe xmpp`.
struct ProbeXMPP: AsyncParsableCommand, JSONReporting {
    static let configuration = CommandConfiguration(
        commandName: "xmpp",
        abstract: "An XMPP server-to-server stream, as on an Edge server's port 5269."
    )

    @OptionGroup var options: ServerProbeOptions

    @OptionGroup var domains: ProbeDomains

    var json: Bool { options.json }

    func validate() throws {
        // A stream is opened to a domain; an address alone names none.
        let isNamed = domains.domain != nil || options.serverName != nil
        if !isNamed, HostPort(options.target)?.name == nil {
            throw ValidationError(
                "An XMPP stream is opened to a domain: say which with --domain (contoso.com)."
            )
        }
    }

    func run() async throws { try await options.probe(.xmpp, domains) }
}

/// The command `edgewarden probe tls`.
struct ProbeTLS: AsyncParsableCommand, JSONReporting {
    static let configuration = CommandConfiguration(
        commandName: "tls",
        abstract: "A TLS handshake and the certificate, nothing more."
    )

    @OptionGroup var options: ServerProbeOptions

    var json: Bool { options.json }

    func run() async throws { try await options.probe(.tls) }
}
