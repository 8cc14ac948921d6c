import NIOCore
import NIOPosix
import Synchronization

@testable import DNSUpdating

/// A UDP server that answers as the test says.
final class FakeServer: Sendable {
    private let channel: any Channel
    private let asked: EventLoopFuture<Void>

    let port: UInt16

    /// Answers each datagram with those that the closure gives.
    convenience init(_ answers: @escaping @Sendable ([UInt8]) -> [[UInt8]]) async throws {
        try await self.init { query, _ in answers(query) }
    }

    /// Answers each datagram with those that the closure gives for it and its number from 0.
    init(_ answers: @escaping @Sendable ([UInt8], Int) -> [[UInt8]]) async throws {
        let loop = loops.any()
        let asked = loop.makePromise(of: Void.self)
        self.asked = asked.futureResult
        channel = try await DatagramBootstrap(group: loop)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(FakeHandler(asked, answers))
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        port = UInt16(channel.localAddress?.port ?? 0)
    }

    /// Returns once the first datagram has come.
    func hasBeenAsked() async {
        // The future only ever succeeds.
        try? await asked.get()
    }

    func stop() async throws {
        try await channel.close().get()
    }

    /// The empty answer to a query.
    static func empty(_ query: [UInt8]) -> [UInt8] {
        var answer = query
        answer[2] |= 0x84
        return answer
    }
}

private final class FakeHandler: ChannelInboundHandler {
    typealias InboundIn = AddressedEnvelope<ByteBuffer>
    typealias OutboundOut = AddressedEnvelope<ByteBuffer>

    private let asked: EventLoopPromise<Void>
    private let answers: @Sendable ([UInt8], Int) -> [[UInt8]]
    private var count = 0

    init(
        _ asked: EventLoopPromise<Void>,
        _ answers: @escaping @Sendable ([UInt8], Int) -> [[UInt8]]
    ) {
        self.asked = asked
        self.answers = answers
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let envelope = unwrapInboundIn(data)
        asked.succeed(())
        for answer in answers(Array(envelope.data.readableBytesView), count) {
            let reply = AddressedEnvelope(
                remoteAddress: envelope.remoteAddress,
                data: ByteBuffer(bytes: answer)
            )
            context.writeAndFlush(wrapOutboundOut(reply), promise: nil)
        }
        count += 1
    }

    func channelInactive(context: ChannelHandlerContext) {
        asked.succeed(())
    }
}

/// A TCP server that takes one message a connection and answers with bytes, or hangs up.
final class FakeStreamServer: Sendable {
    private let channel: any Channel

    let port: UInt16

    /// Sends what the closure gives for the message without its length, then closes.
    init(_ answer: @escaping @Sendable ([UInt8]) -> [UInt8]) async throws {
        channel = try await ServerBootstrap(group: loops)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(FakeStreamHandler(answer))
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        port = UInt16(channel.localAddress?.port ?? 0)
    }

    func stop() async throws {
        try await channel.close().get()
    }

    /// A message with its length before it.
    static func framed(_ message: [UInt8]) -> [UInt8] {
        networkOrder(UInt16(message.count)) + message
    }
}

private final class FakeStreamHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let answer: @Sendable ([UInt8]) -> [UInt8]

    init(_ answer: @escaping @Sendable ([UInt8]) -> [UInt8]) {
        self.answer = answer
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let request = Array(unwrapInboundIn(data).readableBytesView.dropFirst(2))
        let channel = context.channel
        let reply = ByteBuffer(bytes: answer(request))
        context.writeAndFlush(wrapOutboundOut(reply)).whenComplete { _ in
            channel.close(promise: nil)
        }
    }
}
