public import Curl
public import FailoverCore
public import FailoverEngine

/// Posts alerts as Adaptive Cards to a webhook of Microsoft Teams' Workflows.
public struct TeamsHook: AlertHook {
    /// The hook's name in the configuration.
    public let name: String
    private let receiver: HTTPReceiver
    private let link: String?

    /// Makes a hook.
    ///
    /// - Parameters:
    ///   - name: The hook's name in the configuration.
    ///   - url: The workflow's address, which is a secret.
    ///   - link: A page that the reader may want to open.
    ///   - tls: Whom to trust.
    ///   - timeout: For one delivery, connecting included. Default: 10 s.
    ///   - client: Carries the requests; it must outlive the hook.
    public init(
        name: String,
        url: Secret,
        link: String? = nil,
        tls: TLSOptions,
        timeout: Duration = .seconds(10),
        client: HTTPClient
    ) {
        self.name = name
        self.link = link
        receiver = HTTPReceiver(url: url, tls: tls, timeout: timeout, client: client)
    }

    /// Posts the alert once; trying again is the dispatcher's work.
    public func deliver(_ alert: Alert) async -> DeliveryResult {
        await receiver.post { try JSON.bytes(TeamsMessage(alert, link: link)) }
    }
}

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

    init(_ alert: Alert, link: String?) {
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
            actions: link.map { [Action(title: "Open", url: $0)] }
        )
        attachments = [Attachment(content: card)]
    }
}
