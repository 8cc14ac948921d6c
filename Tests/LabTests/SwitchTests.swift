import ControlAPI
import Testing

/// The open questions about real servers: whatever the answer is, a run ends done, or says why not.
extension LabTests {
    /// Answers to open questions under which everything goes through.
    struct Answers: Sendable, CustomStringConvertible {
        var route: String
        var answers: [(letter: String, answer: String)]

        init(_ route: String, _ answers: (letter: String, answer: String)...) {
            self.route = route
            self.answers = answers
        }

        var description: String {
            route + answers.map { " \($0.letter)=\($0.answer)" }.joined()
        }

        func give() async throws {
            for (letter, answer) in answers {
                try await Lab.does("windows-ctl", "switch", letter, answer)
            }
        }
    }

    @Test(arguments: [
        Answers("sip", ("b", "immediate"), ("c", "null"), ("identity", "bare"), ("a", "zero")),
        Answers(
            "sip",
            ("b-enable", "new-update"),
            ("a-set", "creates"),
            ("c", "empty"),
            ("confirm", "always"),
            ("a", "absent")
        ),
        Answers(
            "sip",
            ("c", "neither"),
            ("a-set", "ignored"),
            ("a", "empty"),
            ("e", "optional"),
            ("listener", "at-once")
        ),
        Answers(
            "sip",
            ("parameter", "error"),
            ("h", "set-registrar"),
            ("d", "absent"),
            ("a", "unchanged")
        ),
        Answers("xmpp", ("g", "AnyOtherName")),
        Answers("media", ("d", "fqdn")),
        Answers("media", ("d", "renamed")),
        Answers("media", ("d", "absent")),
    ])
    func `with another answer to an open question, federation moves and comes back`(
        answers: Answers
    ) async throws {
        let agent = try await begin(
            KeyValuePairs(
                dictionaryLiteral: LabTests.mediaRoute[0],
                LabTests.xmppServices[0]
            )
        ) { try await answers.give() }
        for direction in [OrderBody.Kind.failover, .failback] {
            let run = try await agent.order(direction, answers.route)
            let end = try await agent.end(of: run)
            #expect(end.outcome == "done", "\(answers): \(end.outcomeText)")
        }
        if answers.route != "media" { try await Lab.messagePasses(answers.route) }
        #expect(agent.stop() == 0)
    }

    /// An answer with which a move cannot be carried out, and a word of what people are told.
    struct Obstacle: Sendable, CustomStringConvertible {
        var answers: Answers
        var word: String

        var description: String { "\(answers)" }
    }

    @Test(arguments: [
        Obstacle(answers: Answers("xmpp", ("g", "missing")), word: "names XMPP"),
        Obstacle(answers: Answers("sip", ("h", "set-site")), word: "Set-CsSite"),
        Obstacle(answers: Answers("sip", ("h", "enable-topology")), word: "Enable-CsTopology"),
        Obstacle(answers: Answers("sip", ("h", "all-changes")), word: "Set-CsSite"),
        Obstacle(answers: Answers("media", ("h", "set-registrar")), word: "Set-CsRegistrar"),
        Obstacle(answers: Answers("sip", ("setup", "missing")), word: "permission"),
    ])
    func `with an answer that stands in the way, it stops safely and says why`(
        obstacle: Obstacle
    ) async throws {
        let agent = try await begin(
            KeyValuePairs(
                dictionaryLiteral: LabTests.mediaRoute[0],
                LabTests.xmppServices[0]
            ),
            settled: false
        ) { try await obstacle.answers.give() }
        let records = try await Lab.records()
        // Readiness may have found it already, or not look for it: the plan finds it all the same.
        let answer = try await agent.command(
            "failover",
            obstacle.answers.route,
            "--yes",
            "--override",
            "not-ready",
            "--reason",
            "by a test"
        )
        #expect(answer.status == 1, "\(answer.output)")
        #expect(answer.output.contains(obstacle.word), "\(answer.output)")
        #expect(try await Lab.records() == records)
        #expect(try await Lab.does("bin/service", "edge21", "status", "xmpp").contains("running"))
        let runs = try await agent.runs()
        #expect(runs.allSatisfy { $0.outcome.hasPrefix("stopped") })
        #expect(agent.stop() == 0)
    }

    @Test func `a dead store that answers with an error is a person's step as well`()
        async throws
    {
        let agent = try await begin()
        try await Lab.does("windows-ctl", "switch", "cms", "error")
        try await Lab.does("windows-ctl", "store", "kill")
        let run = try await agent.order(.failover, "sip")
        let step = try await agent.personStep(of: run)
        #expect(step.task.commands == ["Invoke-CsManagementServerFailover"])
        try await Lab.does("windows-ctl", "cms-failover", "fepool2")
        let done = try await agent.command("done", "\(step.step)", "--reason", "failed over")
        #expect(done.status == 0, "\(done.output)")
        #expect(try await agent.end(of: run).outcome == "done")
        let back = try await agent.order(.failback, "sip")
        #expect(try await agent.end(of: back).outcome == "done")
        try await Lab.messagePasses("sip")
        #expect(agent.stop() == 0)
    }
}
