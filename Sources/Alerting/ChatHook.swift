public import Curl
public import FailoverCore
public import FailoverEngine

/// Posts alerts to a chat's incoming webhook, in the form that the chat reads.
public struct ChatHook: AlertHook {
    /// Whose form it is.
    public enum Chat: Sendable {
        /// Slack, and what takes the same: Mattermost, Rocket.Chat.
        case slack
        /// Workflows of Microsoft Teams: an Adaptive Card.
        case teams
    }

    /// The hook's name in the configuration.
    public let name: String
    private let chat: Chat
    private let receiver: HTTPReceiver
    private let link: String?

    /// Makes a hook.
    ///
    /// - Parameters:
    ///   - name: The hook's name in the configuration.
    ///   - chat: Whose form it is.
    ///   - url: The incoming webhook's address, which is a secret.
    ///   - link: A page that the reader may want to open.
    ///   - tls: Whom to trust.
    ///   - timeout: For one delivery, connecting included. Default: 10 s.
    ///   - client: Carries the requests; it must outlive the hook.
    public init(
        name: String,
        chat: Chat,
        url: Secret,
        link: String? = nil,
        tls: TLSOptions,
        timeout: Duration = .seconds(10),
        client: HTTPClient
    ) {
        self.name = name
        self.chat = chat
        self.link = link
        receiver = HTTPReceiver(url: url, tls: tls, timeout: timeout, client: client)
    }

    /// Posts the alert once; trying again is the dispatcher's work.
    public func deliver(_ alert: Alert, answerLink: Secret?) async -> DeliveryResult {
        let links = MessageLink.all(answer: answerLink, page: link)
        return await receiver.post {
            switch chat {
            case .slack: try JSON.bytes(SlackMessage(alert, links: links))
            case .teams: try JSON.bytes(TeamsMessage(alert, links: links))
            }
        }
    }
}
