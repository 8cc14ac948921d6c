import ArgumentParser
import DNSUpdating
import FailoverCore
import FailoverEngine
import NIOPosix

/// The command `edgewarden probe dns`.
struct ProbeDNS: AsyncParsableCommand, JSONReporting {
    /// The types that routes depend on.
    enum QuestionType: String, ExpressibleByArgument, CaseIterable {
        case srv = "SRV"
        case a = "A"
        case aaaa = "AAAA"

        init?(argument: String) { self.init(rawValue: argument.uppercased()) }

        var recordType: RecordType {
            switch self {
            case .srv: .srv
            case .a: .a
            case .aaaa: .aaaa
            }
        }
    }

    static let configuration = CommandConfiguration(
        commandName: "dns",
        abstract: "One DNS question to one server, past any cache.",
        discussion: "Exits with 0 when the server answers with records of that type, else with 1."
    )

    @Argument(help: "The name, such as _sipfederationtls._tcp.contoso.com.")
    var name: String

    @Option(help: "SRV, A or AAAA.")
    var type: QuestionType

    @Option(
        help: ArgumentHelp("The server that is asked; port 53 by default.", valueName: "host:port")
    )
    var server: String

    @Option(help: "The time for the whole question.")
    var timeout = DurationArgument(.seconds(3))

    @Flag(help: "Ask a resolver to look further, instead of an authoritative server.")
    var recurse = false

    @Flag(help: "Print JSON.")
    var json = false

    func validate() throws {
        guard FQDN(name) != nil else { throw ValidationError("'\(name)' is no DNS name.") }
        guard HostPort(server) != nil else {
            throw ValidationError("'\(server)' is not HOST:PORT; write IPv6 as [2001:db8::1]:53.")
        }
    }

    func run() async throws {
        guard let name = FQDN(name), let place = HostPort(server) else {
            throw CommandFailure(.wrongUsage, "the name or the server cannot be understood")
        }
        let server = DNSServer(address: try place.addresses()[0], port: place.port ?? 53)
        let client = DNSClient(
            group: MultiThreadedEventLoopGroup.singleton,
            recursionDesired: recurse
        )
        let answer: DNSAnswer
        do throws(DNSFailure) {
            answer = try await client.query(
                name,
                type.recordType,
                at: server,
                timeout: timeout.duration
            )
        } catch {
            throw CommandFailure(.no, error.message)
        }
        let view = DNSAnswerView(answer)
        if json {
            Output.json(view.body)
        } else {
            Voice(isAside: false).say(view.lines)
        }
        if !view.isGood { throw CommandFailure(.no) }
    }
}
