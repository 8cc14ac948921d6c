import FailoverCore
import FailoverEngine
import Foundation
import Testing

@testable import DNSUpdating

/// A folder of the test's own with a program that tests write themselves.
private struct Hook: ~Copyable {
    let folder: String
    let zone: DNSZone

    init() throws {
        let server = DNSServer(address: .v4([127, 0, 0, 1]), port: 53)
        let name = try fqdn("contoso.test")
        let path = FileManager.default.temporaryDirectory.path + "/edgewarden-hook-\(UUID())"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        folder = path
        zone = DNSZone(name: name, view: "internal", authoritative: [server], provider: .exec)
    }

    /// What the program wrote into a file of its folder, which is its first argument.
    func written(_ file: String) throws -> String {
        try String(contentsOfFile: "\(folder)/\(file)", encoding: .utf8)
    }

    /// An updater whose program is this script of the shell's.
    func updater(_ script: String, timeout: Duration = .seconds(30)) -> ExecUpdater {
        ExecUpdater(
            command: ["/bin/sh", "-c", script, "hook", folder],
            timeout: timeout,
            grace: .milliseconds(200)
        )
    }

    /// The failure of an update by this script.
    func failing(_ script: String, timeout: Duration = .seconds(30)) async throws -> DNSFailure {
        let changes = [try move(in: zone)]
        let updater = updater(script, timeout: timeout)
        let zone = zone
        return try await failure { () throws(DNSFailure) in
            try await updater.update(changes, in: zone)
        }
    }

    deinit {
        // A folder that is left in /tmp harms no later test.
        try? FileManager.default.removeItem(atPath: folder)
    }
}

private func move(in zone: DNSZone) throws -> DNSChange {
    let from = try addresses("sip.contoso.test", "127.0.1.11", "127.0.1.12", ttl: 3_600)
    let to = try addresses("sip.contoso.test", "127.0.2.11", ttl: 300)
    return DNSChange(zone: zone.key, name: to.name, type: .a, from: from, to: to)
}

/// Whether the process is gone, or at most waits to be reaped; a killed one may take a moment.
private func isGone(_ process: pid_t) async -> Bool {
    let deadline = ContinuousClock.now + .seconds(5)
    while ContinuousClock.now < deadline {
        // "PID (NAME) STATE …"; the file is not there when the process is not.
        let stat = try? String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8)
        guard let state = stat?.split(separator: ") ").last?.first, state != "Z" else {
            return true
        }
        await Task.yield()
    }
    return false
}

@Suite struct ExecUpdaterTests {
    @Test func `the program gets every change as one line of JSON`() async throws {
        let hook = try Hook()
        let six = RecordSet(
            name: try fqdn("sip.contoso.test"),
            type: .aaaa,
            ttl: 60,
            data: [try address("2001:db8::11")]
        )
        let service = ServiceRecord(
            priority: 0,
            weight: 5,
            port: 5_061,
            target: try fqdn("sip.contoso.test")
        )
        let services = RecordSet(
            name: try fqdn("_sipfederationtls._tcp.contoso.test"),
            type: .srv,
            ttl: 30,
            data: [.service(service)]
        )
        let key = hook.zone.key
        let changes = [
            try move(in: hook.zone),
            DNSChange(zone: key, name: six.name, type: .aaaa, from: six, to: nil),
            DNSChange(zone: key, name: services.name, type: .srv, from: nil, to: services),
        ]
        try await hook.updater("cat > $1/got").update(changes, in: hook.zone)
        let expected =
            #"{"action":"update","changes":["#
            + #"{"from":{"data":["127.0.1.11","127.0.1.12"],"ttl":3600},"name":"sip.contoso.test","#
            + #""to":{"data":["127.0.2.11"],"ttl":300},"type":"A"},"#
            + #"{"from":{"data":["2001:db8::11"],"ttl":60},"name":"sip.contoso.test","#
            + #""to":null,"type":"AAAA"},"#
            + #"{"from":null,"name":"_sipfederationtls._tcp.contoso.test","#
            + #""to":{"data":["0 5 5061 sip.contoso.test"],"ttl":30},"type":"SRV"}],"#
            + #""version":1,"view":"internal","zone":"contoso.test"}"# + "\n"
        #expect(try hook.written("got") == expected)
    }

    @Test func `proving permission asks to leave the set as it is`() async throws {
        let hook = try Hook()
        let set = try addresses("sip.contoso.test", "127.0.1.11")
        try await hook.updater("cat > $1/got").provePermission(with: set, in: hook.zone)
        let expected =
            #"{"action":"prove_permission","changes":["#
            + #"{"from":{"data":["127.0.1.11"],"ttl":60},"name":"sip.contoso.test","#
            + #""to":{"data":["127.0.1.11"],"ttl":60},"type":"A"}],"#
            + #""version":1,"view":"internal","zone":"contoso.test"}"# + "\n"
        #expect(try hook.written("got") == expected)
    }

    @Test func `exit code 3 says that someone else changed the record`() async throws {
        let error = try await Hook().failing("echo it is 127.0.9.9 >&2; exit 3")
        #expect(error.code == .rejected)
        #expect(error.response == .recordSetMissing)
        #expect(!error.mayHaveActed)
        #expect(error.message.contains("someone else changed it"))
        #expect(error.message.hasSuffix(": it is 127.0.9.9"))
    }

    @Test(arguments: [1, 2, 5, 127])
    func `any other exit code is a refusal with its reason`(_ code: Int) async throws {
        let script =
            "echo chat; echo first >&2; echo 'no right to\tzone' >&2; echo >&2; exit \(code)"
        let error = try await Hook().failing(script)
        #expect(error.code == .rejected)
        #expect(error.response == nil)
        #expect(!error.mayHaveActed)
        #expect(
            error.message == "The update of zone contoso.test (internal) by /bin/sh was refused "
                + "(exit code \(code)): no right to zone"
        )
    }

    @Test(arguments: ["exit 4", "exit 128", "exit 255", "kill -9 $$", "kill -15 $$"])
    func `a program that cannot know leaves in doubt whether it acted`(_ end: String) async throws {
        let error = try await Hook().failing("echo lost it >&2; \(end)")
        #expect(error.code == .rejected)
        #expect(error.response == nil)
        #expect(error.mayHaveActed)
        #expect(error.message.contains("lost it; look whether it was carried out"))
    }

    @Test(arguments: ["trap '' TERM", "trap 'exit 0' TERM", "trap 'exit 3' TERM"])
    func `after the time-out all is gone, and what the program says then is not believed`(
        _ trap: String
    ) async throws {
        let hook = try Hook()
        // The sleepers hear no SIGTERM either when the shell ignores it.
        let script = """
            (trap '' TERM; exec sleep 600) & echo $! > $1/grandchild
            \(trap); while :; do sleep 600 & wait $!; done
            """
        let error = try await hook.failing(script, timeout: .seconds(1))
        #expect(error.code == .timeout)
        #expect(error.mayHaveActed)
        #expect(error.message.contains("still running after 1s"))
        let text = try hook.written("grandchild").trimmingCharacters(in: .whitespacesAndNewlines)
        #expect(await isGone(try #require(pid_t(text))))
    }

    @Test func `cancelling ends the program and leaves in doubt whether it acted`() async throws {
        let hook = try Hook()
        let updater = hook.updater("echo $$ > $1/new; mv $1/new $1/pid; exec sleep 600")
        let (zone, change) = (hook.zone, try move(in: hook.zone))
        let error = try await withThrowingTaskGroup(of: DNSFailure.self) { group in
            group.addTask {
                try await failure { () throws(DNSFailure) in
                    try await updater.update([change], in: zone)
                }
            }
            while !FileManager.default.fileExists(atPath: hook.folder + "/pid") {
                await Task.yield()
            }
            group.cancelAll()
            return try await group.next()
        }
        #expect(error?.code == .timeout)
        #expect(error?.mayHaveActed == true)
        #expect(error?.message.contains("given up") == true)
        let text = try hook.written("pid").trimmingCharacters(in: .whitespacesAndNewlines)
        #expect(await isGone(try #require(pid_t(text))))
    }

    @Test func `a chatty program neither blocks nor fills messages`() async throws {
        let script = """
            i=0; while [ $i -lt 20000 ]; do echo 'talk talk talk'; echo 'more talk' >&2
            i=$((i+1)); done; printf 'x%.0s' $(seq 3000) >&2; exit 5
            """
        let error = try await Hook().failing(script)
        #expect(error.message.contains("exit code 5"))
        #expect(error.message.contains(": xxxx"))
        #expect(error.message.count < 350)
    }

    @Test func `what is not printable does not reach the message`() async throws {
        let script = #"printf 'red \033[31m \342\200\256 turned \377 \007' >&2; exit 1"#
        let error = try await Hook().failing(script)
        #expect(error.message.hasSuffix(": red ?[31m ? turned \u{FFFD} ?"))
    }

    @Test func `the search path is the only variable`() async throws {
        let hook = try Hook()
        let updater = ExecUpdater(command: ["/bin/sh", "-c", "/usr/bin/env > $0/env", hook.folder])
        try await updater.update([try move(in: hook.zone)], in: hook.zone)
        let names = try hook.written("env").split(separator: "\n").map { $0.prefix { $0 != "=" } }
        // PWD, SHLVL and _ are the shell's own.
        let ours = Set(names).subtracting(["PWD", "OLDPWD", "SHLVL", "_"])
        #expect(ours == ["PATH"])
        #expect(try hook.written("env").contains("PWD=/\n"))
    }

    @Test(arguments: ["/nowhere/tool", "/etc/passwd", "/tmp"])
    func `a program that cannot be run did not act`(_ path: String) async throws {
        let hook = try Hook()
        let updater = ExecUpdater(command: [path])
        let (zone, change) = (hook.zone, try move(in: hook.zone))
        let error = try await failure { () throws(DNSFailure) in
            try await updater.update([change], in: zone)
        }
        #expect(error.code == .cannotSend)
        #expect(!error.mayHaveActed)
        #expect(error.message.contains("by \(path) was not sent: the program did not start"))
    }

    @Test func `what does not belong to the zone, or is too much, never starts it`() async throws {
        let hook = try Hook()
        let updater = hook.updater("touch $1/started")
        var many: [RecordData] = []
        for index in 0..<6_000 {
            many.append(.address(.v4([127, 2, UInt8(index >> 8), UInt8(index & 0xFF)])))
        }
        let sets = [
            try addresses("sip.fabrikam.test", "127.0.2.11"),
            RecordSet(name: try fqdn("a.contoso.test"), type: .a, ttl: 60, data: []),
            RecordSet(name: try fqdn("a.contoso.test"), type: .a, ttl: 60, data: many),
        ]
        let publicKey = ZoneKey(name: hook.zone.name, view: "public")
        let fine = try addresses("sip.contoso.test", "127.0.2.11")
        let changes =
            sets.map {
                DNSChange(zone: hook.zone.key, name: $0.name, type: .a, from: nil, to: $0)
            } + [DNSChange(zone: publicKey, name: fine.name, type: .a, from: nil, to: fine)]
        for change in changes {
            let zone = hook.zone
            let error = try await failure { () throws(DNSFailure) in
                try await updater.update([change], in: zone)
            }
            #expect(error.code == .cannotSend)
            #expect(!error.mayHaveActed)
        }
        #expect(!FileManager.default.fileExists(atPath: hook.folder + "/started"))
    }
}
