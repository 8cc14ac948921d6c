public import FailoverCore
public import FailoverEngine
public import NIOCore
public import NIOPosix

/// Probes no more than the path: whether a TCP connection comes up.
///
/// A connection refused or reset also tells that packets get there and back: the finding says so,
/// and whoever asks about the path reads it as an open one.
public struct TCPProber: Prober {
    private let dialer: Dialer

    /// Makes a prober whose connections live on a group that outlives it; NIO's shared one by
    /// default.
    public init(group: any EventLoopGroup = MultiThreadedEventLoopGroup.singleton) {
        dialer = Dialer(group: group)
    }

    /// Connects and closes.
    public func probe(_ target: ProbeTarget, timeout: Duration) async -> ProbeOutcome {
        let plan = ConnectionPlan(
            target: target,
            timeout: timeout,
            security: .never,
            serverName: nil
        )
        let record = await dialer.dial(plan, profile: nil) {
            NothingSaid(answer: "TCP connection accepted")
        }
        return await Findings(plan: plan, profile: nil).outcome(of: record, nil)
    }
}

extension ProbeFinding {
    /// Whether packets reach the host and come back, whatever answers there; nil when this probe
    /// cannot tell.
    public var pathIsOpen: Bool? {
        switch self {
        case .answered, .wantsClientCertificate, .refused, .reset, .tlsFailed, .closedEarly,
            .silent, .notTheProtocol:
            true
        case .connectTimeout, .unreachable: false
        case .unanswered, .inconclusive: nil
        }
    }
}
