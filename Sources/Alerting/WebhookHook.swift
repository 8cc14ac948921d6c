public import Curl
public import FailoverCore
public import FailoverEngine

/// Posts alerts as JSON to a URL, signed if so wished.
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
    private let receiver: HTTPReceiver
    private let header: Header?
    private let signature: WebhookSignature?
    private let wallClock: any WallClock

    /// Makes a hook.
    ///
    /// - Parameters:
    ///   - name: The hook's name in the configuration.
    ///   - url: Where to post.
    ///   - header: A header by which the receiver knows us; nil: none.
    ///   - signature: Signs each delivery; nil: unsigned.
    ///   - tls: Whom to trust.
    ///   - timeout: For one delivery, connecting included. Default: 10 s.
    ///   - wallClock: For the time in the signature.
    ///   - client: Carries the requests; it must outlive the hook.
    public init(
        name: String,
        url: Secret,
        header: Header? = nil,
        signature: WebhookSignature? = nil,
        tls: TLSOptions,
        timeout: Duration = .seconds(10),
        wallClock: any WallClock,
        client: HTTPClient
    ) {
        self.name = name
        self.header = header
        self.signature = signature
        self.wallClock = wallClock
        receiver = HTTPReceiver(url: url, tls: tls, timeout: timeout, client: client)
    }

    /// Posts the alert once; trying again is the dispatcher's work.
    public func deliver(_ alert: Alert, answerLink: Secret?) async -> DeliveryResult {
        let body: [UInt8]
        do {
            body = try AlertPayload(alert, answerLink: answerLink).json()
        } catch {
            return DeliveryResult(isDelivered: false, detail: "not representable as JSON: \(error)")
        }
        var headers: HTTPHeaders = [:]
        if let header { header.value.withValue { headers.add(header.name, $0) } }
        if let signature {
            for (name, value) in signature.headers(of: body, alert, at: wallClock.now()) {
                headers.add(name, value)
            }
        }
        return await receiver.post(body, headers: headers)
    }
}
