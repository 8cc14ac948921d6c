import FailoverCore
import FailoverEngine
import Testing

@testable import ControlAPI

/// Which links are taken.
@Suite struct AnswerLinkTests {
    private let links = AnswerLinks(publicURL: "https://warden-1.contoso.net:8061/")
    private let pass = AnswerPass(
        request: RequestID(7),
        person: "anna",
        hook: "night-mail",
        until: 1_795_266_490
    )

    /// What a link names.
    private func query(_ link: Secret) throws -> [String: String] {
        let text = link.withValue { $0 }
        let start = "https://warden-1.contoso.net:8061/requests/7/answer?"
        try #require(text.hasPrefix(start), "\(text)")
        let pairs = text.dropFirst(start.count).split(separator: "&").map { pair in
            let parts = pair.split(separator: "=", maxSplits: 1).map(String.init)
            return (parts[0], parts[1])
        }
        return Dictionary(uniqueKeysWithValues: pairs)
    }

    @Test func `a link is taken as it was made, and names nobody else's pass`() throws {
        let query = try query(links.link(pass))
        #expect(links.pass(7) { query[$0] } == pass)
        #expect(query.keys.sorted() == ["as", "by", "signature", "until"])
        #expect(query["signature"]?.count == 43)
    }

    @Test(arguments: [
        ("as", "berta"), ("by", "other"), ("until", "1795266491"), ("until", "later"),
        ("signature", ""), ("signature", String(repeating: "A", count: 43)),
        ("signature", String(repeating: "=", count: 43)),
        ("signature", String(repeating: "ä", count: 43)),
    ])
    func `a link with one word changed is none`(key: String, value: String) throws {
        let query = try query(links.link(pass)).merging([key: value]) { $1 }
        #expect(links.pass(7) { query[$0] } == nil)
    }

    @Test func `a link that lacks a word, or is for another request, is none`() throws {
        let query = try query(links.link(pass))
        for key in query.keys {
            #expect(links.pass(7) { $0 == key ? nil : query[$0] } == nil)
        }
        #expect(links.pass(8) { query[$0] } == nil)
        #expect(links.pass(nil) { query[$0] } == nil)
    }

    @Test func `a signature with one bit changed is none`() throws {
        var query = try query(links.link(pass))
        let right = Array(try #require(query["signature"]))
        // The last character has four bits of the signature only; two of it are padding.
        for index in right.indices.dropLast() {
            var wrong = right
            wrong[index] = right[index] == "A" ? "B" : "A"
            query["signature"] = String(wrong)
            #expect(links.pass(7) { query[$0] } == nil, "\(index)")
        }
    }

    @Test func `another process's link is none`() throws {
        let query = try query(
            AnswerLinks(publicURL: "https://warden-1.contoso.net:8061").link(pass)
        )
        #expect(links.pass(7) { query[$0] } == nil)
    }

    @Test func `a link ends when the time to answer does`() {
        #expect(!pass.isOver(at: Timestamp(millisecondsSinceEpoch: 1_795_266_489_999)))
        #expect(pass.isOver(at: Timestamp(millisecondsSinceEpoch: 1_795_266_490_000)))
    }

    @Test func `what asks gets a link that holds as long as people may answer`() throws {
        let at = Timestamp(millisecondsSinceEpoch: 1_795_266_490_000)
        func link(_ code: NoticeCode, _ request: RequestID?) -> Secret? {
            let notice = Notice(code, .critical, request: request, sentence: "x")
            let alert = Alert(id: 1, at: at, agent: "warden-1", notice: notice)
            return links.link(for: alert, as: "anna", by: "mail", holdingFor: .seconds(900))
        }
        let asked = try query(try #require(link(.approvalWanted, RequestID(7))))
        #expect(asked["until"] == "1795267390")
        #expect(links.pass(7) { asked[$0] }?.hook == "mail")
        #expect(link(.runStarted, RequestID(7)) == nil)
        #expect(link(.approvalWanted, nil) == nil)
        let tried = try #require(link(.test, nil)).withValue { $0 }
        #expect(tried.contains("/requests/0/answer?"))
    }
}
