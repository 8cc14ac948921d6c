import FailoverCore
import FailoverEngine

/// An alert in words, as people read it in a chat, a mail or a pager.
struct AlertText {
    let alert: Alert

    init(_ alert: Alert) { self.alert = alert }

    private var notice: Notice { alert.notice }

    /// A few words: `Route down: sip`.
    var headline: String {
        let code = notice.code.rawValue.split(separator: "_").joined(separator: " ")
        let isReminder = alert.course.isReminder ?? false
        let words =
            isReminder ? "Reminder: \(code)" : code.prefix(1).uppercased() + code.dropFirst()
        let about = notice.route?.name ?? notice.pool?.host
        return about.map { "\(words): \($0)" } ?? words
    }

    /// One sentence or some: what happened, and what the reader should do.
    var sentence: String { notice.sentence }

    /// What it concerns, to stand below.
    var facts: [(name: String, value: String)] {
        let run = notice.request.map { "\($0.number)" }
        let all: [(String, String?)] = [
            ("Severity", notice.severity.rawValue), ("Route", notice.route?.name),
            ("Pool", notice.pool?.name), ("DNS name", notice.name?.name), ("Request", run),
            ("Time", alert.at.description), ("Agent", alert.agent), ("Alert", "\(alert.id)"),
        ]
        return all.compactMap { name, value in value.map { (name, $0) } }
    }

    /// A text in which the three characters that begin markup stand for themselves, in HTML and at
    /// Slack alike.
    static func escaped(_ text: String) -> String {
        text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
    }

    /// A text cut to so many characters, with a mark where it was cut.
    static func cut(_ text: String, to count: Int) -> String {
        text.count <= count ? text : text.prefix(count - 1) + "…"
    }
}

extension Timestamp {
    /// The moment so much later.
    func later(by duration: Duration) -> Timestamp {
        Timestamp(millisecondsSinceEpoch: millisecondsSinceEpoch + duration.wholeMilliseconds)
    }
}
