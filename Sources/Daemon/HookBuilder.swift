import Alerting
import Configuring
import Curl
import FailoverCore
import FailoverEngine

/// Makes the hooks for alerts from the configuration.
struct HookBuilder {
    let secrets: SecretStore
    let client: HTTPClient
    let wallClock: any WallClock

    /// The hooks with what each of them is told; `answerLink` makes the links in their messages.
    func subscriptions(
        _ targets: [AgentConfiguration.AlertTarget],
        answerLink: (AgentConfiguration.AlertTarget) -> (@Sendable (Alert) -> Secret?)? = {
            _ in nil
        }
    ) throws(AgentError) -> [HookSubscription] {
        var subscriptions: [HookSubscription] = []
        for target in targets {
            subscriptions.append(
                HookSubscription(
                    hook: try hook(target),
                    events: target.events,
                    minSeverity: target.minSeverity,
                    quietUntil: target.quietHours?.ends,
                    schedule: RetrySchedule(ageMax: target.giveUpAfter),
                    answerLink: answerLink(target)
                )
            )
        }
        return subscriptions
    }

    private func hook(
        _ target: AgentConfiguration.AlertTarget
    ) throws(AgentError) -> any AlertHook {
        switch target.kind {
        case .exec(let command):
            return ExecHook(name: target.name, command: command, timeout: target.timeout)
        case .webhook(let webhook): return try hook(target, webhook)
        case .slack(let chat): return try hook(target, .slack, chat)
        case .teams(let chat): return try hook(target, .teams, chat)
        case .pagerDuty(let service):
            return PagerDutyHook(
                name: target.name,
                routingKey: try secrets.found(service.routingKey),
                url: service.url?.absolute ?? PagerDutyHook.standardURL,
                link: service.link,
                tls: TLSOptions(caFile: service.caFile),
                timeout: target.timeout,
                client: client
            )
        case .alertmanager(let receiver):
            return AlertmanagerHook(
                name: target.name,
                url: receiver.url.absolute,
                header: try header(receiver.header),
                link: receiver.link,
                tls: TLSOptions(caFile: receiver.caFile),
                timeout: target.timeout,
                client: client
            )
        case .mail(let mail): return try hook(target, mail)
        case .syslog(let log):
            return SyslogHook(name: target.name, place: log.place, timeout: target.timeout)
        }
    }

    private func hook(
        _ target: AgentConfiguration.AlertTarget,
        _ chat: ChatHook.Chat,
        _ webhook: AgentConfiguration.ChatWebhook
    ) throws(AgentError) -> ChatHook {
        ChatHook(
            name: target.name,
            chat: chat,
            url: try address(.secret(webhook.url), of: target),
            link: webhook.link,
            tls: TLSOptions(caFile: webhook.caFile),
            timeout: target.timeout,
            client: client
        )
    }

    private func hook(
        _ target: AgentConfiguration.AlertTarget,
        _ mail: AgentConfiguration.Mail
    ) throws(AgentError) -> MailHook {
        var credentials: MailRequest.Credentials?
        if let user = mail.user, let password = mail.password {
            credentials = .init(user: user, password: try secrets.found(password))
        }
        return MailHook(
            name: target.name,
            route: .init(
                host: mail.server.host,
                port: mail.server.port,
                security: mail.security.ofTransfer,
                tls: TLSOptions(caFile: mail.caFile),
                credentials: credentials,
                from: mail.from,
                to: mail.to
            ),
            link: mail.link,
            timeout: target.timeout,
            wallClock: wallClock
        )
    }

    private func hook(
        _ target: AgentConfiguration.AlertTarget,
        _ webhook: AgentConfiguration.Webhook
    ) throws(AgentError) -> WebhookHook {
        var signature: WebhookSignature?
        if let name = webhook.signingSecret {
            signature = WebhookSignature(try secrets.found(name))
            guard signature != nil else {
                throw AgentError(
                    code: .setup,
                    message: "the secret '\(name)', with which alerts for '\(target.name)' are to "
                        + "be signed, must be whsec_ and then 24 to 64 bytes in base64 (such as "
                        + "made by: echo whsec_$(openssl rand -base64 32))"
                )
            }
        }
        return WebhookHook(
            name: target.name,
            url: try address(webhook.address, of: target),
            header: try header(webhook.header),
            signature: signature,
            tls: TLSOptions(caFile: webhook.caFile),
            timeout: target.timeout,
            wallClock: wallClock,
            client: client
        )
    }

    private func header(
        _ header: AgentConfiguration.SecretHeader?
    ) throws(AgentError) -> WebhookHook.Header? {
        guard let header else { return nil }
        return WebhookHook.Header(name: header.name, value: try secrets.found(header.secret))
    }

    /// An address in a secret has to look as one in the file would.
    private func address(
        _ address: AgentConfiguration.Address,
        of target: AgentConfiguration.AlertTarget
    ) throws(AgentError) -> Secret {
        try secrets.address(address, "for alerts of '\(target.name)'")
    }
}

extension SecretStore {
    /// An address that may stand in a secret; what it is for follows "the address".
    func address(
        _ address: AgentConfiguration.Address,
        _ purpose: String
    ) throws(AgentError) -> Secret {
        switch address {
        case .plain(let url): return Secret(url.absolute)
        case .secret(let name):
            let secret = try found(name)
            if let problem = secret.withValue(ServiceURL.problem) {
                throw AgentError(
                    code: .setup,
                    message: "the secret '\(name)', the address \(purpose), \(problem)"
                )
            }
            return secret
        }
    }
}

extension AgentConfiguration.MailSecurity {
    fileprivate var ofTransfer: MailRequest.Security {
        switch self {
        case .startTLS: .startTLS
        case .implicit: .implicit
        case .none: .none
        }
    }
}

extension AgentConfiguration.LogPlace {
    fileprivate var place: SyslogHook.Place {
        switch self {
        case .journald: .journald()
        case .socket(let path): .local(socket: path)
        case .udp(let server): .udp(host: server.host, port: server.port)
        case .tcp(let server): .tcp(host: server.host, port: server.port)
        }
    }
}

extension WeeklyWindow {
    /// Says when it closes, if it is open at a moment; a day later if its zone does not tell.
    fileprivate var ends: @Sendable (Timestamp) -> Timestamp? {
        { time in
            guard let zone = SystemZones.rules(of: zone, around: time), isOpen(at: time, zone)
            else { return nil }
            return nextChange(after: time, zone)
                ?? Timestamp(
                    millisecondsSinceEpoch: time.millisecondsSinceEpoch + 86_400_000
                )
        }
    }
}
