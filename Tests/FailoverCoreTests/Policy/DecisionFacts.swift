@testable import FailoverCore

/// What a decision rests on: the columns of the decision table, said naively.
struct DecisionFacts: Sendable, CustomStringConvertible {
    enum Pausing: String, CaseIterable { case none, everything, route }
    enum Sides: String, CaseIterable { case none, holder, other, both }
    enum Holding: String, CaseIterable {
        case foreign, foreignNowhere, unread, unreadAway, unreadable
        case home, rescued, ordered, found
    }
    /// A leg; *startable* is down, and its host answers, so that a plan can start or enable it.
    enum Standing: String, CaseIterable {
        case up, degraded, impaired, nextHop, startable, down, unknown
    }
    enum Window: String, CaseIterable { case none, open, closed, neverRead, over }
    enum Reading: String, CaseIterable { case ready, notReady, stale, never }

    var pausing = Pausing.none
    /// Whose pools are in maintenance.
    var maintenance = Sides.none
    var holding = Holding.home
    /// The leg of the pool that holds the route, or most likely does.
    var holder = Standing.up
    /// The leg of the other pool; of home, when the route is away.
    var other = Standing.up
    /// Whether the holder's leg has stood for `confirmFor`, and the other's for `stableFor`.
    var isConfirmed = true
    var isSoaked = true
    var isCooling = false
    var mode = RouteMode.auto
    var failback = RouteMode.auto
    var window = Window.none
    /// What was read of the other pool's readiness.
    var reading = Reading.ready
    var flapping = Sides.none
    var planNeedsPerson = false
    var isCountReached = false
    /// Whether nobody answered a question, and `on_timeout` is `proceed`.
    var goesOnUnanswered = false
    /// The pools, where they are others than the two of the tests of the table.
    var pools: Pools?

    /// A reference, because facts are copied a lot.
    final class Pools: Sendable {
        let holder: FQDN
        let other: FQDN

        init(holder: FQDN, other: FQDN) { (self.holder, self.other) = (holder, other) }
    }

    var description: String {
        "paused \(pausing), maintenance \(maintenance), \(holding), leg \(holder), other \(other), "
            + "confirmed \(isConfirmed), soaked \(isSoaked), cooling \(isCooling), \(mode), "
            + "failback \(failback), window \(window), \(reading), flapping \(flapping), "
            + "plan \(planNeedsPerson), count \(isCountReached), unanswered \(goesOnUnanswered)"
    }

    // MARK: What the columns mean

    var isKnown: Bool { isAtHome || isAway }
    var isAtHome: Bool { holding == .home }
    var isAway: Bool { [.rescued, .ordered, .found].contains(holding) }
    var isForeign: Bool { holding == .foreign || holding == .foreignNowhere }
    var isHolderPoolHome: Bool { ![.foreign, .unreadAway].contains(holding) && !isAway }
    /// Down, whatever its host does.
    var isHolderDown: Bool { holder == .down || holder == .startable }
    var isHolderHeld: Bool { maintenance == .holder || maintenance == .both }
    var isOtherHeld: Bool { maintenance == .other || maintenance == .both }
    var hasServingTarget: Bool { !isOtherHeld && (other == .up || other == .degraded) }
    /// A pool refused for its certificate improves nothing for one that is down.
    var hasTarget: Bool {
        hasServingTarget || (!isOtherHeld && (other == .nextHop || other == .startable))
    }
    var isHomeBack: Bool { other == .up || other == .startable }

    // MARK: Every combination

    /// Every combination of the values of these columns.
    static func all(
        _ base: DecisionFacts = DecisionFacts(),
        _ columns: ([DecisionFacts]) -> [DecisionFacts]...
    ) -> [DecisionFacts] {
        columns.reduce([base]) { $1($0) }
    }

    /// A column, for ``all(_:_:)``.
    static func vary<Value>(
        _ path: WritableKeyPath<DecisionFacts, Value>,
        _ values: some Sequence<Value>
    ) -> ([DecisionFacts]) -> [DecisionFacts] {
        { all in
            all.flatMap { facts in
                values.map { value in
                    var facts = facts
                    facts[keyPath: path] = value
                    return facts
                }
            }
        }
    }

    // MARK: The policy in that state

    static let now = Instant.at(1_000_000)
    private static let startUp = Instant.at(0)
    static let route = PolicyBench.sip

    var holderPool: FQDN {
        pools?.holder ?? (isHolderPoolHome ? PolicyBench.home : PolicyBench.standby)
    }
    var otherPool: FQDN {
        pools?.other ?? (isHolderPoolHome ? PolicyBench.standby : PolicyBench.home)
    }

    var policy: FailoverPolicy {
        var route = FederationRoute.sip(mode, failback: failback, flag: .strictSingle)
        route.onTimeout = goesOnUnanswered ? .proceed : .hold
        if window != .none { route.failback.window = try? WeeklyWindow("Sat 02:00-05:00 UTC") }
        // The other route has pools of its own, so that only its lock can matter.
        var other = FederationRoute.media(.auto)
        other.home = name("edgepool8.contoso.net")
        other.standby = [name("edgepool9.contoso.net")]
        var policy = FailoverPolicy(routes: [route, other], at: Self.startUp)
        policy.clock = Self.now
        seeLegs(&policy)
        hold(&policy)
        policy.states[0].holder = place
        policy.states[0].coolDownUntil = isCooling ? Self.now + .seconds(60) : nil
        let recent = Self.now + .seconds(-60)
        let limit = policy.settings.maxFailovers.count
        if isCountReached {
            policy.states[0].failovers = Array(repeating: recent, count: limit)
        }
        policy.states[0].window = standing
        readTarget(&policy)
        policy.states[0].episode = Episode(situation: policy.situation(of: policy.states[0]))
        policy.states[0].episode.planNeedsPerson = planNeedsPerson
        if goesOnUnanswered { policy.states[0].episode.unanswered = RequestID(1) }
        return policy
    }

    private func seeLegs(_ policy: inout FailoverPolicy) {
        let sides = [
            (holderPool, holder, isConfirmed, [.holder, .both].contains(flapping)),
            (otherPool, other, isSoaked, [.other, .both].contains(flapping)),
        ]
        for (pool, standing, hasStood, flaps) in sides {
            let since = hasStood ? Self.startUp : Self.now
            var evidence = LegEvidence(verdict: standing.verdict, since: since)
            for change in 0...5 where flaps {
                evidence.changes.take(change.isMultiple(of: 2) ? .up : .down, at: Self.now)
            }
            policy.legs[PoolLeg(pool: pool, kind: .sip)] = evidence
            let host = Verdict(standing == .startable ? .up : .down, reason: "seen")
            policy.legs[PoolLeg(pool: pool, kind: .access)] = LegEvidence(
                verdict: host,
                since: since
            )
        }
    }

    private func hold(_ policy: inout FailoverPolicy) {
        let later = Self.now + .seconds(60)
        let anna = PolicyBench.anna
        let pause = Pause(until: nil, by: anna, reason: "works")
        switch pausing {
        case .none: break
        case .everything: policy.pauses[.everything] = pause
        case .route: policy.pauses[.route(Self.route)] = pause
        }
        let patches = Pause(until: later, by: anna, reason: "patches", isMaintenance: true)
        if isHolderHeld { policy.pauses[.pool(holderPool)] = patches }
        if isOtherHeld { policy.pauses[.pool(otherPool)] = patches }
    }

    private var place: Holder {
        let home = Place(pool: PolicyBench.home, cause: nil)
        func away(_ cause: DisplacementCause) -> Place {
            Place(pool: PolicyBench.standby, cause: cause)
        }
        return switch holding {
        case .foreign:
            .foreign(expected: home, found: PolicyBench.standby, words: PolicyBench.standby.name)
        case .foreignNowhere: .foreign(expected: home, found: nil, words: "elsewhere")
        case .unread: .unread(expected: nil)
        case .unreadAway: .unread(expected: away(.downVerdict))
        case .unreadable: .unreadable(expected: home, reason: "no Front End answers")
        case .home: .known(home)
        case .rescued: .known(away(.downVerdict))
        case .ordered: .known(away(.ordered))
        case .found: .known(away(.found))
        }
    }

    private var standing: WindowStanding? {
        switch window {
        case .none, .neverRead: nil
        case .open: .open(until: Self.now + .seconds(60))
        case .closed: .closed(until: Self.now + .seconds(60))
        case .over: .open(until: Self.now)
        }
    }

    private func readTarget(_ policy: inout FailoverPolicy) {
        guard reading != .never, let limits = policy.settings.readiness else { return }
        var readings = Readiness.ready(at: reading == .stale ? Self.startUp : Self.now)
        if reading == .notReady {
            readings[.rights] = ReadinessReading(.notReady, "no rights", at: Self.now)
        }
        policy.states[0].take(readings, of: otherPool, limits)
    }
}

extension DecisionFacts.Standing {
    var verdict: Verdict {
        switch self {
        case .up: Verdict(.up, reason: "seen")
        case .degraded: Verdict(.degraded, reason: "seen")
        case .impaired: Verdict(.impaired, .certificate, reason: "seen")
        case .nextHop: Verdict(.impaired, .nextHop, reason: "seen")
        case .down, .startable: Verdict(.down, reason: "seen")
        case .unknown: Verdict(.unknown, reason: "seen")
        }
    }
}
