import ControlAPI
import Foundation
import Testing

/// A question is answered from a message, by the page that its link leads to.
extension LabTests {
    /// What a browser gets: the answer's head and body.
    private struct Browser {
        let certificate: String

        func open(_ link: String, posting form: [String: String]? = nil) async throws -> String {
            var arguments = ["-sS", "-i", "--cacert", certificate, link]
            for (key, value) in form ?? [:] {
                arguments += ["--data-urlencode", "\(key)=\(value)"]
            }
            return try await run("/usr/bin/curl", arguments).output
        }
    }

    @Test func `a link in a message leads to the plan, and answers it once and as one person`()
        async throws
    {
        let entrance = try await Entrance(access: "{ approve: [anna, berta], operate: [anna] }")
        let agent = try await begin(["sip_domains:": entrance.section], answerer: "anna")
        let browser = Browser(certificate: entrance.certificate)
        let tried = try await agent.command("alert", "test", "recorder")
        #expect(tried.status == 0, "\(tried.output)")
        let test = try #require(try agent.answerLink("test"))
        #expect(try await browser.open(test).contains("This link works."))

        let waiting = try await agent.ask(.failover, "sip")
        let number = waiting.request
        let start = "\(entrance.url)/requests/\(number)/answer?as=anna&by=recorder&"
        try await eventually("anna has a link") {
            try agent.answerLink("approval_wanted")?.hasPrefix(start) == true
        }
        let link = try #require(try agent.answerLink("approval_wanted"))
        var yes = [
            "answer": "approve", "plan": waiting.plan.digest, "pool": LabTests.pool2,
            "reason": "patch night",
        ]

        // Looking does nothing, however often a mail filter looks.
        for _ in 1...2 { expectQuestion(waiting, try await browser.open(link)) }
        let berta = link.replacing("as=anna", with: "as=berta")
        #expect(try await browser.open(berta).hasPrefix("HTTP/1.1 403"))
        #expect(try await browser.open(berta, posting: yes).hasPrefix("HTTP/1.1 403"))
        for (key, wrong) in [("pool", LabTests.pool1), ("plan", "0"), ("answer", "perhaps")] {
            let page = try await browser.open(link, posting: yes.merging([key: wrong]) { $1 })
            #expect(page.hasPrefix("HTTP/1.1 422") && page.contains("Nothing was done"))
        }
        #expect(try await agent.status().waiting.map(\.request) == [number])

        let taken = try await browser.open(link, posting: yes)
        #expect(taken.hasPrefix("HTTP/1.1 200") && taken.contains("Approved."), "\(taken)")
        #expect(try await browser.open(link, posting: yes).hasPrefix("HTTP/1.1 410"))
        yes["answer"] = "deny"
        #expect(try await browser.open(link, posting: yes).hasPrefix("HTTP/1.1 410"))
        let run = try await agent.end(of: number)
        #expect(run.outcome == "done" && run.authority.hasPrefix("approved by anna (plan"))
        let audit = try await agent.client.audit(limit: 100, sinceMilliseconds: nil).lines
            .map { "\($0.by ?? "the agent") \($0.what)" }
        for deed in [
            "anna approved request \(number), plan",
            "anna said of request \(number): by the link in a message of recorder: patch night",
        ] {
            #expect(audit.contains { $0.hasPrefix(deed) }, "\(deed)\n\(audit)")
        }

        // Who may no longer approve, may not by a link either.
        try agent.rewrite("approve: [anna, berta]", "approve: [berta]")
        agent.reload()
        try await eventually("the new rules hold\n\(agent.log)") {
            _ = try await agent.command("alert", "test", "recorder")
            let fresh = try #require(try agent.answerLink("test"))
            return try await browser.open(fresh)
                .contains("anna may not do that: access.approve names berta")
        }
        #expect(agent.stop() == 0)
        try expectNowhere(link, in: agent)
    }

    /// The page has the whole question, and tells browsers to keep and share nothing.
    private func expectQuestion(_ waiting: WaitingBody, _ page: String) {
        #expect(page.hasPrefix("HTTP/1.1 200"))
        for part in [
            "Content-Security-Policy: default-src 'none'", "Cache-Control: no-store",
            "Referrer-Policy: no-referrer", "Request \(waiting.request)",
            waiting.plan.steps[0].title, "value=\"\(waiting.plan.digest)\"",
            "\(LabTests.pool2) could take over sip",
        ] {
            #expect(page.contains(part), "\(part)\n\(page)")
        }
    }

    /// A link is a secret: neither the log nor the journal has its signature.
    private func expectNowhere(_ link: String, in agent: TestAgent) throws {
        let signature = try #require(link.split(separator: "=").last)
        let folder = URL(fileURLWithPath: agent.folder)
        let state = folder.appending(path: "state")
        let files = try FileManager.default.contentsOfDirectory(atPath: state.path)
        #expect(files.contains { $0.hasPrefix("journal") }, "\(files)")
        let all = files.map { state.appending(path: $0) } + [folder.appending(path: "log")]
        for file in all where file.pathExtension != "sock" {
            let bytes = try Data(contentsOf: file)
            #expect(bytes.range(of: Data(signature.utf8)) == nil, "\(file.lastPathComponent)")
        }
    }
}
