import FailoverCore
import Testing

/// What the planner makes of every procedure, version and option, as a person would read it.
@Suite
struct PlannerTranscriptTests {
    @Test(arguments: PlanSample.all)
    func `the plan is as its transcript has it`(sample: PlanSample) throws {
        let planning = sample.planning()
        try expectTranscript(sample.name, planning.transcript)
        #expect(RunbookFixture.plan(planning) != nil, "no sample is blocked")
    }

    @Test(arguments: PlanSample.all)
    func `what the documents' mistakes would send is in no plan`(sample: PlanSample) throws {
        let plan = try #require(RunbookFixture.plan(sample.planning()))
        for command in plan.steps.flatMap(\.operation.commands) {
            #expect(!command.contains("XmppExternalFederationRoute"))
            #expect(!command.contains("Invoke–"), "an en dash is no hyphen")
        }
    }

    @Test(arguments: PlanSample.all)
    func `the topology is enabled once, after every edit, and waited for once`(
        sample: PlanSample
    ) throws {
        let steps = try #require(RunbookFixture.plan(sample.planning())).steps
        let enabling = steps.filter { $0.operation == .enableTopology }.map(\.id.number)
        let gates = steps.filter(\.isGate).map(\.id.number)
        #expect(enabling.count == 1)
        #expect(gates == enabling.map { $0 + 1 })
        let edits = steps.filter(\.operation.editsTopology).map(\.id.number)
        #expect(edits.allSatisfy { $0 < enabling[0] })
    }

    @Test(arguments: PlanSample.all)
    func `nothing of a living pool stops before the gate`(sample: PlanSample) throws {
        let steps = try #require(RunbookFixture.plan(sample.planning())).steps
        let gate = steps.firstIndex(where: \.isGate) ?? 0
        for step in steps[..<gate] {
            if case .stopServices = step.operation { Issue.record("\(step.title)") }
        }
    }

    @Test(arguments: PlanSample.all)
    func `no name is changed twice, and every change is checked`(sample: PlanSample) throws {
        let steps = try #require(RunbookFixture.plan(sample.planning())).steps
        let changes = steps.compactMap(\.operation.recordChanges).flatMap(\.changes)
        let keys = changes.map { "\($0.zone) \($0.name) \($0.type)" }
        #expect(Set(keys).count == keys.count)
        let expected = steps.flatMap { step -> [RecordExpectation] in
            guard case .checkRecords(_, let sets) = step.operation else { return [] }
            return sets
        }
        for change in changes {
            #expect(
                expected.contains(
                    RecordExpectation(name: change.name, type: change.type, set: change.to)
                )
            )
        }
    }

    @Test(arguments: PlanSample.all)
    func `only steps for people wait for people, and name the product`(sample: PlanSample) throws {
        let plan = try #require(RunbookFixture.plan(sample.planning()))
        for step in plan.steps {
            let isPersons = step.operation.operationClass == .person
            #expect((step.timeout == PersonTask.patience) == isPersons)
        }
        #expect(plan.steps.map(\.id.number) == Array(1...plan.steps.count))
    }
}

extension Step {
    /// Whether it waits for replication.
    var isGate: Bool {
        if case .awaitReplication = operation { true } else { false }
    }

    /// The person's task.
    var task: PersonTask? {
        if case .person(let task) = operation { task } else { nil }
    }
}
