import Curl
import PSRP

/// Carries requests of one shell to its server, one at a time.
struct WSManTransport: Sendable {
    /// Where requests go: as configured, or where a server sent us when the shell was opened.
    private(set) var endpoint: WSManEndpoint
    /// The longest envelope that we take for an answer, in bytes.
    var answerLengthMax = EnvelopeLength.everywhere
    private let configured: WSManEndpoint
    private let client: HTTPClient
    private var session: HTTPSession
    private let sessionID: GUID
    /// What leads to the server that has the shell; from where the shell was opened.
    private(set) var cookies: WSManCookies

    init(
        endpoint: WSManEndpoint,
        client: HTTPClient,
        cookies: WSManCookies = WSManCookies()
    ) {
        self.endpoint = endpoint
        self.cookies = cookies
        configured = endpoint
        self.client = client
        session = client.session()
        var randomness = SystemRandomNumberGenerator()
        sessionID = GUID(using: &randomness)
    }

    /// Sends a request that begins a session, Identify or Create, and follows redirections.
    ///
    /// Later requests go where it led. Those are never sent elsewhere themselves: another server
    /// has no such shell, and a Command must arrive once.
    ///
    /// - Parameters:
    ///   - request: What is asked.
    ///   - deadline: When the patience for all steps together ends.
    /// - Returns: The body of an answer that is no fault.
    /// - Throws: `WSManFailure`, also for every fault; requests still go where the last one went.
    mutating func sendOpening(
        _ request: WSManRequest,
        by deadline: Deadline
    ) async throws(WSManFailure) -> SOAPNode {
        precondition(
            request.operation == .identify || request.operation == .create,
            "\(request.operation) does not begin a session"
        )
        var redirections = WSManRedirections(configured: configured, current: endpoint.url)
        while true {
            do throws(WSManFailure) {
                let (body, headers) = try await answer(to: request, within: deadline.remaining)
                cookies.take(headers)
                return body
            } catch {
                guard case .redirected(let location) = error.kind else { throw error }
                endpoint = try redirections.next(location)
                cookies = WSManCookies()
                // What one host's connection was let in with is nothing to another's.
                session = client.session()
            }
        }
    }

    /// Goes back to what is configured.
    mutating func forgetRedirections() {
        guard endpoint != configured else { return }
        endpoint = configured
        cookies = WSManCookies()
        session = client.session()
    }

    /// Sends a request and gives the answer's body.
    ///
    /// - Parameters:
    ///   - request: What is asked.
    ///   - timeout: The longest wait, connecting included.
    ///   - freshConnection: Whether not to trust a kept connection, which may be dead already.
    /// - Returns: The body of an answer that is no fault.
    /// - Throws: `WSManFailure`, also for every fault.
    func send(
        _ request: WSManRequest,
        within timeout: Duration,
        freshConnection: Bool = false
    ) async throws(WSManFailure) -> SOAPNode {
        try await answer(to: request, within: timeout, freshConnection: freshConnection).body
    }

    private func answer(
        to request: WSManRequest,
        within timeout: Duration,
        freshConnection: Bool = false
    ) async throws(WSManFailure) -> (body: SOAPNode, headers: HTTPHeaders) {
        do throws(WSManFailure) {
            return try await exchange(request, within: timeout, freshConnection: freshConnection)
        } catch {
            guard endpoint.url != configured.url else { throw error }
            throw WSManFailure(
                error.kind,
                "at \(WSManRedirections.shown(endpoint.url)), where we were sent: "
                    + error.message,
                mayHaveBeenCarriedOut: error.mayHaveBeenCarriedOut
            )
        }
    }

    private func exchange(
        _ request: WSManRequest,
        within timeout: Duration,
        freshConnection: Bool
    ) async throws(WSManFailure) -> (body: SOAPNode, headers: HTTPHeaders) {
        var randomness = SystemRandomNumberGenerator()
        let messageID = GUID(using: &randomness)
        let wait = max(timeout, .milliseconds(1))
        let message = HTTPRequest(
            .post,
            url: endpoint.url,
            headers: headers,
            body: request.envelope(
                to: endpoint,
                messageID: messageID,
                sessionID: sessionID,
                answerLengthMax: answerLengthMax
            ),
            tls: endpoint.tls,
            authentication: endpoint.authentication,
            connectTimeout: min(endpoint.connectTimeout, wait),
            totalTimeout: wait,
            responseBytesMax: 1 << 20,
            freshConnection: freshConnection,
            // No request of a shell may be sent twice: a second Command would run twice, a second
            // Receive would lose what the first one fetched.
            resending: .never,
            connectAddress: endpoint.connectAddress
        )
        let response: HTTPResponse
        do throws(HTTPFailure) {
            response = try await session.send(message)
        } catch {
            throw WSManFailure(error)
        }
        return (try body(of: response, messageID: messageID), response.headers)
    }

    private var headers: HTTPHeaders {
        var headers: HTTPHeaders = [
            "Content-Type": "application/soap+xml;charset=UTF-8",
            // A listener inside IIS compresses otherwise.
            "Accept-Encoding": "identity",
        ]
        if let cookie = cookies.header { headers.add("Cookie", cookie) }
        if endpoint.usesCertificate {
            // WinRM looks at a client certificate only when this says so (DSP0226).
            headers.add(
                "Authorization",
                "http://schemas.dmtf.org/wbem/wsman/1/wsman/secprofile/https/mutual"
            )
        }
        return headers
    }

    private func body(
        of response: HTTPResponse,
        messageID: GUID
    ) throws(WSManFailure) -> SOAPNode {
        guard response.isSuccess || response.status == 500 else { throw refusal(response) }
        let envelope: SOAPNode
        do throws(PSRPError) {
            envelope = try SOAPNode.parse(response.body)
        } catch {
            throw notWSMan(response, error.message)
        }
        guard envelope.namespace == Namespace.soap, envelope.name == "Envelope",
            let body = envelope.child(Namespace.soap, "Body")
        else { throw notWSMan(response, "the answer is no SOAP envelope") }
        if let fault = WSManFault(body: body) {
            throw WSManFailure(
                .fault(fault),
                fault.explanation(configurationName: endpoint.configurationName),
                // Others say that the request was not accepted.
                mayHaveBeenCarriedOut: fault.isTimeOut || fault.meaning == .ending
            )
        }
        guard response.isSuccess else { throw notWSMan(response, "there is no fault in it") }
        let related = envelope.child(Namespace.soap, "Header")?
            .child(Namespace.addressing, "RelatesTo")?.wholeText
        if let related, related.uppercased() != "UUID:\(messageID)" {
            throw notWSMan(response, "it belongs to another request")
        }
        return body
    }

    private func refusal(_ response: HTTPResponse) -> WSManFailure {
        switch response.status {
        case 401: notLetIn(response)
        case 403:
            WSManFailure(
                .accessDenied,
                "the server does not let this account in (HTTP 403)",
                mayHaveBeenCarriedOut: false
            )
        case 301, 302, 303, 307, 308:
            WSManFailure(
                .redirected(to: response.headers["Location"]),
                "the server sends us elsewhere (HTTP \(response.status)"
                    + (response.headers["Location"].map {
                        ", to \(WSManRedirections.shown($0))"
                    } ?? "")
                    + "), which is followed only when a session is opened, not in the midst of one",
                mayHaveBeenCarriedOut: false
            )
        case 413:
            WSManFailure(
                .notUnderstood,
                "the server takes no requests of this length (HTTP 413)",
                mayHaveBeenCarriedOut: false
            )
        case 503:
            // HTTP.sys says so before anyone has seen the request; a proxy may say it later.
            WSManFailure(
                .unreachable,
                "the service behind the address is not running (HTTP 503); start WinRM there "
                    + "(Start-Service WinRM), or the application pool where IIS serves it",
                mayHaveBeenCarriedOut: true
            )
        default: notWSMan(response, "is the path of the URL right?")
        }
    }

    private func notLetIn(_ response: HTTPResponse) -> WSManFailure {
        let offers = response.headers.values(of: "WWW-Authenticate")
            .compactMap { $0.split(separator: " ").first.map { String($0.prefix(20)) } }
        let offered = offers.isEmpty ? "" : "; it offers \(offers.joined(separator: ", "))"
        let what =
            endpoint.usesCertificate
            ? "our client certificate (HTTP 401\(offered)); check that certificate "
                + "authentication is on in WinRM, that the certificate is mapped to a local "
                + "account, and that this account may come in"
            : "our credentials (HTTP 401\(offered)); check the account, its password and the "
                + "kinds of authentication that WinRM allows"
        return WSManFailure(
            .accessDenied,
            "the server refuses \(what)",
            mayHaveBeenCarriedOut: false
        )
    }

    private func notWSMan(_ response: HTTPResponse, _ why: String) -> WSManFailure {
        WSManFailure(
            .notUnderstood,
            "the server answers HTTP \(response.status), which is no WS-Management: \(why)",
            // A server that says 4xx or 3xx has not taken the request; a proxy's 5xx may follow it.
            mayHaveBeenCarriedOut: response.isSuccess || response.status >= 500
        )
    }
}
