import FailoverCore
import Testing

/// Makes an address that the test wrote itself.
func address(_ text: String) -> IPAddress {
    guard let address = IPAddress(text) else { preconditionFailure("'\(text)' is no address") }
    return address
}

/// The sample organisation of the domain facts: what its configuration says and what is read of it.
///
/// Pool 1 (edge11, edge12; Redmond) is home and down, pool 2 (edge21, edge22; Dublin) is up.
struct RunbookFixture {
    static let pool1 = name("edgepool1.contoso.net")
    static let pool2 = name("edgepool2.contoso.net")
    static let primary = DNSServer(address: address("192.0.2.53"))
    static let secondary = DNSServer(address: address("192.0.2.54"))

    var organisation: Organisation
    var snapshot: Snapshot

    init(
        style: DNSStyle = .address,
        services: EdgeServices? = nil,
        domains: [String] = ["contoso.com"],
        partners: [Partner] = [Partner(domain: name("fabrikam.com"), isRequired: true)]
    ) {
        organisation = Self.organisation(style, services, domains, partners)
        snapshot = Self.snapshot(domains)
    }

    static func move(_ kind: RouteKind, back: Bool = false) -> Move {
        Move(
            route: RouteName(kind.rawValue),
            kind: kind,
            from: back ? pool2 : pool1,
            to: back ? pool1 : pool2
        )
    }

    func failover(_ kinds: RouteKind...) -> Planning {
        Planner(organisation: organisation).failover(
            kinds.map { Self.move($0) },
            snapshot: snapshot
        )
    }

    func failback(_ kind: RouteKind, record: FailoverRecord?) -> Planning {
        Planner(organisation: organisation)
            .failback([Self.move(kind, back: true)], snapshot: snapshot, record: record)
    }

    /// The checks that block, in order.
    static func checks(_ planning: Planning) -> [String] {
        if case .blocked(let blockers) = planning { blockers.map(\.check) } else { [] }
    }

    static func blockers(_ planning: Planning) -> [PreflightBlocker] {
        if case .blocked(let blockers) = planning { blockers } else { [] }
    }

    static func plan(_ planning: Planning) -> Plan? {
        if case .plan(let plan) = planning { plan } else { nil }
    }

    /// The failover plan for the sample, changed.
    static func planned(
        _ moves: [Move] = [move(.sip)],
        _ change: (inout RunbookFixture) -> Void
    ) throws -> Plan {
        var fixture = RunbookFixture()
        change(&fixture)
        let planning = Planner(organisation: fixture.organisation)
            .failover(moves, snapshot: fixture.snapshot)
        return try #require(plan(planning), "\(planning)")
    }

    // MARK: Changes

    mutating func verdict(_ pool: FQDN, _ kind: LegKind, _ verdict: VerdictClass) {
        let leg = PoolLeg(pool: pool, kind: kind)
        snapshot.verdicts[leg] = Verdict(verdict, reason: "\(leg) is \(verdict.rawValue)")
        let servers = organisation.edgePool(pool)?.servers.map(\.fqdn) ?? []
        for index in snapshot.members.indices
        where servers.contains(snapshot.members[index].server)
            && snapshot.members[index].kind == kind
        {
            snapshot.members[index].liveness = verdict == .down ? .dead : .alive
        }
    }

    /// Puts a set on every authoritative server; one without data takes the set away.
    mutating func put(_ owner: String, _ type: RecordType, ttl: UInt32, _ data: [RecordData]) {
        let set = RecordSet(name: name(owner), type: type, ttl: ttl, data: data)
        for index in snapshot.records.indices
        where snapshot.records[index].name == set.name && snapshot.records[index].type == type {
            snapshot.records[index].set = data.isEmpty ? nil : set
        }
    }

    /// Changes the readings of a name and type, with their place among the servers.
    mutating func change(
        _ owner: String,
        _ type: RecordType,
        _ body: (Int, inout RecordReading) -> Void
    ) {
        var place = 0
        for index in snapshot.records.indices
        where snapshot.records[index].name == name(owner) && snapshot.records[index].type == type {
            body(place, &snapshot.records[index])
            place += 1
        }
    }

    mutating func certificates(of pool: FQDN, _ body: (inout CertificateFacts) -> Void) {
        let servers = organisation.edgePool(pool)?.servers.map(\.fqdn) ?? []
        for index in snapshot.members.indices where servers.contains(snapshot.members[index].server)
        {
            guard var facts = snapshot.members[index].certificate else { continue }
            body(&facts)
            snapshot.members[index].certificate = facts
        }
    }

    /// The live state as a plan leaves it when it is carried out, and home up again.
    mutating func carryOut(_ plan: Plan) {
        for step in plan.steps { carryOut(step.operation) }
        let legs = Set(snapshot.verdicts.keys.filter { $0.pool == Self.pool1 }.map(\.kind))
        for leg in legs where !isFenced || (leg != .sip && leg != .access) {
            verdict(Self.pool1, leg, .up)
        }
        // A host that answers tells its start types.
        for edge in snapshot.edges where snapshot.startTypes[edge] == nil {
            snapshot.startTypes[edge] = .automatic
        }
    }

    private var isFenced: Bool { snapshot.startTypes.values.contains(.disabled) }

    private mutating func carryOut(_ operation: Operation) {
        switch operation {
        case .setSiteRoute(let site, let kind, _, let to):
            for index in snapshot.sites.indices where snapshot.sites[index].name == site {
                switch kind {
                case .sip: snapshot.sites[index].sipRoute = to.description
                case .xmpp: snapshot.sites[index].xmppRoute = to.description
                case .media: break
                }
            }
        case .setAssociation(let service, _, let to):
            for index in snapshot.associations.indices
            where snapshot.associations[index].service == service {
                snapshot.associations[index].edgeServer = to
            }
        case .setNextHop(let pool, _, let to):
            for index in snapshot.edgeServices.indices
            where snapshot.edgeServices[index].pool == pool {
                snapshot.edgeServices[index].nextHop = to
            }
        case .person(.moveFederationFlag(let from, let to)):
            for index in snapshot.edgeServices.indices {
                let pool = snapshot.edgeServices[index].pool
                if pool == from { snapshot.edgeServices[index].federationPort = nil }
                if pool == to { snapshot.edgeServices[index].federationPort = 5061 }
            }
        case .fence(let server, _): snapshot.startTypes[server] = .disabled
        case .unfence(let server, let type): snapshot.startTypes[server] = type
        case .changeRecords(_, let changes), .person(.changeRecords(_, let changes)):
            for change in changes {
                for index in snapshot.records.indices
                where snapshot.records[index].name == change.name
                    && snapshot.records[index].type == change.type
                    && snapshot.records[index].zone == change.zone
                {
                    snapshot.records[index].set = change.to
                }
            }
        default: break
        }
    }
}

extension Snapshot {
    /// All members of Edge pools.
    var edges: [FQDN] {
        pools.filter { $0.roles == ["EdgeServer"] }.flatMap(\.computers)
    }
}
