import FailoverCore
import FailoverEngine
import FailoverTestKit
import Testing

/// At every act of every plan something goes wrong.
@Suite
struct FaultTests {
    /// Prepares a scenario, and lets a body follow every event as it is written.
    private func run(
        _ scenario: Scenario,
        whenWritten: @escaping @Sendable (RunEvent, ScriptedOrganisation) -> Void
    ) async throws -> (bench: RunBench, plan: Plan, end: Runner.End) {
        let (bench, opening) = try await scenario.prepare()
        let world = bench.world
        bench.journal.whenWritten { whenWritten($0, world) }
        let end = try await bench.run(opening)
        bench.journal.whenWritten(nil)
        return (bench, opening.plan, end)
    }

    private func actingSteps(_ scenario: Scenario) async throws -> [Step] {
        try await scenario.prepare().opening.plan.steps.filter {
            $0.operation.operationClass != .reading
        }
    }

    private func run(
        _ scenario: Scenario,
        _ fault: Fault,
        at step: Step
    ) async throws -> (bench: RunBench, plan: Plan, end: Runner.End) {
        let occasion = try #require(step.operation.occasion)
        let isOrdered = Shared(false)
        return try await run(scenario) { event, world in
            guard event == .acting(step.id), !isOrdered.value else { return }
            isOrdered.set(true)
            world.order(fault, at: occasion)
        }
    }

    @Test(arguments: Scenario.allCases)
    func `a refused act stops the run there, and nothing is left stopped`(
        scenario: Scenario
    ) async throws {
        for step in try await actingSteps(scenario) {
            let (bench, plan, end) = try await run(scenario, .refused("no rights"), at: step)
            guard case .finished(.stopped(let reason)) = end else {
                Issue.record("\(scenario) step \(step.id) ended as \(end)")
                continue
            }
            #expect(reason.contains(step.title))
            #expect(reason.contains("no rights"))
            checkNothingAfter(step, plan, bench.world)
        }
    }

    @Test(arguments: Scenario.allCases)
    func `an act that cannot be sent stops the run there`(scenario: Scenario) async throws {
        for step in try await actingSteps(scenario) {
            let (bench, plan, end) = try await run(scenario, .unreachable, at: step)
            guard case .finished(.stopped) = end else {
                Issue.record("\(scenario) step \(step.id) ended as \(end)")
                continue
            }
            checkNothingAfter(step, plan, bench.world)
        }
    }

    @Test(arguments: Scenario.allCases, [Fault.answerLost, .hangs, .hangsAfterActing])
    func `after a lost answer the run looks again, and acts again only where nothing was done`(
        scenario: Scenario,
        fault: Fault
    ) async throws {
        for step in try await actingSteps(scenario) {
            let (bench, plan, end) = try await run(scenario, fault, at: step)
            let note: Comment = "\(scenario) step \(step.id) \(step.title)"
            #expect(end == .finished(.done), note)
            #expect(scenario.shortcomings(bench.world) == [], note)
            for other in plan.steps where other.operation.operationClass == .state {
                let key = try #require(other.operation.actKey)
                #expect(bench.world.acts.filter { $0.key == key }.count == 1, note)
            }
            guard case .enableTopology = step.operation else { continue }
            let enabled = bench.world.acts.filter { $0.key == "enable" }.count
            #expect(enabled == (fault == .hangs ? 1 : 2), "it is repeated: it may have been lost")
        }
    }

    @Test(arguments: Scenario.allCases)
    func `an act that only says it was done is found out`(scenario: Scenario) async throws {
        for step in try await actingSteps(scenario) {
            let (bench, plan, end) = try await run(scenario, .pretends, at: step)
            guard case .finished(.stopped(let reason)) = end else {
                Issue.record("\(scenario) step \(step.id) ended as \(end)")
                continue
            }
            #expect(reason.contains("not verified in time"))
            var last = step
            if case .enableTopology = step.operation, let gate = plan.step(after: step) {
                last = gate
            }
            checkNothingAfter(last, plan, bench.world)
        }
    }

    /// No act of a later step, and every service that the run stopped runs again.
    private func checkNothingAfter(_ step: Step, _ plan: Plan, _ world: ScriptedOrganisation) {
        let late = plan.steps.filter { $0.id > step.id }.compactMap(\.operation.actKey)
        let compensations = plan.steps.filter { $0.id <= step.id }.compactMap {
            if case .stopServices = $0.operation { $0.operation.undo?.actKey } else { nil }
        }
        for act in world.acts where late.contains(act.key) && !compensations.contains(act.key) {
            Issue.record("\(act) after step \(step.id) \(step.title)")
        }
        world.look { model in
            for member in [1, 2] {
                let stopped = model.machines[Contoso.edge(2, member)]?.services
                    .filter { !$0.isStarted }
                #expect(stopped == [])
            }
        }
    }

    /// When somebody else comes in between.
    enum Moment: CaseIterable {
        case beforeObserving
        case betweenObservingAndActing
    }

    @Test(arguments: Scenario.allCases, Moment.allCases)
    func `what somebody else changed stops the run and stays`(
        scenario: Scenario,
        moment: Moment
    ) async throws {
        for step in try await actingSteps(scenario)
        where step.operation.operationClass == .state {
            let trigger: RunEvent =
                moment == .beforeObserving ? .observing(step.id) : .acting(step.id)
            let (bench, plan, end) = try await run(scenario) { event, world in
                if event == trigger { world.change { $0.putForeignValue(step.operation) } }
            }
            guard case .finished(let outcome) = end else {
                Issue.record("\(scenario) step \(step.id) ended as \(end)")
                continue
            }
            #expect(outcome.inWords.contains("somebody else changed"))
            #expect(bench.world.look { $0.hasForeignValue(step.operation) })
            checkNothingAfter(step, plan, bench.world)
        }
    }
}

extension Operation {
    /// The exchange that carries the act out; nil for a check.
    var occasion: Occasion? {
        switch self {
        case .setSiteRoute: .command(.setSite)
        case .setAssociation(let service, _, _):
            AssociatedRole(service).map { .command($0.cmdlet) }
        case .setNextHop: .command(.setEdgeServer)
        case .runSetup(let server, _): .edgeCommand(.invokeSetup, server)
        case .fence(let server, _), .unfence(let server, _):
            .edgeCommand(.setWindowsServiceControl, server)
        case .enableTopology: .command(.enableTopology)
        case .stopServices(let server, _): .edgeCommand(.stopWindowsService, server)
        case .startServices(let server, _): .edgeCommand(.startWindowsService, server)
        case .changeRecords: .recordUpdate
        case .awaitReplication, .checkPath, .checkProtocol, .soak, .tryRights,
            .checkReplicationPath, .checkRecords, .checkSiteRoutes, .checkAssociations,
            .testPartner, .checkCloudPath, .checkResolution, .person:
            nil
        }
    }
}

extension Plan {
    func step(after step: Step) -> Step? { self.step(StepID(step.id.number + 1)) }
}

extension OrganisationModel {
    private static let foreignRoute = "EdgeServer:edgepool9.contoso.net"
    private static let foreignAddress = RecordData.address(.of("192.0.2.99"))

    /// Changes what the operation is about to something that is neither from nor to.
    mutating func putForeignValue(_ operation: Operation) {
        switch operation {
        case .setSiteRoute(let site, let kind, _, _):
            setRoute(kind, of: site.name, to: Self.foreignRoute)
        case .changeRecords(_, let changes):
            guard let change = changes.first else { return }
            put(Self.foreignSet(change))
        case .setAssociation(let service, _, _):
            for index in topology.associations.indices
            where topology.associations[index].service == service.description {
                topology.associations[index].edgeServer = Self.foreignRoute
            }
        default: break
        }
    }

    func hasForeignValue(_ operation: Operation) -> Bool {
        switch operation {
        case .setSiteRoute(let site, let kind, _, _):
            route(kind, of: site.name) == Self.foreignRoute
        case .changeRecords(_, let changes):
            changes.first.map { recordSets($0.name).contains(Self.foreignSet($0)) } ?? false
        case .setAssociation(let service, _, _):
            topology.associations.contains {
                $0.service == service.description && $0.edgeServer == Self.foreignRoute
            }
        default: false
        }
    }

    private static func foreignSet(_ change: DNSChange) -> RecordSet {
        let data: RecordData =
            change.type == .srv
            ? .service(
                ServiceRecord(priority: 9, weight: 9, port: 9, target: .of("other.contoso.com"))
            ) : foreignAddress
        return RecordSet(name: change.name, type: change.type, ttl: 60, data: [data])
    }
}
