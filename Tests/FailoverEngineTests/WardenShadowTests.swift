import FailoverCore
import FailoverEngine
import FailoverTestKit
import Testing

@Suite
struct WardenShadowTests {
    private let route = Contoso.sipRoute(mode: .observe)

    /// What was written down, a word each.
    private func written(_ journal: MemoryJournal) -> [String] {
        journal.allRecords.compactMap { record in
            guard case .shadow(let shadow) = record else { return nil }
            return switch shadow {
            case .decided(let decision): decision.asks == nil ? "moves" : "asks"
            case .ended: "ended"
            case .moved: "people"
            }
        }
    }

    private func overview(_ bench: WardenBench) async throws -> Warden.ShadowOverview {
        let warden = bench.warden
        let answer: Result<Warden.ShadowOverview, JournalFailure> = await bench.stage.perform {
            do throws(JournalFailure) {
                return .success(try await warden.shadowOverview(since: nil))
            } catch {
                return .failure(error)
            }
        }
        return try answer.get()
    }

    @Test
    func `an outage is written down once, over a restart too, and nothing is done`() async throws {
        let world = WardenBench.world([route])
        let journal = MemoryJournal()
        try await WardenBench.live(in: world, journal: journal) { bench in
            await bench.pass(120)
            world.bring(Contoso.pool1, .off)
            #expect(await bench.pass(400) { self.written($0.journal) == ["moves"] })
            let overview = try await overview(bench)
            #expect(overview.observed.map(\.route) == [Contoso.sip])
            #expect(overview.report.cases.map(\.outcome.code) == ["open"])
        }
        let revived = journal.revived()
        try await WardenBench.live(in: world, journal: revived) { bench in
            await bench.pass(600)
            #expect(written(bench.journal) == ["moves"])
            world.bring(Contoso.pool1, .well)
            #expect(await bench.pass(400) { self.written($0.journal) == ["moves", "ended"] })
            let overview = try await overview(bench)
            #expect(overview.report.cases.map(\.outcome.code) == ["nobody_moved"])
            #expect(overview.report.cases.first?.outcome.inWords.contains("again") == true)
            #expect(world.acts.isEmpty)
            #expect(bench.waiting == nil)
            #expect(!bench.has(.approvalWanted))
        }
    }

    @Test
    func `what people do by hand is seen, as agreement or for itself`() async throws {
        let world = WardenBench.world([route])
        func moveByHand(to pool: FQDN) {
            world.change { model in
                for site in model.sites.map(\.name) {
                    model.setRoute(.sip, of: site, to: "EdgeServer:\(pool)")
                }
            }
        }
        try await WardenBench.live(in: world) { bench in
            await bench.pass(120)
            world.bring(Contoso.pool1, .off)
            #expect(await bench.pass(400) { self.written($0.journal) == ["moves"] })
            await bench.pass(300)
            moveByHand(to: Contoso.pool2)
            #expect(
                await bench.pass(120) { self.written($0.journal) == ["moves", "people", "ended"] }
            )
            world.bring(Contoso.pool1, .well)
            await bench.pass(300)
            moveByHand(to: Contoso.pool1)
            #expect(await bench.pass(120) { self.written($0.journal).count == 4 })
            let report = try await overview(bench).report
            #expect(report.cases.map(\.outcome.code) == ["agreed"])
            #expect(report.totals.sooner.allSatisfy { $0 >= .seconds(300) && $0 < .seconds(370) })
            #expect(report.alone.map(\.move.to) == [Contoso.pool1.name])
            #expect(world.acts.isEmpty)
        }
    }
}
