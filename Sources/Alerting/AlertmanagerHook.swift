public import Curl
public import FailoverCore
public import FailoverEngine

/// Posts alerts to Prometheus Alertmanager by its API v2.
///
/// What begins fires until its end comes, for a day at most; what does not last fires for a quarter
/// of an hour. An end is no alert of its own.
public struct AlertmanagerHook: AlertHook {
    /// The hook's name in the configuration.
    public let name: String
    /// It does.
    public let keepsTrack = true
    private let receiver: HTTPReceiver
    private let header: WebhookHook.Header?
    private let link: String?

    /// Makes a hook.
    ///
    /// - Parameters:
    ///   - name: The hook's name in the configuration.
    ///   - url: Where Alertmanager is, without `/api/v2/alerts`.
    ///   - header: A header by which the receiver knows us; nil: none.
    ///   - link: A page that the reader may want to open.
    ///   - tls: Whom to trust.
    ///   - timeout: For one delivery, connecting included. Default: 10 s.
    ///   - client: Carries the requests; it must outlive the hook.
    public init(
        name: String,
        url: String,
        header: WebhookHook.Header? = nil,
        link: String? = nil,
        tls: TLSOptions,
        timeout: Duration = .seconds(10),
        client: HTTPClient
    ) {
        self.name = name
        self.header = header
        self.link = link
        let base = url.hasSuffix("/") ? String(url.dropLast()) : url
        receiver = HTTPReceiver(
            url: Secret(base + "/api/v2/alerts"),
            tls: tls,
            timeout: timeout,
            client: client
        )
    }

    /// Posts the alert once; trying again is the dispatcher's work.
    public func deliver(_ alert: Alert, answerLink _: Secret?) async -> DeliveryResult {
        let alerts = PostableAlert.all(of: alert, link: link)
        guard !alerts.isEmpty else {
            return DeliveryResult(isDelivered: true, detail: "an end of nothing that was firing")
        }
        var headers: HTTPHeaders = [:]
        if let header { header.value.withValue { headers.add(header.name, $0) } }
        return await receiver.post(headers: headers) { try JSON.bytes(alerts) }
    }
}

/// An alert as Alertmanager takes it (`postableAlert` of its OpenAPI document).
struct PostableAlert: Encodable {
    /// What Alertmanager knows an alert by: the same at its end as at its beginning.
    let labels: [String: String]
    let annotations: [String: String]
    let startsAt: String?
    let endsAt: String
    let generatorURL: String?

    /// How long what does not last is shown.
    private static let passing: Duration = .seconds(900)
    /// How long what lasts is shown when its end never comes.
    private static let longest: Duration = .seconds(86_400)

    /// What an alert means for Alertmanager.
    static func all(of alert: Alert, link: String?) -> [PostableAlert] {
        let words = AlertText(alert)
        let own = labels(alert.agent, alert.notice)
        var all = alert.course.ended.map { labels(alert.agent, $0) }.filter { $0 != own }
            .map { labels in
                PostableAlert(
                    labels: labels,
                    annotations: ["summary": words.headline, "description": words.sentence],
                    startsAt: nil,
                    endsAt: alert.at.description,
                    generatorURL: link
                )
            }
        let lasts: Duration? =
            switch alert.course.stage {
            case .begins: longest
            case nil: passing
            case .acknowledged, .ends: nil
            }
        guard let lasts else { return all }
        all.append(
            PostableAlert(
                labels: own,
                annotations: ["summary": words.headline, "description": words.sentence],
                startsAt: alert.at.description,
                endsAt: alert.at.later(by: lasts).description,
                generatorURL: link
            )
        )
        return all
    }

    private static func labels(_ agent: String, _ notice: Notice) -> [String: String] {
        let code = notice.code.rawValue.split(separator: "_")
        let name = code.map { $0.prefix(1).uppercased() + $0.dropFirst() }.joined()
        var labels = [
            "alertname": "Edgewarden\(name)", "severity": notice.severity.rawValue, "agent": agent,
        ]
        labels["route"] = notice.route?.name
        labels["pool"] = notice.pool?.name
        labels["dns_name"] = notice.name?.name
        return labels
    }
}
