import FailoverCore
import FailoverEngine
import FailoverTestKit
import Testing

@Suite
struct IncidentReportTests {
    private func report(_ bench: WardenBench) async throws -> IncidentReport {
        let run = try #require(try await bench.journal.runs(limit: 1).first)
        return try IncidentReport(
            run: run,
            events: try await bench.journal.events(of: run),
            records: try await bench.journal.records(limit: 10_000)
        )
    }

    @Test
    func `it tells what happened, when, and by whose yes`() async throws {
        let world = WardenBench.world([Contoso.sipRoute()])
        try await WardenBench.live(in: world) { bench in
            await bench.pass(40)
            world.bring(Contoso.pool1, .off)
            #expect(await bench.pass(400) { $0.waiting != nil })
            await bench.pass(90)
            let waiting = try #require(bench.waiting)
            #expect(await bench.approve(waiting) == .accepted)
            #expect(await bench.pass(400) { $0.runsDone == 1 })
            let report = try await report(bench)
            let detected = try #require(report.detectedAt)
            let asked = try #require(report.askedAt)
            let approved = try #require(report.approvedAt)
            let finished = try #require(report.finishedAt)
            #expect(asked - detected >= .seconds(60), "the verdict had to stand")
            #expect(approved - asked >= .seconds(90))
            #expect(report.startedAt >= approved)
            #expect(finished > report.startedAt)
            let times = report.timeline.map(\.at)
            #expect(times == times.sorted())
            #expect(report.state.outcome == .done)
            #expect(report.changes.count == 3, "two sites and one name: \(report.changes)")
            let text = report.markdown
            for words in [
                "approved by anna", "done and verified", "sip.contoso.com A",
                "site Redmond SIP route", "asked to approved: 1m30s", "## Timeline",
            ] {
                #expect(text.contains(words), "\(words) in \(text)")
            }
        }
    }

    @Test
    func `it tells where a run stopped and that it was taken up again`() async throws {
        let world = WardenBench.world([Contoso.sipRoute(mode: .auto)])
        let journal = MemoryJournal()
        world.order(.refused("access denied"), at: .command(.setSite))
        try await WardenBench.live(in: world, journal: journal) { bench in
            await bench.pass(40)
            world.bring(Contoso.pool1, .off)
            #expect(await bench.pass(400) { $0.has(.stepFailed) })
            let report = try await report(bench)
            #expect(report.markdown.contains("FAILED: Set-CsSite"))
            #expect(report.markdown.contains("access denied"))
            #expect(report.approvedAt == nil)
            let run = report.run
            let reply = await bench.stage.perform {
                await bench.warden.resumeRun(run, by: WardenBench.anna, reason: "rights are back")
            }
            #expect(reply == .accepted)
            #expect(await bench.pass(400) { $0.runsDone == 1 })
            let text = try await self.report(bench).markdown
            #expect(text.contains("anna let the run go on. rights are back"))
            #expect(text.contains("done and verified"))
        }
    }

    @Test
    func `of a run that changed nothing it says so`() async throws {
        let (bench, opening) = try await Scenario.sipByAddress.prepare()
        let world = bench.world
        bench.journal.whenWritten { event in
            guard case .opened = event else { return }
            world.change {
                $0.setRoute(.sip, of: "Dublin", to: "EdgeServer:edgepool9.contoso.net")
            }
        }
        guard case .finished(.stoppedUnchanged) = try await bench.run(opening) else {
            Issue.record("nothing was changed")
            return
        }
        let run = try #require(try await bench.journal.runs(limit: 1).first)
        let report = try IncidentReport(
            run: run,
            events: try await bench.journal.events(of: run),
            records: []
        )
        #expect(report.changes == [])
        #expect(report.markdown.contains("Nothing."))
        #expect(report.markdown.contains("edgepool9"))
    }
}
