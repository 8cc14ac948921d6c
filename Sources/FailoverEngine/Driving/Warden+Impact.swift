import FailoverCore
import Synchronization

/// What is hurt, for people.
extension Warden {
    /// What is hurt on a route now, in words; nil when nothing is known to be, or there is no such
    /// route.
    func impact(on name: RouteName) -> String? {
        let verdicts = board.verdicts()
        return shared.withLock { impact(on: name, verdicts, $0) }
    }

    func impact(
        on name: RouteName,
        _ verdicts: [PoolLeg: Verdict],
        _ state: SharedState
    ) -> String? {
        guard let route = organisation.route(name) else { return nil }
        let impact = ImpactJudge(organisation: organisation).impact(
            on: route,
            holder: state.holders[name]?.pool ?? state.policy.establishedHolder(of: name),
            readings: state.records
        ) { verdicts[$0] ?? Verdict(.unknown, reason: "it is not watched") }
        return impact.isHurt ? impact.sentence : nil
    }

    /// The same order; where people are told of trouble, with what it hurts.
    func withImpact(_ effect: PolicyEffect) -> PolicyEffect {
        guard case .notify(var notice) = effect, let route = notice.route,
            [.routeDown, .poolImpaired, .approvalWanted, .runStarted].contains(notice.code),
            let impact = impact(on: route)
        else { return effect }
        notice.impact = impact
        // Who reads of a run has been told before what is hurt.
        if notice.code != .runStarted {
            notice.sentence += notice.sentence.hasSuffix(".") ? "" : "."
            notice.sentence += " Hurt now: \(impact)"
        }
        return .notify(notice)
    }
}
