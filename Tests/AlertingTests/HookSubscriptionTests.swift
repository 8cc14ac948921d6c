import FailoverCore
import FailoverEngine
import Synchronization
import Testing

@testable import Alerting

@Suite struct HookSubscriptionTests {
    private let link = Secret("https://warden-1.contoso.net:8061/requests/7/answer?signature=abc")

    /// A command that gives back what it was told, and fails.
    private func subscription(_ answerLink: (@Sendable (Alert) -> Secret?)?) -> HookSubscription {
        let hook = ExecHook(
            name: "echo",
            command: ["/bin/sh", "-c", "grep -o '\"answer_url\":.*' >&2; exit 1"],
            timeout: .seconds(120)
        )
        return HookSubscription(hook: hook, answerLink: answerLink)
    }

    @Test func `a message carries its link, and what repeats it is kept without`() async {
        let asked = Mutex<[Int64]>([])
        let result = await subscription { alert in
            asked.withLock { $0.append(alert.id) }
            return link
        }.deliver(alert(7))
        #expect(asked.withLock { $0 } == [7])
        #expect(result.detail.contains("\"answer_url\":\"(the link)\""), "\(result.detail)")
        #expect(!result.detail.contains("signature"))
    }

    @Test func `without a link a message says nothing of one`() async {
        for answerLink: (@Sendable (Alert) -> Secret?)? in [nil, { _ in nil }] {
            #expect(await subscription(answerLink).deliver(alert()).detail == "exit code 1")
        }
    }
}
