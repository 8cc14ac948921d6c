import Alerting
import Configuring
import ControlAPI
import Curl
import FailoverCore
import FailoverEngine
import PowerShellRemoting
import Probing

/// Makes the adapters from the configuration.
struct PartsBuilder {
    let configuration: AgentConfiguration
    private let secrets: SecretStore

    init(configuration: AgentConfiguration, environment: [String: String]) {
        self.configuration = configuration
        secrets = SecretStore(
            directory: configuration.agent.secretsDirectory,
            environment: environment
        )
    }

    private var endpoints: EndpointBuilder { EndpointBuilder(secrets: secrets) }

    func secret(_ name: SecretName) throws(AgentError) -> Secret {
        try secrets.found(name)
    }

    func client() throws(AgentError) -> HTTPClient {
        do throws(HTTPFailure) {
            return try HTTPClient()
        } catch {
            throw AgentError(code: .setup, message: error.message)
        }
    }

    func management(
        _ client: HTTPClient,
        _ clock: any MonotonicClock
    ) throws(AgentError) -> PowerShellManagement {
        var frontEnds: [PowerShellEndpoint] = []
        for frontEnd in configuration.management.frontEnds {
            frontEnds.append(try endpoints.endpoint(frontEnd.endpoint))
        }
        var edges: [FQDN: PowerShellEndpoint] = [:]
        for (server, edge) in configuration.management.edges {
            edges[server] = try endpoints.endpoint(edge)
        }
        var nameServers: [ZoneKey: PowerShellEndpoint] = [:]
        for zone in configuration.dns.zones {
            guard case .powershell(let server) = zone.provider else { continue }
            nameServers[zone.zone.key] = try endpoints.endpoint(server)
        }
        return PowerShellManagement(
            frontEnds: frontEnds,
            edges: edges,
            nameServers: nameServers,
            client: client,
            clock: clock
        )
    }

    func probeSetup(_ wallClock: any WallClock) throws(AgentError) -> ProbeSetup {
        ProbeSetup(
            vantage: configuration.agent.name,
            timeout: configuration.probes.timeout,
            prober: Probers(profile: try tlsProfile(wallClock)),
            organisation: configuration.organisation,
            localDomains: configuration.probes.localDomains
        )
    }

    private func tlsProfile(_ wallClock: any WallClock) throws(AgentError) -> TLSProfile {
        do throws(ProbingError) {
            let trust: TLSTrust
            if let path = configuration.probes.caFile {
                trust = try TLSTrust.file(path)
            } else {
                trust = try TLSTrust.system()
            }
            var identity: ClientIdentity?
            if let files = configuration.probes.clientCertificate {
                identity = try ClientIdentity(
                    certificateFile: files.certificate,
                    keyFile: files.key
                )
            }
            return try TLSProfile(trust: trust, identity: identity) { wallClock.now() }
        } catch {
            throw AgentError(code: .setup, message: error.message)
        }
    }

    /// What carries alerts out, with the heartbeat where there is one.
    func dispatcher(
        _ client: HTTPClient,
        _ surroundings: Surroundings,
        life: LifeSigns
    ) throws(AgentError) -> AlertDispatcher {
        let alerting = configuration.alerting
        let hooks = HookBuilder(
            secrets: secrets,
            client: client,
            wallClock: surroundings.wallClock
        )
        return AlertDispatcher(
            store: surroundings.journal,
            subscriptions: try hooks.subscriptions(configuration.alerts) { target in
                answerLink(of: target, surroundings.answers)
            },
            agent: configuration.agent.name,
            limits: AlertLimits(
                waitingMax: alerting.waitingMax,
                repeatedWithin: alerting.repeatedWithin,
                remindEvery: alerting.remindEvery > .zero ? alerting.remindEvery : nil
            ),
            heartbeat: try heartbeat(client, surroundings, life),
            clock: surroundings.clock,
            wallClock: surroundings.wallClock,
            logger: surroundings.logger
        )
    }

    /// What makes the links of a hook's messages; nil for a hook that answers for nobody.
    private func answerLink(
        of target: AgentConfiguration.AlertTarget,
        _ answers: AnswerLinks?
    ) -> (@Sendable (Alert) -> Secret?)? {
        guard let answers, let person = target.approvesAs else { return nil }
        let time = configuration.policy.approvalTimeout
        return { answers.link(for: $0, as: person, by: target.name, holdingFor: time) }
    }

    private func heartbeat(
        _ client: HTTPClient,
        _ surroundings: Surroundings,
        _ life: LifeSigns
    ) throws(AgentError) -> Heartbeat? {
        guard let heartbeat = configuration.alerting.heartbeat else { return nil }
        return Heartbeat(
            url: try secrets.address(heartbeat.address, "of the heartbeat"),
            every: heartbeat.every,
            tls: TLSOptions(caFile: heartbeat.caFile),
            client: client,
            clock: surroundings.clock,
            wallClock: surroundings.wallClock,
            isHealthy: { life.isWell },
            logger: surroundings.logger
        )
    }

    var policySettings: PolicySettings {
        PolicySettings(
            approvalTimeout: configuration.policy.approvalTimeout,
            approvalsNeeded: configuration.policy.approvalsNeeded,
            coolDown: configuration.policy.coolDown,
            maxFailovers: PolicySettings.Limit(
                count: configuration.policy.maxFailovers.count,
                per: configuration.policy.maxFailovers.per
            ),
            stuckReminder: configuration.policy.stuckReminder,
            flap: configuration.probes.flap,
            readiness: configuration.policy.readiness
        )
    }
}
