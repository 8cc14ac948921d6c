import ControlAPI
import FailoverCore
import Testing

/// SIGKILL at every boundary of a run, there and back: nothing is done twice or lost.
extension LabTests {
    /// A place in a run's journal: what kind of event was the last.
    private struct Boundary: Hashable, CustomStringConvertible {
        var event: String
        var step: Int

        init(event: String, step: Int) {
            self.event = event
            self.step = step
        }

        init(_ event: RunEvent) {
            // The case's name; what it carries differs from time to time.
            self.event = String(describing: event).prefix { $0 != "(" }.description
            step = event.step?.number ?? 0
        }

        var description: String { "\(event) \(step)" }
    }

    /// Orders a move, and has its plan approved while the agent stops at its writes.
    ///
    /// - Parameters:
    ///   - direction: there or back.
    ///   - agent: the agent.
    ///   - stops: what stops it.
    ///   - moments: where it stops.
    ///   - visit: called with the run's number while the agent stands: kills it, or lets it go on.
    ///     True when it is not to stop any more.
    /// - Returns: the run.
    /// - Throws: when the agent does not do as asked.
    private func order(
        _ direction: OrderBody.Kind,
        _ agent: TestAgent,
        _ stops: CommitStops,
        _ moments: [CommitStops.Moment],
        _ visit: (Int) async throws -> Bool
    ) async throws -> Int {
        for _ in 1...5 {
            let waiting = try await agent.ask(direction, "sip")
            for moment in moments { stops.arm(moment) }
            defer { stops.disarm() }
            // Its answer may be lost in a kill; that the run begins is what counts.
            let (client, yes) = (agent.client, agent.yes(to: waiting))
            let logged = agent.logLines.count
            async let approval: Void? = try? client.order(yes)
            var isOutdated = false
            repeat {
                // While it stands its probes are late, and that may change what the yes was for.
                isOutdated = try await !stops.awaitStop(
                    unless: agent.logsChange(waiting.request, after: logged)
                )
                if isOutdated { break }
            } while try await !visit(waiting.request)
            stops.disarm()
            try await agent.answers()
            _ = await approval
            if !isOutdated { return waiting.request }
        }
        Issue.record("what was shown never held until the yes\n\(agent.log)")
        throw NotInTime()
    }

    /// Every killed agent leaves sessions that servers keep for five minutes: more than they would
    /// allow an agent that dies once in a while.
    private func allowManyShells() async throws {
        try await Lab.does("windows-ctl", "settings", "max_shells=1000")
    }

    /// The run's end as everybody sees it, after the last kill.
    private func expectDone(
        _ agent: TestAgent,
        _ run: Int,
        kills: Int,
        from serial: String
    ) async throws {
        let body = try await agent.end(of: run)
        #expect(body.outcome == "done", "\(body.outcomeText)")
        #expect(try await Lab.serial() == "\((Int(serial) ?? 0) + 1)", "DNS was changed once")
        try await Lab.messagePasses("sip")
        let report = try await agent.report(run).markdown
        let tellings = report.ranges(of: "the run was taken up again").count
        #expect(tellings == kills, "\(report)")
        #expect(report.contains("the agent was killed or crashed"), "\(report)")
    }

    /// Kills the agent after every kind of write that the run makes, once each.
    private func killAfterEveryWrite(
        _ direction: OrderBody.Kind,
        _ agent: TestAgent,
        _ stops: CommitStops
    ) async throws {
        try await Lab.does("windows-ctl", "calls", "--clear")
        let serial = try await Lab.serial()
        var kills: [Boundary] = []
        let run = try await order(direction, agent, stops, [.after]) { run in
            let last = try await stops.journal(of: run).last
            let boundary = last.map(Boundary.init)
            guard let boundary, boundary.event != "recovered", !kills.contains(boundary) else {
                stops.goOn()
                return false
            }
            kills.append(boundary)
            agent.crash()
            try stops.launch()
            return boundary.event == "finished"
        }
        // The last kill came after the run's end: that is nothing to be taken up.
        try await expectDone(agent, run, kills: kills.count - 1, from: serial)
        #expect(try await Lab.acts() == LabTests.sipActs, "killed at \(kills)")
        let events = try await stops.journal(of: run)
        let boundaries = Set(events.map(Boundary.init)).filter { $0.event != "recovered" }
        #expect(Set(kills) == boundaries)
        let state = try #require(try RunState(replaying: events))
        for step in state.plan.steps {
            let isSkipped = if case .skipped? = state.phases[step.id] { true } else { false }
            let end = isSkipped ? "observed" : "verified"
            let place = Boundary(event: end, step: step.id.number)
            #expect(kills.contains(place), "no kill at the end of step \(step.id): \(step.title)")
        }
    }

    @Test func `killed after every write of a failover and a failback, it does everything once`()
        async throws
    {
        let agent = try await begin { try await self.allowManyShells() }
        let stops = try await CommitStops(agent)
        #expect(agent.stop() == 0)
        try stops.launch()
        try await agent.answers()
        try await agent.settle()
        try await killAfterEveryWrite(.failover, agent, stops)
        #expect(try await Lab.addresses("sip.contoso.test") == Lab.pool(2))
        try await killAfterEveryWrite(.failback, agent, stops)
        #expect(try await Lab.addresses("sip.contoso.test") == Lab.pool(1))
        #expect(agent.stop() == 0)
    }

    /// Kills the agent after each act that was carried out, before its answer is on disk.
    private func killAfterEveryAct(
        _ direction: OrderBody.Kind,
        _ agent: TestAgent,
        _ stops: CommitStops
    ) async throws {
        try await Lab.does("windows-ctl", "calls", "--clear")
        let serial = try await Lab.serial()
        var begun: Boundary?
        var done = "nothing"
        var kills: [Boundary] = []
        let run = try await order(direction, agent, stops, [.after, .before]) { run in
            let last = try await stops.journal(of: run).last
            let boundary = last.map(Boundary.init)
            guard let boundary, boundary.event == "acting", !kills.contains(boundary) else {
                stops.goOn()
                return boundary?.event == "finished"
            }
            let present = "\(try await Lab.acts()) \(try await Lab.serial())"
            if begun != boundary {
                // Nothing was sent yet.
                (begun, done) = (boundary, present)
            } else if present != done {
                kills.append(boundary)
                agent.crash()
                try stops.launch()
                return false
            }
            stops.goOn()
            return false
        }
        try await expectDone(agent, run, kills: kills.count, from: serial)
        #expect(try await Lab.acts() == LabTests.sipActs)
        // Nothing tells whether the topology was enabled: that is sent again.
        let sent = try await Lab.calls().filter {
            $0.cmdlet == "Enable-CsTopology" && $0.parameters["WhatIf"] == nil
        }
        #expect(sent.count == 2)
        let state = try #require(try RunState(replaying: try await stops.journal(of: run)))
        let acted = state.attempts.filter { $0.value > 0 }.keys.sorted()
        #expect(kills.map(\.step) == acted.map(\.number), "an act without a kill")
        #expect(kills.count == 4, "two sites, the publication, DNS: \(kills)")
        for id in acted {
            let isRepeated = state.step(id)?.operation == .enableTopology
            #expect(state.attempts[id] == (isRepeated ? 2 : 1), "step \(id)")
        }
    }

    @Test func `killed after every act of a failover and a failback, it repeats only what it may`()
        async throws
    {
        let agent = try await begin { try await self.allowManyShells() }
        let stops = try await CommitStops(agent)
        #expect(agent.stop() == 0)
        try stops.launch()
        try await agent.answers()
        try await agent.settle()
        try await killAfterEveryAct(.failover, agent, stops)
        #expect(try await Lab.addresses("sip.contoso.test") == Lab.pool(2))
        try await killAfterEveryAct(.failback, agent, stops)
        #expect(try await Lab.addresses("sip.contoso.test") == Lab.pool(1))
        #expect(agent.stop() == 0)
    }
}
