import Foundation
import Testing

@testable import Configuring

@Suite struct DurationTextTests {
    @Test(arguments: [
        ("0s", 0), ("500ms", 500), ("5s", 5_000), ("1m30s", 90_000), ("24h", 86_400_000),
        ("7d", 604_800_000), ("1d2h3m4s5ms", 93_784_005), ("90m", 5_400_000),
    ])
    func `durations are numbers with units`(text: String, milliseconds: Int) {
        #expect(DurationText.parse(text) == .duration(.milliseconds(milliseconds)))
    }

    @Test(arguments: [
        "", "s", "5 s", "-5s", "+5s", "5.5s", "5sec", "30s1m", "5s5s", "5S", "1h30", "٥s",
        "9999999999s", "5s ", "ms5",
    ])
    func `other texts are no durations`(text: String) {
        #expect(DurationText.parse(text) == .notADuration)
    }

    @Test(arguments: ["5", "0", "123456789"])
    func `a bare number lacks its unit`(text: String) {
        #expect(DurationText.parse(text) == .withoutUnit)
    }

    @Test(arguments: ["0s", "1ms", "1s500ms", "5s", "1m30s", "2h", "1d", "1d1ms"])
    func `what is written reads back the same`(text: String) throws {
        guard case .duration(let duration) = DurationText.parse(text) else {
            Issue.record("\(text) does not read")
            return
        }
        #expect(DurationText.write(duration) == text)
    }
}

@Suite struct SuggestionTests {
    @Test(arguments: [
        ("inteval", "interval"), ("intervall", "interval"), ("itnerval", "interval"),
        ("Interval", "interval"), ("tiemout", "timeout"), ("ca", "ca_file"),
        ("username", "user"), ("fal", "fall"),
    ])
    func `the nearest word is meant`(typed: String, meant: String) {
        let words = ["interval", "timeout", "fall", "rise", "ca_file", "user", "password"]
        #expect(Suggestion.nearest(to: typed, among: words) == meant)
    }

    @Test(arguments: ["zebra", "x", "", "completely-different"])
    func `a word that is far from all gets no suggestion`(typed: String) {
        #expect(Suggestion.nearest(to: typed, among: ["interval", "timeout", "fall"]) == nil)
        #expect(Suggestion.clause(for: typed, among: [String]()).isEmpty)
    }

    @Test(arguments: [
        ("", "", 0), ("", "abc", 3), ("abc", "abc", 0), ("abc", "acb", 1), ("abc", "abd", 1),
        ("abc", "ab", 1), ("kitten", "sitting", 3), ("ca", "abc", 3),
    ])
    func `the distance counts slips`(left: String, right: String, slips: Int) {
        let (left, right) = (Array(left.unicodeScalars), Array(right.unicodeScalars))
        #expect(Suggestion.distance(left, right) == slips)
        #expect(Suggestion.distance(right, left) == slips)
    }
}

@Suite struct ServiceURLTests {
    @Test(arguments: [
        ("https://fe.contoso.net:5986/wsman", "https://fe.contoso.net:5986"),
        ("https://fe.contoso.net/OcsPowershell", "https://fe.contoso.net:443"),
        ("HTTPS://fe", "https://fe:443"),
        ("https://[2001:db8::1]:5986/", "https://[2001:db8::1]:5986"),
        ("https://10.0.0.1/x?y=z", "https://10.0.0.1:443"),
    ])
    func `an https URL is taken and shown without its path`(text: String, shown: String) throws {
        let url = try ServiceURL.parse(text, .https).get()
        #expect(url.description == shown)
        #expect(url.absolute == text)
    }

    @Test(arguments: [
        ("", ServiceURL.Problem.unreadable), ("fe.contoso.net", .unreadable),
        ("https://", .host), ("https:///x", .host), ("https://a b/", .unreadable),
        ("https://fe:99999/", .unreadable), ("https://fe:0/", .unreadable),
        ("https://-x/", .host), ("https://user@fe/", .userInfo), ("https://u:p@fe/", .userInfo),
        ("https://fe/#x", .fragment), ("http://fe/", .scheme("http")),
        ("file:///etc", .scheme("file")),
        ("ftp://fe/", .scheme("ftp")), ("https://fe\n/", .unreadable),
    ])
    func `other URLs are refused with the reason`(text: String, problem: ServiceURL.Problem) {
        #expect(ServiceURL.parse(text, .https) == .failure(problem))
    }

    @Test(arguments: [
        ("http://127.0.0.1:9093/", true), ("http://127.9.9.9/", true), ("http://[::1]:80/", true),
        ("http://localhost/", true), ("http://128.0.0.1/", false), ("http://[::2]/", false),
        ("http://localhost.contoso.net/", false),
    ])
    func `http is for this machine alone`(text: String, isTaken: Bool) {
        let taken = try? ServiceURL.parse(text, .httpsOrLoopback).get()
        #expect((taken != nil) == isTaken)
        #expect((try? ServiceURL.parse(text, .https).get()) == nil)
    }

    @Test(arguments: [
        ("https://fe", "https://fe:5986/wsman"), ("https://fe/", "https://fe:5986/wsman"),
        ("https://[2001:db8::1]", "https://[2001:db8::1]:5986/wsman"),
        ("https://fe:443", "https://fe:443"), ("https://fe/x", "https://fe/x"),
        ("https://fe/OcsPowershell?PSVersion=5.1", "https://fe/OcsPowershell?PSVersion=5.1"),
    ])
    func `a bare host is WSMan at its standard place`(text: String, full: String) throws {
        let url = try ServiceURL.parse(text, .https).get()
        #expect(url.withManagementDefaults.absolute == full)
    }
}
