/// The final answer to a request: whatever status, when it is HTTP and arrived whole.
public struct HTTPResponse: Sendable, Hashable {
    /// The status code, 100 to 999; 4xx and 5xx are answers too, not failures.
    public let status: Int
    /// The header fields of the final answer.
    public let headers: HTTPHeaders
    /// The body, at most as long as the request allowed.
    public let body: [UInt8]
    /// How long the server wants to be left alone (`Retry-After`, RFC 9110 section 10.2.3).
    public let retryAfter: Duration?
    /// How many connections had to be opened; 0 means that a kept one served.
    public let connectionsOpened: Int

    /// An answer; public so that tests and doubles can make one.
    public init(
        status: Int,
        headers: HTTPHeaders = [:],
        body: [UInt8] = [],
        retryAfter: Duration? = nil,
        connectionsOpened: Int = 0
    ) {
        self.status = status
        self.headers = headers
        self.body = body
        self.retryAfter = retryAfter
        self.connectionsOpened = connectionsOpened
    }

    /// Whether the status is 200 to 299.
    public var isSuccess: Bool { (200..<300).contains(status) }
}

// A body may hold a secret, so that only its length prints.
extension HTTPResponse: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// The status and the length of the body.
    public var description: String { "HTTP \(status), \(body.count) bytes" }

    /// The status and the length of the body.
    public var debugDescription: String { description }

    /// The status and the length of the body.
    public var customMirror: Mirror { Mirror(self, children: ["response": description]) }
}
