public import Configuring
import Curl
import DNSUpdating
public import FailoverCore
public import FailoverEngine
import NIOPosix
import PowerShellRemoting

/// What the live servers say of a configuration.
public struct LiveFindings: Sendable {
    /// A finding per configured endpoint.
    public var endpoints: [EndpointFinding]
    /// Where file and topology disagree, a sentence each.
    public var drift: [String]
    /// Servers whose replica of the store is not up to date.
    public var staleReplicas: [FQDN] = []
    /// What could not be read for that, a sentence each.
    public var gaps: [String]

    /// Whether everything answers, nothing is missing, and nothing disagrees.
    public var isWell: Bool {
        endpoints.allSatisfy(\.isWell) && drift.isEmpty && staleReplicas.isEmpty && gaps.isEmpty
    }
}

/// Looks at live servers for a person at the terminal, without an agent; changes nothing.
public enum LiveLook {
    /// Reads the topology through one Front End and drafts a configuration.
    ///
    /// - Parameters:
    ///   - frontEnd: how it is reached.
    ///   - agent: the agent's name in the draft.
    ///   - secretsDirectory: where the password is looked for, besides the environment.
    ///   - resolver: a recursive resolver for addresses and zones; nil leaves DNS out.
    ///   - environment: the process's.
    /// - Returns: the draft.
    /// - Throws: ``AgentError`` when the options are wrong or the Front End does not answer.
    public static func discover(
        _ frontEnd: FrontEndText,
        agent: String,
        secretsDirectory: String,
        resolver: DNSServer?,
        environment: [String: String]
    ) async throws(AgentError) -> EstateDraft {
        let endpoint: AgentConfiguration.Endpoint
        do throws(ConfigurationErrors) {
            endpoint = try frontEnd.endpoint()
        } catch {
            let sentences = error.diagnostics.map(\.message)
            throw AgentError(code: .configuration, message: sentences.joined(separator: "\n"))
        }
        let secrets = SecretStore(directory: secretsDirectory, environment: environment)
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
        case .success(let estate):
            let isUsual = secretsDirectory == SecretStore.defaultDirectory
            return EstateDraft(
                estate,
                from: frontEnd,
                agent: agent,
                secretsDirectory: isUsual ? nil : secretsDirectory
            )
        case .failure(let failure):
            throw AgentError(code: .setup, message: failure.message)
        }
    }

    /// Asks every configured endpoint, and compares the file with the live topology.
    ///
    /// - Parameters:
    ///   - configuration: a valid one.
    ///   - environment: the process's, for secrets.
    /// - Returns: the findings; servers that do not answer are among them.
    /// - Throws: ``AgentError`` when a secret or a certificate file is missing.
    public static func check(
        _ configuration: AgentConfiguration,
        environment: [String: String]
    ) async throws(AgentError) -> LiveFindings {
        let client = try httpClient()
        let builder = PartsBuilder(configuration: configuration, environment: environment)
        let management = try builder.management(client, SystemMonotonicClock())
        let sites = configuration.management.frontEnds.map(\.site)
        let endpoints = await EndpointSurvey(
            organisation: configuration.organisation,
            management: management,
            sitesOfEndpoints: sites
        ).run()
        var findings = LiveFindings(endpoints: endpoints, drift: [], gaps: [])
        if let index = sites.indices.first(where: { endpoints[$0].failure == nil }) {
            do throws(ManagementFailure) {
                let estate = try await Discoverer(
                    management: management,
                    querying: querying,
                    resolver: nil
                ).survey(at: index)
                findings.drift = estate.drift(from: configuration.organisation)
                findings.staleReplicas = estate.staleReplicas
                findings.gaps = estate.gaps
            } catch {
                findings.gaps.append("the topology could not be read: \(error.message)")
            }
        } else {
            findings.gaps.append(
                "the topology was not read: "
                    + (sites.isEmpty ? "no Front End is configured" : "no Front End answers")
            )
        }
        await management.closeSessions()
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

    private static var querying: DNSClient {
        DNSClient(group: MultiThreadedEventLoopGroup.singleton, recursionDesired: true)
    }
}
