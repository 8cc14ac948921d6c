public import Curl
public import FailoverCore
public import FailoverEngine

/// Opens, acknowledges and resolves incidents of PagerDuty by its Events API v2.
///
/// What begins opens an incident, and its end resolves the same one. What does not last opens one if
/// it is more than information; nobody is paged for information.
public struct PagerDutyHook: AlertHook {
    /// Where PagerDuty takes events; accounts in the EU have another.
    public static let standardURL = "https://events.pagerduty.com/v2/enqueue"

    /// The hook's name in the configuration.
    public let name: String
    /// It does.
    public let keepsTrack = true
    private let routingKey: Secret
    private let receiver: HTTPReceiver
    private let link: String?

    /// Makes a hook.
    ///
    /// - Parameters:
    ///   - name: The hook's name in the configuration.
    ///   - routingKey: The integration key of a service.
    ///   - url: Where to post.
    ///   - link: A page that the reader may want to open.
    ///   - tls: Whom to trust.
    ///   - timeout: For one delivery, connecting included. Default: 10 s.
    ///   - client: Carries the requests; it must outlive the hook.
    public init(
        name: String,
        routingKey: Secret,
        url: String = PagerDutyHook.standardURL,
        link: String? = nil,
        tls: TLSOptions,
        timeout: Duration = .seconds(10),
        client: HTTPClient
    ) {
        self.name = name
        self.routingKey = routingKey
        self.link = link
        receiver = HTTPReceiver(url: Secret(url), tls: tls, timeout: timeout, client: client)
    }

    /// Posts the alert's events one after the other; trying again is the dispatcher's work.
    ///
    /// Those that had arrived before a failure arrive again then, which changes nothing.
    public func deliver(_ alert: Alert, answerLink: Secret?) async -> DeliveryResult {
        var result = DeliveryResult(isDelivered: true, detail: "information: nobody is paged")
        let links = MessageLink.all(answer: answerLink, page: link)
        for event in PagerDutyEvent.all(of: alert, links: links) {
            result = await receiver.post {
                try routingKey.withValue { try JSON.bytes(event.signed($0)) }
            }
            guard result.isDelivered else { return result }
        }
        return result
    }
}

/// An event of the Events API v2.
struct PagerDutyEvent: Encodable {
    struct Payload: Encodable {
        let summary: String
        let source: String
        let severity: String
        let timestamp: String
        let component: String?
        let group: String?
        let `class`: String
        let customDetails: [String: String]

        enum CodingKeys: String, CodingKey {
            case summary, source, severity, timestamp, component, group, `class`
            case customDetails = "custom_details"
        }
    }

    struct Link: Encodable {
        let href: String
        let text: String
    }

    private(set) var routingKey = ""
    let action: String
    let key: String
    var payload: Payload?
    var client: String?
    var links: [Link]?

    enum CodingKeys: String, CodingKey {
        case routingKey = "routing_key"
        case action = "event_action"
        case key = "dedup_key"
        case payload, client, links
    }

    /// The event with the key of the service.
    func signed(_ routingKey: String) -> PagerDutyEvent {
        var event = self
        event.routingKey = routingKey
        return event
    }

    /// What an alert means for PagerDuty, in order; nothing for mere information.
    static func all(of alert: Alert, links: [MessageLink]) -> [PagerDutyEvent] {
        let own = alert.subject
        let isInformation = alert.notice.severity == .info
        var ended = alert.course.ended.map { Subject($0).name }
        var events: [PagerDutyEvent] = []
        switch alert.course.stage {
        case .begins where !isInformation:
            ended.removeAll { $0 == own }
            events.append(trigger(alert, own, links))
        case .begins: break
        case .acknowledged:
            events.append(PagerDutyEvent(action: "acknowledge", key: key(alert.agent, own)))
        case .ends:
            if !ended.contains(own) { ended.append(own) }
        case nil where !isInformation: events.append(trigger(alert, "alert \(alert.id)", links))
        case nil: break
        }
        return ended.map { PagerDutyEvent(action: "resolve", key: key(alert.agent, $0)) } + events
    }

    private static func trigger(
        _ alert: Alert,
        _ subject: String,
        _ links: [MessageLink]
    ) -> PagerDutyEvent {
        let words = AlertText(alert)
        return PagerDutyEvent(
            action: "trigger",
            key: key(alert.agent, subject),
            payload: Payload(
                // PagerDuty's limit is 1,024 characters; the details have it whole.
                summary: AlertText.cut("\(words.headline). \(words.sentence)", to: 1_024),
                source: alert.agent,
                severity: alert.notice.severity.rawValue,
                timestamp: alert.at.description,
                component: alert.notice.pool?.name,
                group: alert.notice.route?.name,
                class: alert.notice.code.rawValue,
                customDetails: Dictionary(
                    (words.facts + [("Sentence", words.sentence)]).map { ($0.name, $0.value) },
                    uniquingKeysWith: { first, _ in first }
                )
            ),
            client: "Edgewarden",
            links: links.isEmpty ? nil : links.map { Link(href: $0.url, text: $0.title) }
        )
    }

    /// The same from beginning to end; PagerDuty's limit is 255 characters.
    private static func key(_ agent: String, _ subject: String) -> String {
        String("edgewarden/\(agent)/\(subject)".prefix(255))
    }
}
