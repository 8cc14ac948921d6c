public import Curl
public import FailoverCore
public import FailoverEngine

/// Posts alerts as JSON to a URL.
///
/// Any 2xx is a delivery. Redirections are not followed: the receiver that was configured gets the
/// alert, or the operator learns that it has moved.
public struct WebhookHook: AlertHook {
    /// A header by which the receiver knows us.
    public struct Header: Sendable {
        /// Its name, such as `Authorization`.
        public var name: String
        /// Its whole value.
        public var value: Secret

        /// Makes a header.
        public init(name: String, value: Secret) {
            self.name = name
            self.value = value
        }
    }

    /// The hook's name in the configuration.
    public let name: String
    private let url: String
    private let header: Header?
    private let tls: TLSOptions
    private let timeout: Duration
    private let client: HTTPClient

    /// Answers longer than this count as failures; receivers say "ok" or send an error page.
    private static let answerBytesMax = 256 * 1_024

    /// Makes a hook.
    ///
    /// - Parameters:
    ///   - name: The hook's name in the configuration.
    ///   - url: Where to post; it may be a secret and is never shown, save for host and port.
    ///   - header: A header by which the receiver knows us; nil: none.
    ///   - tls: Whom to trust.
    ///   - timeout: For one delivery, connecting included. Default: 10 s.
    ///   - client: Carries the requests; it must outlive the hook.
    public init(
        name: String,
        url: String,
        header: Header? = nil,
        tls: TLSOptions,
        timeout: Duration = .seconds(10),
        client: HTTPClient
    ) {
        self.name = name
        self.url = url
        self.header = header
        self.tls = tls
        self.timeout = timeout
        self.client = client
    }

    /// Posts the alert once; trying again is the dispatcher's work.
    public func deliver(_ alert: Alert) async -> DeliveryResult {
        let body: [UInt8]
        do {
            body = try AlertPayload(alert).json()
        } catch {
            return DeliveryResult(isDelivered: false, detail: "not representable as JSON: \(error)")
        }
        var headers: HTTPHeaders = ["Content-Type": "application/json"]
        if let header { header.value.withValue { headers.add(header.name, $0) } }
        let request = HTTPRequest(
            .post,
            url: url,
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

    private static func result(of answer: HTTPResponse) -> DeliveryResult {
        if answer.isSuccess {
            return DeliveryResult(isDelivered: true, detail: "HTTP \(answer.status)")
        }
        if (300..<400).contains(answer.status) {
            return DeliveryResult(
                isDelivered: false,
                detail: "HTTP \(answer.status): the receiver redirects, which is not followed; "
                    + "put the new address into the configuration"
            )
        }
        let words = OneLine.of(answer.body.prefix(1_024))
        let status = "HTTP \(answer.status)"
        return DeliveryResult(
            isDelivered: false,
            detail: words.isEmpty ? status : "\(status): \(words)"
        )
    }
}
