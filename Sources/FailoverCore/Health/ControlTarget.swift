/// A place that answers whatever happens to the pools: when it falls silent too, the fault is ours.
public struct ControlTarget: Sendable, Hashable, Codable, CustomStringConvertible {
    /// Why it is one.
    public enum Source: String, Sendable, Hashable, Codable, CaseIterable {
        /// The way out of the agent's own network.
        case gateway
        /// A DNS resolver.
        case resolver
        /// The file names it.
        case configured
    }

    /// Its address.
    public var address: IPAddress
    /// The TCP port; a refusal is a sign of life as good as any.
    public var port: UInt16
    /// Why it is one.
    public var source: Source

    /// Makes a target.
    public init(address: IPAddress, port: UInt16, source: Source) {
        self.address = address
        self.port = port
        self.source = source
    }

    /// `gateway 192.0.2.1`, with the port where the file names one.
    public var description: String {
        switch source {
        case .gateway, .resolver: "\(source.rawValue) \(address)"
        case .configured: "\(DNSServer(address: address, port: port))"
        }
    }

    /// Whether a finding of a TCP probe shows that somebody is there; nil when it says nothing.
    ///
    /// No route, no network: nothing could be sent, which for a control target is as good as silence.
    public static func answers(_ finding: ProbeFinding) -> Bool {
        switch finding {
        case .answered, .wantsClientCertificate, .refused, .reset, .tlsFailed, .closedEarly,
            .silent, .notTheProtocol:
            true
        case .connectTimeout, .unreachable, .unanswered, .inconclusive: false
        }
    }
}
