import CCurl
import Dispatch
public import FailoverCore
import Synchronization

/// One mail and where it is handed in (SMTP, RFC 5321).
public struct MailRequest: Sendable {
    /// How the connection to the server is secured.
    public enum Security: String, Sendable, Hashable, CaseIterable {
        /// TLS after STARTTLS, or nothing is sent.
        case startTLS = "starttls"
        /// TLS from the beginning.
        case implicit
        /// None: for a relay on this machine.
        case none
    }

    /// Who we say that we are.
    public struct Credentials: Sendable {
        /// The user's name.
        public var user: String
        /// The password.
        public var password: Secret

        /// Makes credentials.
        public init(user: String, password: Secret) {
            self.user = user
            self.password = password
        }
    }

    /// The server's name or address.
    public var host: String
    /// Its port.
    public var port: UInt16
    /// How the connection is secured.
    public var security: Security
    /// Whom to trust.
    public var tls: TLSOptions
    /// Who we say that we are; nil for nobody; never sent without TLS.
    public var credentials: Credentials?
    /// The envelope's sender.
    public var from: String
    /// The envelope's recipients; at least one.
    public var to: [String]
    /// The message with its headers (RFC 5322).
    public var message: [UInt8]
    /// For everything together.
    public var timeout: Duration

    /// Makes a request.
    public init(
        host: String,
        port: UInt16,
        security: Security,
        tls: TLSOptions,
        credentials: Credentials?,
        from: String,
        to: [String],
        message: [UInt8],
        timeout: Duration
    ) {
        self.host = host
        self.port = port
        self.security = security
        self.tls = tls
        self.credentials = credentials
        self.from = from
        self.to = to
        self.message = message
        self.timeout = timeout
    }
}

/// Why a mail was not handed in.
public struct MailFailure: Error, Sendable, Hashable {
    /// One sentence: what, where, what to do.
    public var message: String
    /// The server's last reply code; nil when it said nothing.
    public var replyCode: Int?
}

/// Hands in mails by libcurl, each on a connection of its own.
///
/// Mails are rare, so that each of them waits on a thread of the system's, never on one that runs
/// tasks.
public enum MailClient {
    private static let queue = DispatchQueue(label: "mail", attributes: .concurrent)

    /// Hands in a mail; returns the server's last words.
    ///
    /// Cancelling the task ends it within a second.
    /// - Throws: `MailFailure`.
    public static func send(_ request: MailRequest) async throws(MailFailure) -> String {
        precondition(!request.to.isEmpty, "a mail needs a recipient")
        guard Library.isReady else {
            throw MailFailure(message: "libcurl could not be initialised.", replyCode: nil)
        }
        let flag = CancelFlag()
        let result = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                queue.async {
                    let result = Result<String, MailFailure> { () throws(MailFailure) in
                        try MailTransfer(request, flag).perform()
                    }
                    continuation.resume(returning: result)
                }
            }
        } onCancel: {
            flag.isRaised.store(true, ordering: .relaxed)
        }
        return try result.get()
    }
}

/// Raised when the caller is cancelled.
private final class CancelFlag: Sendable {
    let isRaised = Atomic(false)
}

/// A mail on its way: lives on one thread.
private final class MailTransfer {
    private let easy: UnsafeMutableRawPointer
    private let request: MailRequest
    private let flag: CancelFlag
    private var recipients: UnsafeMutablePointer<curl_slist>?
    private let errorText: UnsafeMutablePointer<CChar>
    private var sent = 0
    /// The last line that the server said.
    private var reply = ""

    init(_ request: MailRequest, _ flag: CancelFlag) throws(MailFailure) {
        guard let easy = curl_easy_init() else {
            throw MailFailure(message: "libcurl had no memory for a mail.", replyCode: nil)
        }
        self.easy = easy
        self.request = request
        self.flag = flag
        errorText = .allocate(capacity: Int(CURL_ERROR_SIZE))
        errorText.initialize(repeating: 0, count: Int(CURL_ERROR_SIZE))
    }

    deinit {
        curl_easy_cleanup(easy)
        curl_slist_free_all(recipients)
        errorText.deallocate()
    }

    private var place: String { "\(request.host):\(request.port)" }

    func perform() throws(MailFailure) -> String {
        try applyConnection()
        try applySecurity()
        try applyEnvelope()
        applyCallbacks()
        let code = curl_easy_perform(easy)
        guard code == CURLE_OK else { throw failure(code) }
        return reply
    }

    private func applyConnection() throws(MailFailure) {
        let scheme = request.security == .implicit ? "smtps" : "smtp"
        let host = request.host.contains(":") ? "[\(request.host)]" : request.host
        try set(CURLOPT_URL, "\(scheme)://\(host):\(request.port)")
        try set(CURLOPT_PROTOCOLS_STR, "smtp,smtps")
        try set(CURLOPT_PROXY, "")
        try set(CURLOPT_NOSIGNAL, 1)
        try set(CURLOPT_QUICK_EXIT, 1)
        let milliseconds = Int(clamping: max(1, request.timeout.wholeMilliseconds))
        try set(CURLOPT_TIMEOUT_MS, milliseconds)
        try set(CURLOPT_CONNECTTIMEOUT_MS, milliseconds)
        try check(ccurl_set_pointer(easy, CURLOPT_ERRORBUFFER, errorText), "an error text")
    }

    private func applySecurity() throws(MailFailure) {
        switch request.security {
        case .startTLS, .implicit: try check(ccurl_set_require_tls(easy), "TLS")
        case .none: break
        }
        try set(CURLOPT_SSL_VERIFYPEER, 1)
        try set(CURLOPT_SSL_VERIFYHOST, 2)
        let allowsTLS13 = request.tls.maximumVersion == .tls13
        try check(ccurl_set_tls_versions(easy, allowsTLS13 ? 1 : 0), "the TLS versions")
        if case .file(let path) = request.tls.trust {
            try set(CURLOPT_CAINFO, path)
            try check(ccurl_set_string(easy, CURLOPT_CAPATH, nil), "the trusted authorities")
        }
        guard let credentials = request.credentials else { return }
        guard request.security != .none else {
            throw MailFailure(
                message: "A password is only sent over TLS, and \(place) is to be used without.",
                replyCode: nil
            )
        }
        try set(CURLOPT_USERNAME, credentials.user)
        let code = credentials.password.withValue { value in
            value.utf8.contains(0)
                ? CURLE_BAD_FUNCTION_ARGUMENT : ccurl_set_string(easy, CURLOPT_PASSWORD, value)
        }
        try check(code, "the password")
    }

    private func applyEnvelope() throws(MailFailure) {
        try set(CURLOPT_MAIL_FROM, "<\(request.from)>")
        for address in request.to {
            guard let longer = curl_slist_append(recipients, "<\(address)>") else {
                throw MailFailure(message: "No memory for the recipients.", replyCode: nil)
            }
            recipients = longer
        }
        try check(ccurl_set_list(easy, CURLOPT_MAIL_RCPT, recipients), "the recipients")
        try set(CURLOPT_UPLOAD, 1)
        try check(ccurl_set_upload_size(easy, request.message.count), "the message's size")
    }

    private func applyCallbacks() {
        let context = Unmanaged.passUnretained(self).toOpaque()
        _ = ccurl_set_read(
            easy,
            { bytes, size, count, context in
                guard let bytes, let context else { return 0 }
                let transfer = Unmanaged<MailTransfer>.fromOpaque(context).takeUnretainedValue()
                return transfer.feed(
                    UnsafeMutableRawBufferPointer(start: bytes, count: size * count)
                )
            },
            context
        )
        _ = ccurl_set_header(
            easy,
            { bytes, size, count, context in
                guard let context else { return 0 }
                let transfer = Unmanaged<MailTransfer>.fromOpaque(context).takeUnretainedValue()
                let line = UnsafeRawBufferPointer(start: bytes, count: size * count)
                transfer.heard(String(decoding: line, as: UTF8.self))
                return size * count
            },
            context
        )
        _ = ccurl_set_progress(
            easy,
            { context, _, _, _, _ in
                guard let context else { return 1 }
                let transfer = Unmanaged<MailTransfer>.fromOpaque(context).takeUnretainedValue()
                return transfer.flag.isRaised.load(ordering: .relaxed) ? 1 : 0
            },
            context
        )
    }

    /// Copies the next part of the message.
    private func feed(_ target: UnsafeMutableRawBufferPointer) -> Int {
        let part = request.message[sent...].prefix(target.count)
        target.copyBytes(from: part)
        sent += part.count
        return part.count
    }

    private func heard(_ line: String) {
        let words = line.split(whereSeparator: \.isWhitespace).joined(separator: " ")
        if !words.isEmpty { reply = String(words.prefix(200)) }
    }

    private func failure(_ code: CURLcode) -> MailFailure {
        let number = ccurl_get_long(easy, CURLINFO_RESPONSE_CODE)
        let text = String(cString: errorText)
        let words = text.isEmpty ? String(cString: curl_easy_strerror(code)) : text
        let said = reply.isEmpty ? "" : "; it said: \(reply)"
        let sentence: String =
            switch code {
            case CURLE_ABORTED_BY_CALLBACK: "The mail to \(place) was cancelled"
            case CURLE_COULDNT_RESOLVE_HOST:
                "The name \(request.host) was not resolved: check the name and this machine's DNS"
            case CURLE_COULDNT_CONNECT:
                "No connection to \(place) (\(words)): check that a mail server runs there"
            case CURLE_OPERATION_TIMEDOUT:
                "\(place) did not take the mail within \(request.timeout.inWords)"
            case CURLE_USE_SSL_FAILED:
                "\(place) offers no STARTTLS, and nothing is sent without"
            case CURLE_PEER_FAILED_VERIFICATION:
                "The certificate of \(place) is not trusted (\(words))"
            case CURLE_LOGIN_DENIED:
                "\(place) does not let us log on: check user and password\(said)"
            default: "\(place) did not take the mail (\(words))\(said)"
            }
        return MailFailure(message: sentence, replyCode: number > 0 ? number : nil)
    }

    private func set(_ option: CURLoption, _ value: Int) throws(MailFailure) {
        try check(ccurl_set_long(easy, option, value), "option \(option.rawValue)")
    }

    private func set(_ option: CURLoption, _ value: String) throws(MailFailure) {
        // A line break would start another command.
        guard value.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F }) else {
            throw MailFailure(
                message: "An address or name for the mail has a control character.",
                replyCode: nil
            )
        }
        try check(ccurl_set_string(easy, option, value), "option \(option.rawValue)")
    }

    private func check(_ code: CURLcode, _ what: String) throws(MailFailure) {
        guard code != CURLE_OK else { return }
        throw MailFailure(
            message: "libcurl does not take \(what): \(String(cString: curl_easy_strerror(code))).",
            replyCode: nil
        )
    }
}
