import Testing

@Suite struct UsageTests {
    @Test(arguments: [
        [],
        ["nonsense"],
        ["--nonsense"],
        ["plan"],
        ["plan", "sideways", "sip"],
        ["plan", "failback", "sip", "--to", "edgepool2.contoso.net"],
        ["approve", "first"],
        ["deny", "1"],
        ["pause", "sip"],
        ["pause", "sip", "--for", "2", "--reason", "work"],
        ["pause", "sip", "--for", "2x", "--reason", "work"],
        ["resume-run", "--reason", "mended"],
        ["release"],
        ["done"],
        ["done", "first"],
        ["force-step", "2"],
        ["force-step", "2", "--reason", " "],
        ["abort-run", "1"],
        ["abort-run", "--reason", "enough"],
        ["take", "1"],
        ["drill", "sip"],
        ["drill", "sip", "--reason", ""],
        ["drill", "sip", "--what-if", "--yes"],
        ["drill", "sip", "--reason", "practice", "--hold", "5"],
        ["plan", "failover"],
        ["plan", "failover", "sip", "sip"],
        ["failover", "sip", "sip"],
        ["failback", "xmpp", "xmpp"],
        ["simulate", "--histories", "0"],
        ["simulate", "--histories", "many"],
        ["simulate", "--seed", "-1"],
        ["simulate", "--seed", "18446744073709551615", "--histories", "2"],
        ["simulate", "--replay", "1", "--json"],
        ["simulate", "--replay", "1", "--coverage"],
        ["init", "--mode", "sometimes"],
        ["init", "--alerts", "pigeon"],
        ["init", "--front-end", "https://fe", "--cert", "a.pem"],
        ["discover"],
        ["discover", "--front-end", "https://fe", "--resolver", "::1"],
        ["discover", "--front-end", "https://fe", "--authentication", "telepathy"],
        ["discover", "--front-end", "https://fe", "--cert", "a.pem"],
        ["plan", "failover", "sip", "--script", "--json"],
        ["probe", "xmpp", "127.0.0.1:5269"],
        ["probe", "media", "::1"],
        ["probe", "stun", "127.0.0.1:0"],
        ["adopt", "sip"],
        ["shadow-report", "--since", "yesterday"],
        ["failover", "sip", "--override", "not-ready"],
        ["failover", "sip", "--override", "not-ready", "--reason", ""],
        ["failback", "sip", "--override", "soak"],
        ["approve", "1", "--override", "not-up"],
        ["failover", "sip", "--override", "everything", "--reason", "it must be"],
        ["failback", "sip", "--override", "--reason", "it must be"],
        ["explain"],
        ["report", "latest"],
        ["report", "1", "--format", "pdf"],
        ["runs", "--limit", "0"],
        ["probe"],
        ["probe", "telnet", "127.0.0.1:23"],
        ["probe", "sip"],
        ["probe", "sip", "::1:5061"],
        ["probe", "sip", "127.0.0.1:0"],
        ["probe", "sip", "127.0.0.1:70000"],
        ["probe", "sip", "127.0.0.1:5061", "--timeout", "3"],
        ["probe", "sip", "127.0.0.1:5061", "--cert", "mine.pem"],
        ["probe", "sip", "127.0.0.1:5061", "--server-name", "no name"],
        ["probe", "xmpp", "127.0.0.1:5269", "--domain", "no domain"],
        ["probe", "tls", "127.0.0.1"],
        ["probe", "dns", "contoso.com", "--type", "MX", "--server", "127.0.0.1"],
        ["probe", "dns", "contoso.com", "--type", "A"],
    ])
    func `wrong usage ends with 2 and says what is wrong`(_ arguments: [String]) async throws {
        let result = try await Command(arguments).run()
        #expect(result.status == 2)
        #expect(!result.errors.isEmpty)
        #expect(result.output.isEmpty)
    }

    @Test(arguments: [
        ["--help"], ["help"], ["status", "--help"], ["help", "approve"],
        ["probe", "dns", "--help"],
    ])
    func `help is an answer on standard output`(_ arguments: [String]) async throws {
        let result = try await Command(arguments).run()
        #expect(result.status == 0)
        #expect(result.output.contains("USAGE: edgewarden"))
        #expect(result.errors.isEmpty)
        // The parser does not break its usage line.
        let lines = result.outputLines.filter { !$0.hasPrefix("USAGE:") }
        #expect(lines.allSatisfy { $0.count <= 80 })
    }

    @Test func `the help names every command`() async throws {
        let help = try await Command("--help").run().output
        let commands = [
            "status", "plan", "runs", "report", "probe", "approve", "deny", "failover", "failback",
            "pause", "resume", "resume-run", "release", "adopt", "check", "run", "drill", "done",
            "force-step", "abort-run", "take", "ack", "alert", "init",
        ]
        for command in commands {
            #expect(help.contains("\n  \(command) "), "\(command) is missing")
        }
    }

    @Test func `the version is one line`() async throws {
        let result = try await Command("--version").run()
        #expect(result.status == 0)
        #expect(result.output.wholeMatch(of: /\d+\.\d+\.\d+\n/) != nil)
    }
}
