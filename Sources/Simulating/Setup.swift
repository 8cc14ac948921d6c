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

/// When routes may go home; histories begin at one o'clock of the night in which Berlin's clocks
/// leave out the hour from two to three.
enum FailbackWindow: String, Sendable, Hashable, CaseIterable {
    case always
    /// From half past two on, so that it begins with the hour that is left out.
    case night
    /// Half of every second hour.
    case often

    var window: WeeklyWindow? {
        switch self {
        case .always: nil
        case .night: .known("Mon-Sun 02:30-05:00 Europe/Berlin")
        case .often:
            .known(
                stride(from: 0, to: 24, by: 2)
                    .map { "Mon-Sun \($0 < 10 ? "0" : "")\($0):00-\($0 < 10 ? "0" : "")\($0):30" }
                    .joined(separator: ", ") + " Europe/Berlin"
            )
        }
    }

    /// The wall clock so many seconds into a history, which begins on 29 March 2026, midnight in
    /// Greenwich.
    static func wall(_ seconds: Int) -> Timestamp {
        Timestamp(millisecondsSinceEpoch: 1_774_742_400_000 + Int64(seconds) * 1_000)
    }

    /// Berlin's clocks around that time.
    static let zone = ZoneRules(
        offsetSeconds: 3_600,
        transitions: [ZoneRules.Transition(at: wall(3_600), offsetSeconds: 7_200)]
    )
}

extension WeeklyWindow {
    /// A window that this code wrote itself.
    static func known(_ text: String) -> WeeklyWindow {
        do {
            return try WeeklyWindow(text)
        } catch {
            preconditionFailure(error.sentence)
        }
    }
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
    /// How many people have to say yes.
    var approvalsNeeded = 1
    var manner: Manner = .prompt
    /// What becomes of a failover that nobody answered.
    var onTimeout: OnTimeout = .hold
    /// When routes may go home.
    var window: FailbackWindow = .always
    /// What losses of probes follow from.
    var salt: UInt64 = 1

    var policySettings: PolicySettings {
        PolicySettings(
            approvalTimeout: .seconds(approvalTimeout),
            approvalsNeeded: approvalsNeeded,
            coolDown: .seconds(coolDown),
            maxFailovers: PolicySettings.Limit(count: maxFailovers)
        )
    }

    var healthSettings: HealthSettings { HealthSettings(vantages: vantages) }

    /// Seconds between two probes of a server.
    static let interval = 5
    /// Seconds for which an agent may act without having renewed its lease.
    static let lease = 15
    /// Seconds between two readings of the standbys' readiness.
    static let readinessEvery = 1_200
}
