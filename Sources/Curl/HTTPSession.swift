/// Requests one after another over one kept connection that nobody else uses.
///
/// NTLM authenticates a connection, not a request: in a session the exchange happens once, and
/// again only when the server has closed the connection. The connection closes with the session's
/// last reference.
public final class HTTPSession: Sendable {
    private let client: HTTPClient
    private let id: TransferLoop.SessionID

    init(client: HTTPClient) {
        self.client = client
        id = client.loop.newSession()
    }

    deinit {
        client.loop.closeSession(id)
    }

    /// Sends a request over the session's connection and gives the whole answer, whatever its
    /// status.
    ///
    /// One at a time: a second one fails as `busy`. Cancelling the task ends the request and its
    /// connection.
    /// - Throws: `HTTPFailure`, whose `requestMayHaveBeenReceived` tells whether sending again is
    ///   safe.
    public func send(_ request: HTTPRequest) async throws(HTTPFailure) -> HTTPResponse {
        try await client.loop.perform(request, in: id)
    }
}
