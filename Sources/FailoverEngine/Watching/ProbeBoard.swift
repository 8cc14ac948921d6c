public import FailoverCore
import Synchronization

/// A server and what is spoken to it.
public struct ServerLeg: Sendable, Hashable {
    /// The server.
    public var server: FQDN
    /// The protocol.
    public var kind: LegKind

    /// Makes a leg.
    public init(server: FQDN, kind: LegKind) {
        self.server = server
        self.kind = kind
    }
}

/// What the probes know at present: the one place where outcomes, health and verdicts meet.
///
/// Guarded by a mutex: probes write, the driver, the snapshotter and the API read.
public final class ProbeBoard: Sendable {
    /// The newest outcome on one server for one protocol.
    public struct Entry: Sendable, Codable {
        /// The server.
        public var server: FQDN
        /// Its pool.
        public var pool: FQDN
        /// The protocol.
        public var kind: LegKind
        /// Address and port probed.
        public var target: String
        /// What was found.
        public var outcome: ProbeOutcome
        /// Wall clock at the end of the probe.
        public var at: Timestamp

        /// Makes an entry.
        public init(
            server: FQDN,
            pool: FQDN,
            kind: LegKind,
            target: String,
            outcome: ProbeOutcome,
            at: Timestamp
        ) {
            self.server = server
            self.pool = pool
            self.kind = kind
            self.target = target
            self.outcome = outcome
            self.at = at
        }
    }

    private struct Key: Hashable {
        var server: FQDN
        var kind: LegKind
    }

    private struct State {
        var health: Health
        var entries: [Key: Entry] = [:]
        /// When each of them came in.
        var times: [Key: Instant] = [:]
        /// How many probes ended how, since the agent's start.
        var counts: [Key: [EvidenceCode: Int]] = [:]
        /// When a leg of a server last began to fail.
        var failures: [FQDN: Instant] = [:]
        var standing: Standing?

        func isFailing(_ key: Key, at now: Instant) -> Bool {
            health.isSuspect(key.server, key.kind, at: now)
                || health.verdictClass(on: key.server, key.kind, at: now) == .down
        }
    }

    /// Verdicts, which are asked for more often than they change: they hold until evidence comes or,
    /// at `until`, grows stale.
    private struct Standing {
        var verdicts: [PoolLeg: Verdict]
        var until: Instant?

        func holds(at now: Instant) -> Bool { until.map { now < $0 } ?? true }
    }

    private let state: Mutex<State>
    private let legs: [PoolLeg]
    private let watched: WatchedLegs
    private let staleAfter: Duration
    private let clock: any MonotonicClock

    /// Makes a board.
    ///
    /// - `previous`: the board before a reload: what it knows of servers that are still
    ///   there is kept.
    public init(
        organisation: Organisation,
        settings: HealthSettings,
        clock: any MonotonicClock,
        continuing previous: ProbeBoard? = nil
    ) {
        watched = WatchedLegs(organisation)
        legs = watched.all
        staleAfter = settings.staleAfter
        self.clock = clock
        var first = State(health: Health(organisation: organisation, settings: settings))
        if let previous {
            first = previous.state.withLock(\.self)
            first.standing = nil
            first.health.reconfigure(organisation: organisation, settings: settings)
            let servers = Set(organisation.edgePools.flatMap(\.servers).map(\.fqdn))
            let legs = Set(legs)
            first.entries = first.entries.filter { key, entry in
                servers.contains(key.server)
                    && legs.contains(PoolLeg(pool: entry.pool, kind: key.kind))
            }
            let kept = Set(first.entries.keys)
            first.times = first.times.filter { kept.contains($0.key) }
            first.counts = first.counts.filter { kept.contains($0.key) }
            first.failures = first.failures.filter { servers.contains($0.key) }
        }
        state = Mutex(first)
    }

    /// Takes in an outcome.
    public func record(_ entry: Entry, vantage: String) {
        let now = clock.now()
        state.withLock { state in
            let key = Key(server: entry.server, kind: entry.kind)
            state.entries[key] = entry
            state.times[key] = now
            state.counts[key, default: [:]][entry.outcome.code, default: 0] += 1
            let observation = Observation(
                vantage: vantage,
                server: entry.server,
                kind: entry.kind,
                outcome: entry.outcome
            )
            let before = state.isFailing(key, at: now)
            state.health.record(observation, at: now)
            if !before, state.isFailing(key, at: now) { state.failures[entry.server] = now }
            state.standing = nil
        }
    }

    /// Leaves servers in maintenance out of the verdicts on their pools, and takes back all others.
    public func leaveOut(_ servers: Set<FQDN>) {
        state.withLock { state in
            guard servers != state.health.leftOut else { return }
            state.health.leaveOut(servers)
            state.standing = nil
        }
    }

    /// The legs that are watched.
    public var watchedLegs: [PoolLeg] { legs }

    /// How often a leg is probed when those that routes ride on are probed at an interval.
    ///
    /// The others take turns at a third of that pace, but never so slowly that one lost turn would
    /// make their evidence stale.
    public func pace(of leg: PoolLeg, interval: Duration) -> Duration {
        if watched.carrying.contains(leg) { return interval }
        return max(interval, min(interval * 3, staleAfter / 2))
    }

    /// The verdicts on all watched legs at this instant.
    public func verdicts() -> [PoolLeg: Verdict] {
        let now = clock.now()
        return state.withLock { state in
            if let standing = state.standing, standing.holds(at: now) { return standing.verdicts }
            let verdicts = Dictionary(
                uniqueKeysWithValues: legs.map { ($0, state.health.verdict(on: $0, at: now)) }
            )
            let until = state.health.nextStaleness(after: now)
            state.standing = Standing(verdicts: verdicts, until: until)
            return verdicts
        }
    }

    /// The verdict on one server at this instant.
    public func verdict(on server: FQDN, _ kind: LegKind) -> Verdict {
        let now = clock.now()
        return state.withLock { $0.health.verdict(on: server, kind, at: now) }
    }

    /// Says whether what a vantage sees can be believed from now on.
    public func vantage(_ name: String, is new: VantageState) {
        state.withLock { state in
            state.health.vantage(name, is: new)
            state.standing = nil
        }
    }

    /// When a vantage last found any server alive; nil for never.
    public func lastAlive(from vantage: String) -> Instant? {
        state.withLock { $0.health.lastAlive(from: vantage) }
    }

    /// Whether everything that was ever probed was probed again after that instant.
    public func wasProbed(since instant: Instant) -> Bool {
        state.withLock { $0.times.values.allSatisfy { $0 > instant } }
    }

    /// Whether any server is suspect.
    var hasSuspect: Bool { !suspects().isEmpty }

    /// What is suspect: a failure counts, and nothing is decided yet.
    public func suspects() -> Set<ServerLeg> {
        let now = clock.now()
        return state.withLock { state in
            let health = state.health
            let suspects = state.entries.keys.filter {
                health.isSuspect($0.server, $0.kind, at: now)
            }
            return Set(suspects.map { ServerLeg(server: $0.server, kind: $0.kind) })
        }
    }

    /// Whether a failure counts against a server and nothing is decided yet.
    public func isSuspect(_ server: FQDN, _ kind: LegKind) -> Bool {
        let now = clock.now()
        return state.withLock { $0.health.isSuspect(server, kind, at: now) }
    }

    /// Whether a leg of a server began to fail after that instant.
    public func hasFailed(_ server: FQDN, since last: Instant) -> Bool {
        state.withLock { $0.failures[server].map { last < $0 } ?? false }
    }

    /// Whether a server is down on a leg.
    public func isDown(_ server: FQDN, _ kind: LegKind) -> Bool {
        let now = clock.now()
        return state.withLock { $0.health.verdictClass(on: server, kind, at: now) } == .down
    }

    /// All newest outcomes, by server and protocol.
    public func entries() -> [Entry] {
        state.withLock { $0.entries.values.map(\.self) }.sorted {
            ($0.server.name, $0.kind.rawValue) < ($1.server.name, $1.kind.rawValue)
        }
    }

    /// How many probes of each server ended how, since the agent's start.
    public func counts() -> [ServerLeg: [EvidenceCode: Int]] {
        let counts = state.withLock(\.counts)
        return Dictionary(
            uniqueKeysWithValues: counts.map {
                (ServerLeg(server: $0.key.server, kind: $0.key.kind), $0.value)
            }
        )
    }

    /// Members as a snapshot holds them: a single lost probe makes no other plan.
    public func members() -> [MemberReading] {
        let now = clock.now()
        let health = state.withLock(\.health)
        return entries().map { entry in
            let standing = health.verdictClass(on: entry.server, entry.kind, at: now).liveness
            return MemberReading(
                server: entry.server,
                kind: entry.kind,
                liveness: standing ?? entry.outcome.liveness,
                reason: entry.outcome.reason,
                certificate: entry.outcome.certificate
            )
        }
    }
}

extension VerdictClass {
    /// What it says of one server; nil when it says nothing.
    fileprivate var liveness: Liveness? {
        switch self {
        case .up, .degraded, .impaired: .alive
        case .down: .dead
        case .unknown: nil
        }
    }
}
