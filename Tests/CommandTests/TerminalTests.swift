import ControlAPI
import Testing

/// What a person sees on a terminal, and nobody else.
@Suite(.enabled(if: Command.hasTerminal)) struct TerminalTests {
    private static let colour = "\u{1B}[1;31m"

    /// A pool that is down.
    private static func world() -> FakeAgent.World {
        var world = FakeAgent.World()
        world.status.pools[0].verdict = "down"
        return world
    }

    @Test(arguments: [([:], true), (["NO_COLOR": ""], true), (["NO_COLOR": "1"], false)])
    func `colours are for terminals, unless NO_COLOR says otherwise`(
        _ environment: [String: String],
        _ isExpected: Bool
    ) async throws {
        try await FakeAgent.with(TerminalTests.world()) { _, socket in
            let seen = try await Command.onTerminal(
                ["status", "--socket", socket],
                environment: environment
            )
            #expect(seen.status == 0)
            #expect(seen.output.contains(TerminalTests.colour) == isExpected, "\(seen.output)")
        }
    }

    @Test(arguments: [["TERM": "dumb"], ["TERM": ""]])
    func `a terminal without colours gets none`(_ environment: [String: String]) async throws {
        try await FakeAgent.with(TerminalTests.world()) { _, socket in
            let seen = try await Command.onTerminal(
                ["status", "--socket", socket],
                environment: environment
            )
            #expect(!seen.output.contains("\u{1B}"))
        }
    }

    @Test func `a pipe gets the same words without colours`() async throws {
        try await FakeAgent.with(TerminalTests.world()) { _, socket in
            let piped = try await Command(
                "status",
                "--socket",
                socket,
                environment: ["TERM": "xterm"]
            ).run()
            #expect(!piped.output.contains("\u{1B}"))
            #expect(piped.output.contains("DOWN"))
        }
    }

    @Test func `the watch draws the status again and again, and puts the terminal back`()
        async throws
    {
        let script: FakeAgent.Script = { question, world in
            guard case .status = question else { return }
            world.looks += 1
            world.status.agent = "look-\(world.looks)"
        }
        try await FakeAgent.with(script: script) { _, socket in
            let seen = try await Command.onTerminal(
                ["status", "--watch", "--socket", socket],
                interruptedAfter: 4
            )
            #expect(seen.status == 0, "\(seen.output)")
            for look in ["look-1", "look-2"] { #expect(seen.output.contains(look)) }
            #expect(seen.output.hasPrefix("\u{1B}[?1049h"))
            #expect(seen.output.hasSuffix("\u{1B}[?25h\u{1B}[?1049l"))
        }
    }

    @Test func `on a small screen the watch leaves out who is well, then cuts and says so`()
        async throws
    {
        var world = FakeAgent.World()
        let model = world.status.pools[0]
        world.status.pools = (1...12).map { number in
            var pool = model
            pool.pool = "edgepool\(number).contoso.net"
            pool.verdict = number == 7 ? "down" : "up"
            for index in pool.servers.indices {
                pool.servers[index].server = "edge\(number)\(index + 1).contoso.net"
                pool.servers[index].verdict = pool.verdict
                pool.servers[index].code = "answered"
                pool.servers[index].suspect = nil
            }
            return pool
        }
        try await FakeAgent.with(world) { _, socket in
            func seen(_ rows: Int) async throws -> String {
                try await Command.onTerminal(
                    ["status", "--watch", "--socket", socket],
                    interruptedAfter: 2,
                    rows: rows
                ).output
            }
            let large = try await seen(200)
            #expect(large.contains("edge121") && !large.contains("make the window higher"))
            let folded = try await seen(40)
            #expect(folded.contains("edge71") && !folded.contains("edge121"), "\(folded)")
            let left = 11 * model.servers.count
            #expect(folded.contains("\(left) servers of pools that are up"), "\(folded)")
            #expect(!folded.contains("more lines"))
            let small = try await seen(10)
            #expect(small.contains("more lines: make the window higher"), "\(small)")
            let screens = small.split(separator: "\u{1B}[H").dropFirst()
            #expect(screens.allSatisfy { $0.split(separator: "\r\n").count <= 10 }, "\(small)")
        }
    }

    @Test func `the watch says when the agent is away, and stays`() async throws {
        let seen = try await Command.onTerminal(
            ["status", "--watch", "--socket", "/nowhere/agent.sock"],
            interruptedAfter: 3
        )
        #expect(seen.status == 0, "\(seen.output)")
        #expect(seen.output.contains("no agent answers"))
    }

    @Test func `the watch needs a terminal, and says what does not`() async throws {
        let result = try await Command("status", "--watch", "--socket", "/nowhere").run()
        #expect(result.status == 2)
        #expect(result.errors.contains("edgewarden status"))
        let json = try await Command("status", "--watch", "--json").run()
        #expect(json.status == 2)
        #expect(json.errors.contains("status --json"))
    }

    /// A run that is done at the third look.
    private static let following: FakeAgent.Script = { question, world in
        guard case .runs = question, !world.orders.isEmpty else { return }
        world.looks += 1
        var run = Fixtures.run(3, request: 3, verified: 1)
        run.remainingSeconds = 42
        if world.looks > 2 {
            run = Fixtures.run(
                3,
                request: 3,
                verified: 2,
                outcome: "done",
                words: "done and verified"
            )
        }
        world.runs = [run]
    }

    @Test func `whoever follows a run on a terminal sees the step that is under way`() async throws
    {
        var world = FakeAgent.World()
        world.status.waiting = [Fixtures.waiting(3)]
        try await FakeAgent.with(world, script: TerminalTests.following) { _, socket in
            let arguments = ["approve", "3", "--yes", "--socket", socket]
            let seen = try await Command.onTerminal(arguments)
            #expect(seen.status == 0)
            let live = "2/2  step title 2  1s, about 40s left"
            #expect(seen.output.contains(live), "\(seen.output)")
            // It is gone before the next line that stays.
            #expect(seen.output.contains("\r\u{1B}[K  2/2  "))
        }
    }

    @Test func `whoever follows a run elsewhere gets whole lines only`() async throws {
        var world = FakeAgent.World()
        world.status.waiting = [Fixtures.waiting(3)]
        try await FakeAgent.with(world, script: TerminalTests.following) { _, socket in
            let result = try await Command("approve", "3", "--yes", "--socket", socket).run()
            #expect(result.status == 0)
            #expect(!result.output.contains("\r"))
            #expect(!result.output.contains("\u{1B}"))
        }
    }

    @Test func `the status shows how far a run is and how long it will take`() async throws {
        var run = Fixtures.run(2, request: 3, verified: 1)
        run.remainingSeconds = 94
        var world = FakeAgent.World()
        world.status.running = run
        try await FakeAgent.with(world) { _, socket in
            let result = try await Command("status", "--socket", socket).run()
            let words = result.output.split(whereSeparator: \.isWhitespace).joined(separator: " ")
            #expect(words.contains("[##########----------] 1 of 2 steps, "))
            #expect(words.contains("about 1m30s left"))
            #expect(result.outputLines.allSatisfy { $0.count <= 80 })
        }
    }
}
