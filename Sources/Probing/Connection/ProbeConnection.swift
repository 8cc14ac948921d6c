internal import FailoverCore
internal import NIOCore
internal import NIOSSL
internal import NIOTLS
internal import Synchronization

/// One probe's connection, from the attempt to the end.
///
/// Holds the deadline, starts TLS, carries the conversation, and reports exactly once how it went.
/// Lives on its event loop.
final class ProbeConnection: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let plan: ConnectionPlan
    private let lease: TLSLease?
    private let cancellation: Cancellation
    private let promise: EventLoopPromise<ConnectionRecord>
    private var conversation: any Conversation
    /// When the attempt began.
    ///
    /// Time spent waiting for our own event loop is not the peer's.
    private var started = NIODeadline.now()
    private var record = ConnectionRecord()
    private var certificates: [NIOSSLCertificate] = []
    private var tls: NIOSSLClientHandler?
    private var timer: Scheduled<Void>?
    private var isOver = false

    init(
        plan: ConnectionPlan,
        lease: TLSLease?,
        conversation: any Conversation,
        cancellation: Cancellation,
        promise: EventLoopPromise<ConnectionRecord>
    ) {
        self.plan = plan
        self.lease = lease
        self.conversation = conversation
        self.cancellation = cancellation
        self.promise = promise
    }

    /// Puts the handlers in place, before the connection attempt.
    func install(in channel: any Channel) throws {
        cancellation.attach(channel)
        started = .now()
        let deadline = started + .nanoseconds(plan.timeout.wholeNanoseconds)
        timer = channel.eventLoop.assumeIsolated().scheduleTask(deadline: deadline) {
            let late = NIODeadline.now() - deadline
            self.finish(.deadline(late: .nanoseconds(late.nanoseconds)), channel: channel)
        }
        if case .atOnce = plan.security {
            try channel.pipeline.syncOperations.addHandler(try makeTLS())
        }
        try channel.pipeline.syncOperations.addHandler(self)
    }

    /// The connection attempt failed; the pipeline hears nothing of it.
    func connectFailed(_ error: any Error) {
        finish(ProbeConnection.end(for: error), channel: nil)
    }

    func channelActive(context: ChannelHandlerContext) {
        record.connectTime = elapsed
        note("connected to \(plan.target.place)")
        if case .atOnce = plan.security {
            record.stage = .handshaking
        } else {
            record.stage = .talking
            perform(conversation.begin(local: context.localAddress), context: context)
        }
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard !isOver else { return }
        perform(conversation.receive(unwrapInboundIn(data)), context: context)
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        guard !isOver, let event = event as? TLSUserEvent else { return }
        switch event {
        case .handshakeCompleted:
            record.handshakeTime = elapsed
            record.tlsVersion = tls?.tlsVersion
            record.stage = .talking
            note("TLS handshake done, \(record.tlsVersion?.name ?? "unknown version")")
            perform(conversation.begin(local: context.localAddress), context: context)
        case .shutdownCompleted:
            finish(.closed, channel: context.channel)
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        finish(ProbeConnection.end(for: error), channel: context.channel)
    }

    func channelInactive(context: ChannelHandlerContext) {
        finish(.closed, channel: nil)
    }

    private func perform(_ step: ConversationStep, context: ChannelHandlerContext) {
        switch step {
        case .wait: break
        case .send(let bytes, let what):
            note("sent \(what)")
            context.writeAndFlush(wrapOutboundOut(bytes), promise: nil)
        case .startTLS:
            startTLS(context: context)
        case .finish(let bytes):
            if let bytes { context.writeAndFlush(wrapOutboundOut(bytes), promise: nil) }
            finish(.finished, channel: context.channel)
        case .violated(let reason):
            finish(.violated(reason), channel: context.channel)
        }
    }

    private func startTLS(context: ChannelHandlerContext) {
        note("starting TLS")
        record.stage = .handshaking
        do {
            let handler = try makeTLS()
            try context.pipeline.syncOperations.addHandler(handler, position: .before(self))
        } catch {
            finish(.setup("TLS cannot be started: \(error)"), channel: context.channel)
        }
    }

    private func makeTLS() throws -> NIOSSLClientHandler {
        guard let lease else {
            preconditionFailure("TLS on a connection that was given no context")
        }
        // An address is no server name for SNI (RFC 6066, 3).
        let name = plan.serverName.flatMap { IPAddress($0.name) == nil ? $0.name : nil }
        let handler = try NIOSSLClientHandler(
            context: lease.context,
            serverHostname: name
        ) { [weak self] certificates, promise in
            self?.certificates = certificates
            promise.succeed(.certificateVerified)
        }
        tls = handler
        return handler
    }

    private func finish(_ end: ConnectionRecord.End, channel: (any Channel)?) {
        guard !isOver else { return }
        isOver = true
        timer?.cancel()
        record.end = cancellation.isCancelled ? .cancelled : end.forgivingLateness
        record.answer = conversation.answer
        record.reply = conversation.reply
        // A certificate that cannot be written out again is judged as unreadable.
        record.chain = certificates.map { (try? $0.toDERBytes()) ?? [] }
        record.askedForCertificate = lease?.askedForCertificate ?? false
        record.totalTime = elapsed
        if let answer = record.answer { note("answer: \(answer)") }
        tls = nil
        channel?.close(promise: nil)
        promise.succeed(record)
    }

    private var elapsed: Duration {
        .nanoseconds((NIODeadline.now() - started).nanoseconds)
    }

    private func note(_ text: String) {
        record.trace.append("\(Milliseconds.text(elapsed)) \(text)")
    }

    /// What an error of a channel amounts to.
    static func end(for error: any Error) -> ConnectionRecord.End {
        if let failure = TLSFailure(error) { return .tls(failure) }
        switch error {
        case let error as IOError:
            return .failed(errno: error.errnoCode, error.description)
        case NIOSSLError.uncleanShutdown, ChannelError.eof, ChannelError.inputClosed,
            ChannelError.alreadyClosed, ChannelError.ioOnClosedChannel:
            return .closed
        default:
            return .setup("\(error)")
        }
    }
}

/// Lets a cancelled task end its connection from any thread.
final class Cancellation: Sendable {
    private struct State {
        var isCancelled = false
        var channel: (any Channel)?
    }

    private let state = Mutex(State())

    var isCancelled: Bool { state.withLock { $0.isCancelled } }

    func attach(_ channel: any Channel) {
        let isCancelled = state.withLock { state in
            state.channel = channel
            return state.isCancelled
        }
        if isCancelled { channel.close(promise: nil) }
    }

    func cancel() {
        let channel = state.withLock { state in
            state.isCancelled = true
            return state.channel
        }
        channel?.close(promise: nil)
    }
}
