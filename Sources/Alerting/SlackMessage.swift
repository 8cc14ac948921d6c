import FailoverCore
import FailoverEngine

/// Blocks for Slack, and a text for notifications and for receivers without blocks.
struct SlackMessage: Encodable {
    struct Text: Encodable {
        let type: String
        let text: String

        /// Text with Slack's three control characters escaped.
        static func markdown(_ text: String) -> Text {
            Text(type: "mrkdwn", text: AlertText.escaped(text))
        }
    }

    struct Button: Encodable {
        let type = "button"
        let text: Text
        let url: String
    }

    struct Block: Encodable {
        let type: String
        var text: Text?
        var fields: [Text]?
        var elements: [Button]?
    }

    let text: String
    let blocks: [Block]

    init(_ alert: Alert, links: [MessageLink]) {
        let words = AlertText(alert)
        let mark =
            switch alert.notice.severity {
            case .critical: "🔴"
            case .warning: "🟠"
            case .info: alert.course.stage == .ends ? "🟢" : "🔵"
            }
        let headline = "\(mark) \(words.headline)"
        text = AlertText.escaped(AlertText.cut("\(headline). \(words.sentence)", to: 2_000))
        // Slack's limits: 150 characters of a header, 3,000 of a section, 10 fields.
        var blocks = [
            Block(
                type: "header",
                text: Text(type: "plain_text", text: AlertText.cut(headline, to: 150))
            ),
            Block(type: "section", text: .markdown(AlertText.cut(words.sentence, to: 2_400))),
            Block(
                type: "section",
                fields: words.facts.map {
                    Text(type: "mrkdwn", text: "*\($0.name)*\n\(AlertText.escaped($0.value))")
                }
            ),
        ]
        if !links.isEmpty {
            let buttons = links.map {
                Button(text: Text(type: "plain_text", text: $0.title), url: $0.url)
            }
            blocks.append(Block(type: "actions", elements: buttons))
        }
        self.blocks = blocks
    }
}
