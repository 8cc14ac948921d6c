import CCurl

/// One request on its way: the easy handle, what its callbacks collect, and whom to answer.
///
/// Lives on the loop's thread alone.
final class Transfer {
    let easy: UnsafeMutableRawPointer
    let request: HTTPRequest
    let origin: Origin
    let session: TransferLoop.SessionID?
    let continuation: CheckedContinuation<TransferLoop.Outcome, Never>
    private let pool: ConnectionPool?

    /// Lists that libcurl reads during the transfer.
    var lists: [UnsafeMutablePointer<curl_slist>] = []
    /// Where libcurl leaves its own words for a failure.
    let errorText: UnsafeMutablePointer<CChar>

    /// Whether a connection was ready and sending has begun at least once.
    private(set) var requestWasBegun = false
    /// Whether sending has begun on a connection that has not answered with a single line since.
    private var awaitsFirstLine = false
    /// Set when libcurl wanted to send the request again by itself and was refused.
    private(set) var resendWasRefused = false
    /// Set when the answer was longer than allowed.
    private(set) var isTooLarge = false

    /// Why GSSAPI gave no token, in its own words.
    private(set) var kerberosFailure: KerberosFailure?

    private(set) var headers = HTTPHeaders()
    private var headerBytes = 0
    private var body: [UInt8] = []

    /// All header lines together, those of earlier legs too; servers send a few hundred bytes.
    private static let headerBytesMax = 256 * 1_024

    init(
        _ request: HTTPRequest,
        pool: ConnectionPool?,
        session: TransferLoop.SessionID?,
        _ continuation: CheckedContinuation<TransferLoop.Outcome, Never>
    ) throws(HTTPFailure) {
        origin = try Origin(url: request.url)
        guard let easy = curl_easy_init() else {
            throw HTTPFailure(code: .library, message: "libcurl had no memory for a request.")
        }
        self.easy = easy
        self.request = request
        self.session = session
        self.continuation = continuation
        self.pool = pool
        errorText = .allocate(capacity: Int(CURL_ERROR_SIZE))
        errorText.initialize(repeating: 0, count: Int(CURL_ERROR_SIZE))
        try TransferOptions(transfer: self).apply(share: pool?.share)
    }

    deinit {
        curl_easy_cleanup(easy)
        for list in lists { curl_slist_free_all(list) }
        errorText.deallocate()
    }

    // MARK: Callbacks

    /// A connection is ready and libcurl is about to send: refuse when that would be a silent
    /// repetition.
    ///
    /// libcurl sends a request again when a kept connection dies without an answer. The server may
    /// have acted on the first one; authentication legs and redirections differ in that an answer
    /// came between.
    func maySendNow() -> Bool {
        if awaitsFirstLine && !request.mayBeResent {
            resendWasRefused = true
            return false
        }
        requestWasBegun = true
        awaitsFirstLine = true
        return true
    }

    func receivedHeader(_ line: UnsafeRawBufferPointer) -> Bool {
        awaitsFirstLine = false
        headerBytes += line.count
        guard headerBytes <= Self.headerBytesMax else {
            isTooLarge = true
            return false
        }
        let text = String(decoding: line, as: UTF8.self)
        if text.hasPrefix("HTTP/") {
            // The status line of a further answer: what came before was an authentication leg or
            // the like.
            headers = HTTPHeaders()
            body = []
        } else if let colon = text.firstIndex(of: ":") {
            headers.add(
                String(text[..<colon]),
                Self.trimmed(text[text.index(after: colon)...])
            )
        }
        return true
    }

    func receivedBody(_ bytes: UnsafeRawBufferPointer) -> Bool {
        guard bytes.count <= request.responseBytesMax - body.count else {
            isTooLarge = true
            return false
        }
        body.append(contentsOf: bytes)
        return true
    }

    /// A remark of libcurl's; kept when it says why there is no Kerberos ticket.
    func remarked(_ line: UnsafeRawBufferPointer) {
        guard let failure = KerberosFailure(remark: String(decoding: line, as: UTF8.self)) else {
            return
        }
        kerberosFailure = failure
    }

    private static func trimmed(_ text: Substring) -> String {
        var text = text
        while let first = text.first, first.isWhitespace { text.removeFirst() }
        while let last = text.last, last.isWhitespace { text.removeLast() }
        return String(text)
    }

    // MARK: End

    func outcome(_ code: CURLcode) -> TransferLoop.Outcome {
        guard code == CURLE_OK else { return .failure(failure(code)) }
        let status = ccurl_get_long(easy, CURLINFO_RESPONSE_CODE)
        if status == 401, let kerberosFailure, case .negotiate(let service) = request.authentication
        {
            return .failure(
                HTTPFailure(
                    code: .authenticationFailed,
                    message: kerberosFailure.explanation(service: service, host: origin.host)
                )
            )
        }
        // libcurl reads seconds and dates alike.
        let wait = ccurl_get_offset(easy, CURLINFO_RETRY_AFTER)
        return .success(
            HTTPResponse(
                status: status,
                headers: headers,
                body: body,
                retryAfter: wait > 0 ? .seconds(wait) : nil,
                connectionsOpened: ccurl_get_long(easy, CURLINFO_NUM_CONNECTS)
            )
        )
    }
}
