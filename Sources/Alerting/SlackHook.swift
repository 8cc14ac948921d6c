public import Curl
public import FailoverCore
public import FailoverEngine

/// Posts alerts to an incoming webhook of Slack, or of what takes the same (Mattermost, Rocket.Chat).
public struct SlackHook: AlertHook {
    /// The hook's name in the configuration.
    public let name: String
    private let receiver: HTTPReceiver
    private let link: String?

    /// Makes a hook.
    ///
    /// - Parameters:
    ///   - name: The hook's name in the configuration.
    ///   - url: The incoming webhook's address, which is a secret.
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
        await receiver.post { try JSON.bytes(SlackMessage(alert, link: link)) }
    }
}

/// Blocks for Slack, and a text for notifications and for receivers without blocks.
struct SlackMessage: Encodable {
    struct Text: Encodable {
        let type: String
        let text: String

        /// Text with Slack's three control characters escaped.
        static func markdown(_ text: String) -> Text {
            Text(type: "mrkdwn", text: SlackMessage.escaped(text))
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

    init(_ alert: Alert, link: String?) {
        let words = AlertText(alert)
        let mark =
            switch alert.notice.severity {
            case .critical: "🔴"
            case .warning: "🟠"
            case .info: alert.course.stage == .ends ? "🟢" : "🔵"
            }
        let headline = "\(mark) \(words.headline)"
        text = Self.escaped(AlertText.cut("\(headline). \(words.sentence)", to: 2_000))
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
                    Text(type: "mrkdwn", text: "*\($0.name)*\n\(Self.escaped($0.value))")
                }
            ),
        ]
        if let link {
            let button = Button(text: Text(type: "plain_text", text: "Open"), url: link)
            blocks.append(Block(type: "actions", elements: [button]))
        }
        self.blocks = blocks
    }

    /// Slack reads these three as its own.
    private static func escaped(_ text: String) -> String {
        text.map { character in
            switch character {
            case "&": "&amp;"
            case "<": "&lt;"
            case ">": "&gt;"
            default: String(character)
            }
        }.joined()
    }
}
