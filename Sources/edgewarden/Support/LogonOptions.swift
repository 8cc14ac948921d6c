import ArgumentParser
import Configuring
import Daemon
import FailoverCore

/// How a Front End and DNS are asked for the live topology: `discover` and `init`.
struct LogonOptions: ParsableArguments {
    /// How to log on, in the configuration's words.
    enum Authentication: String, ExpressibleByArgument, CaseIterable {
        case basic, ntlm, negotiate, certificate

        var takesPassword: Bool { self == .basic || self == .ntlm }
    }

    /// The secret that holds the Front End's password, where no other is named.
    static let passwordName = "frontend-password"

    @Option(help: "How to log on; negotiate takes the Kerberos ticket or keytab.")
    var authentication = Authentication.negotiate

    @Option(help: "The account, such as CONTOSO\\edgewarden; with basic and ntlm.")
    var user: String?

    @Option(help: "The NAME of the password's secret; with basic and ntlm.")
    var password: String?

    @Option(help: "For whom a ticket is asked, HTTP, host or WSMAN; with negotiate.")
    var serviceName: String?

    @Option(help: "PEM file of the client certificate; with certificate.")
    var cert: String?

    @Option(help: "PEM file of its key; with certificate.")
    var key: String?

    @Option(help: "PEM file of the authorities that are trusted; the system's by default.")
    var caFile: String?

    @Option(help: "PEM file of the authorities of the Edge certificates; likewise.")
    var edgeCaFile: String?

    @Option(help: "The session configuration on the server.")
    var configurationName: String?

    @Option(help: "Where secrets are.")
    var secretsDirectory = SecretStore.defaultDirectory

    @Option(
        help: ArgumentHelp(
            "A resolver for addresses and zones; the system's first by default, 'none' for none.",
            valueName: "host:port"
        )
    )
    var resolver: String?

    @Option(help: "The agent's name in the draft.")
    var name = "warden-1"

    func validate() throws {
        if (cert == nil) != (key == nil) {
            throw ValidationError("--cert and --key go together.")
        }
        if let resolver, resolver != "none", HostPort(resolver) == nil {
            throw ValidationError("'\(resolver)' is not HOST:PORT; write IPv6 as [2001:db8::1]:53.")
        }
    }

    /// The Front End at a URL, reached in this way.
    func frontEnd(_ url: String) -> FrontEndText {
        FrontEndText(
            url: url,
            authentication: authentication.rawValue,
            user: user,
            password: authentication.takesPassword
                ? password ?? LogonOptions.passwordName : password,
            serviceName: serviceName,
            clientCertificate: cert.flatMap { cert in key.map { (cert, $0) } },
            caFile: caFile,
            configurationName: configurationName
        )
    }

    /// What these options say of the draft.
    var choices: DraftChoices {
        var choices = DraftChoices()
        choices.agent = name
        choices.edgeAuthorities = edgeCaFile
        let isUsual = secretsDirectory == SecretStore.defaultDirectory
        choices.secretsDirectory = isUsual ? nil : secretsDirectory
        return choices
    }

    /// Reads the live topology.
    ///
    /// - Throws: `wrongUsage` when options or secrets are wrong, `no` when the Front End does not
    ///   answer or says no.
    func discover(
        _ frontEnd: FrontEndText,
        typed: [SecretName: Secret] = [:]
    ) async throws(CommandFailure) -> DiscoveredEstate {
        do throws(AgentError) {
            return try await LiveLook.discover(
                frontEnd,
                secretsDirectory: secretsDirectory,
                resolver: try chosenResolver(),
                environment: Surroundings.all,
                typed: typed
            )
        } catch {
            let status: ExitStatus =
                error.code == .configuration || error.code == .secret ? .wrongUsage : .no
            throw CommandFailure(status, error.message)
        }
    }

    private func chosenResolver() throws(AgentError) -> DNSServer? {
        if resolver == "none" { return nil }
        guard let text = resolver ?? SystemResolver.first else { return nil }
        guard let place = HostPort(text) else { return nil }
        do {
            return DNSServer(address: try place.addresses()[0], port: place.port ?? 53)
        } catch {
            throw AgentError(code: .setup, message: "the resolver \(text): \(error)")
        }
    }
}
