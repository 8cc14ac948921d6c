/// Sends HTTP requests over the system's libcurl, any number of tasks at once.
///
/// All of them share one thread, which waits for sockets with `curl_multi_poll`; no request
/// occupies a thread of Swift's pool. Kept connections are shared, save those of an `HTTPSession`.
public final class HTTPClient: Sendable {
    let loop: TransferLoop

    /// Starts the client's thread.
    ///
    /// - Parameter requestsMax: how many requests, sessions' included, may be under way at once;
    ///   the next one fails as `busy`. Default: 64.
    /// - Throws: `HTTPFailure` with `library`, when libcurl or the thread cannot be started.
    public init(requestsMax: Int = 64) throws(HTTPFailure) {
        precondition(requestsMax > 0, "requestsMax must be positive, is \(requestsMax)")
        loop = try TransferLoop(transfersMax: requestsMax)
    }

    deinit {
        loop.stop()
    }

    /// Sends a request and gives the whole answer, whatever its status.
    ///
    /// Cancelling the task ends the request at once.
    /// - Throws: `HTTPFailure`, whose `requestMayHaveBeenReceived` tells whether sending again is
    ///   safe.
    public func send(_ request: HTTPRequest) async throws(HTTPFailure) -> HTTPResponse {
        // NTLM authenticates a connection, which nobody else may use then.
        if case .ntlm = request.authentication { return try await session().send(request) }
        return try await loop.perform(request, in: nil)
    }

    /// A session whose connection nobody else uses.
    ///
    /// It opens at its first request.
    public func session() -> HTTPSession {
        HTTPSession(client: self)
    }

    /// Ends every request as `shutDown`, closes all connections and ends the thread.
    ///
    /// May be called repeatedly.
    public func shutdown() async {
        await loop.stopAndWait()
    }
}
