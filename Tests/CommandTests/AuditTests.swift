import ControlAPI
import Testing

@Suite struct AuditTests {
    private static func chain(_ rest: String) -> ChainBody {
        Fixtures.read(
            """
            {"entries":812,"from":"2026-11-01T06:00:00.000Z","to":"2026-11-22T06:00:00.000Z",
             "head":"\(String(repeating: "9b1c", count: 16))"\(rest)}
            """
        )
    }

    private func verify(_ chain: ChainBody, _ arguments: String...) async throws -> Command.Result {
        var world = FakeAgent.World()
        world.chain = chain
        return try await FakeAgent.with(world) { _, socket in
            try await Command(["audit", "--verify", "--socket", socket] + arguments).run()
        }
    }

    @Test func `each line says when, who and what`() async throws {
        var world = FakeAgent.World()
        world.audit = Fixtures.read(
            """
            {"lines":[
             {"entry":1,"at":"2026-11-22T03:00:00.000Z","what":"asked for a yes to request 7"},
             {"entry":4,"at":"2026-11-22T03:01:00.000Z","by":"anna","uid":1000,
              "what":"approved request 7, plan 0123456789ab"}]}
            """
        )
        try await FakeAgent.with(world) { agent, socket in
            let result = try await Command("audit", "--limit", "7", "--socket", socket).run()
            #expect(
                result.output == """
                    2026-11-22T03:00:00.000Z  the agent  asked for a yes to request 7
                    2026-11-22T03:01:00.000Z  anna       approved request 7, plan 0123456789ab

                    """
            )
            #expect(agent.questions == ["audit?limit=7"])
        }
    }

    @Test func `a whole chain is 0, with the hash to keep`() async throws {
        let result = try await verify(Self.chain(""))
        #expect(result.status == 0)
        #expect(result.output.contains("none is missing."))
        #expect(result.output.contains("Hash of entry 812:\n  9b1c9b1c"))
    }

    @Test func `a broken chain is 1, with the place`() async throws {
        let fault = "entry 813 (record 530) of 2026-11-22T06:00:00.000Z was changed"
        let result = try await verify(Self.chain(#","fault":"\#(fault)""#))
        #expect(result.status == 1 && result.output.isEmpty)
        #expect(result.errors.contains("the journal is not as it was written: \(fault)"))
        #expect(result.errors.contains("The 812 entries before it fit"))
    }

    @Test func `a hash that was kept is found, or its absence is 1`() async throws {
        let kept = String(repeating: "ab", count: 32)
        let found = try await verify(Self.chain(#","known":700"#), "--head", kept)
        #expect(found.status == 0 && found.output.contains("is that of entry 700"))
        let gone = try await verify(Self.chain(""), "--head", kept)
        #expect(gone.status == 1 && gone.errors.contains("no entry has the hash that you gave"))
    }

    @Test(arguments: [
        ["--head", "ab"], ["--verify", "--head", "ab"], ["--limit", "0"],
        ["--verify", "--head", String(repeating: "z", count: 64)],
    ])
    func `wrong usage is 2`(_ arguments: [String]) async throws {
        #expect(try await Command(["audit"] + arguments).run().status == 2)
    }
}
