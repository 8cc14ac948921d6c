public import Configuring
import Curl
import DNSUpdating
public import FailoverCore
public import FailoverEngine
import NIOPosix
import PowerShellRemoting

/// Looks at live servers for a person at the terminal, without an agent; changes nothing.
public enum LiveLook {
    /// Reads the topology through one Front End.
    ///
    /// - Parameters:
    ///   - frontEnd: how it is reached.
    ///   - secretsDirectory: where the password is looked for, besides the environment.
    ///   - resolver: a recursive resolver for addresses and zones; nil leaves DNS out.
    ///   - environment: the process's.
    ///   - typed: secrets that a person typed and that are in no file yet.
    /// - Returns: what the topology says, and DNS.
    /// - Throws: ``AgentError`` when the options are wrong or the Front End does not answer.
    public static func discover(
        _ frontEnd: FrontEndText,
        secretsDirectory: String,
        resolver: DNSServer?,
        environment: [String: String],
        typed: [SecretName: Secret] = [:]
    ) async throws(AgentError) -> DiscoveredEstate {
        let endpoint: AgentConfiguration.Endpoint
        do throws(ConfigurationErrors) {
            endpoint = try frontEnd.endpoint()
        } catch {
            let sentences = error.diagnostics.map(\.message)
            throw AgentError(code: .configuration, message: sentences.joined(separator: "\n"))
        }
        let secrets = SecretStore(
            directory: secretsDirectory,
            environment: environment,
            typed: typed
        )
        let target = try EndpointBuilder(secrets: secrets).endpoint(endpoint)
        let client = try httpClient()
        let management = PowerShellManagement(
            frontEnds: [target],
            edges: [:],
            client: client,
            clock: SystemMonotonicClock()
        )
        let discoverer = Discoverer(
            management: management,
            querying: querying,
            resolver: resolver
        )
        let reading: Result<DiscoveredEstate, ManagementFailure>
        do throws(ManagementFailure) {
            reading = .success(try await discoverer.survey())
        } catch {
            reading = .failure(error)
        }
        await management.closeSessions()
        await client.shutdown()
        switch reading {
        case .success(let estate): return estate
        case .failure(let failure):
            throw AgentError(code: .setup, message: failure.message)
        }
    }

    /// Tries everything that a configuration needs outside itself, and compares it with the live
    /// topology.
    ///
    /// - Parameters:
    ///   - configuration: a valid one.
    ///   - path: the file that it was read from.
    ///   - environment: the process's, for secrets.
    /// - Returns: the findings; servers that do not answer and secrets that are not there are among
    ///   them.
    /// - Throws: ``AgentError`` when nothing can be tried at all.
    public static func check(
        _ configuration: AgentConfiguration,
        at path: String,
        environment: [String: String]
    ) async throws(AgentError) -> SetupFindings {
        let client = try httpClient()
        var look = OnlineLook(configuration, path: path, environment: environment, client: client)
        let findings = await look.run()
        await client.shutdown()
        return findings
    }

    private static func httpClient() throws(AgentError) -> HTTPClient {
        do throws(HTTPFailure) {
            return try HTTPClient()
        } catch {
            throw AgentError(code: .setup, message: error.message)
        }
    }

    static var querying: DNSClient {
        DNSClient(group: MultiThreadedEventLoopGroup.singleton, recursionDesired: true)
    }
}
