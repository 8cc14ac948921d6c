import Foundation
import Testing

/// The agent itself delivering alerts: killed in the middle of it, and with a person at its socket.
///
/// Its hook does the killing, and is the person: it knows best when something was told.
@Suite struct AgentAlertTests {
    /// Two pools in which nobody listens: their verdicts are two alerts.
    private static func configuration(_ folder: ScratchFolder, alerts: String) -> String {
        """
        agent:
          name: warden-1
          site: Dublin
          state_directory: \(folder.path("state"))
          socket: \(folder.path("agent.sock"))
        sip_domains: [ { name: contoso.com } ]
        sites: [ { name: Redmond }, { name: Dublin } ]
        edge_pools:
          - fqdn: edgepool1.contoso.net
            site: Redmond
            version: sfb2015
            ports: { sip: 1 }
            servers:
              - { fqdn: edge11.contoso.net, access: { public: [203.0.113.11], probe: { default: 127.0.0.1 } } }
          - fqdn: edgepool2.contoso.net
            site: Dublin
            version: sfb2015
            ports: { sip: 1 }
            servers:
              - { fqdn: edge21.contoso.net, access: { public: [203.0.113.21], probe: { default: 127.0.0.1 } } }
        routes:
          - name: sip
            kind: sip
            home: edgepool1.contoso.net
            standby: [edgepool2.contoso.net]
            mode: observe
            federation_flag: pre_staged
        probes: { interval: 100ms, timeout: 100ms, fast_interval: 100ms, control_targets: [127.0.0.1] }
        alerts:
        \(alerts)

        """
    }

    /// Runs the agent to its end, so many times; tells how each ended.
    private func ends(
        _ count: Int,
        in folder: ScratchFolder,
        alerts: String
    ) async throws -> [Int32] {
        try FileManager.default.createDirectory(
            atPath: folder.path("state"),
            withIntermediateDirectories: true,
            attributes: [.posixPermissions: 0o700]
        )
        let text = Self.configuration(folder, alerts: alerts)
        let path = try folder.write(text, to: "agent.conf")
        var ends: [Int32] = []
        for _ in 1...count { ends.append(try await Command("run", "--config", path).run().status) }
        return ends
    }

    /// Kills the agent before it takes the first alert, and once more when it has taken it; ends the
    /// agent in good order when it has the second.
    private static func hook(_ folder: ScratchFolder) -> String {
        """
        cd '\(folder.url.path)' || exit 1
        echo >> deliveries
        case $(wc -l < deliveries) in
        1) kill -9 $PPID; exit 1 ;;
        2) cat >> taken; kill -9 $PPID; exit 1 ;;
        *) cat >> taken; ! tail -n 1 taken | grep -q '"id":2,' || kill $PPID ;;
        esac

        """
    }

    private struct Taken: Decodable {
        var id: Int
        var code: String
        var message: String
    }

    private func taken(_ name: String, in folder: ScratchFolder) throws -> [Taken] {
        try folder.text(name).split(separator: "\n").map {
            try JSONDecoder().decode(Taken.self, from: Data($0.utf8))
        }
    }

    @Test func `killed before or after a delivery, it delivers at least once and in order`()
        async throws
    {
        let folder = try ScratchFolder()
        let hook = try folder.write(Self.hook(folder), to: "hook")
        let alerts = "  - { name: ops, kind: exec, command: [/bin/sh, \(hook)] }"
        #expect(try await ends(3, in: folder, alerts: alerts) == [-SIGKILL, -SIGKILL, 0])
        let taken = try taken("taken", in: folder)
        // The first was taken, and not yet known to be: it comes again, and only then the next.
        #expect(taken.map(\.id) == [1, 1, 2], "\(taken)")
        #expect(taken[0].code == taken[1].code)
    }

    /// Does what a person would at the terminal, and ends the agent.
    private static func person(_ folder: ScratchFolder) -> String {
        """
        cd '\(folder.url.path)' || exit 1
        id=$(sed -n 's/.*"id":\\([0-9]*\\),.*/\\1/p')
        socket="--socket \(folder.path("agent.sock"))"
        warden='\(Command.binary.path)'
        until $warden status $socket >status 2>&1; do :; done
        $warden alert test other $socket >said 2>&1; echo "= $?" >>said
        $warden alert test nobody $socket >>said 2>&1; echo "= $?" >>said
        $warden ack --alert "$id" --reason 'on it' $socket >>said 2>&1; echo "= $?" >>said
        $warden ack --alert 999 --reason 'on it' $socket >>said 2>&1; echo "= $?" >>said
        $warden status --all $socket >status
        kill $PPID

        """
    }

    @Test func `a person at the terminal tries a hook, and takes care of an alert`() async throws {
        let folder = try ScratchFolder()
        let hook = try folder.write(Self.person(folder), to: "hook")
        let alerts = """
              - { name: ops, kind: exec, command: [/bin/sh, \(hook)], events: [route_down], timeout: 60s }
              - { name: other, kind: exec, command: [/usr/bin/tee, -a, \(folder.path("other"))] }
            """
        #expect(try await ends(1, in: folder, alerts: alerts) == [0])
        let said = try folder.text("said")
        let id = try #require(taken("other", in: folder).first { $0.code == "route_down" }?.id)
        #expect(
            said == """
                other took the test message: exit code 0
                = 0
                there is no alert hook 'nobody' (there are: ops, other)
                = 1
                Nobody is reminded of what alert \(id) is about any more.
                = 0
                there is no alert 999, or what it is about is over
                = 1

                """
        )
        let test = try taken("other", in: folder).first { $0.code == "test" }
        #expect(test?.message.contains("tries the alert hook \"other\"") == true)
        #expect(try folder.text("status").contains("\nAlerts\n  - ops: "))
    }
}
