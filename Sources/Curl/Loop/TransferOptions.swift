import CCurl
import FailoverCore

/// Writes a request's wishes into its easy handle.
///
/// Every option that matters for safety is set here and its result checked: an option that libcurl
/// does not take is a failure of the request, never a silently weaker one.
struct TransferOptions {
    let transfer: Transfer

    private var easy: UnsafeMutableRawPointer { transfer.easy }
    private var request: HTTPRequest { transfer.request }

    func apply(share: UnsafeMutableRawPointer?) throws(HTTPFailure) {
        try applyBasics()
        if let share { try set(CURLOPT_SHARE, share) }
        try applyMethodAndBody()
        try applyHeaders()
        try applyRedirects()
        try applyTLS()
        try applyAuthentication()
        applyCallbacks()
        try applyRemarks()
    }

    private func applyBasics() throws(HTTPFailure) {
        try set(CURLOPT_ERRORBUFFER, UnsafeMutableRawPointer(transfer.errorText))
        try set(CURLOPT_URL, request.url)
        try set(CURLOPT_PROTOCOLS_STR, "http,https")
        try set(CURLOPT_HTTP_VERSION, CURL_HTTP_VERSION_1_1)
        // No proxy from the environment: what the agent talks to is in its configuration alone.
        try set(CURLOPT_PROXY, "")
        // A cancelled look-up is left to its thread: without this, removing the handle waits for
        // the resolver.
        try set(CURLOPT_QUICK_EXIT, 1)
        try set(CURLOPT_NOSIGNAL, 1)
        try set(CURLOPT_CONNECTTIMEOUT_MS, milliseconds(request.connectTimeout))
        try set(CURLOPT_TIMEOUT_MS, milliseconds(request.totalTimeout))
        // Finds out within about a minute that a peer which owes an answer is gone.
        try set(CURLOPT_TCP_KEEPALIVE, 1)
        try set(CURLOPT_TCP_KEEPIDLE, 20)
        try set(CURLOPT_TCP_KEEPINTVL, 10)
        if let path = request.unixSocket { try set(CURLOPT_UNIX_SOCKET_PATH, path) }
        if let address = request.connectAddress {
            let bracketed = address.contains(":") ? "[\(address)]" : address
            try setList(CURLOPT_CONNECT_TO, ["::\(bracketed):"])
        }
    }

    private func applyMethodAndBody() throws(HTTPFailure) {
        switch request.method {
        case .get: try set(CURLOPT_HTTPGET, 1)
        case .head: try set(CURLOPT_NOBODY, 1)
        case .post: try set(CURLOPT_POST, 1)
        case .put, .patch, .delete: break
        }
        let sendsBody: Bool =
            switch request.method {
            case .post, .put, .patch: true
            case .get, .head, .delete: !request.body.isEmpty
            }
        if sendsBody {
            let code = request.body.withUnsafeBytes { bytes in
                // An empty array may have no address, and libcurl takes NULL for "no body given".
                withUnsafeBytes(of: 0 as UInt8) { none in
                    ccurl_set_body_copy(easy, bytes.baseAddress ?? none.baseAddress, bytes.count)
                }
            }
            try check(code, "a body of \(request.body.count) bytes")
        }
        switch request.method {
        case .get where sendsBody, .put, .patch, .delete:
            try set(CURLOPT_CUSTOMREQUEST, request.method.rawValue)
        case .get, .head, .post:
            break
        }
    }

    private func applyHeaders() throws(HTTPFailure) {
        // No "Expect: 100-continue": it costs a second with servers that ignore it.
        var lines = ["Expect:"]
        if request.headers["User-Agent"] == nil { lines.append("User-Agent: edgewarden") }
        for field in request.headers.fields {
            guard Self.isFieldName(field.name), Self.isFieldValue(field.value) else {
                throw HTTPFailure(
                    code: .badRequest,
                    message: "The header \"\(Self.printable(field.name))\" has a character that "
                        + "HTTP does not allow in its name or value."
                )
            }
            // libcurl takes "Name:" as "leave it out" and "Name;" as "send it empty".
            lines.append(field.value.isEmpty ? "\(field.name);" : "\(field.name): \(field.value)")
        }
        if let authorization = request.authorization {
            lines.append("Authorization: \(authorization)")
        }
        try setList(CURLOPT_HTTPHEADER, lines)
    }

    private func applyRedirects() throws(HTTPFailure) {
        try set(CURLOPT_FOLLOWLOCATION, request.redirectsMax > 0 ? 1 : 0)
        // libcurl counts the legs of an authentication exchange as redirections too; NTLM has two.
        let legsMax = request.authentication == .none ? 0 : 4
        try set(CURLOPT_MAXREDIRS, max(0, request.redirectsMax) + legsMax)
        try set(CURLOPT_REDIR_PROTOCOLS_STR, "https")
    }

    private func applyTLS() throws(HTTPFailure) {
        try set(CURLOPT_SSL_VERIFYPEER, 1)
        try set(CURLOPT_SSL_VERIFYHOST, 2)
        let allowsTLS13 = request.tls.maximumVersion == .tls13
        try check(ccurl_set_tls_versions(easy, allowsTLS13 ? 1 : 0), "the TLS versions")
        if case .file(let path) = request.tls.trust {
            try set(CURLOPT_CAINFO, path)
            // Debian's libcurl trusts the system's folder as well, unless told otherwise.
            try check(ccurl_set_string(easy, CURLOPT_CAPATH, nil), "the trusted authorities")
        }
        if let certificate = request.tls.clientCertificate {
            try set(CURLOPT_SSLCERT, certificate.certificateFile)
            try set(CURLOPT_SSLKEY, certificate.keyFile)
        }
    }

    private func applyAuthentication() throws(HTTPFailure) {
        if case .none = request.authentication { return }
        guard transfer.origin.scheme == "https" else {
            throw HTTPFailure(
                code: .credentialsNeedTLS,
                message: "Credentials are only sent over https, and \(transfer.origin) is not."
            )
        }
        switch request.authentication {
        case .none:
            break
        case .basic(let user, let password):
            guard !user.contains(":") else {
                throw HTTPFailure(
                    code: .badRequest,
                    message: "A user name with a colon cannot be sent by Basic authentication."
                )
            }
            try check(ccurl_set_auth_basic(easy), "Basic authentication")
            try setCredentials(user, password)
        case .ntlm:
            // The session sends the messages: libcurl has them for the scheme NTLM alone, and
            // writes names and passwords beyond ASCII wrongly.
            break
        case .negotiate(let serviceName):
            try check(ccurl_set_auth_negotiate(easy), "Negotiate")
            try set(CURLOPT_SERVICE_NAME, serviceName)
            // An empty user makes libcurl start the exchange; GSSAPI finds the identity.
            try setCredentials("", Secret(""))
        }
    }

    private func setCredentials(_ user: String, _ password: Secret) throws(HTTPFailure) {
        try set(CURLOPT_USERNAME, user)
        let code: CURLcode? = password.withValue { value in
            value.utf8.contains(0) ? nil : ccurl_set_string(easy, CURLOPT_PASSWORD, value)
        }
        guard let code else {
            throw HTTPFailure(code: .badRequest, message: "The password contains a NUL character.")
        }
        try check(code, "the password")
    }

    private func applyCallbacks() {
        // The loop keeps the transfer until its handle is out of libcurl's hands.
        let context = Unmanaged.passUnretained(transfer).toOpaque()
        _ = ccurl_set_write(
            easy,
            { Transfer.feed($0, $1, $2, $3) { $0.receivedBody($1) } },
            context
        )
        _ = ccurl_set_header(
            easy,
            { Transfer.feed($0, $1, $2, $3) { $0.receivedHeader($1) } },
            context
        )
        _ = ccurl_set_prerequest(
            easy,
            { context, _, _, _, _ in
                guard let context else { return CURL_PREREQFUNC_ABORT }
                let transfer = Unmanaged<Transfer>.fromOpaque(context).takeUnretainedValue()
                return transfer.maySendNow() ? CURL_PREREQFUNC_OK : CURL_PREREQFUNC_ABORT
            },
            context
        )
    }

    /// For Negotiate alone: libcurl tells only in its remarks why there was no ticket.
    private func applyRemarks() throws(HTTPFailure) {
        guard case .negotiate = request.authentication else { return }
        let code = ccurl_set_debug(
            easy,
            { _, type, bytes, count, context in
                // The other kinds are headers and bodies, secrets included.
                guard type == CURLINFO_TEXT, let bytes, let context else { return 0 }
                let transfer = Unmanaged<Transfer>.fromOpaque(context).takeUnretainedValue()
                transfer.remarked(UnsafeRawBufferPointer(start: bytes, count: count))
                return 0
            },
            Unmanaged.passUnretained(transfer).toOpaque()
        )
        try check(code, "a listener")
    }
}

// MARK: Setting one option

extension TransferOptions {
    private func set(_ option: CURLoption, _ value: Int) throws(HTTPFailure) {
        try check(ccurl_set_long(easy, option, value), "option \(option.rawValue)")
    }

    private func set(_ option: CURLoption, _ value: UnsafeMutableRawPointer) throws(HTTPFailure) {
        try check(ccurl_set_pointer(easy, option, value), "option \(option.rawValue)")
    }

    private func set(_ option: CURLoption, _ value: String) throws(HTTPFailure) {
        // C would cut the string there, and so verify or send something else.
        guard !value.utf8.contains(0) else {
            throw HTTPFailure(
                code: .badRequest,
                message: "A value for the request contains a NUL character."
            )
        }
        try check(ccurl_set_string(easy, option, value), "option \(option.rawValue)")
    }

    private func setList(_ option: CURLoption, _ lines: [String]) throws(HTTPFailure) {
        var list: UnsafeMutablePointer<curl_slist>?
        for line in lines {
            guard let longer = curl_slist_append(list, line) else {
                curl_slist_free_all(list)
                throw HTTPFailure(code: .library, message: "No memory for the request's header.")
            }
            list = longer
        }
        guard let list else { return }
        transfer.lists.append(list)
        try check(ccurl_set_list(easy, option, list), "option \(option.rawValue)")
    }

    private func check(_ code: CURLcode, _ what: String) throws(HTTPFailure) {
        guard code != CURLE_OK else { return }
        throw HTTPFailure(
            code: .library,
            message: "libcurl does not take \(what): \(String(cString: curl_easy_strerror(code)))."
        )
    }

    /// Whole milliseconds, rounded up and at least 1: libcurl takes 0 for "its own default".
    private func milliseconds(_ duration: Duration) -> Int {
        let (seconds, attoseconds) = duration.components
        if seconds >= Int64(Int32.max) / 1_000 { return Int(Int32.max) }
        let fraction = (attoseconds + 999_999_999_999_999) / 1_000_000_000_000_000
        return max(1, Int(seconds * 1_000 + fraction))
    }

    /// RFC 9110 section 5.6.2: a token.
    private static func isFieldName(_ name: String) -> Bool {
        !name.isEmpty
            && name.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"):
                    true
                default:
                    "!#$%&'*+-.^_`|~".utf8.contains(byte)
                }
            }
    }

    /// No control characters: a line break would start another header.
    private static func isFieldValue(_ value: String) -> Bool {
        value.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F || $0 == 0x09 }
    }

    private static func printable(_ name: String) -> String {
        String(
            name.unicodeScalars.prefix(60).map { $0.isASCII && $0.value > 31 ? Character($0) : "?" }
        )
    }
}

extension Transfer {
    /// What both data callbacks do: any count but the full one makes libcurl end the transfer.
    static func feed(
        _ bytes: UnsafeMutablePointer<CChar>?,
        _ size: Int,
        _ count: Int,
        _ context: UnsafeMutableRawPointer?,
        _ take: (Transfer, UnsafeRawBufferPointer) -> Bool
    ) -> Int {
        guard let context, size * count > 0 else { return 0 }
        let transfer = Unmanaged<Transfer>.fromOpaque(context).takeUnretainedValue()
        let all = UnsafeRawBufferPointer(start: bytes, count: size * count)
        return take(transfer, all) ? all.count : 0
    }
}
