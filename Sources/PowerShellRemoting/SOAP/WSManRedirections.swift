import Curl
import PSRP

/// Where a server may send us when a session is opened, as `OcsPowershell` does.
///
/// Windows names the new address in an HTTP redirection; of the fault that says the same
/// (ERROR_WSMAN_REDIRECT_REQUESTED) no public document tells where it would name one, so that it
/// is told, not followed.
struct WSManRedirections: Sendable {
    /// As many as Windows' own client follows (MaximumConnectionRedirectionCount).
    static let stepsMax = 5
    /// The longest URL as an envelope has it, in bytes; `EnvelopeLength` counts on it.
    static let lengthMax = 500

    private let configured: WSManEndpoint
    private var visited: [String]

    /// Begins at an endpoint.
    ///
    /// - Parameters:
    ///   - configured: What the configuration says, which decides who gets credentials.
    ///   - current: The URL that is asked first.
    init(configured: WSManEndpoint, current: String) {
        self.configured = configured
        visited = [current]
    }

    /// The endpoint to ask next.
    ///
    /// - Parameter location: The header `Location`, when there is one.
    /// - Returns: The configured endpoint with another URL.
    /// - Throws: `WSManFailure` with `notUnderstood`, for a redirection that is not followed.
    mutating func next(_ location: String?) throws(WSManFailure) -> WSManEndpoint {
        guard let location else { throw Self.refused("without saying where") }
        let shown = "to \(Self.shown(location))"
        let target: HTTPRedirection
        do throws(HTTPFailure) {
            target = try HTTPRedirection(location: location, from: visited.last ?? configured.url)
        } catch {
            throw Self.refused("\(shown), where nobody can go. \(error.message)")
        }
        guard target.isSecure else {
            throw Self.refused("\(shown), which is not https; nothing goes there unencrypted")
        }
        guard XMLEscaping.escape(target.url).utf8.count <= Self.lengthMax else {
            throw Self.refused("\(shown)…, an address of more than \(Self.lengthMax) bytes")
        }
        guard !visited.contains(target.url) else {
            throw Self.refused("\(shown), where we have been already; it goes round in a circle")
        }
        guard visited.count <= Self.stepsMax else {
            throw Self.refused("\(shown), once more after \(Self.stepsMax) times")
        }
        visited.append(target.url)
        let isSameHost = target.isSameHost(as: configured.url)
        // Basic hands over the password itself, so only the host that the configuration names gets
        // it. A host "of the same domain" would need a list of which domains anybody can register
        // in (contoso.co.uk and its neighbours), and OcsPowershell asks for Negotiate anyway.
        // Kerberos, NTLM and certificates prove who we are without giving away what proves it.
        if case .basic = configured.authentication, !isSameHost {
            throw Self.refused(
                "\(shown), another host, which does not get the password: use Kerberos or NTLM, "
                    + "or put that URL into the configuration"
            )
        }
        var endpoint = configured
        endpoint.url = target.url
        // The address to connect to was given for the configured host alone.
        if !isSameHost { endpoint.connectAddress = nil }
        return endpoint
    }

    private static func refused(_ what: String) -> WSManFailure {
        // A redirection says that the request was not taken.
        WSManFailure(
            .notUnderstood,
            "the server sends us elsewhere, \(what)",
            mayHaveBeenCarriedOut: false
        )
    }

    /// An address for people: without what may be a secret or no text at all.
    static func shown(_ location: String) -> String {
        let text = location.unicodeScalars.prefix { $0 != "?" && $0 != "#" }.prefix(200)
        let scalars = text.map { (0x20...0x7E).contains($0.value) ? Character($0) : "?" }
        // A URL may have a name and password before the host.
        guard let at = scalars.lastIndex(of: "@") else { return String(scalars) }
        return "…" + String(scalars[at...])
    }
}
