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
        let lease: TLSLease?
        do {
            lease = try profile?.lease()
        } catch {
            return ConnectionRecord(end: .setup("\(error)"))
        }
        defer { if let lease { profile?.giveBack(lease) } }
        let timeout = Dialer.bounded(plan.timeout)
        return await run(to: plan.target) { address, loop, cancellation, promise in
            var plan = plan
            plan.timeout = timeout
            let connection = ProbeConnection(
                plan: plan,
                lease: lease,
                conversation: conversation(),
                cancellation: cancellation,
                promise: promise
            )
            Dialer.connect(connection, to: address, on: loop, timeout: timeout)
        }
    }

    /// Carries one STUN transaction to its end; returns within the plan's time-out plus a short
    /// grace.
    func exchange(_ plan: ConnectionPlan, _ request: AllocateRequest) async -> ConnectionRecord {
        let timeout = Dialer.bounded(plan.timeout)
        return await run(to: plan.target) { address, loop, cancellation, promise in
            let exchange = STUNExchange(
                request: request,
                place: plan.target.place,
                timeout: timeout,
                cancellation: cancellation,
                promise: promise
            )
            Dialer.open(exchange, to: address, on: loop)
        }
    }

    private static func bounded(_ timeout: Duration) -> Duration {
        min(max(timeout, .zero), timeoutMax)
    }

    /// Starts something on an event loop and waits until it has kept its promise.
    private func run(
        to target: ProbeTarget,
        _ start:
            @escaping @Sendable (
                SocketAddress, any EventLoop, Cancellation, EventLoopPromise<ConnectionRecord>
            ) -> Void
    ) async -> ConnectionRecord {
        let address: SocketAddress
        do {
            address = try SocketAddress(
                ipAddress: target.address.description,
                port: Int(target.port)
            )
        } catch {
            return ConnectionRecord(end: .setup("\(error)"))
        }
        let loop = group.next()
        let promise = loop.makePromise(of: ConnectionRecord.self)
        let cancellation = Cancellation()
        return await withTaskCancellationHandler {
            loop.execute { start(address, loop, cancellation, promise) }
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
    /// A UDP socket that hears of ICMP refusals, since it is connected.
    private static func open(
        _ exchange: STUNExchange,
        to address: SocketAddress,
        on loop: any EventLoop
    ) {
        let bound = NIOLoopBound(exchange, eventLoop: loop)
        DatagramBootstrap(group: loop)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(bound.value)
                }
            }
            .connect(to: address)
            .whenComplete { result in
                switch result {
                case .success(let channel): bound.value.begin(on: channel)
                case .failure(let error): bound.value.setupFailed(error)
                }
            }
    }
}
