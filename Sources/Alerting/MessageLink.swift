import FailoverCore

/// A page that a message leads to.
struct MessageLink {
    /// What the button or the words say.
    let title: String
    let url: String

    /// The pages of a message, the most urgent first: where it is answered, and what the
    /// configuration names.
    static func all(answer: Secret?, page: String?) -> [MessageLink] {
        let answer = answer.map { $0.withValue { MessageLink(title: "Look and answer", url: $0) } }
        let page = page.map { MessageLink(title: "Open", url: $0) }
        return [answer, page].compactMap(\.self)
    }
}
