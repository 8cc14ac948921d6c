internal import FailoverCore
internal import NIOCore

/// One STUN transaction on a connected UDP socket, from the first datagram to the end.
///
/// Sends the request again as RFC 8489 says and reports exactly once how it went. A datagram that is
/// no answer to it decides nothing, since anybody can send one: it is remembered, and the real answer
/// may still come. Lives on its event loop.
final class STUNExchange: ChannelInboundHandler {
    typealias InboundIn = AddressedEnvelope<ByteBuffer>
    typealias OutboundOut = ByteBuffer

    private let request: AllocateRequest
    private let place: String
    private let timeout: Duration
    private let cancellation: Cancellation
    private let promise: EventLoopPromise<ConnectionRecord>
    private var started = NIODeadline.now()
    private var record = ConnectionRecord()
    /// What the last datagram was that was no answer.
    private var bad: String?
    private var timers: [Scheduled<Void>] = []
    private var isOver = false

    init(
        request: AllocateRequest,
        place: String,
        timeout: Duration,
        cancellation: Cancellation,
        promise: EventLoopPromise<ConnectionRecord>
    ) {
        self.request = request
        self.place = place
        self.timeout = min(timeout, STUNSchedule.patience)
        self.cancellation = cancellation
        self.promise = promise
    }

    /// The socket could not be had.
    func setupFailed(_ error: any Error) {
        finish(ProbeConnection.end(for: error), channel: nil)
    }

    /// The socket is there: sends, and sets all timers.
    func begin(on channel: any Channel) {
        started = .now()
        record.stage = .talking
        cancellation.attach(channel)
        guard !isOver else { return }
        let loop = channel.eventLoop.assumeIsolated()
        let deadline = started + .nanoseconds(timeout.wholeNanoseconds)
        timers = [
            loop.scheduleTask(deadline: deadline) {
                self.timeIsUp(late: NIODeadline.now() - deadline, channel: channel)
            }
        ]
        for (index, time) in STUNSchedule.sends(within: timeout).enumerated() {
            guard index > 0 else {
                send(note: "sent Allocate request to \(place)", on: channel)
                continue
            }
            let due = started + .nanoseconds(time.wholeNanoseconds)
            timers.append(
                loop.scheduleTask(deadline: due) {
                    self.send(note: "sent it again, no answer so far", on: channel)
                }
            )
        }
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard !isOver else { return }
        let bytes = Array(unwrapInboundIn(data).data.readableBytesView)
        switch STUNReply.read(bytes, answering: request.transaction) {
        case .reply(let reply):
            record.answer = reply.text
            finish(.finished, channel: context.channel)
        case .bad(let what):
            if bad == nil { note("ignored \(what)") }
            bad = what
        }
    }

    /// An ICMP message has come in, or the system has another fault to report.
    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        finish(ProbeConnection.end(for: error), channel: context.channel)
    }

    func channelInactive(context: ChannelHandlerContext) {
        finish(.closed, channel: nil)
    }

    private func send(note text: String, on channel: any Channel) {
        guard !isOver else { return }
        note(text)
        let bound = NIOLoopBound((self, channel), eventLoop: channel.eventLoop)
        channel.writeAndFlush(ByteBuffer(bytes: request.bytes)).whenFailure { error in
            // Linux reports an ICMP refusal of one datagram on the next call, which may be a send.
            let (exchange, channel) = bound.value
            exchange.finish(ProbeConnection.end(for: error), channel: channel)
        }
    }

    private func timeIsUp(late: TimeAmount, channel: any Channel) {
        if let bad {
            finish(.violated(bad), channel: channel)
        } else {
            finish(.deadline(late: .nanoseconds(late.nanoseconds)), channel: channel)
        }
    }

    private func finish(_ end: ConnectionRecord.End, channel: (any Channel)?) {
        guard !isOver else { return }
        isOver = true
        for timer in timers { timer.cancel() }
        timers = []
        record.end = cancellation.isCancelled ? .cancelled : end.forgivingLateness
        record.totalTime = elapsed
        if let answer = record.answer { note("answer: \(answer)") }
        channel?.close(promise: nil)
        promise.succeed(record)
    }

    private var elapsed: Duration {
        .nanoseconds((NIODeadline.now() - started).nanoseconds)
    }

    private func note(_ text: String) {
        record.trace.append("\(Milliseconds.text(elapsed)) \(text)")
    }
}
