@testable import FailoverCore

/// A second, slow statement of what the policy must be doing: lists of what happened, and plain
/// rules that look through them anew after every event.
///
/// Written from the design and docs/decisions.md, not from the policy: it has no timers and no
/// evidence but the lists. What a route's evidence asks for it finds by counting the columns of the
/// decision table (``DecisionFacts``) and looking for the row.
struct Oracle {
    /// What a leg was seen as.
    struct Sight {
        var at: Instant
        var verdict: VerdictClass
        var impairment: Impairment?
    }

    struct PoolOfRoute: Hashable {
        var route: RouteName
        var pool: FQDN
    }

    enum Cause: String {
        case rescue, relief, failback, order, drill, rehearsal

        var isOrdered: Bool { [.order, .drill, .rehearsal].contains(self) }
    }

    enum Stage: Equatable {
        case queued, planning
        case asked(until: Instant)
        case approved(until: Instant)
        case running
        case halted(isStuck: Bool, isTaken: Bool, remindAt: Instant?)
    }

    /// Something that is to move, until it has or nothing comes of it.
    struct Request {
        var id: RequestID
        var moves: [Move]
        var cause: Cause
        var stage: Stage
        var since: Instant
        var digest: PlanDigest?
        /// The rules that people named.
        var named: Set<OverrideRule> = []
        /// Who said yes.
        var yeses: [String] = []
        /// What people saw who were asked.
        var seen: [String] = []

        var hasBegun: Bool {
            if case .halted = stage { true } else { stage == .running }
        }
        var isHalted: Bool { if case .halted = stage { true } else { false } }
        var isAsked: Bool { if case .asked = stage { true } else { false } }
        var keepsLock: Bool { hasBegun || stage == .planning }
    }

    /// Why nothing is begun on a route for a while.
    struct Quiet: Equatable {
        var situation: Situation
        var until: Instant
        /// Whether a person said no; else nobody answered, or nothing came of it.
        var isNo = false
        var isRetry = false
    }

    enum Reading: Equatable {
        case fits, none, failed
        case elsewhere(FQDN?)
    }

    /// What is known of one route besides its evidence.
    struct Route {
        var route: FederationRoute
        /// Where runs or the start put it.
        var place: Place?
        var reading = Reading.none
        var quiet: Quiet?
        /// When failovers for a dead pool ended, and runs of any kind: a person's word clears both.
        var rescues: [Instant] = []
        var ended: Instant?
        /// When home went down after it had come back.
        var relapses: [Instant] = []
        var cameHome: Instant?
        /// When home was up last, unless it went down since.
        var homeWasUp = false
        // Of the present situation only.
        var situation = Situation.calm
        var planNeedsPerson = false
        var goesAlone = false
        var fruitless = 0
        var overtaken = 0
        var isUnanswered = false

        var name: RouteName { route.name }
        var isKnown: Bool { reading == .fits }
        /// The pool that most likely carries it.
        var holder: FQDN {
            if case .elsewhere(let found?) = reading { return found }
            return place?.pool ?? route.home
        }

        mutating func begin(_ new: Situation) {
            (situation, planNeedsPerson, goesAlone) = (new, false, false)
            (fruitless, overtaken, isUnanswered) = (0, 0, false)
        }
    }

    let settings: PolicySettings
    var now: Instant
    var routes: [Route]
    var sights: [PoolLeg: [Sight]] = [:]
    /// When routes came to a leg: what was seen before does not count against it.
    var arrivals: [PoolLeg: Instant] = [:]
    var readings: [PoolOfRoute: [ReadinessItem: ReadinessReading]] = [:]
    var windows: [RouteName: WindowStanding] = [:]
    var pauses: [Coverage: Instant?] = [:]
    var requests: [Request] = []
    var nextRequest = 1
    private var start: Instant
    /// What the evidence of each route asks for, as of the latest step.
    var wishes: [Wish] = []
    /// What the policy had to do in the latest step.
    var acts: [String] = []

    init(_ routes: [FederationRoute], _ settings: PolicySettings, at now: Instant) {
        self.settings = settings
        self.now = now
        start = now
        self.routes = routes.map { Route(route: $0) }
    }

    /// The agent died and came back: what was seen, planned and asked is gone; places, runs, pauses,
    /// noes and what was counted are not.
    mutating func restart() {
        start = now
        (sights, readings, windows) = ([:], [:], [:])
        arrivals = [:]
        requests.removeAll { !$0.hasBegun }
        for index in routes.indices {
            routes[index].reading = .none
            routes[index].homeWasUp = false
            if routes[index].quiet?.isRetry == true { routes[index].quiet = nil }
            routes[index].begin(routes[index].quiet?.situation ?? .calm)
        }
    }

    // MARK: What was seen

    func sight(_ leg: PoolLeg) -> Sight {
        sights[leg]?.last ?? Sight(at: start, verdict: .unknown)
    }

    func verdict(_ pool: FQDN, _ route: FederationRoute) -> VerdictClass {
        sight(PoolLeg(pool: pool, kind: route.kind.leg)).verdict
    }

    /// Since when a leg is what it is, without a break.
    func since(_ leg: PoolLeg) -> Instant {
        let list = [Sight(at: start, verdict: .unknown)] + (sights[leg] ?? [])
        var since = start
        for sight in list.reversed() {
            guard sight.verdict == list[list.count - 1].verdict else { break }
            since = sight.at
        }
        return max(since, arrivals[leg] ?? since)
    }

    func flaps(_ pool: FQDN, _ route: FederationRoute) -> Bool {
        let seen = (sights[PoolLeg(pool: pool, kind: route.kind.leg)] ?? [])
            .filter { $0.verdict != .unknown }
        let changes = zip(seen, seen.dropFirst()).filter { before, after in
            (before.verdict == .down) != (after.verdict == .down)
                && now < after.at + settings.flap.window
        }
        return changes.count >= settings.flap.threshold
    }

    /// Everything but drills was read within the hour and was well, or is not there to be read.
    func isReady(_ pool: FQDN, _ route: RouteName) -> Bool {
        sightOfReadiness(pool, route).allSatisfy { item, word in
            item == .drill || word == "well" || word == "none"
        }
    }

    private func sightOfReadiness(
        _ pool: FQDN,
        _ route: RouteName
    ) -> [(item: ReadinessItem, word: String)] {
        let known = readings[PoolOfRoute(route: route, pool: pool)] ?? [:]
        return ReadinessItem.allCases.filter { $0 != .legs }.map { item in
            guard let reading = known[item] else { return (item, "unknown") }
            let isOld = item != .drill && now >= reading.at + .seconds(3_600)
            return switch reading.state {
            case .ready: (item, isOld ? "old" : "well")
            case .notReady: (item, "bad")
            case .notKnown: (item, "unknown")
            case .notNeeded: (item, "none")
            }
        }
    }

    /// What people see who are asked: a word for each pool, and for each item of the targets.
    func sight(of moves: [Move]) -> [String] {
        moves.flatMap { move in
            [move.from, move.to].map { pool in
                "\(sight(PoolLeg(pool: pool, kind: move.kind.leg)).verdict)"
            } + sightOfReadiness(move.to, move.route).map(\.word)
        }
    }

    // MARK: Pauses

    func isPaused(_ coverage: Coverage) -> Bool {
        guard let pause = pauses[coverage] else { return false }
        return pause.map { now < $0 } ?? true
    }

    func isPaused(_ route: RouteName) -> Bool { isPaused(.everything) || isPaused(.route(route)) }

    // MARK: Requests

    func index(_ name: RouteName) -> Int? { routes.firstIndex { $0.name == name } }

    /// The request that moves a route, its own or another's.
    func request(of route: RouteName) -> Request? {
        requests.first { $0.moves.contains { $0.route == route } }
    }

    var hasLock: Bool { requests.contains(where: \.keepsLock) }
}
