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

    /// Pool 1 dies, and anna says yes after 90 seconds.
    private func withApprovedFailover(
        _ body: @escaping @Sendable (IncidentReport) throws -> Void
    ) async throws {
        let world = WardenBench.world([Contoso.sipRoute()])
        try await WardenBench.live(in: world) { bench in
            await bench.pass(40)
            world.bring(Contoso.pool1, .off)
            #expect(await bench.pass(400) { $0.waiting != nil })
            await bench.pass(90)
            let waiting = try #require(bench.waiting)
            #expect(await bench.approve(waiting) == .accepted)
            #expect(await bench.pass(400) { $0.runsDone == 1 })
            try body(try await report(bench))
        }
    }

    @Test
    func `it tells what happened, when, and by whose yes`() async throws {
        try await withApprovedFailover { report in
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
            // Two sites, three services that used the dead pool for media, and one name.
            #expect(report.changes.count == 6, "\(report.changes)")
            #expect(report.impact?.contains("inbound is lost for contoso.com") == true)
            #expect(report.summary.count == 3)
            #expect(report.summary[0].contains("\(detected) edgepool1 was found down"))
            #expect(report.summary[1].hasPrefix("With the yes of anna, 1m30s after it was asked"))
            let outage = (finished - detected).inWords
            #expect(report.summary[2].hasSuffix("without federation for about \(outage)."))
            let text = report.markdown
            for words in [
                "approved by anna", "hurt: outbound SIP federation is lost (edgepool1)",
                "done and verified", "sip.contoso.com A",
                "site Redmond SIP route", "asked to approved: 1m30s", "## Timeline",
            ] {
                #expect(text.contains(words), "\(words) in \(text)")
            }
        }
    }

    @Test
    func `its spans and accounts tell when everything went on, and what was sent and answered`()
        async throws
    {
        try await withApprovedFailover { report in
            func only(_ lane: IncidentReport.Span.Lane) -> [IncidentReport.Span] {
                report.spans.filter { $0.lane == lane }
            }
            #expect(only(.evidence).contains { $0.grade == .bad && $0.from == report.detectedAt })
            #expect(only(.decision).map(\.to) == [report.askedAt])
            #expect(only(.approval).map(\.from) == [report.askedAt])
            #expect(only(.approval).map(\.to) == [report.approvedAt])
            #expect(only(.step).count == report.state.plan.steps.count)
            #expect(only(.step).allSatisfy { $0.grade == .good && $0.from <= $0.to })
            #expect(only(.step).map(\.from) == only(.step).map(\.from).sorted())
            let acted = report.accounts.filter { !$0.answers.isEmpty }
            #expect(acted.count == report.state.attempts.count { $0.value > 0 })
            let site = try #require(acted.first)
            #expect(site.found?.contains("edgepool1") == true, "\(site)")
            #expect(site.answers.count == 1)
            #expect(site.checks.last?.contains("edgepool2") == true, "\(site)")
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
            #expect(report.changes.count == 1)
            #expect(report.changes.first?.hasSuffix("(tried, not verified)") == true)
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
            #expect(!text.contains("not verified)"))
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

    @Test
    func `of a run that was killed, forced and undone it tells all of that`() async throws {
        let bench = StepBench()
        let route = FailoverCore.Operation.setSiteRoute(
            site: SiteName("Redmond"),
            kind: .sip,
            from: .edgeServer(Contoso.pool1),
            to: .edgeServer(Contoso.pool2)
        )
        let missing = FailoverCore.Operation.checkSiteRoutes(
            kind: .sip,
            [SiteName("Dublin")],
            .edgeServer(Contoso.pool2)
        )
        let opening = try await bench.opening(
            [.person(.failBackFrontEndPool(.of("fepool1.contoso.net"))), route, missing, missing],
            timeout: .seconds(20)
        )
        bench.whenAsked { _, desk in
            _ = desk.leave(.done(by: StepBench.anna, reason: "it was"), for: StepBench.run, nil)
        }
        _ = await bench.runner.run(StepBench.run, opening: opening) { _, _ in }
        // Killed just after the write had been begun, and nothing of what followed was kept.
        var events = try await bench.journal.events(of: StepBench.run)
        let cut = try #require(events.firstIndex { $0.event == .acting(StepID(2)) })
        events.removeSubrange((cut + 1)...)
        var at = events[cut].at
        func add(_ event: RunEvent) {
            at = Timestamp(millisecondsSinceEpoch: at.millisecondsSinceEpoch + 10_000)
            events.append(
                JournaledRunEvent(
                    run: StepBench.run,
                    sequence: events.count + 1,
                    at: at,
                    event: event
                )
            )
        }
        add(.recovered(reason: "the agent started again"))
        add(.observing(StepID(2)))
        add(.observed(StepID(2), .intended("site Redmond has it")))
        add(.verifying(StepID(2)))
        add(.verified(StepID(2), .holds("site Redmond has it")))
        add(.observing(StepID(3)))
        add(.observed(StepID(3), .initial("a check")))
        add(.verifying(StepID(3)))
        add(.verified(StepID(3), .doesNot("the SIP route of Dublin is not it")))
        add(.finished(.stopped(reason: "step 3 was not verified")))
        add(.forced(StepID(3), by: StepBench.anna, reason: "Dublin is no matter"))
        add(.observing(StepID(4)))
        add(.observed(StepID(4), .initial("a check")))
        add(.verifying(StepID(4)))
        add(.verified(StepID(4), .doesNot("the SIP route of Dublin is not it")))
        add(.finished(.stopped(reason: "step 4 was not verified")))
        add(.aborting(by: StepBench.anna, reason: "enough"))
        let report = try IncidentReport(run: StepBench.run, events: events, records: [])
        let text = report.markdown
        #expect(report.kills == 1)
        for words in [
            "the agent was killed or crashed once", "in the middle of step 2",
            "had been begun and had not answered",
            "run Invoke-CsPoolFailBack -PoolFqdn fepool1.contoso.net",
            "anna said that it is done. it was", "FORCED by anna", "Dublin is no matter",
            "anna ordered the run undone. enough", "## What was taken back",
            "## What is left to look after", "not verified by the machine",
            "- site Redmond SIP route: EdgeServer:edgepool1.contoso.net → "
                + "EdgeServer:edgepool2.contoso.net",
        ] {
            #expect(text.contains(words), "\(words) in \(text)")
        }
    }

    @Test
    func `a rehearsal's report says that nothing was changed, and what would be asked`()
        async throws
    {
        let bench = StepBench()
        let end = try await bench.run(
            [
                .person(.failBackFrontEndPool(.of("fepool1.contoso.net"))), .enableTopology,
            ],
            isRehearsal: true
        )
        #expect(end.outcome == .rehearsed)
        let report = try IncidentReport(
            run: StepBench.run,
            events: try await bench.journal.events(of: StepBench.run),
            records: []
        )
        let text = report.markdown
        #expect(report.changes == [])
        for words in [
            "rehearsal of the failover", "changes nothing", "Enable-CsTopology -WhatIf",
            "not rehearsed", "Nothing.",
        ] {
            #expect(text.contains(words), "\(words) in \(text)")
        }
    }
}
