internal import FailoverCore

/// The words of an XMPP server-to-server stream (RFC 6120 sections 4 and 5).
enum XMPPStream {
    static let streamNamespace = "http://etherx.jabber.org/streams"
    static let tlsNamespace = "urn:ietf:params:xml:ns:xmpp-tls"
    static let startTLS = "<starttls xmlns='\(tlsNamespace)'/>"
    static let end = "</stream:stream>"

    /// The initial stream header; names that we do not have are left out.
    static func header(to domain: FQDN?, from localDomain: FQDN?) -> String {
        let to = domain.map { " to='\($0)'" } ?? ""
        let from = localDomain.map { " from='\($0)'" } ?? ""
        return "<?xml version='1.0'?><stream:stream xmlns='jabber:server'"
            + " xmlns:stream='\(streamNamespace)' xmlns:db='jabber:server:dialback'"
            + to + from + " version='1.0' xml:lang='en'>"
    }
}
