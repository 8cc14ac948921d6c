import Synchronization

/// Requests one after another over one kept connection that nobody else uses.
///
/// NTLM authenticates a connection, not a request: in a session the exchange happens once, and
/// again only when the server has closed the connection. The connection closes with the session's
/// last reference.
public final class HTTPSession: Sendable {
    private let client: HTTPClient
    private let id: TransferLoop.SessionID
    private let ntlm = Mutex(NTLMState())

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
        guard case .ntlm(let user, let password) = request.authentication else {
            return try await perform(request)
        }
        let state = ntlm.withLock { state -> NTLMState? in
            guard !state.isBusy else { return nil }
            state.isBusy = true
            return state
        }
        guard let state else {
            throw HTTPFailure(code: .busy, message: "The session has a request under way already.")
        }
        var exchange = NTLMExchange(
            session: self,
            messages: NTLMMessages(user: user, password: password),
            state: state
        )
        defer {
            exchange.state.isBusy = false
            ntlm.withLock { [state = exchange.state] in $0 = state }
        }
        return try await exchange.send(request)
    }

    /// Sends a request as it is.
    func perform(_ request: HTTPRequest) async throws(HTTPFailure) -> HTTPResponse {
        try await client.loop.perform(request, in: id)
    }
}
