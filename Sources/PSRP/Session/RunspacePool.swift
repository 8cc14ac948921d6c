/// The state machine of a runspace pool at the client: calls give bytes, bytes give events.
///
/// It does no input or output. A transport carries what `open()` and `start(_:id:)` return and
/// feeds what the server sends to `receive(_:)`; over WSMan that is the shell's and each
/// command's `Receive`.
public struct RunspacePool: Sendable {
    /// Where a pool stands.
    public enum State: Hashable, Sendable {
        /// `open()` was not called.
        case beforeOpen
        /// The request was made; the server's versions are known once it stated them.
        case opening(SessionCapability?)
        /// Ready for pipelines, with the server's versions.
        case opened(SessionCapability)
        /// Closed by either side.
        case closed
        /// Lost, with the server's reason when it gave one.
        case broken(ErrorRecord?)
    }

    /// What a pool gave.
    public enum Event: Hashable, Sendable {
        /// The pool is ready for pipelines.
        case opened(SessionCapability)
        /// What the server tells of itself: `PSVersionTable` among others.
        case privateData(CLIXMLValue)
        /// The pool was closed.
        case closed
        /// The pool is lost.
        case broken(ErrorRecord?)
        /// A call to the client's host; refuse it with `refuse(_:pipeline:)`.
        case hostCall(HostCall)
        /// Something about a pipeline.
        case pipeline(GUID, Pipeline.Event)
        /// A message about a pipeline that is not known, or not any more.
        case strayMessage(PSRPMessageType, pipeline: GUID)
        /// A message that is of no use to this client.
        case ignored(PSRPMessageType)
    }

    /// The identifier, which WSMan calls `ShellId`.
    public let id: GUID
    /// Where the pool stands.
    public private(set) var state = State.beforeOpen
    /// The most bytes of an outgoing fragment with its header; 32,768 by default.
    public var maximumFragmentLength = 32_768

    private let request: InitRunspacePool
    private let clixmlLimits: CLIXMLLimits
    private let fragmentLimits: FragmentDecoder.Limits
    private var encoder = FragmentEncoder()
    private var poolDecoder: FragmentDecoder
    private var decoders: [GUID: FragmentDecoder] = [:]
    private var pipelines: [GUID: Pipeline] = [:]

    /// Makes a pool that is not opened yet.
    public init(
        id: GUID,
        request: InitRunspacePool = InitRunspacePool(),
        clixmlLimits: CLIXMLLimits = CLIXMLLimits(),
        fragmentLimits: FragmentDecoder.Limits = FragmentDecoder.Limits()
    ) {
        self.id = id
        self.request = request
        self.clixmlLimits = clixmlLimits
        self.fragmentLimits = fragmentLimits
        poolDecoder = FragmentDecoder(limits: fragmentLimits)
    }

    /// The state of a pipeline; nil when it is not known, or was forgotten.
    public func state(ofPipeline id: GUID) -> Pipeline.State? { pipelines[id]?.state }

    /// Begins to open the pool.
    ///
    /// - Returns: The fragments of the opening messages, which WSMan carries in `creationXml`.
    /// - Throws: `illegalState` when it was called before.
    public mutating func open() throws(PSRPError) -> [UInt8] {
        guard state == .beforeOpen else {
            throw PSRPError(.illegalState, "the pool was opened before (\(stateName))")
        }
        state = .opening(nil)
        let capability = fragments(.sessionCapability, SessionCapability.client.value)
        return (capability + fragments(.initRunspacePool, request.value)).flatMap(\.self)
    }

    /// Begins a pipeline of commands, each piped into the next.
    ///
    /// - Parameters:
    ///   - commands: At least one command.
    ///   - id: The pipeline's identifier, never used before in this pool.
    /// - Returns: The fragments of the request; WSMan carries the first in `Command`, the rest in
    ///   `Send`.
    /// - Throws: `illegalState` when the pool is not open, `scriptRefused` when a parameter holds
    ///   a script block.
    public mutating func start(
        _ commands: [PipelineCommand],
        id: GUID
    ) throws(PSRPError) -> [[UInt8]] {
        precondition(!commands.isEmpty, "a pipeline has at least one command")
        precondition(pipelines[id] == nil, "the pipeline \(id) exists")
        guard case .opened(let capability) = state else {
            throw PSRPError(.illegalState, "no pipeline can start: the pool is \(stateName)")
        }
        for command in commands {
            guard !command.isScript, !command.parameters.contains(where: { $0.value.holdsScript })
            else {
                throw PSRPError(.scriptRefused, "'\(command.name)' carries a script block")
            }
        }
        pipelines[id] = Pipeline(id: id)
        decoders[id] = FragmentDecoder(limits: fragmentLimits)
        let body = CreatePipeline(commands: commands).value(for: capability.protocolVersion)
        return fragments(.createPipeline, body, pipeline: id)
    }

    /// Notes that the transport asked the server to stop a pipeline.
    public mutating func stop(pipeline id: GUID) {
        pipelines[id]?.stop()
    }

    /// Forgets a pipeline that ended or whose transport is gone.
    public mutating func forget(pipeline id: GUID) {
        pipelines[id] = nil
        decoders[id] = nil
    }

    /// Notes that the transport closed the pool.
    public mutating func close() {
        state = .closed
        pipelines = [:]
        decoders = [:]
    }

    /// The answer to a host call: that there is no host.
    ///
    /// - Returns: Fragments for WSMan's stream `pr`; none when no answer is wanted.
    public mutating func refuse(_ call: HostCall, pipeline: GUID? = nil) -> [[UInt8]] {
        guard let refusal = call.refusal else { return [] }
        return fragments(
            pipeline == nil ? .runspacePoolHostResponse : .pipelineHostResponse,
            refusal,
            pipeline: pipeline ?? .zero
        )
    }

    /// Takes what arrived on a channel, cut anywhere, and tells what it means.
    ///
    /// - Parameters:
    ///   - bytes: Fragments or parts of them.
    ///   - pipeline: The pipeline whose channel it was; nil for the pool's own.
    /// - Returns: What it means, in order; nothing when no message is whole yet.
    /// - Throws: Any code of what is malformed, `unexpectedMessage`, `unsupportedVersion`. The
    ///   pool must not be used any more then.
    public mutating func receive(
        _ bytes: some Sequence<UInt8>,
        onChannelOf pipeline: GUID? = nil
    ) throws(PSRPError) -> [Event] {
        let messages: [[UInt8]]
        if let pipeline {
            guard decoders[pipeline] != nil else {
                throw PSRPError(.illegalState, "the pipeline \(pipeline) is not known")
            }
            var decoder = decoders.removeValue(forKey: pipeline) ?? FragmentDecoder()
            messages = try decoder.receive(bytes)
            decoders[pipeline] = decoder
        } else {
            messages = try poolDecoder.receive(bytes)
        }
        var events: [Event] = []
        for bytes in messages {
            if let event = try accept(PSRPMessage(decoding: bytes)) { events.append(event) }
        }
        return events
    }

    private mutating func accept(_ message: PSRPMessage) throws(PSRPError) -> Event? {
        guard message.destination == .client else {
            throw PSRPError(.unexpectedMessage, "\(message.type) is meant for a server")
        }
        guard message.pipelineID != .zero else { return try acceptForPool(message) }
        // A pool's own messages may name the pipeline on whose channel they travel.
        if message.type == .applicationPrivateData || message.type == .runspacePoolState {
            return try acceptForPool(message)
        }
        let id = message.pipelineID
        guard var pipeline = pipelines[id], !pipeline.state.isFinal else {
            return .strayMessage(message.type, pipeline: id)
        }
        let event = try pipeline.receive(message, limits: clixmlLimits)
        pipelines[id] = pipeline
        return event.map { .pipeline(id, $0) }
    }

    private mutating func acceptForPool(_ message: PSRPMessage) throws(PSRPError) -> Event? {
        switch message.type {
        case .sessionCapability:
            guard case .opening = state else { throw misplaced(message) }
            let capability = try SessionCapability(try message.value(limits: clixmlLimits))
            guard capability.protocolVersion.major == 2 else {
                throw PSRPError(
                    .unsupportedVersion,
                    "the server speaks protocol \(capability.protocolVersion), not 2.x"
                )
            }
            state = .opening(capability)
            return nil
        case .applicationPrivateData:
            let value = try message.value(limits: clixmlLimits)
            return .privateData(value[property: "ApplicationPrivateData"] ?? value)
        case .runspacePoolState:
            return try change(
                to: StateChange(
                    try message.value(limits: clixmlLimits),
                    property: "RunspaceState"
                ),
                by: message
            )
        case .runspacePoolHostCall:
            return .hostCall(try HostCall(try message.value(limits: clixmlLimits)))
        default:
            return .ignored(message.type)
        }
    }

    private mutating func change(
        to change: StateChange<RunspacePoolStateCode>,
        by message: PSRPMessage
    ) throws(PSRPError) -> Event? {
        switch change.code {
        case .opened:
            if case .opened = state { return nil }
            guard case .opening(let capability?) = state else { throw misplaced(message) }
            state = .opened(capability)
            return .opened(capability)
        case .closed:
            state = .closed
            return .closed
        case .broken:
            state = .broken(change.error)
            return .broken(change.error)
        case .beforeOpen, .opening, .closing, .disconnecting, .disconnected, .connecting:
            return nil
        }
    }

    private mutating func fragments(
        _ type: PSRPMessageType,
        _ value: CLIXMLValue,
        pipeline: GUID = .zero
    ) -> [[UInt8]] {
        let message = PSRPMessage(
            to: .server,
            type,
            runspacePoolID: id,
            pipelineID: pipeline,
            body: value.clixml()
        )
        return encoder.encode(message.encode(), maximumLength: maximumFragmentLength)
    }

    private func misplaced(_ message: PSRPMessage) -> PSRPError {
        PSRPError(.unexpectedMessage, "\(message.type) arrived while the pool is \(stateName)")
    }

    private var stateName: String {
        switch state {
        case .beforeOpen: "not opened yet"
        case .opening: "being opened"
        case .opened: "open"
        case .closed: "closed"
        case .broken(let error): "broken" + (error.map { ": \($0)" } ?? "")
        }
    }
}
