extension RunspacePool {
    /// Takes what arrived on a channel, cut anywhere, and tells what it means.
    ///
    /// - Parameters:
    ///   - bytes: Fragments or parts of them.
    ///   - pipeline: The pipeline whose channel it was; nil for the pool's own.
    /// - Returns: What it means, in order; nothing when no message is whole yet.
    /// - Throws: Any code of what is malformed, `unexpectedMessage`, `unsupportedVersion`; and the
    ///   same error from then on, because nobody knows what the server holds. `illegalState` when
    ///   the pipeline is not known.
    public mutating func receive(
        _ bytes: some Sequence<UInt8>,
        onChannelOf pipeline: GUID? = nil
    ) throws(PSRPError) -> [Event] {
        if let failure { throw failure }
        if let pipeline, decoders[pipeline] == nil {
            throw PSRPError(.illegalState, "the pipeline \(pipeline) is not known")
        }
        do throws(PSRPError) {
            var events: [Event] = []
            for bytes in try messages(bytes, onChannelOf: pipeline) {
                if let event = try accept(PSRPMessage(decoding: bytes)) { events.append(event) }
            }
            return events
        } catch {
            failure = error
            throw error
        }
    }

    private mutating func messages(
        _ bytes: some Sequence<UInt8>,
        onChannelOf pipeline: GUID?
    ) throws(PSRPError) -> [[UInt8]] {
        guard let pipeline, var decoder = decoders.removeValue(forKey: pipeline) else {
            return try poolDecoder.receive(bytes)
        }
        let messages = try decoder.receive(bytes)
        decoders[pipeline] = decoder
        return messages
    }

    private mutating func accept(_ message: PSRPMessage) throws(PSRPError) -> Event? {
        guard message.destination == .client else {
            throw PSRPError(.unexpectedMessage, "\(message.type) is meant for a server")
        }
        // A pool's own messages may name the pipeline on whose channel they travel.
        guard message.pipelineID != .zero, message.type.isAboutPipeline else {
            return try acceptForPool(message)
        }
        let id = message.pipelineID
        guard var pipeline = pipelines[id], !pipeline.state.isFinal else {
            return .strayMessage(message.type, pipeline: id)
        }
        let content = try message.content(limits: clixmlLimits)
        let event = try pipeline.receive(content, message.type)
        pipelines[id] = pipeline
        return event.map { .pipeline(id, $0) }
    }

    private mutating func acceptForPool(_ message: PSRPMessage) throws(PSRPError) -> Event? {
        // Warnings and the like about the pool itself are nobody's.
        if message.type.isAboutPipeline { return .ignored(message.type) }
        switch try message.content(limits: clixmlLimits) {
        case .sessionCapability(let server):
            guard case .opening(nil) = state else { throw misplaced(message) }
            guard server.protocolVersion.major == 2, server.protocolVersion >= ProtocolVersion(2, 1)
            else {
                throw PSRPError(
                    .unsupportedVersion,
                    "the server speaks protocol \(server.protocolVersion), not 2.1 to 2.3"
                )
            }
            state = .opening(server)
            return nil
        case .applicationPrivateData(let value): return .privateData(value)
        case .runspacePoolInitData(let sizes):
            // A pool that is connected to was open all the time.
            guard case .opening(let server?) = state else { throw misplaced(message) }
            state = .opened(server)
            return .connected(server, sizes)
        case .runspacePoolState(let code, let error):
            return try change(to: code, error, by: message)
        case .runspaceAnswer(let answer):
            guard case .opened = state else { throw misplaced(message) }
            return .answer(answer)
        case .userEvent(let event): return .userEvent(event)
        case .publicKeyRequest: return .keyRefused
        case .hostCall(let call): return .hostCall(call)
        // This client never asks for a key; one that comes unasked changes nothing.
        case .encryptedSessionKey: return .ignored(message.type)
        default:
            throw PSRPError(.unexpectedMessage, "\(message.type) was not asked for")
        }
    }

    private mutating func change(
        to code: RunspacePoolStateCode,
        _ error: ErrorRecord?,
        by message: PSRPMessage
    ) throws(PSRPError) -> Event? {
        switch code {
        case .opened:
            switch state {
            case .opened, .disconnected: return nil
            case .opening(let server?):
                state = .opened(server)
                return .opened(server)
            default: throw misplaced(message)
            }
        case .closed:
            state = .closed
            return .closed
        case .broken:
            state = .broken(error)
            return .broken(error)
        case .beforeOpen, .opening, .closing, .disconnecting, .disconnected, .connecting:
            return nil
        }
    }

    private func misplaced(_ message: PSRPMessage) -> PSRPError {
        PSRPError(.unexpectedMessage, "\(message.type) arrived while the pool is \(stateName)")
    }
}

extension PSRPMessageType {
    /// Whether messages of the type are about one pipeline (MS-PSRP 2.2.1).
    var isAboutPipeline: Bool { rawValue >> 16 == 4 }
}
