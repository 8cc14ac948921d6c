import FailoverCore
import FailoverEngine
import FailoverTestKit
import Testing

/// A run is to be undone while it is under way.
@Suite
struct AbortingTests {
    private static let run = RunID(1)

    /// All of the organisation that a move changes.
    private struct State: Equatable {
        var topology: OrganisationModel.Topology
        var published: OrganisationModel.Topology
        var records: [Set<RecordSet>]

        init(_ model: OrganisationModel) {
            topology = model.topology
            published = model.published
            records = model.zones.map { Set($0.sets) }
        }
    }

    /// Carries a run out, has it undone when its event of that number is written, and looks whether
    /// everything is as before.
    private func expectUndone(
        _ start: RunBench,
        _ opening: RunOpening,
        at number: Int,
        _ moment: RunEvent
    ) async throws {
        let bench = start.copy()
        let id = RunID((try await bench.journal.runs(limit: 1).first?.number ?? 0) + 1)
        let (written, desk) = (Shared(0), bench.desk)
        bench.journal.whenWritten { _ in
            defer { written.change { $0 += 1 } }
            guard written.value == number else { return }
            #expect(desk.orderUndo(of: id, by: RunBench.person, reason: "no"))
        }
        let end = try await bench.run(opening)
        let note: Comment = "ordered at event \(number), step \(moment.step?.number ?? 0)"
        guard case .finished(.aborted(let reason)) = end else {
            Issue.record("it was to be undone, not to end as \(end); \(note)")
            return
        }
        #expect(reason.contains("by olga (no): everything is as it was"), note)
        // Secondaries and replicas get the last of it.
        bench.clock.advance(by: .seconds(120))
        #expect(bench.world.look(State.init) == start.world.look(State.init), note)
        let events = bench.journal.newestRun
        let index = events.firstIndex { $0.isAborting }
        let place = try #require(index)
        // The answer to what was sent is awaited, and nothing new is sent.
        let acts = events[..<place].filter { if case .acting = $0 { true } else { false } }
        let answers = events[..<place].filter { if case .acted = $0 { true } else { false } }
        #expect(acts.count == answers.count, note)
        #expect(place <= number + 2, note)
    }

    /// What a run writes that nobody disturbs, but for its end.
    private func events(_ start: RunBench, _ opening: RunOpening) async throws -> [RunEvent] {
        let bench = start.copy()
        #expect(try await bench.run(opening) == .finished(.done))
        return bench.journal.newestRun.dropLast()
    }

    @Test(arguments: [MoveDirection.failover, .failback])
    func `whatever a run does just then, it is taken back to what was before it`(
        direction: MoveDirection
    ) async throws {
        let start = RunBench()
        if direction == .failback {
            #expect(try await start.run(Contoso.sip) == .finished(.done))
            start.world.bring(Contoso.pool1, .well)
        }
        let opening = try await start.opening(Contoso.sip, direction)
        let events = try await events(start, opening)
        #expect(events.count > 30)
        for (number, moment) in events.enumerated() {
            try await expectUndone(start, opening, at: number, moment)
        }
    }

    @Test(arguments: PlanMatrix.entries)
    func `an act of any plan is taken back while it is under way`(
        entry: PlanMatrix.Entry
    ) async throws {
        let (start, opening) = try await entry.begin()
        for (number, moment) in try await events(start, opening).enumerated() {
            guard case .acting = moment else { continue }
            try await expectUndone(start, opening, at: number, moment)
        }
    }

    @Test
    func `a gate that waits for replication ends at once`() async throws {
        let bench = RunBench()
        bench.world.change { model in
            model.machines[.of("fe12.contoso.net")]?.replicationDelay = .seconds(86_400)
        }
        let opening = try await bench.opening(Contoso.sip)
        let gate = try #require(opening.plan.steps.first { opening.plan.isGate($0.id) })
        let (clock, world, desk) = (bench.clock, bench.world, bench.desk)
        let ordered = Shared<Instant?>(nil)
        let aborting = Shared<Instant?>(nil)
        bench.journal.whenWritten { event in
            if event.isAborting { aborting.set(clock.now()) }
            guard event == .verifying(gate.id) else { return }
            world.before(.command(.getReplicationStatus), skipping: 4) { _ in
                ordered.set(clock.now())
                let run = Self.run
                #expect(desk.orderUndo(of: run, by: RunBench.person, reason: "too slow"))
                #expect(!desk.orderUndo(of: run, by: RunBench.person, reason: "again"))
            }
        }
        _ = try await bench.run(opening)
        let took = try #require(aborting.value) - #require(ordered.value)
        #expect(took <= .seconds(1))
    }
}

extension RunEvent {
    fileprivate var isAborting: Bool { if case .aborting = self { true } else { false } }
}
