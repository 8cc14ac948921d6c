internal import FailoverCore
internal import NIOCore
internal import NIOPosix

/// Opens a connection, lets a conversation run on it, and returns what came of it.
struct Dialer: Sendable {
    let group: any EventLoopGroup

    /// Whoever asks for more has made a mistake, and must not overflow the clock.
    private static let timeoutMax = Duration.seconds(3_600)

    /// Runs one connection to its end; returns within the plan's time-out plus a short grace.
    func dial(
        _ plan: ConnectionPlan,
        profile: TLSProfile?,
        conversation: @escaping @Sendable () -> any Conversation
    ) async -> ConnectionRecord {
        var plan = plan
        plan.timeout = min(max(plan.timeout, .zero), Dialer.timeoutMax)
        let address: SocketAddress
        let lease: TLSLease?
        do {
            address = try SocketAddress(
                ipAddress: plan.target.address.description,
                port: Int(plan.target.port)
            )
            lease = try profile?.lease()
        } catch {
            return ConnectionRecord(end: .setup("\(error)"))
        }
        defer { if let lease { profile?.giveBack(lease) } }

        let loop = group.next()
        let promise = loop.makePromise(of: ConnectionRecord.self)
        let cancellation = Cancellation()
        return await withTaskCancellationHandler {
            loop.execute { [plan] in
                let connection = ProbeConnection(
                    plan: plan,
                    lease: lease,
                    conversation: conversation(),
                    cancellation: cancellation,
                    promise: promise
                )
                Dialer.connect(connection, to: address, on: loop, timeout: plan.timeout)
            }
            do {
                return try await promise.futureResult.get()
            } catch {
                return ConnectionRecord(end: .setup("\(error)"))
            }
        } onCancel: {
            cancellation.cancel()
        }
    }

    private static func connect(
        _ connection: ProbeConnection,
        to address: SocketAddress,
        on loop: any EventLoop,
        timeout: Duration
    ) {
        let bound = NIOLoopBound(connection, eventLoop: loop)
        ClientBootstrap(group: loop)
            // The connection's own timer is the deadline; this one must only never come first.
            .connectTimeout(.nanoseconds(timeout.wholeNanoseconds) + .seconds(5))
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture { try bound.value.install(in: channel) }
            }
            .connect(to: address)
            .whenFailure { bound.value.connectFailed($0) }
    }
}
