import FailoverCore
import NIOCore
import NIOPosix
import Synchronization

/// Sends one message over a connection of its own and waits for the answer (RFC 7766).
enum TCPExchange {
    /// Gives the message that comes back, which `isAnswer` must accept.
    static func run(
        _ request: [UInt8],
        with server: DNSServer,
        deadline: NIODeadline,
        on group: any EventLoopGroup,
        isAnswer: @escaping @Sendable ([UInt8]) -> Bool
    ) async throws(ExchangeFailure) -> [UInt8] {
        precondition(request.count <= Int(UInt16.max), "a message fits its length prefix")
        let loop = group.any()
        let promise = loop.makePromise(of: [UInt8].self)
        let wasSent = SentFlag()
        let bootstrap = ClientBootstrap(group: loop)
            .connectTimeout(max(deadline - .now(), .milliseconds(1)))
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let handler = StreamHandler(request, deadline, promise, wasSent, isAnswer)
                    try channel.pipeline.syncOperations.addHandler(handler)
                }
            }
        do {
            let address = try socketAddress(of: server)
            bootstrap.connect(to: address).cascadeFailure(to: promise)
            return try await cancellable(promise) { try await promise.futureResult.get() }
        } catch {
            promise.fail(error)
            throw ExchangeFailure(wrapping: error, mayHaveArrived: wasSent.value)
        }
    }
}

/// Whether any byte of the request was handed to the system.
private final class SentFlag: Sendable {
    private let flag = Atomic(false)

    var value: Bool { flag.load(ordering: .acquiring) }

    func raise() { flag.store(true, ordering: .releasing) }
}

private final class StreamHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let request: [UInt8]
    private let deadline: NIODeadline
    private let promise: EventLoopPromise<[UInt8]>
    private let wasSent: SentFlag
    private let isAnswer: @Sendable ([UInt8]) -> Bool
    private var received = ByteBuffer()
    private var timer: Scheduled<Void>?

    init(
        _ request: [UInt8],
        _ deadline: NIODeadline,
        _ promise: EventLoopPromise<[UInt8]>,
        _ wasSent: SentFlag,
        _ isAnswer: @escaping @Sendable ([UInt8]) -> Bool
    ) {
        self.request = request
        self.deadline = deadline
        self.promise = promise
        self.wasSent = wasSent
        self.isAnswer = isAnswer
    }

    func channelActive(context: ChannelHandlerContext) {
        let channel = context.channel
        let promise = self.promise
        promise.futureResult.whenComplete { _ in channel.close(promise: nil) }
        // Given up in the meantime: then it is closed already, and nothing may be sent.
        guard channel.isActive else { return }
        timer = context.eventLoop.scheduleTask(deadline: deadline) {
            promise.fail(ExchangeFailure(.timeout, mayHaveArrived: true))
        }
        var buffer = channel.allocator.buffer(capacity: request.count + 2)
        buffer.writeInteger(UInt16(request.count))
        buffer.writeBytes(request)
        wasSent.raise()
        context.writeAndFlush(wrapOutboundOut(buffer)).cascadeFailure(to: promise)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var buffer = unwrapInboundIn(data)
        received.writeBuffer(&buffer)
        guard let length = received.getInteger(at: received.readerIndex, as: UInt16.self),
            let bytes = received.getBytes(at: received.readerIndex + 2, length: Int(length))
        else { return }
        if isAnswer(bytes) {
            promise.succeed(bytes)
        } else {
            promise.fail(ExchangeFailure(.foreign, mayHaveArrived: true))
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        promise.fail(error)
    }

    func channelInactive(context: ChannelHandlerContext) {
        timer?.cancel()
        promise.fail(ExchangeFailure(.closedEarly, mayHaveArrived: true))
    }
}
