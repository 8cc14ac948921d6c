import NIOCore
import NIOPosix

/// A DNS server on a free loopback port that gives every question the same records.
enum NameServer {
    /// An SRV record to answer with.
    struct Service {
        var priority: UInt16
        var weight: UInt16
        var port: UInt16
        var target: String
    }

    /// Runs a body with the server's port; records are sent in the order given.
    static func with<Result>(
        code: UInt16 = 0,
        services: [Service] = [],
        _ body: (Int) async throws -> Result
    ) async throws -> Result {
        let server = try await DatagramBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(
                        Answering(code: code, services: services)
                    )
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        do {
            let result = try await body(server.localAddress?.port ?? 0)
            try await server.close()
            return result
        } catch {
            try await server.close()
            throw error
        }
    }
}

private final class Answering: ChannelInboundHandler {
    typealias InboundIn = AddressedEnvelope<ByteBuffer>
    typealias OutboundOut = AddressedEnvelope<ByteBuffer>

    private let code: UInt16
    private let services: [NameServer.Service]

    init(code: UInt16, services: [NameServer.Service]) {
        self.code = code
        self.services = services
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let envelope = unwrapInboundIn(data)
        guard let reply = reply(to: envelope.data) else { return }
        context.writeAndFlush(
            wrapOutboundOut(AddressedEnvelope(remoteAddress: envelope.remoteAddress, data: reply)),
            promise: nil
        )
    }

    /// The question with QR and AA set, and a record for each service (RFC 1035, RFC 2782).
    private func reply(to message: ByteBuffer) -> ByteBuffer? {
        var question = message
        guard let id = question.readInteger(as: UInt16.self) else { return nil }
        question.moveReaderIndex(forwardBy: 10)
        let bytes = Array(question.readableBytesView)
        // The name, its end, type and class; what follows (EDNS) is not repeated.
        guard let end = bytes.firstIndex(of: 0), bytes.count >= end + 5 else { return nil }
        var reply = ByteBuffer()
        reply.writeInteger(id)
        reply.writeInteger(0x8400 | code)
        for count in [1, services.count, 0, 0] { reply.writeInteger(UInt16(count)) }
        reply.writeBytes(bytes[...(end + 4)])
        for service in services {
            reply.writeInteger(UInt16(0xC00C))
            reply.writeInteger(UInt16(33))
            reply.writeInteger(UInt16(1))
            reply.writeInteger(UInt32(300))
            var data = ByteBuffer()
            for number in [service.priority, service.weight, service.port] {
                data.writeInteger(number)
            }
            for label in service.target.split(separator: ".") {
                data.writeInteger(UInt8(label.utf8.count))
                data.writeBytes(label.utf8)
            }
            data.writeInteger(UInt8(0))
            reply.writeInteger(UInt16(data.readableBytes))
            reply.writeBuffer(&data)
        }
        return reply
    }
}
