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
        /// Left by this client; it goes on at the server.
        case disconnected(SessionCapability)
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
        /// The pool that this client connected to is ready, with its sizes.
        case connected(SessionCapability, RunspacePoolSizes)
        /// The answer to a request about runspaces.
        case answer(RunspaceAnswer)
        /// An event that a command forwards.
        case userEvent(UserEvent)
        /// The pool was closed.
        case closed
        /// The pool is lost.
        case broken(ErrorRecord?)
        /// A call to the client's host; refuse it with `refuse(_:pipeline:)`.
        case hostCall(HostCall)
        /// The server wants a key for secure strings, and gets none: this client handles none.
        ///
        /// The protocol has no way to say no; whatever waits for the key fails at the server.
        case keyRefused
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
    public internal(set) var state = State.beforeOpen
    /// The most bytes of an outgoing fragment with its header; 32,768 by default.
    public var maximumFragmentLength = 32_768
    /// What this client states of itself.
    public let capability: SessionCapability

    let request: InitRunspacePool
    let clixmlLimits: CLIXMLLimits
    let fragmentLimits: FragmentDecoder.Limits
    var encoder = FragmentEncoder()
    var poolDecoder: FragmentDecoder
    var decoders: [GUID: FragmentDecoder] = [:]
    var pipelines: [GUID: Pipeline] = [:]
    var lastCall: Int64 = 0
    /// What was wrong with the server's bytes; nothing is read after that.
    var failure: PSRPError?

    /// Makes a pool that is not opened yet.
    ///
    /// - Parameters:
    ///   - id: Never used before at that server.
    ///   - request: The pool's sizes.
    ///   - capability: The versions to state; protocol 2.3 by default, 2.1 and 2.2 work too.
    ///   - clixmlLimits: What the server's values may hold.
    ///   - fragmentLimits: How long the server's messages may be.
    public init(
        id: GUID,
        request: InitRunspacePool = InitRunspacePool(),
        capability: SessionCapability = .client,
        clixmlLimits: CLIXMLLimits = CLIXMLLimits(),
        fragmentLimits: FragmentDecoder.Limits = FragmentDecoder.Limits()
    ) {
        self.id = id
        self.request = request
        self.capability = capability
        self.clixmlLimits = clixmlLimits
        self.fragmentLimits = fragmentLimits
        poolDecoder = FragmentDecoder(limits: fragmentLimits)
    }

    /// The state of a pipeline; nil when it is not known, or was forgotten.
    public func state(ofPipeline id: GUID) -> Pipeline.State? { pipelines[id]?.state }

    /// The protocol that both sides speak; nil as long as the server did not tell its own.
    public var protocolVersion: ProtocolVersion? {
        switch state {
        case .opening(let server?), .opened(let server), .disconnected(let server):
            min(capability.protocolVersion, server.protocolVersion)
        case .beforeOpen, .opening(nil), .closed, .broken: nil
        }
    }

    /// Begins to open the pool.
    ///
    /// - Returns: The fragments of the opening messages, which WSMan carries in `creationXml`.
    /// - Throws: `illegalState` when it was called before, `scriptRefused` or `limitExceeded`
    ///   when the application arguments cannot be sent.
    public mutating func open() throws(PSRPError) -> [UInt8] {
        try begin()
        try request.applicationArguments.check(depthLeft: clixmlLimits.maximumDepth)
        state = .opening(nil)
        let stated = fragments(.sessionCapability, capability.value)
        return (stated + fragments(.initRunspacePool, request.value)).flatMap(\.self)
    }

    /// Begins to connect to a pool that another client left (MS-PSRP 3.1.4.10.3).
    ///
    /// - Returns: The fragments of the messages, which WSMan carries in `connectXml`.
    /// - Throws: `illegalState` when the pool was opened or connected before.
    public mutating func connect() throws(PSRPError) -> [UInt8] {
        try begin()
        state = .opening(nil)
        let sizes = RunspacePoolSizes(
            minimum: request.minimumRunspaces,
            maximum: request.maximumRunspaces
        )
        let stated = fragments(.sessionCapability, capability.value)
        return (stated + fragments(.connectRunspacePool, sizes.value)).flatMap(\.self)
    }

    private func begin() throws(PSRPError) {
        guard state == .beforeOpen else {
            throw PSRPError(.illegalState, "the pool was opened before (\(stateName))")
        }
    }

    /// Notes that the transport left the pool with its pipelines (WSMan's `Disconnect`).
    ///
    /// - Throws: `illegalState` when the pool is not open, `unsupportedVersion` below 2.2.
    public mutating func disconnect() throws(PSRPError) {
        let server = try openedServer(to: "be left")
        try require(.two2, for: "a pool can be left")
        state = .disconnected(server)
        for id in pipelines.keys { pipelines[id]?.disconnect() }
    }

    /// Notes that the transport came back to the pool (WSMan's `Reconnect`).
    ///
    /// - Throws: `illegalState` when the pool was not left.
    public mutating func reconnect() throws(PSRPError) {
        guard case .disconnected(let server) = state else {
            throw PSRPError(.illegalState, "the pool was not left: it is \(stateName)")
        }
        state = .opened(server)
        for id in pipelines.keys { pipelines[id]?.reconnect() }
    }

    /// Notes that the transport closed the pool.
    public mutating func close() {
        state = .closed
        pipelines = [:]
        decoders = [:]
    }
}

extension RunspacePool {
    func openedServer(to purpose: String) throws(PSRPError) -> SessionCapability {
        guard case .opened(let server) = state else {
            throw PSRPError(.illegalState, "the pool cannot \(purpose): it is \(stateName)")
        }
        return server
    }

    func require(_ version: ProtocolVersion, for purpose: String) throws(PSRPError) {
        guard let spoken = protocolVersion, spoken >= version else {
            throw PSRPError(
                .unsupportedVersion,
                "\(purpose) with protocol \(version) and later; the server speaks "
                    + "\(protocolVersion.map(\.description) ?? "none")"
            )
        }
    }

    mutating func fragments(
        _ type: PSRPMessageType,
        _ value: CLIXMLValue?,
        pipeline: GUID = .zero
    ) -> [[UInt8]] {
        let message = PSRPMessage(
            to: .server,
            type,
            runspacePoolID: id,
            pipelineID: pipeline,
            body: value?.clixml() ?? []
        )
        return encoder.encode(message.encode(), maximumLength: maximumFragmentLength)
    }

    var stateName: String {
        switch state {
        case .beforeOpen: "not opened yet"
        case .opening: "being opened"
        case .opened: "open"
        case .disconnected: "left"
        case .closed: "closed"
        case .broken(let error): "broken" + (error.map { ": \($0)" } ?? "")
        }
    }
}
