import FailoverCore
import NIOCore
import NIOPosix

/// Sends a question in a datagram and waits for the datagram that answers it.
///
/// The socket is connected: the kernel passes on only what comes from the server asked, and tells
/// at once when nothing listens there.
enum UDPExchange {
    /// How often the question goes out, spread over the time: one lost packet is not silence.
    static let attempts: Int64 = 3

    /// Gives the first datagram that `isAnswer` accepts; all others are passed over.
    static func run(
        _ question: [UInt8],
        with server: DNSServer,
        deadline: NIODeadline,
        on group: any EventLoopGroup,
        isAnswer: @escaping @Sendable ([UInt8]) -> Bool
    ) async throws(ExchangeFailure) -> [UInt8] {
        let loop = group.any()
        let promise = loop.makePromise(of: [UInt8].self)
        let bootstrap = DatagramBootstrap(group: loop).channelInitializer { channel in
            channel.eventLoop.makeCompletedFuture {
                let handler = DatagramHandler(question, deadline, promise, isAnswer)
                try channel.pipeline.syncOperations.addHandler(handler)
            }
        }
        do {
            let address = try socketAddress(of: server)
            bootstrap.connect(to: address).cascadeFailure(to: promise)
            return try await cancellable(promise) { try await promise.futureResult.get() }
        } catch {
            promise.fail(error)
            throw ExchangeFailure(wrapping: error, mayHaveArrived: true)
        }
    }
}

/// Fails the promise when the task that waits for it is cancelled.
func cancellable<Value: Sendable>(
    _ promise: EventLoopPromise<[UInt8]>,
    _ body: () async throws -> Value
) async throws -> Value {
    try await withTaskCancellationHandler(operation: body) {
        promise.fail(CancellationError())
    }
}

private final class DatagramHandler: ChannelInboundHandler {
    typealias InboundIn = AddressedEnvelope<ByteBuffer>
    typealias OutboundOut = AddressedEnvelope<ByteBuffer>

    private let question: [UInt8]
    private let deadline: NIODeadline
    private let promise: EventLoopPromise<[UInt8]>
    private let isAnswer: @Sendable ([UInt8]) -> Bool
    private var timers: [Scheduled<Void>] = []

    init(
        _ question: [UInt8],
        _ deadline: NIODeadline,
        _ promise: EventLoopPromise<[UInt8]>,
        _ isAnswer: @escaping @Sendable ([UInt8]) -> Bool
    ) {
        self.question = question
        self.deadline = deadline
        self.promise = promise
        self.isAnswer = isAnswer
    }

    func channelActive(context: ChannelHandlerContext) {
        let channel = context.channel
        let promise = self.promise
        promise.futureResult.whenComplete { _ in channel.close(promise: nil) }
        // Given up in the meantime: then it is closed already, and nothing may be sent.
        guard channel.isActive else { return }
        let remaining = (deadline - .now()).nanoseconds
        let pause = TimeAmount.nanoseconds(remaining / UDPExchange.attempts)
        send(context)
        let loop = context.eventLoop.assumeIsolated()
        let bound = NIOLoopBound(context, eventLoop: context.eventLoop)
        for attempt in 1..<UDPExchange.attempts {
            let timer = loop.scheduleTask(in: pause * attempt) { self.send(bound.value) }
            timers.append(timer)
        }
        timers.append(
            loop.scheduleTask(deadline: deadline) {
                promise.fail(ExchangeFailure(.timeout, mayHaveArrived: true))
            }
        )
    }

    private func send(_ context: ChannelHandlerContext) {
        guard let remote = context.channel.remoteAddress else { return }
        let envelope = AddressedEnvelope(
            remoteAddress: remote,
            data: context.channel.allocator.buffer(bytes: question)
        )
        context.writeAndFlush(wrapOutboundOut(envelope)).cascadeFailure(to: promise)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let envelope = unwrapInboundIn(data)
        let bytes = Array(envelope.data.readableBytesView)
        if envelope.remoteAddress == context.channel.remoteAddress, isAnswer(bytes) {
            promise.succeed(bytes)
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        promise.fail(error)
    }

    func channelInactive(context: ChannelHandlerContext) {
        for timer in timers { timer.cancel() }
        promise.fail(ExchangeFailure(.closedEarly, mayHaveArrived: true))
    }
}
