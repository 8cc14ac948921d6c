import Testing

@testable import Curl

@Suite("KerberosFailure")
struct KerberosFailureTests {
    private let start = "gss_init_sec_context() failed: "

    @Test(arguments: [
        ("Clock skew too great. ", "the clocks differ"),
        (
            "No credentials were supplied, or the credentials were unavailable or inaccessible. "
                + "Clock skew too great in KDC reply. ",
            "the clocks differ"
        ),
        ("Ticket expired. ", "our ticket has expired"),
        (
            "Server HTTP/fe11.contoso.net@CONTOSO.NET not found in Kerberos database. ",
            "no account with this service name"
        ),
        (
            "Client 'edgewarden@CONTOSO.NET' not found in Kerberos database. ",
            "does not know our account"
        ),
        ("Cannot contact any KDC for realm 'CONTOSO.NET'. ", "no domain controller answers"),
        ("Preauthentication failed. ", "its password was changed"),
        ("Client's credentials have been revoked. ", "disabled, locked"),
        ("KDC has no support for encryption type. ", "make a keytab with AES keys"),
        ("Permission denied. ", "may not read its keytab"),
        (
            "No credentials were supplied, or the credentials were unavailable or inaccessible. "
                + "SPNEGO cannot find mechanisms to negotiate. ",
            "give the agent a client keytab"
        ),
    ])
    func `MIT Kerberos's words become what to do`(words: String, meaning: String) throws {
        let failure = try #require(KerberosFailure(remark: start + words + "\n"))
        let text = failure.explanation(service: "HTTP", host: "fe11.contoso.net")
        #expect(text.hasPrefix("There is no Kerberos ticket for HTTP/fe11.contoso.net: "))
        #expect(text.contains(meaning), "\(text)")
        #expect(text.hasSuffix("\(failure.words)") && !text.hasSuffix(" "))
    }

    @Test(arguments: ["", "Connected to fe11", "Server auth using Negotiate with user ''"])
    func `other remarks are of no concern`(remark: String) {
        #expect(KerberosFailure(remark: remark) == nil)
    }
}
