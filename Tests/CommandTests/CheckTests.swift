import Foundation
import Testing

@Suite struct CheckTests {
    @Test func `the example file is valid`() async throws {
        let result = try await Command("check", "--config", Example.path).run()
        #expect(result.status == 0)
        let summary = "is valid: 3 routes, 3 Edge pools with 6 servers, "
        #expect(result.output.hasPrefix("\(Example.path) \(summary)"))
    }

    @Test func `every error is told with its place, and the file cannot be used`() async throws {
        let folder = try ScratchFolder()
        let text = """
            agent:
              nmae: warden-1
              site: Redmond
            sites:
              - name: Redmond
            probes:
              interval: fast

            """
        let path = try folder.write(text, to: "agent.conf")
        let result = try await Command("check", "--config", path).run()
        #expect(result.status == 2)
        #expect(result.output.isEmpty)
        #expect(result.errors.contains("\(path):2:3: error: unknown key 'nmae'"))
        #expect(result.errors.contains("did you mean 'name'"))
        #expect(result.errors.contains("\(path):7:13: error: "))
        #expect(result.errors.contains("\(path) cannot be used: "))
    }

    @Test func `a warning does not keep a file from being used`() async throws {
        let folder = try ScratchFolder()
        let text = try Example.text(
            replacing: "ttl_while_failed_over: 300s",
            with: "ttl_while_failed_over: 1d"
        )
        let path = try folder.write(text, to: "agent.conf")
        let result = try await Command("check", "--config", path).run()
        #expect(result.status == 0)
        #expect(result.errors.contains(": warning: "))
        #expect(result.output.contains("is valid"))
    }

    @Test func `a file that is not there is wrong usage`() async throws {
        let folder = try ScratchFolder()
        let path = folder.path("missing.conf")
        let result = try await Command("check", "--config", path).run()
        #expect(result.status == 2)
        #expect(result.errors.contains("\(path): error: "))
    }

    @Test func `JSON has every diagnostic with its place`() async throws {
        let folder = try ScratchFolder()
        let path = try folder.write("agents: {}\n", to: "agent.conf")
        let result = try await Command("check", "--config", path, "--json").run()
        #expect(result.status == 2)
        let body = try #require(result.output.jsonObject)
        #expect(body["valid"] as? Bool == false)
        let diagnostics = try #require(body["diagnostics"] as? [[String: Any]])
        #expect(
            diagnostics.contains {
                $0["line"] as? Int == 1 && $0["code"] as? String == "unknown_key"
            }
        )
        #expect(
            body["errors"] as? Int == diagnostics.count { $0["severity"] as? String == "error" }
        )
    }

    @Test func `JSON of a valid file says so`() async throws {
        let result = try await Command("check", "--config", Example.path, "--json").run()
        #expect(result.status == 0)
        #expect(result.output.jsonObject?["valid"] as? Bool == true)
        #expect(result.errors.isEmpty)
    }

    @Test func `the agent does not start on a wrong file`() async throws {
        let folder = try ScratchFolder()
        let path = try folder.write("agents: {}\n", to: "agent.conf")
        let result = try await Command("run", "--config", path).run()
        #expect(result.status == 2)
        #expect(result.errors.contains("\(path):1:1: error: unknown key 'agents'"))
    }
}
