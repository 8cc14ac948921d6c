/// Why GSSAPI gave no token for a server: libcurl goes on without one, and the server answers 401.
///
/// The words are MIT Kerberos's; libcurl passes them on in its remarks alone.
struct KerberosFailure: Sendable, Hashable {
    /// What GSSAPI says, on one line.
    let words: String

    private static let prefix = "gss_init_sec_context() failed: "

    /// Reads a remark of libcurl's; nil when it is about something else.
    init?(remark: String) {
        guard remark.hasPrefix(Self.prefix) else { return nil }
        words = remark.dropFirst(Self.prefix.count).split(whereSeparator: \.isWhitespace)
            .joined(separator: " ")
    }

    /// What it means and what to do, for a person.
    ///
    /// - Parameters:
    ///   - service: The service name that was asked for, such as `HTTP`.
    ///   - host: The host of the URL.
    /// - Returns: Sentences, with GSSAPI's own words at the end.
    func explanation(service: String, host: String) -> String {
        "There is no Kerberos ticket for \(service)/\(host): "
            + "\(meaning(service: service, host: host)). Kerberos says: \(words)"
            + (words.hasSuffix(".") ? "" : ".")
    }

    private func meaning(service: String, host: String) -> String {
        let text = words.lowercased()
        for (marks, meaning) in Self.meanings where marks.contains(where: text.contains) {
            return meaning
        }
        if text.contains("not found in kerberos database") {
            return text.contains("client ")
                ? "the domain does not know our account; check the keytab's principal and realm"
                : "the domain has no account with this service name; the URL must have the "
                    + "server's full name, not an address, and WinRM's service name may be host, "
                    + "HTTP or WSMAN"
        }
        return "give the agent a client keytab (KRB5_CLIENT_KTNAME) or a ticket (kinit), readable "
            + "by its user"
    }

    /// The first that has one of its marks in the words; the general ones come last.
    private static let meanings: [(marks: [String], meaning: String)] = [
        (
            ["clock skew"],
            "the clocks differ by more than five minutes; check the time here (chronyc tracking), "
                + "at the server and at the domain controllers (w32tm /query /status)"
        ),
        (
            ["ticket expired", "ticket has expired", "credentials have expired"],
            "our ticket has expired; renew it (kinit), or give the agent a client keytab "
                + "(KRB5_CLIENT_KTNAME), which needs no renewal"
        ),
        (
            ["cannot contact any kdc", "cannot find kdc", "cannot resolve", "cannot locate kdc"],
            "no domain controller answers; check /etc/krb5.conf, DNS, and port 88 to the domain "
                + "controllers"
        ),
        (
            ["preauthentication failed", "password incorrect", "integrity check failed"],
            "the keytab's key is not the account's; its password was changed after the keytab was "
                + "made, so make a new one"
        ),
        (
            ["revoked", "locked out", "disabled", "password has expired", "key has expired"],
            "the domain does not let our account in: it is disabled, locked, or its password has "
                + "expired"
        ),
        (
            ["encryption type", "etype"],
            "the keytab and the domain have no kind of encryption in common; make a keytab with "
                + "AES keys and allow AES for the account"
        ),
        (
            ["permission denied"],
            "the agent's user may not read its keytab or ticket cache"
        ),
    ]
}
