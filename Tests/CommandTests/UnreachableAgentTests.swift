import Testing

@Suite struct UnreachableAgentTests {
    @Test(arguments: [
        ["status"],
        ["plan", "failover", "sip"],
        ["runs"],
        ["explain", "sip"],
        ["shadow-report"],
        ["report", "1"],
        ["audit"],
        ["audit", "--verify"],
        ["approve"],
        ["approve", "1", "--yes"],
        ["deny", "1", "--reason", "no"],
        ["failover", "sip", "--yes"],
        ["failback", "sip", "--yes"],
        ["pause", "--reason", "work"],
        ["resume"],
        ["resume-run", "1", "--reason", "mended"],
        ["release", "--reason", "done by hand"],
        ["adopt", "sip", "--reason", "moved by hand"],
        ["done", "2"],
        ["force-step", "2", "--reason", "seen"],
        ["abort-run", "1", "--reason", "enough"],
        ["take", "1", "--reason", "mine"],
        ["drill", "sip", "--reason", "practice"],
        ["drill", "sip", "--what-if"],
        ["plan", "failover", "sip", "xmpp", "--script"],
    ])
    func `an agent that is not there is 3, with a sentence that names the socket`(
        _ arguments: [String]
    ) async throws {
        let folder = try ScratchFolder()
        let socket = folder.path("nobody.sock")
        let result = try await Command(arguments + ["--socket", socket]).run()
        #expect(result.status == 3)
        #expect(result.errors.contains(socket))
        #expect(result.errors.contains("is it running"))
        #expect(result.errors.hasSuffix("may you reach its folder?\n"))
        #expect(result.output.isEmpty)
    }

    @Test func `with --json the failure is JSON too`() async throws {
        let folder = try ScratchFolder()
        let socket = folder.path("nobody.sock")
        let result = try await Command("status", "--json", "--socket", socket).run()
        #expect(result.status == 3)
        let body = try #require(result.output.jsonObject)
        #expect(body["exit_code"] as? Int == 3)
        #expect((body["reasons"] as? [String])?.first?.contains(socket) == true)
    }

    @Test func `the socket comes from the environment when it is not named`() async throws {
        let folder = try ScratchFolder()
        let socket = folder.path("from-environment.sock")
        let result = try await Command("status", environment: ["EDGEWARDEN_SOCKET": socket]).run()
        #expect(result.status == 3)
        #expect(result.errors.contains(socket))
    }

    @Test(arguments: [true, false])
    func `the socket comes from the configuration`(_ isNamed: Bool) async throws {
        let folder = try ScratchFolder()
        let socket = folder.path("from-configuration.sock")
        let path = try folder.write(Example.text(socket: socket), to: "agent.conf")
        let command =
            isNamed
            ? Command("status", "--config", path)
            : Command("status", environment: ["EDGEWARDEN_CONFIG": path])
        let result = try await command.run()
        #expect(result.status == 3)
        #expect(result.errors.contains(socket))
    }

    @Test func `a named configuration that is wrong is 2`() async throws {
        let folder = try ScratchFolder()
        let path = try folder.write("agent: {}\n", to: "agent.conf")
        let result = try await Command("status", "--config", path).run()
        #expect(result.status == 2)
        #expect(result.errors.contains("agent.conf:1"))
    }
}
