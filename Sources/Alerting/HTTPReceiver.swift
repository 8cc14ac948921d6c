import Curl
import FailoverCore
import FailoverEngine

/// A receiver of alerts behind a URL: how each of them is posted to, and what its answers mean.
///
/// Any 2xx is a delivery. Redirections are not followed: the receiver that was configured gets the
/// alert, or the operator learns that it has moved.
struct HTTPReceiver: Sendable {
    /// Where to post; the paths of chat services are as good as passwords, so never shown.
    let url: Secret
    let tls: TLSOptions
    /// For one delivery, connecting included.
    let timeout: Duration
    let client: HTTPClient

    /// Answers longer than this count as failures; receivers say "ok" or send an error page.
    private static let answerBytesMax = 256 * 1_024

    /// Posts a body once; trying again is the dispatcher's work.
    func post(_ body: [UInt8], headers: HTTPHeaders = [:]) async -> DeliveryResult {
        var headers = headers
        headers.add("Content-Type", "application/json")
        return await send(.post, headers, body)
    }

    /// Calls the URL with nothing to say but that we live.
    func call() async -> DeliveryResult { await send(.get, [:], []) }

    private func send(
        _ method: HTTPMethod,
        _ headers: HTTPHeaders,
        _ body: [UInt8]
    ) async -> DeliveryResult {
        let request = HTTPRequest(
            method,
            url: url.withValue { $0 },
            headers: headers,
            body: body,
            tls: tls,
            connectTimeout: timeout,
            totalTimeout: timeout,
            responseBytesMax: Self.answerBytesMax
        )
        do throws(HTTPFailure) {
            return Self.result(of: try await client.send(request))
        } catch {
            return DeliveryResult(isDelivered: false, detail: error.message)
        }
    }

    /// Posts what a hook made of an alert.
    func post(
        headers: HTTPHeaders = [:],
        _ body: () throws -> [UInt8]
    ) async -> DeliveryResult {
        do {
            return await post(try body(), headers: headers)
        } catch {
            return DeliveryResult(
                isDelivered: false,
                detail: "not representable as JSON: \(error)",
                isRefused: true
            )
        }
    }

    private static func result(of answer: HTTPResponse) -> DeliveryResult {
        let status = "HTTP \(answer.status)"
        if answer.isSuccess { return DeliveryResult(isDelivered: true, detail: status) }
        if (300..<400).contains(answer.status) {
            return DeliveryResult(
                isDelivered: false,
                detail: "\(status): the receiver redirects, which is not followed; "
                    + "put the new address into the configuration"
            )
        }
        let words = OneLine.of(answer.body.prefix(1_024))
        return DeliveryResult(
            isDelivered: false,
            detail: words.isEmpty ? status : "\(status): \(words)",
            // What is wrong with the alert itself stays wrong. A wrong address or token (401, 403,
            // 404, 410) can be put right meanwhile, so that it is tried again.
            isRefused: [400, 413, 415, 422].contains(answer.status),
            retryAfter: answer.retryAfter
        )
    }
}
