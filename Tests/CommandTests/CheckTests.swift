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

    @Test func `places for alerts are tried without sending anything`() async throws {
        let folder = try ScratchFolder()
        let heard = "127.0.0.1:"
        try await TalkingServer.with(answer: nil) { port in
            let text = """
                agent: { name: warden-1, site: Dublin, state_directory: \(folder.path("state")) }
                sip_domains: [ { name: contoso.com } ]
                sites: [ { name: Redmond }, { name: Dublin } ]
                edge_pools:
                  - fqdn: edgepool1.contoso.net
                    site: Redmond
                    version: sfb2015
                    servers: [ { fqdn: edge11.contoso.net, access: { public: [127.0.0.9] } } ]
                routes:
                  - name: sip
                    kind: sip
                    home: edgepool1.contoso.net
                    mode: observe
                    federation_flag: pre_staged
                alerts:
                  - { name: script, kind: exec, command: [/bin/true] }
                  - { name: gone, kind: exec, command: [/nowhere/page] }
                  - { name: hook, kind: webhook, url: "http://\(heard)\(port)/x" }
                  - { name: dead, kind: webhook, url: "http://127.0.0.1:1/x" }
                  - { name: chat, kind: slack, url_secret: chat-url }
                  - { name: log, kind: syslog, log: "\(folder.path("log"))" }
                  - { name: far, kind: syslog, log: "udp://log.contoso.net:514" }
                  - { name: box, kind: mail, server: "127.0.0.1:1",
                      from: a@contoso.com, to: [b@contoso.com] }

                """
            let path = try folder.write(text, to: "agent.conf")
            let result = try await Command(
                "check",
                "--online",
                "--json",
                "--config",
                path,
                environment: ["EDGEWARDEN_SECRET_CHAT_URL": "https://\(heard)\(port)/T0KEN"]
            ).run()
            #expect(result.status == 1, "\(result.errors)")
            #expect(!result.output.contains("T0KEN"))
            let body = try #require(result.output.jsonObject?["online"] as? [String: Any])
            let connections = try #require(body["connections"] as? [[String: Any]])
            var found: [String: String] = [:]
            for connection in connections {
                guard let place = connection["place"] as? String, place.hasPrefix("alerts '"),
                    let grade = connection["grade"] as? String,
                    let details = connection["details"] as? [String]
                else { continue }
                let name = place.dropFirst(8).dropLast()
                found[String(name)] = "\(grade): \(details.joined(separator: "; "))"
            }
            let answers = "well: \(heard)\(port) takes connections; nothing was sent"
            #expect(found["script"] == "well: /bin/true can be run")
            #expect(found["gone"] == "missing: /nowhere/page: No such file or directory")
            #expect(found["hook"] == answers && found["chat"] == answers)
            #expect(found["dead"]?.hasPrefix("missing: 127.0.0.1:1 refused") == true)
            #expect(found["box"]?.hasPrefix("missing: 127.0.0.1:1 refused") == true)
            #expect(found["log"] == "missing: there is no log at \(folder.path("log"))")
            #expect(found["far"]?.hasPrefix("remark: log.contoso.net, over UDP") == true)
        }
    }

    @Test func `the agent does not start on a wrong file`() async throws {
        let folder = try ScratchFolder()
        let path = try folder.write("agents: {}\n", to: "agent.conf")
        let result = try await Command("run", "--config", path).run()
        #expect(result.status == 2)
        #expect(result.errors.contains("\(path):1:1: error: unknown key 'agents'"))
    }
}
