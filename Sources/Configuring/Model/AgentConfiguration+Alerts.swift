public import FailoverCore

extension AgentConfiguration {
    /// A place where alerts go: an entry of `alerts`.
    public struct AlertTarget: Sendable, Hashable {
        /// Its name, unique.
        public var name: String
        /// How alerts get there.
        public var kind: AlertKind
        /// Which notices go there; default all.
        public var events: Set<NoticeCode>
        /// The least urgent notices that go there; default all.
        public var minSeverity: Severity
        /// For one delivery; default 10 s.
        public var timeout: Duration
        /// How long an alert is tried; default 24 h.
        public var giveUpAfter: Duration
        /// When what is not critical and of no failover waits; nil: never.
        public var quietHours: WeeklyWindow?
        /// Whose answers the links in its messages give; nil: they have none.
        public var approvesAs: String?
    }

    /// What belongs to all places for alerts together: section `alerting`.
    public struct Alerting: Sendable, Hashable {
        /// How many alerts may wait for a place; default 1,000.
        public var waitingMax: Int
        /// For how long the same words about the same thing are no news; default 5 minutes.
        public var repeatedWithin: Duration
        /// How often people are reminded of what waits for them; zero for never, default 30 minutes.
        public var remindEvery: Duration
        /// What is called while the agent is healthy; nil: nothing.
        public var heartbeat: Heartbeat?
    }

    /// What is called again and again while the agent is healthy.
    public struct Heartbeat: Sendable, Hashable {
        /// What is called.
        public var address: Address
        /// From one call to the next; default 60 s.
        public var every: Duration
        /// Authorities in PEM by which it is trusted; nil for the system's.
        public var caFile: String?
    }

    /// How alerts get to a place.
    public enum AlertKind: Sendable, Hashable {
        /// A command that gets the alert as JSON on its standard input.
        ///
        /// The first word is an absolute path; no shell is involved.
        case exec(command: [String])
        /// An HTTP POST of the alert as JSON.
        case webhook(Webhook)
        /// An incoming webhook of Slack, or of what takes the same.
        case slack(ChatWebhook)
        /// A webhook of Microsoft Teams' Workflows.
        case teams(ChatWebhook)
        /// PagerDuty's Events API v2.
        case pagerDuty(PagerDuty)
        /// Prometheus Alertmanager's API v2.
        case alertmanager(Alertmanager)
        /// Mail by SMTP.
        case mail(Mail)
        /// A log of this machine or another.
        case syslog(LogPlace)

        /// Every secret that it names.
        var secretNames: [SecretName] {
            switch self {
            case .exec: []
            case .webhook(let webhook):
                [webhook.address.secretName, webhook.header?.secret, webhook.signingSecret]
                    .compactMap(\.self)
            case .slack(let chat), .teams(let chat): [chat.url]
            case .pagerDuty(let service): [service.routingKey]
            case .alertmanager(let receiver): [receiver.header?.secret].compactMap(\.self)
            case .mail(let mail): [mail.password].compactMap(\.self)
            case .syslog: []
            }
        }
    }

    /// The address of a receiver.
    public enum Address: Sendable, Hashable {
        /// As it stands in the file: `https`, or `http` on this machine.
        case plain(ServiceURL)
        /// The name of the secret that is the whole address.
        case secret(SecretName)

        /// The secret, where it is one.
        var secretName: SecretName? {
            if case .secret(let name) = self { name } else { nil }
        }
    }

    /// An HTTP receiver of alerts.
    public struct Webhook: Sendable, Hashable {
        /// Where to post.
        public var address: Address
        /// A header by which the receiver knows us.
        public var header: SecretHeader?
        /// The name of the secret that deliveries are signed with.
        public var signingSecret: SecretName?
        /// PEM file of the authorities trusted for the receiver; nil: the system's.
        public var caFile: String?
    }

    /// A webhook of a chat, whose address is a secret.
    public struct ChatWebhook: Sendable, Hashable {
        /// The name of the secret that is the whole address.
        public var url: SecretName
        /// PEM file of the authorities trusted for the receiver; nil: the system's.
        public var caFile: String?
        /// A page that readers may want to open.
        public var link: String?
    }

    /// A service of PagerDuty.
    public struct PagerDuty: Sendable, Hashable {
        /// The name of the secret that is the integration key.
        public var routingKey: SecretName
        /// Where events go; nil: PagerDuty's own place.
        public var url: ServiceURL?
        /// PEM file of the authorities trusted for the receiver; nil: the system's.
        public var caFile: String?
        /// A page that readers may want to open.
        public var link: String?
    }

    /// An Alertmanager.
    public struct Alertmanager: Sendable, Hashable {
        /// Where it is, without `/api/v2/alerts`.
        public var url: ServiceURL
        /// A header by which the receiver knows us.
        public var header: SecretHeader?
        /// PEM file of the authorities trusted for the receiver; nil: the system's.
        public var caFile: String?
        /// A page that readers may want to open.
        public var link: String?
    }

    /// A server's place.
    public struct HostAndPort: Sendable, Hashable {
        /// Its name or address, without brackets.
        public var host: String
        /// Its port.
        public var port: UInt16
    }

    /// How the connection to a mail server is secured.
    public enum MailSecurity: String, Sendable, Hashable, CaseIterable {
        /// TLS after STARTTLS, or nothing is sent.
        case startTLS = "starttls"
        /// TLS from the beginning.
        case implicit
        /// None.
        case none

        /// Where a server that is written without a port listens.
        var standardPort: UInt16 {
            switch self {
            case .startTLS: 587
            case .implicit: 465
            case .none: 25
            }
        }
    }

    /// Where mails are handed in, and between whom.
    public struct Mail: Sendable, Hashable {
        /// The server.
        public var server: HostAndPort
        /// How the connection is secured; default STARTTLS.
        public var security: MailSecurity
        /// Who we say that we are; nil for nobody.
        public var user: String?
        /// The name of the secret that is the password.
        public var password: SecretName?
        /// The sender's address.
        public var from: String
        /// The recipients' addresses.
        public var to: [String]
        /// PEM file of the authorities trusted for the server; nil: the system's.
        public var caFile: String?
        /// A page that readers may want to open.
        public var link: String?
    }

    /// A log.
    public enum LogPlace: Sendable, Hashable {
        /// systemd's journal.
        case journald
        /// The socket of this machine's syslog.
        case socket(String)
        /// Another machine, by UDP.
        case udp(HostAndPort)
        /// Another machine, by TCP.
        case tcp(HostAndPort)
    }

    /// An HTTP header whose value is a secret.
    public struct SecretHeader: Sendable, Hashable {
        /// The header's name, such as `Authorization`.
        public var name: String
        /// The name of the secret that is the header's whole value.
        public var secret: SecretName
    }
}
