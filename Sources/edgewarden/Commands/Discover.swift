import ArgumentParser
import Configuring
import Daemon
import FailoverCore
import Foundation

/// The command `edgewarden discover`.
struct Discover: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Reads the live topology and drafts an agent.conf that watches it.",
        discussion: """
            Asks one Front End; changes nothing. The draft goes to standard output, or to a new file \
            with --output; what needs your eyes goes to standard error. The password is never given \
            here: --password is the NAME of a secret, in $CREDENTIALS_DIRECTORY, in the secrets \
            directory, or in the environment as EDGEWARDEN_SECRET_NAME. Then: edgewarden check \
            --config FILE --online
            """
    )

    /// How to log on, in the configuration's words.
    enum Authentication: String, ExpressibleByArgument, CaseIterable {
        case basic, ntlm, negotiate, certificate

        var takesPassword: Bool { self == .basic || self == .ntlm }
    }

    @Option(help: ArgumentHelp("The Front End, https://HOST[:5986/wsman].", valueName: "url"))
    var frontEnd: String

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

    @Option(help: "A new file for the draft.")
    var output: String?

    func validate() throws {
        if (cert == nil) != (key == nil) {
            throw ValidationError("--cert and --key go together.")
        }
        if let resolver, resolver != "none", HostPort(resolver) == nil {
            throw ValidationError("'\(resolver)' is not HOST:PORT; write IPv6 as [2001:db8::1]:53.")
        }
    }

    func run() async throws {
        if let output, FileManager.default.fileExists(atPath: output) {
            throw CommandFailure(.wrongUsage, "\(output) exists; name a new file")
        }
        let frontEnd = FrontEndText(
            url: frontEnd,
            authentication: authentication.rawValue,
            user: user,
            password: authentication.takesPassword ? password ?? "frontend-password" : password,
            serviceName: serviceName,
            clientCertificate: cert.flatMap { cert in key.map { (cert, $0) } },
            caFile: caFile,
            configurationName: configurationName
        )
        let draft: EstateDraft
        do throws(AgentError) {
            draft = try await LiveLook.discover(
                frontEnd,
                agent: name,
                secretsDirectory: secretsDirectory,
                resolver: try chosenResolver(),
                environment: ProcessInfo.processInfo.environment
            )
        } catch {
            let status: ExitStatus =
                error.code == .configuration || error.code == .secret ? .wrongUsage : .no
            throw CommandFailure(status, error.message)
        }
        try write(draft.text)
        report(draft.remarks)
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

    private func write(_ text: String) throws {
        guard let output else {
            Output.line(text.trimmedAtEnd)
            return
        }
        do {
            try Data(text.utf8).write(to: URL(filePath: output), options: .withoutOverwriting)
        } catch {
            throw CommandFailure(
                .no,
                "\(output) cannot be written: \(error.localizedDescription)"
            )
        }
    }

    private func report(_ remarks: [String]) {
        let place = output ?? "the draft"
        Output.error("\(place) watches only. Look at the lines with CHECK, and at these:")
        for remark in remarks {
            for line in Text.wrapped(remark, first: "  - ") { Output.error(line) }
        }
        if remarks.isEmpty { Output.error("  (nothing else)") }
        Output.error("Then: edgewarden check --config \(output ?? "FILE") --online")
    }
}

/// The resolver that this machine uses.
enum SystemResolver {
    /// The first name server of `/etc/resolv.conf`; nil when there is none.
    static var first: String? {
        guard let text = try? String(contentsOfFile: "/etc/resolv.conf", encoding: .utf8) else {
            return nil
        }
        for line in text.split(whereSeparator: \.isNewline) {
            let words = line.split(whereSeparator: \.isWhitespace)
            if words.first == "nameserver", words.count > 1 {
                return words[1].contains(":") ? "[\(words[1])]" : String(words[1])
            }
        }
        return nil
    }
}
