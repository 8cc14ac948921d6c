public import Curl
public import FailoverCore
public import FailoverEngine

/// Sends alerts as mail, plain and as HTML in one.
public struct MailHook: AlertHook {
    /// Where mails are handed in, and between whom.
    public struct Route: Sendable {
        /// The server's name or address.
        public var host: String
        /// Its port.
        public var port: UInt16
        /// How the connection is secured.
        public var security: MailRequest.Security
        /// Whom to trust.
        public var tls: TLSOptions
        /// Who we say that we are; nil for nobody.
        public var credentials: MailRequest.Credentials?
        /// The sender's address.
        public var from: String
        /// The recipients' addresses; at least one.
        public var to: [String]

        /// Makes a route.
        public init(
            host: String,
            port: UInt16,
            security: MailRequest.Security,
            tls: TLSOptions,
            credentials: MailRequest.Credentials?,
            from: String,
            to: [String]
        ) {
            self.host = host
            self.port = port
            self.security = security
            self.tls = tls
            self.credentials = credentials
            self.from = from
            self.to = to
        }
    }

    /// The hook's name in the configuration.
    public let name: String
    private let route: Route
    private let link: String?
    private let timeout: Duration
    private let wallClock: any WallClock

    /// Makes a hook.
    ///
    /// - Parameters:
    ///   - name: The hook's name in the configuration.
    ///   - route: Where mails are handed in, and between whom.
    ///   - link: A page that the reader may want to open.
    ///   - timeout: For one delivery, connecting included.
    ///   - wallClock: For the mail's date.
    public init(
        name: String,
        route: Route,
        link: String? = nil,
        timeout: Duration,
        wallClock: any WallClock
    ) {
        self.name = name
        self.route = route
        self.link = link
        self.timeout = timeout
        self.wallClock = wallClock
    }

    /// Hands the mail in once; trying again is the dispatcher's work.
    ///
    /// One that is handed in again has the same Message-ID, so that mailboxes recognise it.
    public func deliver(_ alert: Alert, answerLink: Secret?) async -> DeliveryResult {
        let message = MailMessage(
            alert,
            from: route.from,
            to: route.to,
            links: MessageLink.all(answer: answerLink, page: link),
            at: wallClock.now()
        )
        let request = MailRequest(
            host: route.host,
            port: route.port,
            security: route.security,
            tls: route.tls,
            credentials: route.credentials,
            from: route.from,
            to: route.to,
            message: message.bytes,
            timeout: timeout
        )
        do throws(MailFailure) {
            return DeliveryResult(isDelivered: true, detail: try await MailClient.send(request))
        } catch {
            return DeliveryResult(
                isDelivered: false,
                detail: error.message,
                // Too big, or judged by its content: it will be so again.
                isRefused: [552, 554].contains(error.replyCode)
            )
        }
    }
}
