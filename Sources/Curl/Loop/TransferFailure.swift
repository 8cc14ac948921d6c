import CCurl
import FailoverCore
import Glibc

extension Transfer {
    /// libcurl's code, with what the callbacks saw, in our codes and in words.
    func failure(_ code: CURLcode) -> HTTPFailure {
        let (ours, words) = explained(code)
        return HTTPFailure(
            code: ours,
            message: words,
            requestMayHaveBeenReceived: requestWasBegun
        )
    }

    private var place: String { origin.hostAndPort }

    /// libcurl's own words; they name hosts and files, never credentials.
    private func libraryWords(_ code: CURLcode) -> String {
        let text = String(cString: errorText)
        return text.isEmpty ? String(cString: curl_easy_strerror(code)) : text
    }

    private func explained(_ code: CURLcode) -> (HTTPFailure.Code, String) {
        if isTooLarge {
            return (
                .tooLarge,
                "\(place) answered more than the accepted \(request.responseBytesMax) bytes."
            )
        }
        if resendWasRefused {
            return (
                .connectionLost,
                "The kept connection to \(place) closed before an answer came. The request was not "
                    + "sent again, because the server may have received it."
            )
        }
        let words = libraryWords(code)
        switch code {
        case CURLE_COULDNT_RESOLVE_HOST:
            return (
                .couldNotResolve,
                "The name \(origin.host) was not resolved. Check the name and this machine's DNS."
            )
        case CURLE_COULDNT_CONNECT:
            return (.couldNotConnect, notConnected(words))
        case CURLE_OPERATION_TIMEDOUT:
            return timedOut()
        case CURLE_GOT_NOTHING, CURLE_RECV_ERROR, CURLE_PARTIAL_FILE, CURLE_SEND_FAIL_REWIND:
            if words.contains("alert") { return tlsRefused(words) }
            return (
                .connectionLost,
                "The connection to \(place) broke before the whole answer had come (\(words))."
            )
        case CURLE_SEND_ERROR:
            if words.contains("alert") { return tlsRefused(words) }
            return (.sendFailed, "The request to \(place) could not be sent (\(words)).")
        case CURLE_TOO_MANY_REDIRECTS:
            return (
                .redirectRefused,
                "\(place) redirects more than \(request.redirectsMax) times."
            )
        case CURLE_UNSUPPORTED_PROTOCOL where ccurl_get_long(easy, CURLINFO_REDIRECT_COUNT) > 0:
            return (.redirectRefused, "\(place) redirects to something that is not https.")
        case CURLE_UNSUPPORTED_PROTOCOL, CURLE_WEIRD_SERVER_REPLY, CURLE_BAD_CONTENT_ENCODING,
            CURLE_HTTP2, CURLE_HTTP2_STREAM:
            return (.badResponse, "What \(place) answers is not HTTP (\(words)).")
        case CURLE_URL_MALFORMAT:
            return (.badURL, "The URL for \(place) cannot be read (\(words)).")
        case CURLE_LOGIN_DENIED, CURLE_AUTH_ERROR:
            return (
                .authenticationFailed,
                "Authentication with \(place) failed (\(words)). Check the credentials or ticket."
            )
        default:
            return explainedTLS(code, words)
        }
    }

    private func explainedTLS(_ code: CURLcode, _ words: String) -> (HTTPFailure.Code, String) {
        switch code {
        case CURLE_PEER_FAILED_VERIFICATION:
            return notVerified(words)
        case CURLE_SSL_CACERT_BADFILE:
            return (
                .tlsTrustFileUnusable,
                "The file of trusted authorities for \(place) cannot be used (\(words))."
            )
        case CURLE_SSL_CERTPROBLEM:
            return (
                .tlsClientCertificateUnusable,
                "Our client certificate or key for \(place) cannot be used (\(words))."
            )
        case CURLE_SSL_CONNECT_ERROR, CURLE_SSL_CIPHER, CURLE_SSL_ENGINE_NOTFOUND,
            CURLE_SSL_ENGINE_SETFAILED, CURLE_SSL_CRL_BADFILE, CURLE_SSL_ISSUER_ERROR,
            CURLE_SSL_PINNEDPUBKEYNOTMATCH, CURLE_SSL_INVALIDCERTSTATUS, CURLE_SSL_CLIENTCERT,
            CURLE_SSL_SHUTDOWN_FAILED, CURLE_USE_SSL_FAILED:
            return tlsRefused(words)
        default:
            return (
                .library,
                "The request to \(place) failed inside libcurl (\(code.rawValue): \(words))."
            )
        }
    }

    private func tlsRefused(_ words: String) -> (HTTPFailure.Code, String) {
        (.tls, "TLS with \(place) failed (\(words)).")
    }

    private func notConnected(_ words: String) -> String {
        let number = CInt(truncatingIfNeeded: ccurl_get_long(easy, CURLINFO_OS_ERRNO))
        switch number {
        case ECONNREFUSED:
            return "Nothing accepts connections at \(place) (refused). Check that the service runs."
        case EHOSTUNREACH, ENETUNREACH:
            return "There is no route to \(place). Check the network and firewalls."
        case 1...:
            return "No connection to \(place) (\(String(cString: strerror(number))))."
        default:
            return "No connection to \(place) (\(words))."
        }
    }

    private func timedOut() -> (HTTPFailure.Code, String) {
        if requestWasBegun {
            return (
                .timeout,
                "\(place) took the connection but did not finish answering within "
                    + "\(request.totalTimeout.inWords)."
            )
        }
        let resolved = ccurl_get_offset(easy, CURLINFO_NAMELOOKUP_TIME_T) > 0
        let connected = ccurl_get_long(easy, CURLINFO_LOCAL_PORT) > 0
        let what =
            connected
            ? "\(place) accepted the connection but did not finish TLS"
            : resolved ? "\(place) did not answer" : "The name \(origin.host) was not resolved"
        let limit = min(request.connectTimeout, request.totalTimeout)
        return (.connectTimeout, "\(what) within \(limit.inWords).")
    }

    private func notVerified(_ words: String) -> (HTTPFailure.Code, String) {
        let verdict = ccurl_get_long(easy, CURLINFO_SSL_VERIFYRESULT)
        switch verdict {
        case 0, 1:
            // OpenSSL found nothing wrong with the chain (libcurl leaves 1 until it looks), so it
            // is the name.
            return (
                .tlsNameMismatch,
                "The certificate of \(place) is for another name than \(origin.host) (\(words))."
            )
        case 9, 10:
            // X509_V_ERR_CERT_NOT_YET_VALID, X509_V_ERR_CERT_HAS_EXPIRED
            return (
                .tlsExpired,
                "The certificate of \(place) has expired or is not yet valid (\(words))."
            )
        default:
            return (
                .tlsUntrusted,
                "The certificate of \(place) does not lead to a trusted authority (\(words))."
            )
        }
    }
}
