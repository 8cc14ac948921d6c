import FailoverCore
import FailoverEngine
import FailoverTestKit
import Testing

@Suite
struct ReplicationGateTests {
    private func gate(_ bench: RunBench) -> (began: Int?, ended: Int?) {
        let events = bench.journal.newestRun
        func isGate(_ id: StepID) -> Bool {
            guard case .opened(let opening)? = events.first else { return false }
            return opening.plan.isGate(id)
        }
        return (
            events.firstIndex { if case .verifying(let id) = $0 { isGate(id) } else { false } },
            events.firstIndex { if case .verified(let id, _) = $0 { isGate(id) } else { false } }
        )
    }

    private func gateText(_ bench: RunBench) throws -> String {
        let index = try #require(gate(bench).ended)
        guard case .verified(_, let result) = bench.journal.newestRun[index] else { return "" }
        return "\(result)"
    }

    @Test
    func `an old 'up to date' is not believed`() async throws {
        let bench = RunBench()
        // Every replica is called up to date all the time, as if nothing had been published.
        bench.world.change { $0.statusLag = .seconds(86_400) }
        let isReplicated = Shared(false)
        let world = bench.world
        bench.journal.whenWritten { event in
            guard case .verified(_, .holds(let text)) = event, text.contains("have the change")
            else { return }
            isReplicated.set(
                world.look { model in
                    model.machines.allSatisfy { server, machine in
                        machine.condition == .off || machine.topology == model.published
                    }
                }
            )
        }
        #expect(try await bench.run(Contoso.sip) == .finished(.done))
        #expect(isReplicated.value)
    }

    @Test
    func `a lagging replica is forced once, after a third of the time`() async throws {
        let bench = RunBench()
        let server = FQDN.of("fe12.contoso.net")
        bench.world.change { $0.machines[server]?.waitsForForce = true }
        let opening = try await bench.opening(Contoso.sip)
        let gate = try #require(opening.plan.steps.first { opening.plan.isGate($0.id) })
        let began = Shared<Instant?>(nil)
        let ended = Shared<Instant?>(nil)
        let clock = bench.clock
        bench.journal.whenWritten { event in
            if event == .verifying(gate.id) { began.set(clock.now()) }
            if case .verified(gate.id, _) = event { ended.set(clock.now()) }
        }
        #expect(try await bench.run(opening) == .finished(.done))
        #expect(
            bench.world.acts.filter { $0.key.hasPrefix("force:") }.map(\.key) == ["force:\(server)"]
        )
        let duration = try #require(ended.value) - #require(began.value)
        #expect(duration >= gate.timeout / 3)
        #expect(duration < gate.timeout / 2)
        #expect(bench.world.obstacles(.sip) == [])
    }

    @Test
    func `a replica that never follows stops the run before DNS, and is named`() async throws {
        let bench = RunBench()
        bench.world.change { model in
            model.machines[.of("fe12.contoso.net")]?.replicationDelay = .seconds(86_400)
        }
        bench.world.order(.hangs, at: .command(.invokeReplication), times: 100)
        guard case .finished(.stopped(let reason)) = try await bench.run(Contoso.sip) else {
            Issue.record("the gate let a stale replica pass")
            return
        }
        #expect(reason.contains("fe12.contoso.net"))
        #expect(!reason.contains("fe11.contoso.net"))
        #expect(!bench.world.acts.contains { $0.key.hasPrefix("dns:") })
    }

    @Test
    func `a dead member of the target is left out by name`() async throws {
        let bench = RunBench()
        bench.world.bring(server: Contoso.edge(2, 2), .off)
        let opening = try await bench.opening(Contoso.sip)
        let gate = try #require(opening.plan.steps.first { opening.plan.isGate($0.id) })
        guard case .awaitReplication(let servers, let leftOut) = gate.operation else { return }
        #expect(leftOut == [Contoso.edge(2, 2)])
        #expect(servers.contains(Contoso.edge(2, 1)))
        #expect(
            !servers.contains(Contoso.edge(1, 1)),
            "the failed pool does not consume the change"
        )
        #expect(try await bench.run(opening) == .finished(.done))
        #expect(bench.world.obstacles(.sip) == [])
    }

    @Test
    func `when nothing was changed, being up to date is enough`() async throws {
        let bench = RunBench()
        let opening = try await bench.opening(Contoso.sip)
        // Somebody else does it all between the plan and the run.
        bench.world.change { model in
            for site in ["Redmond", "Dublin"] {
                model.setRoute(.sip, of: site, to: OrganisationModel.printed(Contoso.pool2))
            }
            model.publishEverywhere()
        }
        #expect(try await bench.run(opening) == .finished(.done))
        #expect(try gateText(bench).contains("have the change"))
        #expect(bench.world.obstacles(.sip) == [])
    }

    @Test
    func `a replica that never reported before does not hold the gate for ever`() async throws {
        let bench = RunBench()
        var opening = try await bench.opening(Contoso.sip)
        for index in opening.snapshot.replicas.indices {
            opening.snapshot.replicas[index].lastUpdate = nil
        }
        #expect(try await bench.run(opening) == .finished(.done))
    }

    @Test
    func `a replica is forced only once, also when that does not help`() async throws {
        let bench = RunBench()
        bench.world.change { $0.machines[.of("fe12.contoso.net")]?.waitsForForce = true }
        bench.world.order(.pretends, at: .command(.invokeReplication), times: 100)
        guard case .finished(.stopped) = try await bench.run(Contoso.sip) else {
            Issue.record("the gate let a stale replica pass")
            return
        }
        let forced = bench.world.commands.filter {
            $0.contains(": Invoke-CsManagementStoreReplication")
        }
        #expect(forced.count == 1)
        #expect(forced.first?.contains("-ReplicaFqdn 'fe12.contoso.net'") == true)
    }
}
