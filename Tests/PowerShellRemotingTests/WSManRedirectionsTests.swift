import Curl
import FailoverCore
import Testing

@testable import PowerShellRemoting

@Suite("WSManRedirections")
struct WSManRedirectionsTests {
    private static let url = "https://pool1.contoso.lan/OcsPowershell"
    private static let basic = HTTPAuthentication.basic(user: "u", password: Secret("hidden-word"))

    private func redirections(_ authentication: HTTPAuthentication) -> WSManRedirections {
        let endpoint = WSManEndpoint(
            url: Self.url,
            configurationName: "C",
            tls: TLSOptions(trust: .file(path: "/ca.pem")),
            authentication: authentication,
            connectAddress: "10.0.0.1"
        )
        return WSManRedirections(configured: endpoint, current: Self.url)
    }

    private func refusal(
        _ location: String?,
        _ authentication: HTTPAuthentication = .none
    ) -> WSManFailure? {
        var redirections = redirections(authentication)
        let failure = #expect(throws: WSManFailure.self) { try redirections.next(location) }
        #expect(failure?.kind == .notUnderstood && failure?.mayHaveBeenCarriedOut == false)
        return failure
    }

    @Test(arguments: [
        HTTPAuthentication.none, basic, .ntlm(user: "u", password: Secret("p")),
        .negotiate(serviceName: "HTTP"),
    ])
    func `the same host is asked in the same way, at whatever port and path`(
        authentication: HTTPAuthentication
    ) throws {
        var redirections = redirections(authentication)
        let next = try redirections.next("https://POOL1.contoso.lan:444/Other?PSVersion=5.1")
        #expect(next.url == "https://POOL1.contoso.lan:444/Other?PSVersion=5.1")
        #expect(next.connectAddress == "10.0.0.1" && next.authentication == authentication)
        #expect(next.configurationName == "C" && next.tls.trust == .file(path: "/ca.pem"))
        #expect(try redirections.next("/third").url == "https://POOL1.contoso.lan:444/third")
    }

    @Test(arguments: [
        "https://fe11.contoso.lan/OcsPowershell", "https://contoso.lan/",
        "https://pool1.contoso.lan.evil.test/", "https://sub.pool1.contoso.lan/", "//10.0.0.1/",
    ])
    func `a password goes to no other host, not even of the same domain`(location: String) {
        let words = refusal(location, Self.basic)?.message ?? ""
        #expect(words.contains("another host, which does not get the password"))
        #expect(!words.contains("hidden-word"))
    }

    @Test(arguments: [
        HTTPAuthentication.ntlm(user: "u", password: Secret("p")), .negotiate(serviceName: "HTTP"),
        .none,
    ])
    func `another host is asked without the address of the configured one`(
        authentication: HTTPAuthentication
    ) throws {
        var redirections = redirections(authentication)
        let next = try redirections.next("https://fe11.contoso.lan/OcsPowershell")
        #expect(next.connectAddress == nil && next.authentication == authentication)
        // Back again, it is the configured host's address once more.
        let back = try redirections.next("https://pool1.contoso.lan/Third")
        #expect(back.connectAddress == "10.0.0.1")
    }

    @Test(arguments: [
        (nil, "without saying where"), ("", "address is empty"),
        ("http://pool1.contoso.lan/", "not https"),
        ("ftp://pool1.contoso.lan/", "where nobody can go"),
        ("https://a:b@pool1.contoso.lan/", "user name"),
        ("https://pool1.contoso.lan/\u{1}", "a character that no URL has"),
        (url, "it goes round in a circle"), (url + "#again", "it goes round in a circle"),
        ("/" + String(repeating: "&", count: 100), "more than 500 bytes"),
    ])
    func `what is no good address is told in plain words`(location: String?, words: String) {
        let message = refusal(location)?.message ?? ""
        #expect(message.hasPrefix("the server sends us elsewhere"))
        #expect(message.contains(words), "\(message)")
    }

    @Test
    func `five steps are followed, and no sixth`() throws {
        var redirections = redirections(.none)
        for step in 1...5 { #expect(try redirections.next("/\(step)").url.hasSuffix("/\(step)")) }
        let failure = #expect(throws: WSManFailure.self) { try redirections.next("/6") }
        #expect(failure?.message.contains("once more after 5 times") == true)
    }

    @Test
    func `addresses are shown without what may be a secret`() {
        let shown = WSManRedirections.shown("https://u:secret@fe11/x?token=secret#secret")
        #expect(shown == "…@fe11/x")
        #expect(WSManRedirections.shown("https://fe11/\u{1B}[1m") == "https://fe11/?[1m")
        #expect(WSManRedirections.shown(String(repeating: "x", count: 900)).count == 200)
    }
}
