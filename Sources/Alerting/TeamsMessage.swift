import FailoverCore
import FailoverEngine

/// The envelope that "When a Teams webhook request is received" takes, with one Adaptive Card.
struct TeamsMessage: Encodable {
    struct Fact: Encodable {
        let title: String
        let value: String
    }

    struct Element: Encodable {
        let type: String
        var text: String?
        var size: String?
        var weight: String?
        var color: String?
        var wrap: Bool?
        var facts: [Fact]?
    }

    struct Action: Encodable {
        let type = "Action.OpenUrl"
        let title: String
        let url: String
    }

    struct Card: Encodable {
        let schema = "http://adaptivecards.io/schemas/adaptive-card.json"
        let type = "AdaptiveCard"
        // What Teams shows on all its clients.
        let version = "1.4"
        let fallbackText: String
        let body: [Element]
        let actions: [Action]?

        enum CodingKeys: String, CodingKey {
            case schema = "$schema"
            case type, version, fallbackText, body, actions
        }
    }

    struct Attachment: Encodable {
        let contentType = "application/vnd.microsoft.card.adaptive"
        let content: Card
    }

    let type = "message"
    let attachments: [Attachment]

    init(_ alert: Alert, links: [MessageLink]) {
        let words = AlertText(alert)
        let color =
            switch alert.notice.severity {
            case .critical: "attention"
            case .warning: "warning"
            case .info: alert.course.stage == .ends ? "good" : "default"
            }
        // Teams takes 28 KB altogether.
        let sentence = AlertText.cut(words.sentence, to: 4_000)
        let card = Card(
            fallbackText: "\(words.headline). \(sentence)",
            body: [
                Element(
                    type: "TextBlock",
                    text: words.headline,
                    size: "large",
                    weight: "bolder",
                    color: color,
                    wrap: true
                ),
                Element(type: "TextBlock", text: sentence, wrap: true),
                Element(
                    type: "FactSet",
                    facts: words.facts.map { Fact(title: $0.name, value: $0.value) }
                ),
            ],
            actions: links.isEmpty ? nil : links.map { Action(title: $0.title, url: $0.url) }
        )
        attachments = [Attachment(content: card)]
    }
}
