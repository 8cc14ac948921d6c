public import FailoverCore

/// Everything that `agent.conf` says, checked: what the daemon is built from.
///
/// `agent.conf.example` documents each key; the comments here say where the values go.
public struct AgentConfiguration: Sendable, Hashable {
    /// Who and where the agent is.
    public var agent: Agent
    /// Sites, pools, domains, partners, routes and zones.
    public var organisation: Organisation
    /// How servers are probed.
    public var probes: Probes
    /// What bounds the agent's decisions.
    public var policy: Policy
    /// How cmdlets reach Windows.
    public var management: Management
    /// How DNS is asked and changed.
    public var dns: DNS
    /// What belongs to all places for alerts together.
    public var alerting: Alerting
    /// Where alerts go.
    public var alerts: [AlertTarget]
    /// Who may do what.
    public var access: AccessRules
    /// What is served over TCP.
    public var api: API

    /// Every secret that the configuration names, sorted.
    public var secretNames: [SecretName] {
        var names: Set<SecretName> = []
        for endpoint in management.frontEnds.map(\.endpoint) + management.edges.values {
            if let credentials = endpoint.credentials { names.insert(credentials.password) }
        }
        for provider in dns.zones.map(\.provider) {
            switch provider {
            case .rfc2136(let key): names.insert(key.secret)
            case .powershell(let endpoint):
                if let credentials = endpoint.credentials { names.insert(credentials.password) }
            case .exec, .manual: break
            }
        }
        names.formUnion(alerts.flatMap(\.kind.secretNames))
        if let secret = alerting.heartbeat?.address.secretName { names.insert(secret) }
        names.formUnion(api.tokens.map(\.secret))
        return names.sorted()
    }
}

extension AgentConfiguration {
    /// Who and where the agent is: section `agent`.
    public struct Agent: Sendable, Hashable {
        /// The agent's name; also the name of its vantage.
        public var name: String
        /// The site it stands in.
        public var site: SiteName
        /// Directory of the journal; default `/var/lib/edgewarden`.
        public var stateDirectory: String
        /// The control socket; default `/run/edgewarden/agent.sock`.
        public var socket: String
        /// Directory of files with one secret each; default `/etc/edgewarden/secrets`.
        public var secretsDirectory: String
        /// The least urgent log messages that are written; default `info`.
        public var logLevel: LogLevel
    }

    /// What is served over TCP: section `api`.
    public struct API: Sendable, Hashable {
        /// Where it listens; nil for nowhere.
        public var listener: Listener?
        /// By what it proves itself; nil serves plain HTTP.
        public var tls: CertificateFiles?
        /// Who may ask and order there; without any it serves metrics alone.
        public var tokens: [AccessToken]
        /// Where people reach it from their browsers, for the links in messages; nil: there are none.
        public var publicURL: String?
    }

    /// A person's token for the API over TCP.
    public struct AccessToken: Sendable, Hashable {
        /// The person, by the name that `access` knows.
        public var owner: String
        /// The secret that holds the token.
        public var secret: SecretName
    }

    /// An address and a port of this machine.
    public struct Listener: Sendable, Hashable, CustomStringConvertible {
        /// The address; `0.0.0.0` and `::` are all of them.
        public var address: IPAddress
        /// The port.
        public var port: UInt16

        /// `127.0.0.1:8061`, `[::1]:8061`.
        public var description: String {
            let host = address.description
            return host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
        }
    }

    /// How much is logged; the names of swift-log's levels.
    public enum LogLevel: String, Sendable, Hashable, CaseIterable {
        /// Everything, down to single packets.
        case trace
        /// What a developer needs.
        case debug
        /// What an operator acts on or wants to look up.
        case info
        /// Unusual, but in order.
        case notice
        /// May become an error.
        case warning
        /// Something failed.
        case error
        /// The agent cannot do its job.
        case critical
    }

    /// How servers are probed: section `probes`.
    public struct Probes: Sendable, Hashable {
        /// From the start of one probe of a server to the next; default 5 s.
        public var interval: Duration
        /// For one whole probe; default 3 s, at most the interval.
        public var timeout: Duration
        /// Between probes of a server that is suspect; default 1 s, at most the interval.
        public var fastInterval: Duration
        /// Failed probes that make a server down, unless healed before; at least 1, default 3.
        public var fall: Int
        /// Clean probes in a row that bring it up again; at least 1, default 5.
        public var rise: Int
        /// Clean probes in a row that heal earlier failures; at least 1, default 2.
        public var okReset: Int
        /// How often a pool may change before `auto` asks.
        public var flap: FlapLimit
        /// What must answer when the agent is not isolated; nil: the gateway and the resolvers.
        public var controlTargets: [DNSServer]?
        /// How long the last probe counts; default three intervals and a time-out.
        public var staleAfter: Duration
        /// PEM file of the authorities trusted for Edge certificates; nil: the system's.
        public var caFile: String?
        /// The certificate the prober shows when it is asked for one.
        public var clientCertificate: CertificateFiles?
        /// The domains that the prober says it is; default the first SIP domain for SIP.
        public var localDomains: [LegKind: FQDN]
    }

    /// Two PEM files that belong together.
    public struct CertificateFiles: Sendable, Hashable {
        /// The certificate, then its intermediates.
        public var certificate: String
        /// The private key, not encrypted.
        public var key: String
    }

    /// What bounds the agent's decisions: section `policy`.
    ///
    /// Its `confirm_for` is with each route, its `auto_without_drill` and `replication` with the
    /// organisation.
    public struct Policy: Sendable, Hashable {
        /// How long a request for approval stands; default 30 minutes.
        public var approvalTimeout: Duration
        /// How many people have to say yes to a plan: 1, the default, or 2.
        public var approvalsNeeded: Int
        /// No further automatic move for so long after a verified run; default 30 minutes.
        public var coolDown: Duration
        /// How many automatic failovers are allowed.
        public var maxFailovers: FailoverLimit
        /// How often people are reminded of a run that is stuck, until one takes it; default 10
        /// minutes.
        public var stuckReminder: Duration
        /// How standbys are judged.
        public var readiness: ReadinessSettings
    }

    /// So many failovers in so long a time.
    public struct FailoverLimit: Sendable, Hashable {
        /// At most so many; default 2, and 0 makes every failover ask.
        public var count: Int
        /// In any period of this length; default 24 hours.
        public var per: Duration
    }
}
