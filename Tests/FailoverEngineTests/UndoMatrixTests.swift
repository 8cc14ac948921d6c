import FailoverCore
import FailoverEngine
import FailoverTestKit
import Testing

/// Every plan of the matrix fails at every act, and a person has it undone.
@Suite
struct UndoMatrixTests {
    /// All that a run can change, for comparing.
    private struct State: Equatable {
        var topology: OrganisationModel.Topology
        var published: OrganisationModel.Topology
        var federationPorts: [UInt16?]
        var records: [Set<RecordSet>]
        var startTypes: [FQDN: [WindowsStartType]]
        var stopped: [FQDN: [String]]

        init(_ model: OrganisationModel) {
            topology = model.topology
            published = model.published
            federationPorts = model.edgeServices.map(\.federationPort)
            records = model.zones.map { Set($0.sets) }
            startTypes = model.machines.mapValues { $0.services.map(\.startType) }
            stopped = model.machines.mapValues { $0.services.filter { !$0.isStarted }.map(\.name) }
        }
    }

    /// The steps of a plan whose act can be refused.
    private func acts(_ plan: Plan) -> [Step] {
        plan.steps.filter { $0.operation.occasion != nil }
    }

    /// Runs until a step's act is refused.
    private func stop(
        _ start: RunBench,
        _ opening: RunOpening,
        at step: Step
    ) async throws -> (bench: RunBench, end: Runner.End)? {
        guard let occasion = step.operation.occasion else { return nil }
        let bench = start.copy()
        let (world, isOrdered) = (bench.world, Shared(false))
        bench.journal.whenWritten { event in
            guard event == .acting(step.id), !isOrdered.value else { return }
            isOrdered.set(true)
            world.order(.refused("no rights"), at: occasion)
        }
        let end = try await bench.run(opening)
        bench.journal.whenWritten(nil)
        world.withdrawFaults()
        // A step that was skipped, or a fence, ends no run.
        guard isOrdered.value, end != .finished(.done) else { return nil }
        return (bench, end)
    }

    private static let order = RunEvent.aborting(by: RunBench.person, reason: "not tonight")

    @Test(arguments: PlanMatrix.entries)
    func `an undone run leaves exactly what was before it`(entry: PlanMatrix.Entry) async throws {
        let (start, opening) = try await entry.begin()
        let before = start.world.look(State.init)
        var undone = 0
        for step in acts(opening.plan) {
            guard let (bench, end) = try await stop(start, opening, at: step) else { continue }
            let note: Comment = "\(entry.name), step \(step.id) \(step.title)"
            // What never got as far as an act has nothing to undo.
            if case .finished(.stoppedUnchanged) = end { continue }
            guard case .finished(.stopped(let reason)) = end else {
                Issue.record("it was to stop, not to end as \(end); \(note)")
                continue
            }
            #expect(reason.contains("no rights"), note)
            let undo = try await bench.takeUp(with: UndoMatrixTests.order)
            guard case .finished(.aborted) = undo else {
                Issue.record("it was to be undone, not to end as \(undo); \(note)")
                continue
            }
            undone += 1
            // Secondaries and replicas get the last of it.
            bench.clock.advance(by: .seconds(120))
            let after = bench.world.look(State.init)
            #expect(after.topology == before.topology, note)
            #expect(after.published == before.published, note)
            #expect(after.federationPorts == before.federationPorts, note)
            #expect(after.records == before.records, note)
            #expect(after.startTypes == before.startTypes, note)
            #expect(
                after.stopped.allSatisfy {
                    Set($0.value).isSubset(of: before.stopped[$0.key] ?? [])
                },
                note
            )
        }
        #expect(undone > 0, "\(entry.name) has no act that can fail")
    }

    @Test(arguments: PlanMatrix.entries)
    func `an undo that fails is stuck, is taken, and goes on when it is mended`(
        entry: PlanMatrix.Entry
    ) async throws {
        let (start, opening) = try await entry.begin()
        let before = start.world.look(State.init)
        // The last act has everything before it to be undone.
        guard let last = acts(opening.plan).last(where: { $0.operation.undo != nil }),
            let (bench, _) = try await stop(start, opening, at: last)
        else { return }
        let world = bench.world
        bench.journal.whenWritten { event in
            guard case .acting = event else { return }
            for occasion in [Occasion.command(.setSite), .recordUpdate, .command(.setRegistrar)] {
                world.order(.refused("not now"), at: occasion, times: 50)
            }
        }
        let stuck = try await bench.takeUp(with: UndoMatrixTests.order)
        bench.journal.whenWritten(nil)
        world.withdrawFaults()
        // Where people do all of it, no act of the agent's can be refused.
        guard stuck.isStuck else {
            #expect(stuck.isAborted, "\(entry.name): \(stuck)")
            return
        }
        let taken = try await bench.takeUp(with: .taken(by: RunBench.person, reason: "I am on it"))
        #expect(taken.isStuck, "taking it changes nothing: \(taken)")
        let end = try await bench.takeUp(with: .resumed(by: RunBench.person, reason: "mended"))
        #expect(end.isAborted, "\(entry.name): \(end)")
        bench.clock.advance(by: .seconds(120))
        #expect(bench.world.look(State.init).topology == before.topology)
        #expect(bench.world.look(State.init).records == before.records)
    }

    @Test(arguments: PlanMatrix.entries.filter { $0.direction == .failover })
    func `a wall clock that jumps in mid-run changes nothing`(
        entry: PlanMatrix.Entry
    ) async throws {
        let (bench, opening) = try await entry.begin()
        let clock = bench.wallClock
        let written = Shared(0)
        bench.journal.whenWritten { _ in
            written.change { $0 += 1 }
            clock.shift(
                by: .seconds(written.value.isMultiple(of: 2) ? 86_400 * 400 : -86_400 * 500)
            )
        }
        #expect(try await bench.run(opening) == .finished(.done))
        #expect(entry.shortcomings(bench.world).filter { !entry.isUnavoidable($0) } == [])
    }
}

extension Runner.End {
    fileprivate var isStuck: Bool {
        if case .finished(.stuck) = self { true } else { false }
    }

    fileprivate var isAborted: Bool {
        if case .finished(.aborted) = self { true } else { false }
    }
}
