import FailoverCore

/// A name and a type in the zone.
struct RecordKey: Sendable, Hashable {
    var name: FQDN
    var type: RecordType
}

/// The organisation as it truly is: what probes find, what cmdlets and updates change.
struct World: Sendable {
    let estate: Estate
    let salt: UInt64
    var now = 0

    // MARK: Servers and the ways to them
    var conditions: [[Condition]]
    /// By pool and member: services that are stopped.
    var stopped: [[Set<ServiceSelection>]]
    var flap: (pool: Int, every: Int, from: Int, until: Int)?
    var loss: (percent: Int, until: Int)?
    /// Ways that are cut: vantage and pool.
    var cuts: Set<[Int]> = []
    var isolated: Set<Int> = []
    /// Vantages that cannot probe.
    var muted: Set<Int> = []
    /// Members that answer one vantage alone.
    var liars: [[Int]: Int] = [:]

    // MARK: Management
    var isManagementUp = true
    var faults: [CommandFault] = []
    var sites: [SiteSnapshot]
    /// Whether the pool carries the federation flag.
    var carriesFlag: [Bool]
    var replication = Following.prompt
    var enabledAt = -10_000
    /// How often the wizard's step was run, by server.
    var setups: [FQDN: Int] = [:]

    /// By pool: what is found wrong with its readiness.
    var unready: [Set<ReadinessItem>]
    var isReadinessWatched = true

    // MARK: DNS
    var primary: [RecordKey: RecordSet]
    var secondary: [RecordKey: RecordSet]
    var following = Following.prompt
    /// When the second server takes over what the first has.
    var transferAt: Int?

    init(_ setup: Setup, _ estate: Estate) {
        self.estate = estate
        salt = setup.salt
        let members = Estate.membersPerPool
        let count = estate.pools.count
        conditions = Array(repeating: Array(repeating: .up, count: members), count: count)
        unready = Array(repeating: [], count: count)
        stopped = Array(repeating: Array(repeating: [], count: members), count: count)
        let home = ServiceIdentity.edgeServer(estate.pools[0]).description
        let hasXMPP = estate.kind.legs.contains(.xmpp)
        sites = estate.organisation.sites.map {
            SiteSnapshot(name: $0, sipRoute: home, xmppRoute: hasXMPP ? home : nil)
        }
        carriesFlag = (0..<count).map { $0 == 0 || setup.estate != .strict }
        primary = World.records(estate, ttl: 3_600, leadingTo: 0)
        secondary = primary
    }

    /// The zone's records when everything leads to that pool.
    static func records(
        _ estate: Estate,
        ttl: UInt32,
        leadingTo pool: Int
    ) -> [RecordKey: RecordSet] {
        var sets: [RecordSet] = []
        func add(_ name: String, _ type: RecordType, _ ttl: UInt32, _ data: [RecordData]) {
            sets.append(RecordSet(name: .known(name), type: type, ttl: ttl, data: data))
        }
        func service(_ port: UInt16, _ target: String) -> [RecordData] {
            [.service(ServiceRecord(priority: 0, weight: 0, port: port, target: .known(target)))]
        }
        let addresses = (0..<Estate.membersPerPool).map {
            RecordData.address(Estate.address(pool, $0))
        }
        add("_sipfederationtls._tcp.contoso.com", .srv, 600, service(5_061, "sip.contoso.com"))
        add("sip.contoso.com", .a, ttl, addresses)
        if estate.kind.legs.contains(.xmpp) {
            add("_xmpp-server._tcp.contoso.com", .srv, 600, service(5_269, "xmpp.contoso.com"))
            add("xmpp.contoso.com", .a, 120, addresses)
        }
        return Dictionary(
            sets.map { (RecordKey(name: $0.name, type: $0.type), $0) },
            uniquingKeysWith: { first, _ in first }
        )
    }

    // MARK: What probes find

    /// The number of the probe round under way.
    var round: Int { now / Setup.interval }

    /// Whether probes may find something else from round to round.
    var isRestless: Bool {
        (flap.map { round <= $0.until } ?? false) || (loss.map { round <= $0.until } ?? false)
    }

    /// Whether a member does its work on a leg, wherever it is asked from.
    func works(_ pool: Int, _ member: Int, _ leg: LegKind) -> Bool {
        switch conditions[pool][member] {
        case .dead, .hung: return false
        case .up, .expired, .gateless: break
        }
        if stopped[pool][member].contains(.all) { return false }
        switch leg {
        case .xmpp: return !stopped[pool][member].contains(.xmpp)
        case .sip: return carriesFlag[pool]
        case .access, .media: return true
        }
    }

    /// Whether all members of a pool do their work on a leg.
    func works(_ pool: Int, _ leg: LegKind) -> Bool {
        conditions[pool].indices.allSatisfy { works(pool, $0, leg) }
    }

    /// What a probe from a vantage finds.
    func probe(_ vantage: Int, _ pool: Int, _ member: Int, _ leg: LegKind) -> Answer {
        if muted.contains(vantage) { return .nothing }
        if isolated.contains(vantage) || cuts.contains([vantage, pool]) { return .timeout }
        if let loss, round <= loss.until {
            let place = UInt64(round * 1_000 + vantage * 100 + pool * 10 + member)
            let number = Dice.mixed(salt &+ place &* 0x9E37_79B9 &+ (leg == .sip ? 0 : 7))
            if number % 100 < UInt64(loss.percent) { return .timeout }
        }
        if let flap, flap.pool == pool, round <= flap.until,
            (round - flap.from) / flap.every % 2 == 0
        {
            return .refused
        }
        if let friend = liars[[pool, member]] { return friend == vantage ? .alive : .refused }
        guard works(pool, member, leg) else {
            return conditions[pool][member] == .hung ? .silent : .refused
        }
        switch conditions[pool][member] {
        case .expired: return .expired
        case .gateless where leg == .sip: return .gatewayTimeout
        default: return .alive
        }
    }

    // MARK: What is read

    /// Who holds a route, as the sites say.
    func holder(of route: FederationRoute) -> HolderReading {
        guard isManagementUp else { return .unknown("no Front End answers") }
        return Snapshot.holder(of: route.kind, in: sites, [], among: route.pools)
    }

    /// The pool that truly holds a route; nil when sites differ or name another.
    func trueHolder(of route: FederationRoute) -> FQDN? {
        let reading = Snapshot.holder(of: route.kind, in: sites, [], among: route.pools)
        if case .pool(let pool) = reading { return pool }
        return nil
    }

    var isReplicated: Bool {
        switch replication {
        case .prompt: now >= enabledAt + 20
        case .slow: now >= enabledAt + 300
        case .never: false
        }
    }

    /// Lets the second DNS server take over what is due.
    mutating func transferWhenDue() {
        guard let due = transferAt, now >= due else { return }
        transferAt = nil
        secondary = primary
    }

    mutating func changedPrimary() {
        switch following {
        case .prompt: transferAt = now + 5
        case .slow: transferAt = now + 240
        case .never: transferAt = nil
        }
    }
}

/// What a probe finds.
enum Answer: Sendable, Hashable {
    case alive
    case refused
    case silent
    case timeout
    /// It answers, with a certificate that has expired.
    case expired
    /// It answers 504.
    case gatewayTimeout
    /// The probe could not be carried out.
    case nothing

    static let all: [Answer] = [
        .alive, .refused, .silent, .timeout, .expired, .gatewayTimeout, .nothing,
    ]

    var isAlive: Bool { [.alive, .expired, .gatewayTimeout].contains(self) }

    var place: Int { Answer.all.firstIndex(of: self) ?? 0 }

    var code: EvidenceCode {
        switch self {
        case .alive, .expired: .answered
        case .refused: .refused
        case .silent: .silent
        case .timeout: .connectTimeout
        case .gatewayTimeout: .sipServerTimeout
        case .nothing: .inconclusive
        }
    }
}
