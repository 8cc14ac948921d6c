import NIOCore
import NIOPosix
import Synchronization
import Testing

@testable import Probing

/// What a fake STUN server sends back for a request.
enum DatagramAct: Sendable {
    /// The refusal that answers it.
    case refusal
    /// The same, one byte short.
    case cutRefusal
    /// The refusal of a request that nobody sent.
    case foreignRefusal
    case echo
    case text(String)

    func bytes(answering request: [UInt8]) -> [UInt8] {
        let unauthorized: [UInt8] = [0x00, 0x09, 0x00, 0x04, 0x00, 0x00, 0x04, 0x01]
        let transaction = Array(request[4..<20])
        let refusal = STUNBytes.message(type: 0x0113, transaction: transaction, unauthorized)
        return switch self {
        case .refusal: refusal
        case .cutRefusal: Array(refusal.dropLast())
        case .foreignRefusal: STUNBytes.unauthorized
        case .echo: request
        case .text(let text): Array(text.utf8)
        }
    }
}

/// A UDP server on a free port of 127.0.0.1 that answers each request with the same datagrams.
struct FakeDatagramServer: Sendable {
    let port: UInt16
    private let handler: Answering

    /// The requests that came in so far.
    var requests: [[UInt8]] { handler.requests.withLock(\.self) }

    /// Runs the body while the server is up; requests before the `first` one get no answer.
    static func with<Result>(
        _ acts: [DatagramAct],
        from first: Int = 1,
        _ body: (FakeDatagramServer) async throws -> Result
    ) async throws -> Result {
        let handler = Answering(acts, first: first)
        let channel = try await DatagramBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(handler)
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        let port = try #require(channel.localAddress?.port)
        do {
            let result = try await body(
                FakeDatagramServer(port: UInt16(port), handler: handler)
            )
            try await channel.close().get()
            return result
        } catch {
            try await channel.close().get()
            throw error
        }
    }
}

private final class Answering: ChannelInboundHandler, Sendable {
    typealias InboundIn = AddressedEnvelope<ByteBuffer>
    typealias OutboundOut = AddressedEnvelope<ByteBuffer>

    let requests = Mutex<[[UInt8]]>([])
    private let acts: [DatagramAct]
    private let first: Int

    init(_ acts: [DatagramAct], first: Int) {
        self.acts = acts
        self.first = first
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let datagram = unwrapInboundIn(data)
        let request = Array(datagram.data.readableBytesView)
        let number = requests.withLock { requests in
            requests.append(request)
            return requests.count
        }
        guard number >= first, request.count >= 20 else { return }
        for act in acts {
            let reply = AddressedEnvelope(
                remoteAddress: datagram.remoteAddress,
                data: ByteBuffer(bytes: act.bytes(answering: request))
            )
            context.writeAndFlush(wrapOutboundOut(reply), promise: nil)
        }
    }
}
