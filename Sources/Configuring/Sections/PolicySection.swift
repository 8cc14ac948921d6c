import FailoverCore

/// Section `policy`.
struct PolicyDraft {
    var confirmFor: Located<Duration>?
    var approvalTimeout: Duration
    var approvalsNeeded: Int
    var coolDown: Duration
    var maxFailovers: AgentConfiguration.FailoverLimit
    var onTimeout: OnTimeout
    var autoWithoutDrill: Located<Bool>?
    var stuckReminder: Duration
    var replication: ReplicationPatience
    var readiness: ReadinessSettings

    /// What `confirm_for` takes, here and in a route.
    static let confirmation = ScalarKind<Duration>.duration(.zero...(.hours(24)))

    init(_ fields: inout FieldReader) {
        confirmFor = fields.optional("confirm_for", PolicyDraft.confirmation)
        approvalTimeout = fields.value(
            "approval_timeout",
            .duration(.seconds(1)...(.hours(24 * 7))),
            default: .seconds(1_800)
        )
        approvalsNeeded = fields.value("approvals_needed", .integer(1...2), default: 1)
        onTimeout = fields.optional("on_timeout", .choice())?.value ?? .hold
        coolDown = fields.value(
            "cool_down",
            .duration(.zero...(.hours(24 * 7))),
            default: .seconds(1_800)
        )
        maxFailovers = fields.group("max_failovers") { limit in
            let count = limit.value("count", .integer(0...1_000), default: 2)
            let per = limit.value(
                "per",
                .duration(.seconds(60)...(.hours(24 * 365))),
                default: .hours(24)
            )
            limit.finish()
            return .init(count: count, per: per)
        }
        autoWithoutDrill = fields.optional("auto_without_drill", .truth)
        stuckReminder = fields.value(
            "stuck_reminder",
            .duration(.seconds(1)...(.hours(24))),
            default: .seconds(600)
        )
        replication = fields.group("replication") { PolicyDraft.readReplication(&$0) }
        readiness = fields.group("readiness") { PolicyDraft.readReadiness(&$0) }
        fields.finish()
    }

    /// The default of `force_after` shrinks with a short time-out, so that `timeout: 5m` alone is a
    /// valid file.
    private static func readReplication(_ fields: inout FieldReader) -> ReplicationPatience {
        let standard = ReplicationPatience()
        let timeout = fields.value(
            "timeout",
            .duration(.seconds(5)...(.hours(24))),
            default: standard.timeout
        )
        let written = fields.optional("force_after", .duration(.seconds(1)...(.hours(24))))
        fields.finish()
        if let written, written.value >= timeout {
            fields.findings.error(
                .impossible,
                at: written.position,
                "'force_after' (\(DurationText.write(written.value))) must be shorter than 'timeout' "
                    + "(\(DurationText.write(timeout))): a forced replication takes minutes itself"
            )
        }
        return ReplicationPatience(
            forceAfter: written?.value ?? min(standard.forceAfter, timeout / 3),
            timeout: timeout
        )
    }

    /// How long a verdict must stand before a route moves, where it is written: in the route, or
    /// here for all.
    func writtenConfirmFor(_ route: RouteDraft) -> Located<Duration>? {
        route.confirmFor ?? confirmFor
    }

    /// How long a verdict must stand before a route moves.
    ///
    /// The default is 2 minutes, 5 in `auto` and in `observe`, which shows what `auto` would do, 10 for a home pool of one server, which a reboot
    /// takes down.
    func confirmFor(_ route: RouteDraft, homeServers: Int) -> Duration {
        if let written = writtenConfirmFor(route) { return written.value }
        if homeServers == 1 { return .seconds(600) }
        return route.mode.value == .approve ? .seconds(120) : .seconds(300)
    }
}
