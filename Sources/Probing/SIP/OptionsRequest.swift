internal import FailoverCore

/// A SIP OPTIONS request outside of a dialog (RFC 3261 sections 8.1.1 and 11).
struct OptionsRequest {
    /// The domain asked, in the request URI and `To`.
    var host: String
    /// The domain we say we are, in `From`.
    var localHost: String
    /// Our own address and port, in `Via` and `Contact`; an IPv6 address in brackets.
    var localPlace: String
    /// Numbers never used before: for the branch, the tag and the Call-ID.
    var tokens: Tokens

    /// What makes a request unique.
    struct Tokens: Hashable {
        var branch: UInt64
        var tag: UInt64
        var call: UInt64
    }

    /// The request as it goes over the wire.
    var text: String {
        let tag = Hexadecimal.text(of: tokens.tag)
        let call = Hexadecimal.text(of: tokens.call)
        // z9hG4bK marks a branch as unique over space and time (RFC 3261, 8.1.1.7).
        return """
            OPTIONS sip:\(host) SIP/2.0\r
            Via: SIP/2.0/TLS \(localPlace);branch=z9hG4bK\(Hexadecimal.text(of: tokens.branch))\r
            Max-Forwards: 70\r
            From: <sip:edgewarden@\(localHost)>;tag=\(tag)\r
            To: <sip:\(host)>\r
            Call-ID: \(call)@\(localHost)\r
            CSeq: 1 OPTIONS\r
            Contact: <sip:edgewarden@\(localPlace);transport=tls>\r
            Accept: application/sdp\r
            User-Agent: Edgewarden\r
            Content-Length: 0\r
            \r

            """
    }
}
