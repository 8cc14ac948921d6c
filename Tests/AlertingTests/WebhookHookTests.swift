import Crypto
import Curl
import FailoverCore
import FailoverEngine
import Foundation
import Testing

@testable import Alerting

@Suite("WebhookHook")
struct WebhookHookTests {
    private let tls = TLSOptions(trust: .system)

    private func withHook(
        _ behaviours: [String],
        timeout: Duration = .seconds(10),
        signature: WebhookSignature? = nil,
        _ body: (WebhookHook, () async throws -> [Receiver.Post]) async throws -> Void
    ) async throws {
        try await withReceiver(behaviours) { receiver in
            let client = try HTTPClient()
            let hook = WebhookHook(
                name: "ops",
                url: Secret(receiver.url("/hook/hush")),
                header: .init(name: "Authorization", value: Secret("Bearer hush")),
                signature: signature,
                tls: tls,
                timeout: timeout,
                wallClock: HandClock(),
                client: client
            )
            do {
                try await body(hook) {
                    let answer = try await client.send(
                        HTTPRequest(url: receiver.url("/"), tls: tls)
                    )
                    return try JSONDecoder().decode([Receiver.Post].self, from: Data(answer.body))
                }
                await client.shutdown()
            } catch {
                await client.shutdown()
                throw error
            }
        }
    }

    @Test(arguments: ["200", "202"])
    func `an alert is posted as JSON and any 2xx is a delivery`(status: String) async throws {
        try await withHook([status]) { hook, seen in
            let result = await hook.deliver(alert())
            #expect(result == DeliveryResult(isDelivered: true, detail: "HTTP \(status)"))
            let post = try #require(try await seen().first)
            #expect(post.path == "/hook/hush")
            #expect(post.headers["Content-Type"] == "application/json")
            #expect(post.headers["Authorization"] == "Bearer hush")
            let expected = try AlertPayload(alert()).json()
            #expect(Array(post.body.utf8) == expected)
        }
    }

    @Test(arguments: [("500", "HTTP 500: as told"), ("404", "HTTP 404: as told")])
    func `another status is a failure with the receiver's words`(
        status: String,
        words: String
    )
        async throws
    {
        try await withHook([status]) { hook, _ in
            let result = await hook.deliver(alert())
            #expect(result == DeliveryResult(isDelivered: false, detail: words))
            #expect(!result.isRefused)
        }
    }

    @Test(arguments: ["429/7", "503/7", "429/Sun, 06 Nov 1994 08:49:37 GMT"])
    func `a receiver that wants to be left alone says for how long`(told: String) async throws {
        try await withHook([told]) { hook, _ in
            let result = await hook.deliver(alert())
            #expect(!result.isDelivered && !result.isRefused)
            // A date that has passed asks for nothing.
            #expect(result.retryAfter == (told.hasSuffix("/7") ? .seconds(7) : nil))
        }
    }

    @Test(arguments: ["400", "413", "415", "422"])
    func `what the receiver will never take is told apart`(status: String) async throws {
        try await withHook([status]) { hook, _ in
            let result = await hook.deliver(alert())
            #expect(result.isRefused)
            #expect(result.detail == "HTTP \(status): as told")
        }
    }

    @Test func `nobody who listens is a failure with words`() async throws {
        let client = try HTTPClient()
        let hook = WebhookHook(
            name: "ops",
            // Nothing may listen on port 1.
            url: Secret("http://127.0.0.1:1/hush"),
            tls: tls,
            wallClock: HandClock(),
            client: client
        )
        let result = await hook.deliver(alert())
        #expect(result.detail.hasPrefix("Nothing accepts connections at 127.0.0.1:1 (refused)"))
        await client.shutdown()
    }

    @Test func `a signed delivery is what the receiver computes itself`() async throws {
        let key = Data(repeating: 9, count: 32)
        let secret = Secret("whsec_" + key.base64EncodedString())
        try await withHook(["200"], signature: WebhookSignature(secret)) { hook, seen in
            #expect(await hook.deliver(alert()).isDelivered)
            let post = try #require(try await seen().first)
            let id = try #require(post.headers["webhook-id"])
            let seconds = try #require(post.headers["webhook-timestamp"])
            let code = HMAC<SHA256>.authenticationCode(
                for: Data("\(id).\(seconds).\(post.body)".utf8),
                using: SymmetricKey(data: key)
            )
            let expected = "v1," + Data(code).base64EncodedString()
            #expect(post.headers["webhook-signature"] == expected)
        }
    }

    @Test func `a redirection is not followed`() async throws {
        try await withHook(["redirect", "200"]) { hook, seen in
            let result = await hook.deliver(alert())
            #expect(!result.isDelivered)
            #expect(result.detail.hasPrefix("HTTP 307: the receiver redirects"))
            let count = try await seen().count
            #expect(count == 1)
        }
    }

    @Test func `a hanging receiver is a failure after the time-out`() async throws {
        try await withHook(["hang"], timeout: .seconds(2)) { hook, seen in
            let result = await hook.deliver(alert())
            #expect(!result.isDelivered)
            #expect(result.detail.contains("did not finish answering"))
            let count = try await seen().count
            #expect(count == 1)
        }
    }

    @Test(arguments: ["drop", "half", "endless"])
    func `a broken answer is a failure and not sent again by itself`(
        behaviour: String
    )
        async throws
    {
        try await withHook(["200", behaviour]) { hook, seen in
            #expect(await hook.deliver(alert()).isDelivered)
            #expect(await !hook.deliver(alert()).isDelivered)
            let count = try await seen().count
            #expect(count == 2)
        }
    }

    @Test(arguments: ["hang", "drop", "503", "redirect"])
    func `nothing of URL or header shows in the outcome`(behaviour: String) async throws {
        try await withHook([behaviour], timeout: .milliseconds(300)) { hook, _ in
            let result = await hook.deliver(alert())
            #expect(!result.detail.contains("hush"))
        }
    }
}
