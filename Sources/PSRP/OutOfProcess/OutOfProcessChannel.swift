/// The client's side of the framing: what may be written when, and what arrives.
///
/// A server handles lines side by side, so two for one pipeline could change places. Therefore each
/// packet waits for the acknowledgement of the one before it for the same pipeline or pool. There
/// are no time limits here: the caller closes its side when an answer is overdue.
public struct OutOfProcessChannel: Sendable {
    /// What arrived.
    public enum Event: Hashable, Sendable {
        /// Bytes for `RunspacePool.receive(_:onChannelOf:)`; nil stands for the pool's channel.
        case data([UInt8], pipeline: GUID?)
        /// The server has ended the pipeline, or the pool for nil.
        case closed(pipeline: GUID?)
        /// The server has stopped the pipeline.
        case stopped(pipeline: GUID)
    }

    /// What a pool or pipeline sends, in order.
    private struct Outbox {
        /// Written, and not acknowledged yet.
        var pending: OutOfProcessPacket?
        var waiting: [OutOfProcessPacket] = []
    }

    private var reader: OutOfProcessReader
    private var outboxes: [GUID: Outbox] = [.zero: Outbox()]
    private var isClosing = false

    /// What stood before the first packet.
    public var noise: [UInt8] { reader.noise }

    /// Pipelines that were begun and not closed.
    public var openPipelines: [GUID] { outboxes.keys.filter { $0 != .zero } }

    /// Begins with nothing.
    public init(limits: OutOfProcessReader.Limits = OutOfProcessReader.Limits()) {
        reader = OutOfProcessReader(limits: limits)
    }

    /// Sends fragments for the pool: those of `RunspacePool.open()` and `ask(_:)`.
    ///
    /// - Returns: What is to be written now; the rest follows from `receive(_:)`.
    /// - Throws: `illegalState` when the pool is being closed.
    public mutating func send(_ fragments: [[UInt8]]) throws(PSRPError) -> [UInt8] {
        try post(fragments.map { .data(.standard, .zero, $0) }, for: .zero)
    }

    /// Begins a pipeline with the fragments of `RunspacePool.start(_:id:)`.
    ///
    /// - Returns: What is to be written now; the rest follows from `receive(_:)`.
    /// - Throws: `illegalState` when the pool is being closed.
    public mutating func start(_ id: GUID, _ fragments: [[UInt8]]) throws(PSRPError) -> [UInt8] {
        precondition(id != .zero && outboxes[id] == nil, "the pipeline \(id) exists")
        guard !isClosing else { throw PSRPError(.illegalState, "the pool is being closed") }
        outboxes[id] = Outbox()
        return try post([.command(id)] + fragments.map { .data(.standard, id, $0) }, for: id)
    }

    /// Sends more fragments for a pipeline: input, or refusals of host calls on `promptResponse`.
    ///
    /// - Returns: What is to be written now; the rest follows from `receive(_:)`.
    /// - Throws: `illegalState` when the pipeline is not open.
    public mutating func send(
        _ fragments: [[UInt8]],
        to id: GUID,
        on stream: OutOfProcessPacket.Stream = .standard
    ) throws(PSRPError) -> [UInt8] {
        try post(fragments.map { .data(stream, id, $0) }, for: id)
    }

    /// Asks the server to stop a pipeline; it answers with `Event.stopped`.
    ///
    /// - Returns: What is to be written now; the rest follows from `receive(_:)`.
    /// - Throws: `illegalState` when the pipeline is not open.
    public mutating func stop(_ id: GUID) throws(PSRPError) -> [UInt8] {
        try post([.signal(id)], for: id)
    }

    /// Ends a pipeline, or the pool for nil, whose pipelines must have ended before.
    ///
    /// - Returns: What is to be written now; the rest follows from `receive(_:)`.
    /// - Throws: `illegalState` when it is not open, or pipelines still are.
    public mutating func close(_ id: GUID?) throws(PSRPError) -> [UInt8] {
        guard let id else {
            guard openPipelines.isEmpty else {
                throw PSRPError(.illegalState, "pipelines are open: the server would wait for them")
            }
            let bytes = try post([.close(.zero)], for: .zero)
            isClosing = true
            return bytes
        }
        return try post([.close(id)], for: id)
    }

    /// Takes what the server wrote, cut anywhere.
    ///
    /// - Returns: What it means, and what is to be written now.
    /// - Throws: What the reader throws, and `unexpectedMessage` for an acknowledgement of nothing
    ///   that was sent, or a request that only clients make.
    public mutating func receive(
        _ bytes: some Sequence<UInt8>
    ) throws(PSRPError) -> (events: [Event], reply: [UInt8]) {
        var events: [Event] = []
        var reply: [UInt8] = []
        for packet in try reader.receive(bytes) {
            let id = packet.id
            switch packet {
            case .data(_, _, let data):
                // What a closed pipeline still says is nobody's.
                guard outboxes[id] != nil else { continue }
                events.append(.data(data, pipeline: id == .zero ? nil : id))
            case .dataAck, .commandAck, .signalAck, .closeAck:
                reply += try acknowledged(packet)
                if case .signalAck = packet { events.append(.stopped(pipeline: id)) }
                if case .closeAck = packet {
                    outboxes[id] = nil
                    events.append(.closed(pipeline: id == .zero ? nil : id))
                }
            case .close, .command, .signal:
                throw PSRPError(.unexpectedMessage, "a server sent <\(packet.elementName)>")
            }
        }
        return (events, reply)
    }

    private mutating func post(
        _ packets: [OutOfProcessPacket],
        for id: GUID
    ) throws(PSRPError) -> [UInt8] {
        guard outboxes[id] != nil, !(isClosing && id == .zero) else {
            throw PSRPError(
                .illegalState,
                "\(id == .zero ? "the pool" : "pipeline \(id)") is closed"
            )
        }
        outboxes[id]?.waiting += packets
        return next(for: id)
    }

    /// The next packet, when none is on its way.
    private mutating func next(for id: GUID) -> [UInt8] {
        guard var outbox = outboxes[id], outbox.pending == nil, !outbox.waiting.isEmpty else {
            return []
        }
        let packet = outbox.waiting.removeFirst()
        outbox.pending = packet
        outboxes[id] = outbox
        return packet.line
    }

    private mutating func acknowledged(_ packet: OutOfProcessPacket) throws(PSRPError) -> [UInt8] {
        let id = packet.id
        let isExpected =
            switch (outboxes[id]?.pending, packet) {
            case (.data?, .dataAck), (.command?, .commandAck), (.signal?, .signalAck),
                (.close?, .closeAck):
                true
            default: false
            }
        guard isExpected else {
            throw PSRPError(
                .unexpectedMessage,
                "<\(packet.elementName)> acknowledges nothing that was sent"
            )
        }
        outboxes[id]?.pending = nil
        return next(for: id)
    }
}
