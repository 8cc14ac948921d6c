public import FailoverCore

extension AgentConfiguration {
    /// A place where alerts go: an entry of `alerts`.
    public struct AlertTarget: Sendable, Hashable {
        /// Its name, unique.
        public var name: String
        /// How alerts get there.
        public var kind: AlertKind
        /// Which notices go there; default all.
        public var events: Set<NoticeCode>
        /// For one delivery; default 10 s.
        public var timeout: Duration
    }

    /// How alerts get to a place.
    public enum AlertKind: Sendable, Hashable {
        /// A command that gets the alert as JSON on its standard input.
        ///
        /// The first word is an absolute path; no shell is involved.
        case exec(command: [String])
        /// An HTTP POST of the alert as JSON.
        case webhook(Webhook)
    }

    /// An HTTP receiver of alerts.
    public struct Webhook: Sendable, Hashable {
        /// `https`, or `http` on this machine.
        public var url: ServiceURL
        /// A header by which the receiver knows us.
        public var header: SecretHeader?
        /// PEM file of the authorities trusted for the receiver; nil: the system's.
        public var caFile: String?
    }

    /// An HTTP header whose value is a secret.
    public struct SecretHeader: Sendable, Hashable {
        /// The header's name, such as `Authorization`.
        public var name: String
        /// The name of the secret that is the header's whole value.
        public var secret: SecretName
    }
}
