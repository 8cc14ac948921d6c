import FailoverCore

/// How people behave who are asked.
enum Manner: String, Sendable, Hashable, CaseIterable {
    /// They look and say yes in a minute.
    case prompt
    /// They say yes shortly before, or after, the time is over.
    case late
    /// They say yes twice.
    case twice
    /// They say yes to another plan, then look again.
    case wrongly
    /// They say no.
    case no
    /// Nobody answers.
    case never
}

/// What a history begins with.
struct Setup: Sendable, Hashable {
    var estate: EstateKind = .sip
    var sipMode: RouteMode = .auto
    var xmppMode: RouteMode = .approve
    var failbackMode: RouteMode = .approve
    /// In seconds.
    var confirmFor = 120
    var stableFor = 1_800
    var agents = 1
    /// Places from which is probed.
    var vantages = 1
    var maxFailovers = 2
    /// In seconds.
    var coolDown = 1_800
    var approvalTimeout = 1_800
    var manner: Manner = .prompt
    /// What losses of probes follow from.
    var salt: UInt64 = 1

    var policySettings: PolicySettings {
        PolicySettings(
            approvalTimeout: .seconds(approvalTimeout),
            coolDown: .seconds(coolDown),
            maxFailovers: PolicySettings.Limit(count: maxFailovers)
        )
    }

    var healthSettings: HealthSettings { HealthSettings(vantages: vantages) }

    /// Seconds between two probes of a server.
    static let interval = 5
    /// Seconds for which an agent may act without having renewed its lease.
    static let lease = 15
}
