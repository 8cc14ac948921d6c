import ControlAPI
import Glibc
import Synchronization
import Testing

@Suite struct ApproveTests {
    /// Requests wait; after the approval the run goes a step further with every look.
    private static func with<Result>(
        requests: [Int] = [3],
        targets: [TargetBody]? = nil,
        end: String = "done",
        _ body: (FakeAgent, String) async throws -> Result
    ) async throws -> Result {
        var world = FakeAgent.World()
        world.status.waiting = requests.map { number in
            var waiting = Fixtures.waiting(number)
            waiting.targets = targets
            return waiting
        }
        return try await FakeAgent.with(world, script: script(end: end), body)
    }

    private static func script(end: String) -> FakeAgent.Script {
        { question, world in
            switch question {
            case .order(let order) where order.kind == .approve:
                world.status.routes[0].request = order.request
                world.status.routes[0].phase = "approved"
                world.status.waiting = []
            case .runs where world.status.routes[0].phase == "approved":
                let verified = min(max(world.looks - 2, 0), 2)
                let isOver = world.looks > 4
                world.runs =
                    world.looks < 2
                    ? []
                    : [
                        Fixtures.run(
                            7,
                            request: 3,
                            verified: end == "done" ? verified : 1,
                            outcome: isOver ? end : "running",
                            words: "\(end) because of the test"
                        )
                    ]
            default: break
            }
        }
    }

    @Test func `a yes names the rules that it breaks, with a reason`() async throws {
        try await ApproveTests.with { agent, socket in
            let result = try await Command([
                "approve", "3", "--override", "not-ready", "--reason", "pool 1 burns", "--yes",
                "--socket", socket,
            ]).run()
            #expect(result.status == 0)
            #expect(agent.orders.map(\.overrides) == [["not-ready"]])
            #expect(agent.orders.map(\.reason) == ["pool 1 burns"])
        }
    }

    @Test func `the pool's name approves this very plan, and the run is followed`() async throws {
        try await ApproveTests.with { agent, socket in
            let result = try await Command(
                "approve",
                "--socket",
                socket,
                "--reason",
                "pool 1 burns",
                input: "EdgePool2.contoso.net\n"
            ).run()
            #expect(result.status == 0)
            #expect(result.errors.contains("Type the pool's name (edgepool2.contoso.net)"))
            #expect(agent.orders.map(\.kind) == [.approve])
            #expect(agent.orders.first?.request == 3)
            #expect(agent.orders.first?.digest == Fixtures.plan.digest)
            #expect(agent.orders.first?.reason == "pool 1 burns")
            #expect(result.output.contains("  1/2  verified"))
            #expect(result.output.contains("1.2s  step title 2"))
            #expect(result.output.contains("Run 7 is done and verified"))
        }
    }

    @Test func `it shows who would take over, and what keeps them from it`() async throws {
        let target: TargetBody = Fixtures.read(
            """
            {"route":"sip","standby":{"pool":"edgepool2.contoso.net","can_take_over":false,"items":[
              {"item":"legs","state":"ready","reason":"it answers","is_required":true},
              {"item":"rights","state":"not_ready","reason":"Set-CsSite is missing",
               "is_required":true}]}}
            """
        )
        try await ApproveTests.with(targets: [target]) { _, socket in
            let result = try await Command("approve", "--socket", socket, input: "no\n").run()
            #expect(
                result.output.contains(
                    """
                    Who would take over
                      sip      edgepool2.contoso.net could NOT take over: 1 item ready
                                 rights not ready: Set-CsSite is missing
                    """
                ),
                "\(result.output)"
            )
        }
    }

    @Test func `--yes asks nothing`() async throws {
        try await ApproveTests.with { agent, socket in
            let result = try await Command("approve", "3", "--yes", "--socket", socket).run()
            #expect(result.status == 0)
            #expect(result.errors.isEmpty)
            #expect(agent.orders.map(\.kind) == [.approve])
        }
    }

    @Test(arguments: ["edgepool1.contoso.net\n", "yes\n", "\n", ""])
    func `anything but the pool's name approves nothing and is 4`(_ input: String) async throws {
        try await ApproveTests.with { agent, socket in
            let result = try await Command("approve", "--socket", socket, input: input).run()
            #expect(result.status == 4)
            #expect(agent.orders.isEmpty)
            #expect(result.errors.contains("request 3 still waits"))
        }
    }

    @Test func `several that wait have to be told apart`() async throws {
        try await ApproveTests.with(requests: [3, 4]) { agent, socket in
            let result = try await Command("approve", "--yes", "--socket", socket).run()
            #expect(result.status == 2)
            #expect(result.errors.contains("request 3"))
            #expect(result.errors.contains("request 4"))
            #expect(agent.orders.isEmpty)
        }
    }

    @Test func `nothing to approve is 1`() async throws {
        try await ApproveTests.with(requests: []) { _, socket in
            let result = try await Command("approve", "--socket", socket).run()
            #expect(result.status == 1)
            #expect(result.errors.contains("nothing waits"))
        }
    }

    @Test func `a request that has ended is 1 with how it ended`() async throws {
        var world = FakeAgent.World()
        world.endings = ["request 9 has ended: bob denied it"]
        try await FakeAgent.with(world) { agent, socket in
            let result = try await Command("approve", "9", "--yes", "--socket", socket).run()
            #expect(result.status == 1)
            #expect(result.errors == "request 9 has ended: bob denied it\n")
            #expect(agent.questions == ["status", "requests/9"], "looking orders nothing")
        }
    }

    @Test func `the first of two is told that another person is needed`() async throws {
        var world = FakeAgent.World()
        var waiting = Fixtures.waiting(3)
        (waiting.approvalsNeeded, waiting.approvedBy) = (2, [])
        world.status.waiting = [waiting]
        try await FakeAgent.with(world) { _, socket in
            let result = try await Command(
                "approve",
                "--yes",
                "--no-follow",
                "--socket",
                socket
            ).run()
            #expect(result.status == 5)
            #expect(result.output.contains("It needs the yes of two persons."))
            #expect(result.output.contains("Request 3 has your yes. It needs another person's:"))
        }
    }

    @Test func `the second of two is told who said yes, and lets it begin`() async throws {
        var world = FakeAgent.World()
        var waiting = Fixtures.waiting(3)
        (waiting.approvalsNeeded, waiting.approvedBy) = (2, ["anna"])
        world.status.waiting = [waiting]
        try await FakeAgent.with(world, script: ApproveTests.script(end: "done")) { _, socket in
            let status = try await Command("status", "--socket", socket).run()
            #expect(status.output.contains("anna said yes; it needs the yes of another person."))
            let result = try await Command("approve", "--yes", "--socket", socket).run()
            #expect(result.status == 0)
            #expect(result.output.contains("Request 3 is approved."))
        }
    }

    @Test func `without a second yes it is 4, with how the request ended`() async throws {
        var world = FakeAgent.World()
        var waiting = Fixtures.waiting(3)
        (waiting.approvalsNeeded, waiting.approvedBy) = (2, [])
        world.status.waiting = [waiting]
        let script: FakeAgent.Script = { question, world in
            switch question {
            case .order:
                world.status.routes[0].request = 3
                world.status.routes[0].phase = "awaiting_approval"
                world.status.routes[0].reason = "request 3 waits for a second person's answer"
            case .runs where world.looks > 2: world.status.routes[0].request = nil
            case .standing: world.endings = ["request 3 has ended: nobody besides anna answered"]
            default: break
            }
        }
        try await FakeAgent.with(world, script: script) { _, socket in
            let result = try await Command("approve", "--yes", "--socket", socket).run()
            #expect(result.status == 4)
            #expect(result.output.contains("waits for a second person's answer"))
            #expect(result.errors == "request 3 has ended: nobody besides anna answered\n")
        }
    }

    @Test(arguments: ["stopped", "stopped_unchanged"])
    func `a run that stops is 1 with the reason`(_ end: String) async throws {
        try await ApproveTests.with(end: end) { _, socket in
            let result = try await Command("approve", "--yes", "--socket", socket).run()
            #expect(result.status == 1)
            #expect(result.errors.contains("because of the test"))
            #expect(result.errors.contains("resume-run 7") == (end == "stopped"))
        }
    }

    @Test func `--no-follow is 5, since the run is not finished`() async throws {
        try await ApproveTests.with { agent, socket in
            let result = try await Command(
                "approve",
                "--yes",
                "--no-follow",
                "--socket",
                socket
            ).run()
            #expect(result.status == 5)
            #expect(agent.orders.map(\.kind) == [.approve])
        }
    }

    @Test func `Ctrl-C leaves the run alone and is 5`() async throws {
        let process = Atomic<pid_t>(0)
        var world = FakeAgent.World()
        world.status.waiting = [Fixtures.waiting(3)]
        let script = ApproveTests.script(end: "running")
        let interrupting: FakeAgent.Script = { question, world in
            script(question, &world)
            if case .runs = question, world.looks == 6 {
                kill(process.load(ordering: .acquiring), SIGINT)
            }
        }
        try await FakeAgent.with(world, script: interrupting) { agent, socket in
            let result = try await Command("approve", "--yes", "--socket", socket).run {
                process.store($0, ordering: .releasing)
            }
            #expect(result.status == 5)
            #expect(result.errors.contains("goes on without you"))
            #expect(agent.orders.map(\.kind) == [.approve])
        }
    }

    @Test func `JSON is the finished run; the words go aside`() async throws {
        try await ApproveTests.with { _, socket in
            let result = try await Command("approve", "--yes", "--json", "--socket", socket).run()
            #expect(result.status == 0)
            #expect(result.output.jsonObject?["outcome"] as? String == "done")
            #expect(result.errors.contains("verified"))
        }
    }
}
