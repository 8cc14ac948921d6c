/// Turns observations into verdicts on servers and pools.
///
/// Pure: the time comes in, nothing is kept but counters. Verdicts are computed when asked for, so
/// that evidence grows stale without an event. ``ProbeTrack`` says how one vantage counts,
/// ``Tally`` how vantages and members are merged, ``VantageState`` which vantages count.
public struct Health: Sendable {
    struct Leg: Sendable {
        var port: UInt16
        var members: [FQDN]
    }

    /// A vantage and what it knows: one place per configured server and protocol.
    struct Vantage: Sendable {
        var name: String
        var state = VantageState.sound
        var tracks: [ProbeTrack?]
        /// When it last found anything alive.
        var lastAlive: Instant?
    }

    var settings: HealthSettings
    private(set) var legs: [PoolLeg: Leg] = [:]
    private(set) var servers: [FQDN] = []
    private var places: [FQDN: Int] = [:]
    private(set) var ports: [UInt16?] = []
    private(set) var vantages: [Vantage] = []
    /// Servers in maintenance: neither their failures nor their answers count for their pools.
    public private(set) var leftOut: Set<FQDN> = []

    /// Starts with no evidence: everything is unknown.
    public init(organisation: Organisation, settings: HealthSettings = HealthSettings()) {
        self.settings = settings
        learn(organisation)
    }

    /// Takes a new configuration; evidence on servers that are still there is kept.
    public mutating func reconfigure(organisation: Organisation, settings: HealthSettings) {
        self.settings = settings
        let (before, old) = (servers, vantages)
        learn(organisation)
        vantages = old.map { vantage in
            var kept = vantage
            kept.tracks = Array(repeating: nil, count: ports.count)
            for (place, server) in before.enumerated() {
                guard let now = places[server] else { continue }
                for kind in LegKind.allCases where ports[now * Self.kinds + kind.place] != nil {
                    kept.tracks[now * Self.kinds + kind.place] =
                        vantage.tracks[place * Self.kinds + kind.place]
                }
            }
            return kept
        }
    }

    /// Leaves servers out of the verdicts on their pools, and takes back all others.
    ///
    /// The pool is as its other members are: down when all of them are, and *unknown* when none is
    /// left.
    public mutating func leaveOut(_ servers: Set<FQDN>) { leftOut = servers }

    static let kinds = LegKind.allCases.count

    private mutating func learn(_ organisation: Organisation) {
        legs = [:]
        servers = organisation.edgePools.flatMap(\.servers).map(\.fqdn)
        places = Dictionary(servers.enumerated().map { ($1, $0) }) { first, _ in first }
        ports = Array(repeating: nil, count: servers.count * Self.kinds)
        for pool in organisation.edgePools {
            for kind in LegKind.allCases {
                let port = pool.port(for: kind)
                let members = pool.servers.filter { $0.has(kind) }.map(\.fqdn)
                legs[PoolLeg(pool: pool.fqdn, kind: kind)] = Leg(port: port, members: members)
                for member in members {
                    if let place = place(of: member, kind) { ports[place] = port }
                }
            }
        }
    }

    /// Where a leg's tracks are; nil for a server that is not configured.
    func place(of server: FQDN, _ kind: LegKind) -> Int? {
        places[server].map { $0 * Self.kinds + kind.place }
    }

    private mutating func index(of vantage: String) -> Int {
        if let index = vantages.firstIndex(where: { $0.name == vantage }) { return index }
        vantages.append(Vantage(name: vantage, tracks: Array(repeating: nil, count: ports.count)))
        return vantages.count - 1
    }

    /// Takes in one probe's result; one about a server that is not configured is dropped, and so is
    /// one from a vantage that is isolated.
    public mutating func record(_ observation: Observation, at now: Instant) {
        guard let place = place(of: observation.server, observation.kind), ports[place] != nil
        else { return }
        let index = index(of: observation.vantage)
        if observation.code.liveness(for: observation.kind) == .alive {
            vantages[index].lastAlive = now
        }
        guard vantages[index].state.countsEvidence else { return }
        if vantages[index].tracks[place] == nil {
            vantages[index].tracks[place] = ProbeTrack(kind: observation.kind)
        }
        vantages[index].tracks[place]?.record(observation, settings: settings, at: now)
    }

    /// Says whether what a vantage sees can be believed from now on.
    ///
    /// When it becomes isolated or late, what it saw before no longer counts.
    public mutating func vantage(_ name: String, is state: VantageState) {
        let index = index(of: name)
        guard vantages[index].state != state else { return }
        vantages[index].state = state
        guard !state.isSound else { return }
        for place in vantages[index].tracks.indices {
            vantages[index].tracks[place]?.disown()
        }
    }

    /// The vantages that were heard of, in order of name, and whether they can be believed.
    public var vantageStates: [(name: String, state: VantageState)] {
        vantages.map { ($0.name, $0.state) }.sorted { $0.0 < $1.0 }
    }

    /// When a vantage last found any server alive, also while it did not count.
    public func lastAlive(from vantage: String) -> Instant? {
        vantages.first { $0.name == vantage }?.lastAlive
    }

    /// Whether a failure counts against a server and nothing is decided yet: it is to be probed
    /// faster.
    public func isSuspect(_ server: FQDN, _ kind: LegKind, at now: Instant) -> Bool {
        guard let place = place(of: server, kind) else { return false }
        return vantages.contains { $0.tracks[place]?.isSuspect(at: now, settings) ?? false }
    }

    /// The members that count.
    func counted(_ members: [FQDN]) -> [FQDN] {
        leftOut.isEmpty ? members : members.filter { !leftOut.contains($0) }
    }

    func leftOutWords(_ members: [FQDN]) -> String {
        let names = members.filter(leftOut.contains).map(\.host)
        return names.isEmpty
            ? "" : "; not counted, for it is in maintenance: \(names.joined(separator: ", "))"
    }

    /// The class alone, without the cost of the words.
    public func verdictClass(on leg: PoolLeg, at now: Instant) -> VerdictClass {
        var tally = Tally()
        for member in counted(legs[leg]?.members ?? []) {
            tally.count(verdictClass(on: member, leg.kind, at: now))
        }
        return tally.ofMembers
    }

    /// The class of one server alone, without the cost of the words.
    public func verdictClass(
        on server: FQDN,
        _ kind: LegKind,
        at now: Instant
    ) -> VerdictClass {
        guard let place = place(of: server, kind) else { return .unknown }
        var tally = Tally()
        for vantage in vantages {
            guard let track = vantage.tracks[place], track.isFresh(at: now, settings) else {
                continue
            }
            tally.count(track.verdict(at: now, settings))
        }
        let watching = max(settings.vantages, tally.total)
        return tally.ofVantages(quorum: settings.quorum.needed(of: watching))
    }

    /// The first instant after `now` at which some evidence turns stale, when no probe comes
    /// before; until then all verdicts stay as they are.
    public func nextStaleness(after now: Instant) -> Instant? {
        vantages.lazy.flatMap(\.tracks)
            .compactMap { track in
                track?.lastSeen.map { $0 + settings.staleAfter + .nanoseconds(1) }
            }
            .filter { $0 > now }
            .min()
    }
}

extension LegKind {
    /// Its place among all of them.
    fileprivate var place: Int {
        switch self {
        case .sip: 0
        case .xmpp: 1
        case .media: 2
        case .access: 3
        }
    }
}

extension EdgeServer {
    /// Whether it can be said where a leg of it is; media has addresses of its own, which need not be
    /// configured.
    func has(_ leg: LegKind) -> Bool {
        switch leg {
        case .sip, .xmpp, .access: true
        case .media: !mediaAddresses.isEmpty
        }
    }
}
