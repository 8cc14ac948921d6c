import Curl
import Testing

@Suite("HTTPRedirection")
struct HTTPRedirectionTests {
    private static let asked = "https://pool1.contoso.lan/OcsPowershell?a=b"

    @Test(arguments: [
        ("https://fe11.contoso.lan/OcsPowershell", "https://fe11.contoso.lan/OcsPowershell"),
        (
            "https://fe11.contoso.lan:444/x?PSVersion=5.1",
            "https://fe11.contoso.lan:444/x?PSVersion=5.1"
        ),
        ("/other", "https://pool1.contoso.lan/other"),
        ("//fe11/other", "https://fe11/other"),
        ("other", "https://pool1.contoso.lan/other"),
        ("?c=d", "https://pool1.contoso.lan/OcsPowershell?c=d"),
        ("https://fe11/x#part", "https://fe11/x"),
        ("http://fe11/x", "http://fe11/x"),
    ])
    func `an address is read, or resolved against what was asked`(
        location: String,
        url: String
    ) throws {
        let target = try HTTPRedirection(location: location, from: Self.asked)
        #expect(target.url == url)
        #expect(target.isSecure == url.hasPrefix("https:"))
    }

    @Test(arguments: [
        "", "https://", "ftp://fe11/x", "file:///etc/passwd", "javascript:alert(1)",
        "https://user@fe11/", "https://user:secret@fe11/", "https://fe11/a b",
        "https://fe11/\r\nX: y", "https://fé11/", "https://fe11:99999/", "https://fe11/\0",
    ])
    func `what is no address is refused without being repeated`(location: String) {
        let error = #expect(throws: HTTPFailure.self) {
            try HTTPRedirection(location: location, from: Self.asked)
        }
        #expect(error?.code == .badURL)
        #expect(error?.message.contains("secret") == false)
    }

    @Test(arguments: [
        ("https://POOL1.contoso.lan:444/x", true), ("/x", true),
        ("https://fe11.contoso.lan/", false),
        ("https://pool1.contoso.lan.evil.test/", false), ("https://contoso.lan/", false),
        ("https://xpool1.contoso.lan/", false), ("https://pool1.contoso.lan./", false),
    ])
    func `a host is the same by its whole name, on whatever port`(
        location: String,
        isSame: Bool
    ) throws {
        let target = try HTTPRedirection(location: location, from: Self.asked)
        #expect(target.isSameHost(as: Self.asked) == isSame)
        #expect(!target.isSameHost(as: "no URL"))
    }
}
