import FailoverCore
import FailoverEngine
import FailoverTestKit
import Testing

/// Plans with one fault each: a step that is missing, or two neighbours in the wrong order.
///
/// A fault is found when the run does not end well, when federation fails afterwards, or when the
/// plan alone breaks a rule of the runbooks.
@Suite
struct PlanMutationTests {
    @Test(arguments: PlanMatrix.entries)
    func `no plan does without one of its steps`(entry: PlanMatrix.Entry) async throws {
        let (start, opening) = try await entry.beginWithStoppedServices()
        for step in opening.plan.steps {
            var faulty = opening
            faulty.plan.steps.removeAll { $0.id == step.id }
            let isFound = try await entry.finds(faulty, start)
            let reason = Spare.reason(step, of: opening.plan, entry)
            #expect(
                isFound || reason != nil,
                "\(entry.name) does as well without step \(step.id) \(step.title)"
            )
        }
    }

    @Test(arguments: PlanMatrix.entries)
    func `no two neighbours of a plan change places unnoticed`(
        entry: PlanMatrix.Entry
    ) async throws {
        let (start, opening) = try await entry.beginWithStoppedServices()
        let steps = opening.plan.steps
        for (index, pair) in zip(steps, steps.dropFirst()).enumerated() {
            var faulty = opening
            faulty.plan.steps.swapAt(index, index + 1)
            let isFound = try await entry.finds(faulty, start)
            let reason = Independence.reason(pair.0.operation, pair.1.operation)
            #expect(
                isFound || reason != nil,
                "\(entry.name) does as well with \(pair.1.title) before \(pair.0.title)"
            )
        }
    }
}

extension PlanMatrix.Entry {
    /// A pool that returns has services that do not run and that nobody probes.
    fileprivate func beginWithStoppedServices() async throws -> (RunBench, RunOpening) {
        let (bench, opening) = try await begin()
        guard direction == .failback else { return (bench, opening) }
        let servers = moves.flatMap { organisation.edgePool($0.to)?.servers ?? [] }.map(\.fqdn)
        bench.world.change { model in
            for server in servers {
                guard let services = model.machines[server]?.services else { continue }
                for index in services.indices where services[index].name == "RTCDATAPROXY" {
                    model.machines[server]?.services[index].isStarted = false
                }
            }
        }
        return (bench, opening)
    }

    /// Services that ought to run, and do not.
    private func silent(_ world: ScriptedOrganisation) -> [String] {
        world.look { model in
            model.machines.filter { $0.value.condition == .well }.flatMap { server, machine in
                machine.services.filter { !$0.isStarted }.map { "\($0.name) on \(server)" }
            }
        }
    }

    /// Whether a faulty plan is found out: by its order alone, or by carrying it out.
    fileprivate func finds(_ opening: RunOpening, _ start: RunBench) async throws -> Bool {
        if !PlanRules(opening.plan).broken.isEmpty { return true }
        let bench = start.copy()
        guard try await bench.run(opening) == .finished(.done) else { return true }
        if !silent(bench.world).isEmpty { return true }
        return shortcomings(bench.world).contains { !isUnavoidable($0) }
    }
}

/// Why two neighbouring steps may change places: a closed list of reasons.
enum Independence: String {
    case bothOnlyRead = "neither changes anything, so each reads the same in either order"
    case bothEditTheTopology =
        "each writes an object of its own, and nothing takes effect before the enabling"
    case differentServers = "what is done on one server does not change another one"
    case differentNames =
        "no name is both changed and read back, and a change of DNS changes no port"
    case differentZones = "two zones, or two views of one, know nothing of each other"
    case differentPeople = "the two things that people do have nothing to do with each other"

    /// The reason; nil when the order of the two matters.
    static func reason(_ first: Operation, _ second: Operation) -> Independence? {
        if first.operationClass == .reading, second.operationClass == .reading, !first.isGate,
            !second.isGate
        {
            return .bothOnlyRead
        }
        if first.editsTopology, second.editsTopology { return .bothEditTheTopology }
        if let one = first.server, let other = second.server, one != other {
            return .differentServers
        }
        if let one = first.zone, let other = second.zone, one != other { return .differentZones }
        // The rules find every change that comes before the check of its own route, and every
        // read-back that comes before the change of its own names.
        if first.changesDNS != second.changesDNS, first.isDNSOrPort, second.isDNSOrPort {
            return .differentNames
        }
        if case .person(.failBackFrontEndPool) = second { return .differentPeople }
        return nil
    }
}

/// Why a plan may do without a step: a closed list of reasons.
enum Spare: String {
    case askedFor = "the configuration asks for it, and federation does not depend on it"
    case seenByEdges =
        "a check of what Edge servers alone see, which is well here (DeletedStepTests has the trouble)"
    case showsOnly = "a check whose trouble the plan's other checks find, only later"

    /// The reason; nil when the plan needs the step.
    static func reason(_ step: Step, of plan: Plan, _ entry: PlanMatrix.Entry) -> Spare? {
        switch step.operation {
        case .fence, .runSetup(_, true), .person(.runSetup(_, _, _, true)): .askedFor
        case .checkProtocol, .testPartner, .checkAssociations, .checkSiteRoutes, .soak: .showsOnly
        case .checkCloudPath, .checkResolution: .seenByEdges
        default: nil
        }
    }
}

extension Operation {
    /// The server that it concerns alone.
    fileprivate var server: FQDN? {
        switch self {
        case .stopServices(let server, _), .startServices(let server, _), .runSetup(let server, _),
            .fence(let server, _), .unfence(let server, _), .checkProtocol(_, let server?, _),
            .person(.runSetup(let server, _, _, _)), .person(.startServices(let server, _, _, _)),
            .person(.restartServices(let server, _, _, _)),
            .person(.unfence(let server, _, _)):
            server
        default: nil
        }
    }

    /// The zone that it concerns alone.
    fileprivate var zone: ZoneKey? {
        if case .checkRecords(let zone, _) = self { zone } else { changesOfDNS.first?.zone }
    }

    /// Whether it changes or reads DNS, or looks at a port of a whole pool.
    fileprivate var isDNSOrPort: Bool {
        switch self {
        case .checkRecords, .checkProtocol(_, nil, _): true
        default: changesDNS
        }
    }
}
