import FailoverCore

/// How a server is.
enum Condition: String, Sendable, Hashable, CaseIterable {
    case up
    /// Refuses connections.
    case dead
    /// Accepts them and says nothing.
    case hung
    /// Lives, and shows a certificate that has expired.
    case expired
    /// Lives, and passes nothing on: its next hop is dead.
    case gateless
}

/// What becomes of the next cmdlets and updates.
enum CommandFault: String, Sendable, Hashable, CaseIterable {
    /// Nothing: the next ones are as they should be, before others are not.
    case fine
    /// An error, and nothing is changed.
    case fails
    /// The answer takes its time.
    case late
    /// It is done, and the answer is lost.
    case actsUnheard
    /// It is not done, and the answer is lost.
    case lost
}

/// How copies follow: replicas of the topology, the second DNS server.
enum Following: String, Sendable, Hashable, CaseIterable {
    case prompt
    /// After minutes.
    case slow
    /// Not at all.
    case never
}

/// What a maintenance covers: a place among the pools, their members, or the routes.
enum Scope: Sendable, Hashable {
    case all
    case route(Int)
    case pool(Int)
    case server(pool: Int, Int)
}

/// Something that happens in a history: a fault, an ordinary event, or what a person does.
///
/// All numbers are places: of a pool, a member, a vantage, an agent, a route. Each action means
/// something by itself, so that any of them can be left out.
enum Action: Sendable, Hashable {
    case pool(Int, Condition)
    case member(pool: Int, Int, Condition)
    /// Alternates with every so many rounds, for so many rounds.
    case flap(pool: Int, every: Int, rounds: Int)
    /// Probes from a vantage to a pool get no answer; the way back is open.
    case cut(vantage: Int, pool: Int)
    case join(vantage: Int, pool: Int)
    /// A vantage reaches nothing.
    case isolate(vantage: Int)
    case reconnect(vantage: Int)
    /// A vantage cannot carry its probes out: nothing follows from them.
    case mute(vantage: Int)
    /// So many of a hundred probes get no answer, for so many rounds.
    case loss(percent: Int, rounds: Int)
    /// A member answers everybody but one vantage, or that one alone.
    case liar(pool: Int, member: Int, vantage: Int)
    case honest(pool: Int, member: Int)
    case replication(Following)
    case secondary(Following)
    /// The management endpoints answer, or do not.
    case management(isUp: Bool)
    case commands(CommandFault, count: Int)
    /// An item of a pool's readiness is found wrong from now on, and well again.
    case unready(pool: Int, ReadinessItem)
    case ready(pool: Int)
    /// Nobody reads readiness any more, and somebody does again.
    case readiness(isWatched: Bool)
    /// Somebody else points the sites' routes at a pool.
    case foreignRoute(pool: Int)
    /// Somebody else changes the name that leads to SIP federation.
    case foreignRecord
    case crash(agent: Int, downFor: Int)
    /// Right after so many further records of runs.
    case crashInRun(records: Int, downFor: Int)
    /// The machine sleeps.
    case freeze(agent: Int, seconds: Int)
    /// Somebody sets the wall clock.
    case stepClock(seconds: Int)
    case manner(Manner)
    case failover(route: Int, to: Int?, isDrill: Bool)
    case failback(route: Int, isDrill: Bool)
    case rehearsal(route: Int)
    /// So many routes in one order, the first of them again when there are fewer.
    case together(count: Int, isBack: Bool)
    case pause(route: Int?, seconds: Int)
    case resume(route: Int?)
    case maintain(Scope, seconds: Int)
    case endMaintenance(Scope)
    case acknowledge(route: Int)
    /// An order that names a rule, with or without saying why; back, when there is no pool.
    case insist(OverrideRule, route: Int, to: Int?, isExplained: Bool)
    case adopt(route: Int)
    case release
    case resumeRun
    case abortRun
    case takeRun
    case forceStep
    /// An answer about whatever was asked last, or about a request that never was.
    case approve(isOther: Bool, request: Int?)
    case deny(request: Int?)
    /// Nothing.
    case wait
}

extension Action {
    /// Whether probes may find something else afterwards.
    var isSeenByProbes: Bool {
        switch self {
        case .pool, .member, .flap, .cut, .join, .isolate, .reconnect, .mute, .loss, .liar, .honest,
            .crash, .crashInRun, .freeze, .stepClock, .maintain, .endMaintenance:
            true
        default: false
        }
    }
}

/// An action and when it happens, in seconds from the beginning.
struct TimedAction: Sendable, Hashable {
    var at: Int
    var action: Action
}

/// A history: what it begins with, and what happens.
///
/// The same history is lived the same way every time.
struct History: Sendable, Hashable {
    var seed: UInt64
    var setup: Setup
    var actions: [TimedAction]
}
