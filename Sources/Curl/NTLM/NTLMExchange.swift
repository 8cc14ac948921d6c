import Glibc

/// What a session remembers of NTLM between requests.
struct NTLMState: Sendable {
    /// Whether a request is under way.
    var isBusy = false
    /// Whether the session's connection was let in; the server may have closed it since.
    var isAuthenticated = false
    /// `Negotiate`, until a server turns out to know NTLM by its own scheme alone.
    var scheme = "Negotiate"
}

/// One request of a session with NTLM: sent at once on a connection that was let in, else after
/// the two messages that come first (MS-NTHT 2.1).
///
/// The request itself goes out with the third message, and once more only after a 401, by which a
/// server says that it did not take it.
struct NTLMExchange {
    let session: HTTPSession
    let messages: NTLMMessages
    var state: NTLMState
    private let start = ContinuousClock().now

    init(session: HTTPSession, messages: NTLMMessages, state: NTLMState) {
        self.session = session
        self.messages = messages
        self.state = state
    }

    mutating func send(_ request: HTTPRequest) async throws(HTTPFailure) -> HTTPResponse {
        var request = request
        if state.isAuthenticated && !request.freshConnection {
            let answer = try await session.perform(request)
            guard answer.status == 401 else { return answer }
        }
        state.isAuthenticated = false
        // A connection may be closed between the messages, once.
        for _ in 0..<2 {
            let (offer, isOpen) = try await offer(request)
            if isOpen {
                // Nobody wants to know who we are.
                request.freshConnection = false
                return try await session.perform(timed(request))
            }
            guard let challenge = challenge(in: offer) else { return offer }
            request.freshConnection = false
            var last = timed(request)
            last.authorization = try answer(to: challenge, from: request)
            let answer = try await session.perform(last)
            state.isAuthenticated = answer.status != 401
            if answer.status != 401 || answer.connectionsOpened == 0 { return answer }
        }
        throw HTTPFailure(
            code: .authenticationFailed,
            message: "The server closes connections in the middle of NTLM; is there something "
                + "between us that does?"
        )
    }

    /// The server's answer to the first message, in the scheme that it knows; true when it let us
    /// pass without asking.
    private mutating func offer(
        _ request: HTTPRequest
    ) async throws(HTTPFailure) -> (HTTPResponse, isOpen: Bool) {
        var first = timed(request)
        first.body = []
        while true {
            first.authorization = "\(state.scheme) \(TokenText.encode(NTLMMessages.negotiate))"
            let answer: HTTPResponse
            do throws(HTTPFailure) {
                answer = try await session.perform(first)
            } catch {
                // The request itself was not sent.
                throw HTTPFailure(code: error.code, message: error.message)
            }
            guard answer.status == 401 else { return (answer, true) }
            guard challenge(in: answer) == nil, state.scheme != "NTLM", offersNTLM(answer) else {
                return (answer, false)
            }
            state.scheme = "NTLM"
            first.freshConnection = false
        }
    }

    private func offersNTLM(_ answer: HTTPResponse) -> Bool {
        answer.headers.values(of: "WWW-Authenticate").contains { $0.lowercased() == "ntlm" }
    }

    /// The second message in a 401.
    private func challenge(in answer: HTTPResponse) -> [UInt8]? {
        for value in answer.headers.values(of: "WWW-Authenticate") {
            let parts = value.split(separator: " ", maxSplits: 1)
            guard parts.count == 2, parts[0].lowercased() == state.scheme.lowercased(),
                let token = TokenText.decode(parts[1].prefix { $0 != " " && $0 != "," })
            else { continue }
            return token
        }
        return nil
    }

    private func answer(
        to challenge: [UInt8],
        from request: HTTPRequest
    ) throws(HTTPFailure) -> String {
        var randomness = SystemRandomNumberGenerator()
        let random = MessageDigest.bytes(randomness.next() as UInt64)
        do throws(NTLMMessages.Malformed) {
            let message = try messages.authenticate(
                challenge,
                random: random,
                fileTime: Self.fileTime()
            )
            return "\(state.scheme) \(TokenText.encode(message))"
        } catch {
            throw HTTPFailure(
                code: .authenticationFailed,
                message: "The server's NTLM challenge cannot be understood."
            )
        }
    }

    /// What is left of the request's time.
    private func timed(_ request: HTTPRequest) -> HTTPRequest {
        var request = request
        let passed = ContinuousClock().now - start
        request.totalTimeout = max(.milliseconds(1), request.totalTimeout - passed)
        return request
    }

    /// The clock in units of 100 ns since 1601, for servers that do not tell their own.
    private static func fileTime() -> UInt64 {
        var now = timespec()
        clock_gettime(CLOCK_REALTIME, &now)
        return UInt64(now.tv_sec + 11_644_473_600) * 10_000_000 + UInt64(now.tv_nsec / 100)
    }
}
