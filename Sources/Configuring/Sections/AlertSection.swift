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
        minSeverity = fields.value("min_severity", .choice(), default: .info)
        let listed: [Located<NoticeCode>]? = fields.list("events", of: .choice())
        events = Set(listed?.map(\.value) ?? NoticeCode.allCases)
        if fields.has("events"), fields.isEmpty("events") {
            fields.findings.error(
                .impossible,
                at: fields.position(of: "events"),
                "'events' lets nothing through: list the events, or remove the key for all of them"
            )
        }
        self.kind = AlertDraft.read(kind?.value, &fields)
        fields.finish()
    }
}

/// What belongs to all places together: section `alerting`.
struct AlertingDraft {
    var waitingMax: Int
    var repeatedWithin: Duration

    init(_ fields: inout FieldReader) {
        waitingMax = fields.value("waiting_max", .integer(10...100_000), default: 1_000)
        repeatedWithin = fields.value(
            "repeated_within",
            .duration(.zero...(.hours(24))),
            default: .seconds(300)
        )
        fields.finish()
    }
}
