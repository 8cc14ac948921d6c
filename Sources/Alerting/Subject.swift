import FailoverCore
import FailoverEngine

/// What a notice is about, and what it says of it: that it begins, that it ends, or neither.
///
/// The table is the agreement with receivers that keep track (PagerDuty, Alertmanager): what begins
/// with one notice ends with another of the same subject.
struct Subject: Sendable, Hashable {
    /// The subject's name, the same from beginning to end: `pool/sip/edgepool1.contoso.net`.
    var name: String
    /// What the notice says of it; nil for what does not last.
    var stage: AlertCourse.Stage?
    /// Other subjects that end with it.
    var alsoEnds: [String] = []

    init(_ notice: Notice) {
        let route = notice.route.map(\.name) ?? notice.request.map { "request \($0.number)" } ?? "-"
        let pool = notice.pool?.name ?? "-"
        (name, stage) = Subject.place(notice, route, pool)
        switch notice.code {
        // What could not be done need not be done any more, or is being done.
        case .routeUp, .poolUp, .approvalWanted, .runStarted: alsoEnds = ["plan/\(route)"]
        case .approvalExpired: alsoEnds = ["run/\(route)"]
        default: break
        }
    }

    private static func place(
        _ notice: Notice,
        _ route: String,
        _ pool: String
    ) -> (String, AlertCourse.Stage?) {
        switch notice.code {
        case .routeDown, .poolDegraded, .poolImpaired, .standbyDown:
            ("pool/\(route)/\(pool)", .begins)
        case .routeUp, .poolUp: ("pool/\(route)/\(pool)", .ends)
        case .isolated, .late: ("vantage", .begins)
        case .vantageSound: ("vantage", .ends)
        case .standbyNotReady: ("standby/\(route)/\(pool)", .begins)
        case .standbyReady: ("standby/\(route)/\(pool)", .ends)
        // From the question to the end of the run that came of it.
        case .approvalWanted, .personWanted, .stepFailed, .runStuck: ("run/\(route)", .begins)
        case .approvalWithdrawn, .approvalDenied, .runStarted, .runFinished, .runUndone,
            .lockReleased:
            ("run/\(route)", .ends)
        case .runTaken: ("run/\(route)", .acknowledged)
        // What ought to be done, and nobody does.
        case .cannotAct, .approvalExpired: ("plan/\(route)", .begins)
        case .foreignHolder: ("holder/\(route)", notice.severity == .info ? .ends : .begins)
        case .dnsMismatch, .dnsDisagreement, .dnsUnresolved:
            ("dns/\(route)/\(notice.name?.name ?? "-")", .begins)
        case .dnsWell: ("dns/\(route)/\(notice.name?.name ?? "-")", .ends)
        case .dnsNotConverged: ("resolvers/\(route)", .begins)
        case .dnsConverged: ("resolvers/\(route)", .ends)
        case .agentTrouble: ("agent", notice.severity == .critical ? .begins : nil)
        // What is acknowledged, watched no longer or tested is told with it.
        case .alertAcknowledged: ("alert", .acknowledged)
        case .noLongerWatched: ("alert", .ends)
        case .test: ("test", nil)
        case .wouldAct, .fencePending, .orderRefused, .failbackDue, .coolDownEnded, .pauseChanged:
            ("\(notice.code.rawValue)/\(route)/\(pool)", nil)
        }
    }
}

extension Alert {
    /// What it is about, the same from beginning to end.
    var subject: String { course.subject ?? Subject(notice).name }
}
