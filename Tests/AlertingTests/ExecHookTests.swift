import FailoverEngine
import Foundation
import Testing

@testable import Alerting

/// Whether the process is gone, or at most waits to be reaped; a killed one may take a moment.
private func isGone(_ process: pid_t) async -> Bool {
    func isAlive() -> Bool {
        // "PID (NAME) STATE …"; the file is not there when the process is not.
        let stat = try? String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8)
        guard let fields = stat?.split(separator: ")").last?.split(separator: " ") else {
            return false
        }
        return fields.first != "Z"
    }
    let clock = ContinuousClock()
    let deadline = clock.now + .seconds(5)
    while isAlive() {
        guard clock.now < deadline else { return false }
        await Task.yield()
    }
    return true
}

@Suite("ExecHook")
struct ExecHookTests {
    private func shell(_ script: String, timeout: Duration = .seconds(20)) -> ExecHook {
        ExecHook(
            name: "script",
            command: ["/bin/sh", "-c", script, "sh"],
            timeout: timeout,
            grace: .milliseconds(200)
        )
    }

    private func withFolder<Result>(_ body: (String) async throws -> Result) async throws -> Result
    {
        let folder =
            FileManager.default.temporaryDirectory.path
            + "/alerting-tests-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }  // harmless if left
        return try await body(folder)
    }

    @Test func `a command gets the alert as JSON and its exit code 0 is a delivery`() async throws {
        try await withFolder { folder in
            let result = await shell("cat > \(folder)/got").deliver(alert())
            #expect(result == DeliveryResult(isDelivered: true, detail: "exit code 0"))
            let got = try String(contentsOfFile: "\(folder)/got", encoding: .utf8)
            let expected =
                #"{"agent":"warden-1","at":"2026-11-21T13:08:10Z","code":"route_down","id":7,"#
                + #""message":"Pool „eins“ is down.\nCall someone.","pool":"edgepool1.contoso.lan","#
                + #""request":3,"route":"sip","severity":"critical","version":1}"# + "\n"
            #expect(got == expected)
        }
    }

    @Test func `a failing command's exit code and words are kept`() async {
        let result = await shell("echo no; echo ' way' >&2; exit 3").deliver(alert())
        #expect(result == DeliveryResult(isDelivered: false, detail: "exit code 3: no way"))
    }

    @Test func `a command killed by a signal says so`() async {
        let result = await shell("kill -9 $$").deliver(alert())
        #expect(result == DeliveryResult(isDelivered: false, detail: "ended by signal 9"))
    }

    @Test func `a command that reads nothing is fine, however often`() async {
        for _ in 0..<20 {
            let result = await shell("exec <&-; exit 0").deliver(alert())
            #expect(result.isDelivered)
        }
    }

    @Test func `a long alert arrives whole`() async throws {
        try await withFolder { folder in
            let text = String(repeating: "long ", count: 11_000)
            let hook = shell("wc -c > \(folder)/count")
            #expect(await hook.deliver(alert(sentence: text)).isDelivered)
            let count = try String(contentsOfFile: "\(folder)/count", encoding: .utf8)
            #expect(Int(count.trimmingCharacters(in: .whitespacesAndNewlines)) ?? 0 > 55_000)
        }
    }

    @Test func `an alert beyond a pipe's size fails and does not hang`() async {
        let text = String(repeating: "x", count: 200_000)
        let result = await shell("cat >/dev/null").deliver(alert(sentence: text))
        #expect(!result.isDelivered)
    }

    @Test func `a chatty command neither blocks nor fills memory`() async {
        let script =
            "i=0; while [ $i -lt 40000 ]; do echo 'talk talk talk talk'; i=$((i+1)); done; exit 4"
        let result = await shell(script).deliver(alert())
        #expect(result.detail.hasPrefix("exit code 4: talk talk"))
        #expect(result.detail.count < 300)
    }

    @Test func `the environment is what was given and nothing else`() async throws {
        try await withFolder { folder in
            let hook = ExecHook(
                name: "env",
                command: ["/usr/bin/env"],
                environment: ["ONE": "1"]
            )
            #expect(await hook.deliver(alert()).isDelivered)
            let failing = ExecHook(
                name: "env",
                command: ["/bin/sh", "-c", "/usr/bin/env; exit 1"],
                environment: ["ONE": "1"]
            )
            let detail = await failing.deliver(alert()).detail
            // PWD, SHLVL and _ are the shell's own.
            let words = detail.split(separator: " ").filter { $0.contains("=") }.map(String.init)
            #expect(
                words.filter { !["PWD=", "SHLV", "_=/u", "OLDP"].contains($0.prefix(4)) } == [
                    "ONE=1"
                ]
            )
            #expect(words.contains("PWD=/"))
        }
    }

    @Test func `a command that is not there is a failure in words`() async {
        let hook = ExecHook(name: "none", command: ["/nowhere/tool"])
        let result = await hook.deliver(alert())
        #expect(!result.isDelivered)
        #expect(result.detail.hasPrefix("/nowhere/tool could not be run"))
    }

    /// Runs `Peers/stubborn.sh` and gives its grandchild's number.
    private func stubborn(
        _ behaviour: String,
        timeout: Duration,
        _ check: (ExecHook, String) async throws -> Void
    ) async throws -> pid_t {
        let script =
            URL(fileURLWithPath: #filePath).deletingLastPathComponent().path
            + "/Peers/stubborn.sh"
        return try await withFolder { folder in
            try behaviour.write(toFile: folder + "/behaviour", atomically: true, encoding: .utf8)
            mkfifo(folder + "/fifo", 0o600)
            mkfifo(folder + "/fifo2", 0o600)
            let hook = ExecHook(
                name: "stubborn",
                command: [script, folder],
                timeout: timeout,
                grace: .milliseconds(200)
            )
            try await check(hook, folder)
            let text = try String(contentsOfFile: folder + "/grandchild", encoding: .utf8)
            return try #require(pid_t(text.trimmingCharacters(in: .whitespacesAndNewlines)))
        }
    }

    @Test(arguments: [("hang", "ended by signal 9"), ("polite", "it gave exit code 7")])
    func `after the time-out the whole group is gone`(behaviour: String, words: String) async throws
    {
        let grandchild = try await stubborn(behaviour, timeout: .seconds(3)) { hook, _ in
            let result = await hook.deliver(alert())
            #expect(!result.isDelivered)
            #expect(result.detail.hasPrefix("still running after 3s"))
            #expect(result.detail.contains(words))
        }
        #expect(await isGone(grandchild))
    }

    @Test func `what a good command left behind is gone and does not hold it up`() async throws {
        let clock = ContinuousClock()
        let begin = clock.now
        let grandchild = try await stubborn("leave", timeout: .seconds(60)) { hook, _ in
            let result = await hook.deliver(alert())
            #expect(result.isDelivered)
        }
        #expect(await isGone(grandchild))
        #expect(clock.now - begin < .seconds(50))
    }

    @Test func `cancelling ends the whole group`() async throws {
        let grandchild = try await stubborn("hang", timeout: .seconds(60)) { hook, folder in
            let task = Task { await hook.deliver(alert()) }
            while !FileManager.default.fileExists(atPath: folder + "/grandchild") {
                await Task.yield()
            }
            task.cancel()
            let result = await task.value
            #expect(!result.isDelivered)
        }
        #expect(await isGone(grandchild))
    }
}
