import FailoverCore

/// What the runbooks say of the order of steps, checked on a plan alone.
///
/// Written from the runbooks, not from the planner: a second opinion on every plan.
struct PlanRules {
    let plan: Plan
    private var steps: [Operation] { plan.steps.map(\.operation) }

    /// A rule with the places where the plan breaks it.
    typealias Rule = (sentence: String, isKept: Bool)

    init(_ plan: Plan) { self.plan = plan }

    /// The rules that a plan breaks.
    var broken: [String] { rules.filter { !$0.isKept }.map(\.sentence) }

    private var rules: [Rule] { store + topology + gate + services + records + proof + fences }

    // MARK: Rules

    private var store: [Rule] {
        let person = places { if case .person(.failOverStore) = $0 { true } else { false } }
        let path = places { if case .checkReplicationPath = $0 { true } else { false } }
        let rights = places { if case .tryRights = $0 { true } else { false } }
        guard let failover = person.first else { return [] }
        return [
            ("a dead store is failed over before anything else", failover == 0),
            ("the new store's way to the Edge servers is checked right then", path == [1]),
            ("the rights are tried before anything is changed", rights == [2]),
        ]
    }

    private var topology: [Rule] {
        let edits = places(\.editsTopology)
        let enabled = places { $0 == .enableTopology }
        let flags = places { if case .person(.moveFederationFlag) = $0 { true } else { false } }
        return [
            (
                "the topology is enabled once when it is edited, and else not",
                enabled.count == (edits.isEmpty ? 0 : 1)
            ),
            ("the topology is enabled after its last edit", precede(edits, enabled)),
            (
                "a person publishes the checkbox before a route leads to its pool",
                precede(flags, edits)
            ),
        ]
    }

    private var gate: [Rule] {
        let edits = places(\.editsTopology)
        let flags = places { if case .person(.moveFederationFlag) = $0 { true } else { false } }
        let enabled = places { $0 == .enableTopology }
        let gates = places(\.isGate)
        let later = places { operation in
            switch operation {
            case .stopServices, .runSetup, .person(.runSetup), .person(.restartServices),
                .changeRecords, .person(.changeRecords), .checkRecords, .checkSiteRoutes,
                .checkAssociations, .testPartner, .fence, .checkProtocol, .checkPath,
                .checkCloudPath, .checkResolution, .person(.failBackFrontEndPool):
                true
            default: false
            }
        }
        return [
            (
                "what was published is waited for once",
                gates.count == (edits.isEmpty && flags.isEmpty ? 0 : 1)
            ),
            ("the gate comes after the enabling", precede(enabled + flags, gates)),
            ("Setup, services, DNS, proof and fence come after the gate", precede(gates, later)),
        ]
    }

    private var services: [Rule] {
        let unfenced = places { operation in
            switch operation {
            case .unfence, .startServices(_, .all), .person(.unfence), .person(.startServices):
                true
            default: false
            }
        }
        let edits = places { operation in
            if case .person(.moveFederationFlag) = operation { return true }
            return operation.editsTopology
        }
        var list: [Rule] = []
        if plan.direction == .failback {
            list.append(
                ("a restored pool runs before anything goes back to it", precede(unfenced, edits))
            )
        }
        list.append(("every stop is followed by a start of the same", everyStopIsFollowed))
        list.append(("the way to the port is checked before services stop", areWaysChecked))
        list.append(("a restarted member is checked before the next one stops", areMembersChecked))
        list.append(("a server's Access Edge may start before its services do", areUnfencedFirst))
        list.append(("Setup comes before its pool's port is checked", isSetUpFirst))
        list.append(("a fenced pool is watched before and after", isSoakedOnBothSides))
        return list
    }

    private var records: [Rule] {
        [
            (
                "DNS leads to a pool only after the route's port was checked there",
                areTargetsChecked
            ),
            ("what was changed in a zone is read back", areChangesReadBack),
            ("the agent's zones come before those of a person", areOwnZonesFirst),
        ]
    }

    private var proof: [Rule] {
        let changes = places(\.changesDNS)
        return plan.moves.flatMap { move -> [Rule] in
            let probes = places { $0 == .checkProtocol(pool: move.to, server: nil, move.kind.leg) }
            let routes = places {
                if case .checkSiteRoutes(move.kind, _, _) = $0 { true } else { false }
            }
            let edited = places {
                if case .setSiteRoute(_, move.kind, _, _) = $0 { true } else { false }
            }
            let partners = places { if case .testPartner = $0 { true } else { false } }
            let own = changes.filter { plan.steps[$0].concerns(move) }
            var list: [Rule] = [
                (
                    "\(move.kind.label) is probed again after DNS was changed",
                    own.isEmpty || (probes.last ?? -1) > (own.last ?? 0)
                )
            ]
            if !edited.isEmpty {
                list.append(("\(move.kind.label) routes are read back", !routes.isEmpty))
                list.append(
                    (
                        "\(move.kind.label) routes are read back after DNS was changed",
                        precede(own, routes)
                    )
                )
            }
            if move.kind == .sip {
                list.append(("partners are tried after DNS was changed", precede(own, partners)))
                let edges = places { if case .checkResolution = $0 { true } else { false } }
                let clouds = places { if case .checkCloudPath = $0 { true } else { false } }
                list.append(
                    (
                        "Edge servers are asked where DNS leads after it was changed",
                        precede(own, edges)
                    )
                )
                list.append(
                    (
                        "an Edge server that is asked for the cloud is asked for DNS too",
                        edges.count == clouds.count
                    )
                )
                list.append(
                    (
                        "what may have to wait for caches comes last",
                        precede(partners + clouds, edges)
                    )
                )
            }
            return list
        }
    }

    private var fences: [Rule] {
        let fences = places { if case .fence = $0 { true } else { false } }
        guard let first = fences.first else { return [] }
        let rest = Array(first..<steps.count)
        return [("nothing comes after the fence", rest == fences)]
    }

    // MARK: Looking

    private func places(_ isMeant: (Operation) -> Bool) -> [Int] {
        steps.indices.filter { isMeant(steps[$0]) }
    }

    /// Whether all of the first come before all of the second; also when there are none of either.
    private func precede(_ first: [Int], _ second: [Int]) -> Bool {
        guard let last = first.max(), let next = second.min() else { return true }
        return last < next
    }

    private var everyStopIsFollowed: Bool {
        steps.indices.allSatisfy { place in
            guard case .stopServices(let server, let selection) = steps[place] else { return true }
            return steps[place...].contains(.startServices(server: server, selection))
        }
    }

    private var areWaysChecked: Bool {
        let stops = places {
            switch $0 {
            case .stopServices, .person(.restartServices): true
            default: false
            }
        }
        let ways = places { if case .checkPath = $0 { true } else { false } }
        return stops.isEmpty || (!ways.isEmpty && precede(ways, stops))
    }

    /// One member at a time, save where the procedure is carried out as it is written.
    private var areMembersChecked: Bool {
        var unchecked: Set<FQDN> = []
        for operation in steps {
            switch operation {
            case .startServices(let server, .xmpp) where plan.direction == .failover:
                unchecked.insert(server)
            case .checkProtocol(_, let server?, _): unchecked.remove(server)
            case .stopServices(_, .xmpp):
                if !unchecked.isEmpty { return false }
            default: break
            }
        }
        return unchecked.isEmpty
    }

    private var areUnfencedFirst: Bool {
        steps.indices.allSatisfy { place in
            guard case .unfence(let server, _) = steps[place] else { return true }
            return steps[place...].contains(.startServices(server: server, .all))
        }
    }

    private var isSetUpFirst: Bool {
        let setups = places {
            switch $0 {
            case .runSetup, .person(.runSetup): true
            default: false
            }
        }
        let checks = places {
            if case .checkProtocol(_, nil, .sip) = $0 { true } else { false }
        }
        return precede(setups, checks)
    }

    private var isSoakedOnBothSides: Bool {
        let unfenced = places { if case .unfence = $0 { true } else { false } }
        let starts = places { if case .startServices(_, .all) = $0 { true } else { false } }
        let soaks = places { if case .soak = $0 { true } else { false } }
        guard let first = unfenced.first, let last = (unfenced + starts).max() else { return true }
        return soaks.contains { $0 < first } && soaks.contains { $0 > last }
    }

    private var areTargetsChecked: Bool {
        places(\.changesDNS).allSatisfy { place in
            plan.moves.filter { plan.steps[place].concerns($0) }.allSatisfy { move in
                let check = Operation.checkProtocol(
                    pool: move.to,
                    server: nil,
                    move.kind.leg
                )
                return steps[..<place].contains(check)
            }
        }
    }

    private var areChangesReadBack: Bool {
        steps.indices.allSatisfy { place in
            steps[place].changesOfDNS.allSatisfy { change in
                steps[place...].contains { later in
                    guard case .checkRecords(change.zone, let sets) = later else { return false }
                    return sets.contains { $0.name == change.name && $0.type == change.type }
                }
            }
        }
    }

    private var areOwnZonesFirst: Bool {
        let own = places { if case .changeRecords = $0 { true } else { false } }
        let others = places { if case .person(.changeRecords) = $0 { true } else { false } }
        return precede(own, others)
    }
}

extension Operation {
    /// Whether it is the replication gate.
    var isGate: Bool { if case .awaitReplication = self { true } else { false } }

    /// What it changes in DNS, by the agent or a person.
    var changesOfDNS: [DNSChange] {
        switch self {
        case .changeRecords(_, let changes), .person(.changeRecords(_, let changes)): changes
        default: []
        }
    }

    /// Whether it changes DNS.
    var changesDNS: Bool { !changesOfDNS.isEmpty }
}

extension Step {
    /// Whether a change of DNS is of that move: XMPP's names say so.
    fileprivate func concerns(_ move: Move) -> Bool {
        let isXMPP = operation.changesOfDNS.contains { $0.name.description.contains("xmpp") }
        switch move.kind {
        case .sip: return operation.changesDNS && !isXMPP
        case .xmpp: return isXMPP
        case .media: return false
        }
    }
}
