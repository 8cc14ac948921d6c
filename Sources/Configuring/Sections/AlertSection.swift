import FailoverCore

/// A place for alerts as written: an entry of `alerts`.
struct AlertDraft {
    /// The kinds of places.
    enum Kind: String, CaseIterable {
        case exec
        case webhook
        case slack
        case teams
        case pagerduty
        case alertmanager
        case mail
        case syslog
    }

    var name: Located<String>?
    var kind: AgentConfiguration.AlertKind?
    var events: Set<NoticeCode>
    var minSeverity: Severity
    var timeout: Duration
    var giveUpAfter: Duration
    var quietHours: WeeklyWindow?
    /// Whose answers its messages' links give.
    var approvesAs: Located<String>?

    init(_ fields: inout FieldReader) {
        name = fields.required("name", .name)
        let kind: Located<Kind>? = fields.required("kind", .choice())
        timeout = fields.value(
            "timeout",
            .duration(.milliseconds(100)...(.seconds(300))),
            default: .seconds(10)
        )
        giveUpAfter = fields.value(
            "give_up_after",
            .duration(.seconds(60)...(.hours(24 * 30))),
            default: .hours(24)
        )
        quietHours = AlertDraft.quietHours(&fields)
        minSeverity = fields.value("min_severity", .choice(), default: .info)
        let listed: [Located<NoticeCode>]? = fields.list(
            "events",
            // A test message goes out whatever is listed.
            of: .choice(except: [.test])
        )
        events = Set(listed?.map(\.value) ?? NoticeCode.allCases)
        if fields.has("events"), fields.isEmpty("events") {
            fields.findings.error(
                .impossible,
                at: fields.position(of: "events"),
                "'events' lets nothing through: list the events, or remove the key for all of them"
            )
        }
        approvesAs = fields.optional("approves_as", .name)
        self.kind = AlertDraft.read(kind?.value, &fields)
        checkLinks(fields)
        fields.finish()
    }

    /// A link is worth the person's yes, so that it goes only where that person alone reads.
    private func checkLinks(_ fields: FieldReader) {
        guard let approvesAs, let kind else { return }
        let reason: String
        switch kind {
        case .alertmanager, .syslog:
            reason = "a log and an Alertmanager show it to everybody who looks there"
        case .mail(let mail)
        where mail.security == .none && !ServiceURL.isLoopback(mail.server.host):
            reason = "with 'security: none' it would cross the network unencrypted"
        case .exec, .webhook, .slack, .teams, .pagerDuty, .mail: return
        }
        fields.findings.error(
            .impossible,
            at: approvesAs.position,
            "'approves_as' puts a link into messages by which whoever reads it answers as"
                + " \(Printable.short(approvesAs.value)), and \(reason); remove it here"
        )
    }

    private static func quietHours(_ fields: inout FieldReader) -> WeeklyWindow? {
        guard let hours = fields.optional("quiet_hours", .window) else { return nil }
        let (anyTime, anyZone) = (
            Timestamp(millisecondsSinceEpoch: 0), ZoneRules(offsetSeconds: 0, transitions: [])
        )
        if hours.value.nextChange(after: anyTime, anyZone) == nil {
            fields.findings.error(
                .impossible,
                at: hours.position,
                "'quiet_hours' never end: leave some time for what they hold back, or let fewer "
                    + "'events' through"
            )
        }
        return hours.value
    }
}

/// What belongs to all places together: section `alerting`.
struct AlertingDraft {
    var waitingMax: Int
    var repeatedWithin: Duration
    var remindEvery: Duration
    var heartbeat: AgentConfiguration.Heartbeat?

    init(_ fields: inout FieldReader) {
        waitingMax = fields.value("waiting_max", .integer(10...100_000), default: 1_000)
        repeatedWithin = fields.value(
            "repeated_within",
            .duration(.zero...(.hours(24))),
            default: .seconds(300)
        )
        remindEvery = fields.value(
            "remind_every",
            .duration(.zero...(.hours(24))),
            default: .seconds(1_800)
        )
        if remindEvery > .zero, remindEvery < .seconds(60) {
            fields.findings.error(
                .impossible,
                at: fields.position(of: "remind_every"),
                "'remind_every' must be at least 1m, or 0s for never"
            )
        }
        let every = fields.optional("heartbeat_every", .duration(.seconds(10)...(.hours(1))))
        let address = AlertDraft.address(&fields, "heartbeat_url")
        let caFile = fields.optional("heartbeat_ca_file", .path)?.value
        if every != nil || caFile != nil, address == nil, !fields.has("heartbeat_url"),
            !fields.has("heartbeat_url_secret")
        {
            fields.reportMissing(
                "heartbeat_url",
                every == nil
                    ? "what is trusted by 'heartbeat_ca_file'"
                    : "what is called every 'heartbeat_every'"
            )
        }
        heartbeat = address.map {
            .init(address: $0, every: every?.value ?? .seconds(60), caFile: caFile)
        }
        fields.finish()
    }
}
