import FailoverCore
import FailoverEngine
import FailoverTestKit
import Testing

/// Runs made of steps that the test wrote itself, on a scripted organisation.
struct StepBench {
    let clock = VirtualClock(movesBySleeping: true)
    let world: ScriptedOrganisation
    let prober: ScriptedProber
    let journal: MemoryJournal
    let board: ProbeBoard
    let setup: ProbeSetup
    private(set) var stop = StopFlag()
    let desk = PersonDesk()

    static let anna = Person(name: "anna", userID: 1_000)
    static let run = RunID(1)

    init(_ organisation: Organisation = Contoso.organisation()) {
        world = ScriptedOrganisation(organisation, clock: clock)
        prober = ScriptedProber(world)
        journal = MemoryJournal()
        board = ProbeBoard(
            organisation: organisation,
            settings: HealthSettings(fall: 1, rise: 1, staleAfter: .seconds(36_000)),
            clock: clock
        )
        setup = ProbeSetup(
            vantage: "warden-1",
            timeout: .seconds(3),
            prober: prober,
            organisation: organisation
        )
    }

    /// Contoso with its zone on a Windows DNS server.
    static var withWindowsDNS: StepBench {
        var organisation = Contoso.organisation()
        for index in organisation.zones.indices { organisation.zones[index].provider = .powershell }
        return StepBench(organisation)
    }

    /// The same for an agent that started again.
    var restarted: StepBench {
        var next = self
        next.stop = StopFlag()
        return next
    }

    var records: RecordReader {
        RecordReader(organisation: world.organisation, querying: world)
    }

    var updater: any DNSUpdater {
        world.organisation.zones.first?.provider == .powershell
            ? PowerShellUpdater(management: world) : world
    }

    var executor: StepExecutor {
        StepExecutor(
            organisation: world.organisation,
            management: world,
            records: records,
            updater: updater,
            probers: setup,
            clock: clock,
            stop: stop
        )
    }

    var runner: Runner {
        Runner(
            executor: executor,
            journal: journal,
            wallClock: FixedWallClock(following: clock),
            stop: stop,
            desk: desk
        )
    }

    var snapshotter: Snapshotter {
        Snapshotter(
            organisation: world.organisation,
            management: world,
            sitesOfEndpoints: world.organisation.frontEndPools.map(\.site),
            records: records,
            updater: updater,
            board: board,
            wallClock: FixedWallClock(following: clock)
        )
    }

    static let move = Move(
        route: Contoso.sip,
        kind: .sip,
        from: Contoso.pool1,
        to: Contoso.pool2
    )

    static func steps(_ operations: [FailoverCore.Operation], timeout: Duration) -> [Step] {
        operations.enumerated().map { index, operation in
            Step(
                id: StepID(index + 1),
                title: "do \(index + 1)",
                source: StepSource(procedure: "A", section: "a test", steps: "1"),
                operation: operation,
                timeout: timeout
            )
        }
    }

    /// What a run of these operations begins with.
    func opening(
        _ operations: [FailoverCore.Operation],
        timeout: Duration = .seconds(120),
        isRehearsal: Bool = false
    ) async throws -> RunOpening {
        RunOpening(
            request: MoveRequest(
                id: RequestID(1),
                move: StepBench.move,
                direction: .failover,
                trigger: .ordered(by: StepBench.anna, reason: "a test")
            ),
            plan: Plan(
                direction: .failover,
                moves: [StepBench.move],
                steps: StepBench.steps(operations, timeout: timeout),
                impact: [],
                warnings: [],
                verdicts: [:],
                needsApproval: false
            ),
            digest: PlanDigest(hex: ""),
            authority: .automatic,
            snapshot: try await snapshotter.take(for: [StepBench.move], record: nil),
            partnersBefore: [],
            isRehearsal: isRehearsal
        )
    }

    /// Carries operations out from the start; the world's acts of before are forgotten.
    @discardableResult
    func run(
        _ operations: [FailoverCore.Operation],
        timeout: Duration = .seconds(120),
        isRehearsal: Bool = false
    ) async throws -> Runner.End {
        let opening = try await opening(operations, timeout: timeout, isRehearsal: isRehearsal)
        world.forgetActs()
        return await runner.run(StepBench.run, opening: opening) { _, _ in }
    }

    /// Looks once for the result of a check, as a run of it alone would.
    func look(_ check: FailoverCore.Operation) async throws -> VerifyResult {
        let opening = try await opening([check], timeout: .zero)
        return await executor.verify(opening.plan.steps[0], of: RunState(opening))
    }

    /// Reads where an operation stands, as a run of it alone would at its start.
    func observe(_ operation: FailoverCore.Operation) async throws -> Observed {
        let opening = try await opening([operation])
        return await executor.observe(opening.plan.steps[0], of: RunState(opening))
    }

    /// Takes the run up where its journal ends.
    func takeUp(with event: RunEvent) async throws -> Runner.End {
        await runner.takeUp(StepBench.run, try state, with: event) { _, _ in }
    }

    /// Where the run stands.
    var state: RunState {
        get throws { try #require(try RunState(replaying: journal.content(of: StepBench.run))) }
    }

    /// Says something whenever a person is asked; the number of askings so far comes in.
    func whenAsked(_ body: @escaping @Sendable (Int, PersonDesk) -> Void) {
        let asked = Shared(0)
        let desk = desk
        journal.whenWritten { event in
            guard case .instructed = event else { return }
            asked.change { $0 += 1 }
            body(asked.value, desk)
        }
    }
}

extension Runner.End {
    /// The outcome of a run that is over.
    var outcome: RunOutcome? { if case .finished(let outcome) = self { outcome } else { nil } }

    /// Why it did not end well, in words.
    var reason: String {
        switch outcome {
        case .stopped(let reason)?, .stoppedUnchanged(let reason)?, .stuck(let reason)?,
            .aborted(let reason)?:
            reason
        case .done?, .rehearsed?, nil: "\(self)"
        }
    }
}
