import FailoverEngine
import Foundation
import Testing

@testable import Alerting

@Suite("ExecHook")
struct ExecHookTests {
    private func shell(_ script: String, timeout: Duration = .seconds(120)) -> ExecHook {
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
                + #""request":3,"route":"sip","severity":"critical","#
                + #""subject":"pool/sip/edgepool1.contoso.lan","version":1}"# + "\n"
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

    @Test(arguments: [
        ("trap '' TERM", "it was ended by signal 9"), ("trap 'exit 7' TERM", "it gave exit code 7"),
    ])
    func `a command that is not done in time says how it ended`(
        trap: String,
        words: String
    ) async {
        let script = "\(trap); echo busy; while :; do sleep 60 & wait $!; done"
        let result = await shell(script, timeout: .seconds(1)).deliver(alert())
        #expect(!result.isDelivered)
        #expect(result.detail.hasPrefix("still running after 1s"))
        #expect(result.detail.contains(words))
        #expect(result.detail.contains(": busy"))
    }
}
