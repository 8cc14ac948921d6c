import CCurl

/// Scheme, host and port of a URL: the part of it that may be shown.
struct Origin: Sendable, Hashable, CustomStringConvertible {
    let scheme: String
    let host: String
    let port: Int

    var description: String { "\(scheme)://\(host):\(port)" }

    var hostAndPort: String { "\(host):\(port)" }

    /// Reads the URL with libcurl's own parser, so that no second opinion decides what the host is.
    init(url: String) throws(HTTPFailure) {
        guard !url.utf8.contains(0), let handle = curl_url() else {
            throw HTTPFailure(code: .badURL, message: "The URL contains a NUL character.")
        }
        defer { curl_url_cleanup(handle) }
        let code = url.withCString { curl_url_set(handle, CURLUPART_URL, $0, 0) }
        guard code == CURLUE_OK else {
            throw HTTPFailure(
                code: .badURL,
                message: "The URL cannot be read: \(String(cString: curl_url_strerror(code)))."
            )
        }
        let scheme = Self.part(CURLUPART_SCHEME, of: handle) ?? ""
        guard scheme == "http" || scheme == "https" else {
            throw HTTPFailure(
                code: .badURL,
                message: "The URL's scheme is \"\(scheme)\"; only https and http are spoken."
            )
        }
        guard Self.part(CURLUPART_USER, of: handle) == nil,
            Self.part(CURLUPART_PASSWORD, of: handle) == nil
        else {
            throw HTTPFailure(
                code: .badURL,
                message: "The URL contains a user name or password; configure them apart from it."
            )
        }
        guard let host = Self.part(CURLUPART_HOST, of: handle), !host.isEmpty,
            let port = Self.part(CURLUPART_PORT, of: handle).flatMap({ Int($0) })
        else {
            throw HTTPFailure(code: .badURL, message: "The URL names no host.")
        }
        self.scheme = scheme
        self.host = host
        self.port = port
    }

    private static func part(_ part: CURLUPart, of handle: OpaquePointer) -> String? {
        var text: UnsafeMutablePointer<CChar>?
        let flags = UInt32(CURLU_DEFAULT_PORT)
        guard curl_url_get(handle, part, &text, flags) == CURLUE_OK, let text else { return nil }
        defer { curl_free(text) }
        return String(cString: text)
    }
}
