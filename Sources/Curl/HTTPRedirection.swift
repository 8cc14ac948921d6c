import CCurl

/// Where a redirection leads: read and resolved, not followed.
///
/// For those who must judge each step themselves; `HTTPRequest.redirectsMax` leaves it to libcurl.
public struct HTTPRedirection: Sendable, Hashable {
    /// The new URL: absolute, `http` or `https`, without fragment, user name and password.
    public let url: String
    /// Whether the new URL is `https`.
    public let isSecure: Bool

    /// Reads the header `Location` of an answer (RFC 9110 section 10.2.2).
    ///
    /// - Parameters:
    ///   - location: The header's value, which may be relative.
    ///   - url: The URL that was asked.
    /// - Throws: `HTTPFailure` with `badURL`, for what is no URL of `http` or `https`.
    public init(location: String, from url: String) throws(HTTPFailure) {
        // Whatever else a URL may have in the eyes of some reader is not ours to interpret.
        guard !location.isEmpty, location.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
            throw HTTPFailure(
                code: .badURL,
                message: location.isEmpty
                    ? "The redirection's address is empty."
                    : "The redirection's address has a character that no URL has."
            )
        }
        guard let handle = curl_url() else {
            throw HTTPFailure(code: .library, message: "No memory to read a URL.")
        }
        defer { curl_url_cleanup(handle) }
        // The second one is resolved against the first, as libcurl itself follows redirections.
        for part in [url, location] {
            let code = part.withCString { curl_url_set(handle, CURLUPART_URL, $0, 0) }
            guard code == CURLUE_OK else { throw Self.unreadable(code) }
        }
        var text: UnsafeMutablePointer<CChar>?
        let cleared = curl_url_set(handle, CURLUPART_FRAGMENT, nil, 0)
        let code =
            cleared == CURLUE_OK ? curl_url_get(handle, CURLUPART_URL, &text, 0) : cleared
        guard code == CURLUE_OK, let text else { throw Self.unreadable(code) }
        defer { curl_free(text) }
        self.url = String(cString: text)
        isSecure = try Origin(url: self.url).scheme == "https"
    }

    /// Whether it leads to the host that another URL names, on whatever port.
    public func isSameHost(as other: String) -> Bool {
        guard let ours = try? Origin(url: url), let theirs = try? Origin(url: other) else {
            return false
        }
        return ours.host.lowercased() == theirs.host.lowercased()
    }

    private static func unreadable(_ code: CURLUcode) -> HTTPFailure {
        HTTPFailure(
            code: .badURL,
            message: "The redirection's address cannot be read: "
                + "\(String(cString: curl_url_strerror(code)))."
        )
    }
}
