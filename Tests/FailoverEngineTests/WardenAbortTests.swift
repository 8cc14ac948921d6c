import FailoverCore
import FailoverEngine
import FailoverTestKit
import Testing

/// A person wants a run undone that is under way and waits for nobody.
@Suite
struct WardenAbortTests {
    private let anna = WardenBench.anna

    /// A run inside the replication gate, which lasts as long as it may.
    private func waiting(_ body: (WardenBench, RunID) async throws -> Void) async throws {
        let world = WardenBench.world([Contoso.sipRoute(mode: .auto)])
        world.change { model in
            model.machines[.of("fe22.contoso.net")]?.replicationDelay = .seconds(600)
        }
        try await WardenBench.live(in: world) { bench in
            await bench.pass(40)
            world.bring(Contoso.pool1, .off)
            let isInGate = await bench.pass(400) { bench in
                guard let run = bench.run else { return false }
                return bench.journal.content(of: run).last?.isVerifyingGate(in: bench) ?? false
            }
            #expect(isInGate)
            try await body(bench, try #require(bench.run))
        }
    }

    @Test
    func `a run in the gate is undone at once, and nobody has to wait for the time-out`()
        async throws
    {
        try await waiting { bench, run in
            let ordered = bench.clock.now()
            #expect(
                await bench.say { await $0.abortRun(run, by: anna, reason: "wrong pool") }
                    == .accepted
            )
            let isTaken = await bench.pass(10) { bench in
                bench.journal.content(of: run).contains {
                    if case .aborting(anna, "wrong pool") = $0 { true } else { false }
                }
            }
            #expect(isTaken)
            #expect(bench.clock.now() - ordered <= .seconds(5))
            let again = await bench.refusal { await $0.abortRun(run, by: anna, reason: "") }
            #expect(again?.contains("it is being undone already") == true)
            #expect(await bench.pass(900) { $0.has(.runUndone) })
            #expect(bench.routedTo == Contoso.pool1)
            #expect(!bench.world.acts.contains { $0.key.hasPrefix("dns:") })
        }
    }

    @Test
    func `only an undo can be ordered of a run that waits for nobody`() async throws {
        try await waiting { bench, run in
            let done = await bench.refusal {
                await $0.forceStep(StepID(4), of: run, by: anna, reason: "no time")
            }
            #expect(done?.contains("nobody is asked for anything now") == true)
            let other = await bench.refusal { await $0.abortRun(RunID(99), by: anna, reason: "") }
            #expect(other?.contains("another run is on its way") == true)
            #expect(!bench.has(.runUndone))
        }
    }
}

extension RunEvent {
    fileprivate func isVerifyingGate(in bench: WardenBench) -> Bool {
        guard case .verifying(let id) = self, let run = bench.run,
            case .opened(let opening)? = bench.journal.content(of: run).first
        else { return false }
        return opening.plan.isGate(id)
    }
}
