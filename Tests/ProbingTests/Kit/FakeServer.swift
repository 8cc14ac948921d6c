import Glibc
import NIOCore
import NIOPosix
import NIOSSL
import Testing

/// What a fake server does on a connection, one after the other.
enum Act: Sendable {
    /// Waits until this has been received since the last wait.
    case await(String)
    case send(String)
    /// Sends byte by byte, each in a write of its own.
    case dribble(String)
    /// Sends the text again and again until the peer is gone.
    case flood(String)
    case startTLS(NIOSSLContext)
    case close
    case reset
}

/// A server on a free port of 127.0.0.1 that follows a script on every connection.
struct FakeServer: Sendable {
    let channel: any Channel
    let port: UInt16

    /// Runs the body while the server is up.
    static func with<Result>(
        tls: NIOSSLContext? = nil,
        _ script: [Act],
        _ body: (FakeServer) async throws -> Result
    ) async throws -> Result {
        let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelInitializer { child in
                child.eventLoop.makeCompletedFuture {
                    let pipeline = child.pipeline.syncOperations
                    let door = Door()
                    try pipeline.addHandler(door)
                    if let tls { try pipeline.addHandler(NIOSSLServerHandler(context: tls)) }
                    try pipeline.addHandler(ScriptedPeer(script, door: door))
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        let port = try #require(channel.localAddress?.port)
        let server = FakeServer(channel: channel, port: UInt16(port))
        do {
            let result = try await body(server)
            try await channel.close().get()
            return result
        } catch {
            try await channel.close().get()
            throw error
        }
    }
}

/// Follows a script.
private final class ScriptedPeer: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private var rest: ArraySlice<Act>
    private var received: [UInt8] = []

    private let door: Door

    init(_ script: [Act], door: Door) {
        rest = script[...]
        self.door = door
    }

    func channelActive(context: ChannelHandlerContext) {
        run(context)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        received += unwrapInboundIn(data).readableBytesView
        run(context)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }

    private func run(_ context: ChannelHandlerContext) {
        while let act = rest.first {
            if case .await(let text) = act {
                guard let range = received.firstRange(of: Array(text.utf8)) else { return }
                received.removeSubrange(..<range.upperBound)
            }
            rest.removeFirst()
            perform(act, context)
        }
    }

    private func perform(_ act: Act, _ context: ChannelHandlerContext) {
        switch act {
        case .await: break
        case .send(let text): write(text, context)
        case .dribble(let text):
            for byte in text.utf8 {
                context.writeAndFlush(wrapOutboundOut(ByteBuffer(bytes: [byte])), promise: nil)
            }
        case .flood(let text): flood(text, context)
        case .startTLS(let tls):
            try? context.pipeline.syncOperations.addHandler(
                NIOSSLServerHandler(context: tls),
                position: .before(self)
            )
        case .close: context.close(promise: nil)
        case .reset: reset(context)
        }
    }

    private func write(_ text: String, _ context: ChannelHandlerContext) {
        context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: text)), promise: nil)
    }

    private func flood(_ text: String, _ context: ChannelHandlerContext) {
        let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
        let loop = context.eventLoop
        context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: text))).whenSuccess {
            // Not from in here: a write that succeeds at once would call itself without end.
            loop.execute {
                let (peer, context) = bound.value
                peer.flood(text, context)
            }
        }
    }

    private func reset(_ context: ChannelHandlerContext) {
        let bound = NIOLoopBound(door, eventLoop: context.eventLoop)
        let provider = context.channel as? any SocketOptionProvider
        provider?.setSoLinger(linger(l_onoff: 1, l_linger: 0)).whenComplete { _ in
            bound.value.context?.close(promise: nil)
        }
    }
}

/// The handler next to the socket: closing here goes past TLS, so that no close_notify is sent.
private final class Door: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    var context: ChannelHandlerContext?

    func handlerAdded(context: ChannelHandlerContext) { self.context = context }

    func handlerRemoved(context: ChannelHandlerContext) { self.context = nil }
}
