import ArgumentParser
import Configuring
import ControlAPI
import FailoverCore
import Foundation

/// Which agent is meant.
struct AgentOptions: ParsableArguments {
    @Option(help: "The agent's socket (EDGEWARDEN_SOCKET).")
    var socket: String?

    @Option(help: "The configuration that names the socket (EDGEWARDEN_CONFIG).")
    var config: String?

    @Option(
        help: ArgumentHelp(
            "The agent over TCP, such as https://warden-1.contoso.net:8061 (EDGEWARDEN_URL).",
            valueName: "url"
        )
    )
    var url: String?

    @Option(
        help: ArgumentHelp(
            "The file with your token for it (EDGEWARDEN_TOKEN_FILE).",
            valueName: "file"
        )
    )
    var tokenFile: String?

    @Option(
        help: ArgumentHelp(
            "Whose signature its certificate has (EDGEWARDEN_CA_FILE).",
            valueName: "file"
        )
    )
    var caFile: String?

    static let defaultSocket = "/run/edgewarden/agent.sock"

    /// Where the agent is asked: over TCP when that is named, else at its socket.
    func place() throws(CommandFailure) -> AgentPlace {
        let isLocal = socket != nil || config != nil
        guard let text = url ?? (isLocal ? nil : Surroundings.value("EDGEWARDEN_URL")) else {
            return .socket(path: try socketPath())
        }
        guard !isLocal else {
            throw CommandFailure(.wrongUsage, "--url does not go with --socket and --config")
        }
        guard let base = ServiceURL.base(of: text) else {
            throw CommandFailure(
                .wrongUsage,
                "'\(text)' is no address of an agent: https://NAME:PORT is, and http://127.0.0.1:PORT"
            )
        }
        guard let file = tokenFile ?? Surroundings.value("EDGEWARDEN_TOKEN_FILE") else {
            throw CommandFailure(.wrongUsage, "--url needs --token-file, the file with your token")
        }
        return .network(
            url: base,
            token: try token(file),
            caFile: caFile ?? Surroundings.value("EDGEWARDEN_CA_FILE")
        )
    }

    private func token(_ file: String) throws(CommandFailure) -> Secret {
        do throws(SecretError) {
            return try SecretStore.token(inFile: file)
        } catch {
            throw CommandFailure(.wrongUsage, error.message)
        }
    }

    /// The socket: named, or read from a named file, or from the default file when that can be
    /// read, or the default socket.
    func socketPath() throws(CommandFailure) -> String {
        if let socket { return socket }
        if let config { return try ConfigurationPath.load(config).configuration.agent.socket }
        if let socket = Surroundings.value("EDGEWARDEN_SOCKET") { return socket }
        if let path = Surroundings.value("EDGEWARDEN_CONFIG") {
            return try ConfigurationPath.load(path).configuration.agent.socket
        }
        // An operator may reach the socket without being allowed to read the configuration, and
        // the agent may run well on an older one: here its faults are not the point.
        let loaded = try? ConfigurationLoader.load(path: ConfigurationPath.standard)
        return loaded?.configuration.agent.socket ?? AgentOptions.defaultSocket
    }
}

/// Where the configuration is.
enum ConfigurationPath {
    static let standard = "/etc/edgewarden/agent.conf"

    /// The file named on the command line, or in the environment, or the standard one.
    static func chosen(_ option: String?) -> String {
        option ?? Surroundings.value("EDGEWARDEN_CONFIG") ?? standard
    }

    /// Reads a file that has to be right.
    static func load(_ path: String) throws(CommandFailure) -> LoadedConfiguration {
        do throws(ConfigurationErrors) {
            return try ConfigurationLoader.load(path: path)
        } catch {
            throw CommandFailure(.wrongUsage, error.diagnostics.map(\.report))
        }
    }
}

extension Diagnostic {
    /// `agent.conf:42:7: error: unknown key …`, as compilers write it.
    var report: String {
        let place = line > 0 ? "\(file):\(line):\(column)" : file
        return "\(place): \(severity.rawValue): \(message)"
    }
}

/// The environment.
enum Surroundings {
    /// Every variable.
    static var all: [String: String] { ProcessInfo.processInfo.environment }

    /// A variable that is set and not empty.
    static func value(_ name: String) -> String? {
        all[name].flatMap { $0.isEmpty ? nil : $0 }
    }
}
