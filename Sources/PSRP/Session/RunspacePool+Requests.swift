extension RunspacePool {
    /// Begins a pipeline of commands, each piped into the next.
    ///
    /// - Parameters:
    ///   - commands: At least one command.
    ///   - id: The pipeline's identifier, never used before in this pool.
    /// - Returns: The fragments of the request; WSMan carries the first in `Command`, the rest in
    ///   `Send`.
    /// - Throws: `illegalState` when the pool is not open, `scriptRefused` when a parameter holds
    ///   a script block, `limitExceeded` when one is nested too deep.
    public mutating func start(
        _ commands: [PipelineCommand],
        id: GUID
    ) throws(PSRPError) -> [[UInt8]] {
        try start(CreatePipeline(commands: commands), id: id)
    }

    /// Begins a pipeline as it is asked for; see `start(_:id:)`.
    ///
    /// When input is to follow (`hasNoInput` is false), give it with `send(_:to:)` and end it with
    /// `endInput(of:)`.
    ///
    /// - Throws: The same, and `unsupportedVersion` when several statements are asked of a server
    ///   below 2.2.
    public mutating func start(
        _ request: CreatePipeline,
        id: GUID
    ) throws(PSRPError) -> [[UInt8]] {
        precondition(pipelines[id] == nil, "the pipeline \(id) exists")
        _ = try openedServer(to: "start a pipeline")
        if request.statements.count > 1 { try require(.two2, for: "several statements go") }
        for command in request.commands {
            try command.check(depthMax: clixmlLimits.maximumDepth)
        }
        follow(Pipeline(id: id, acceptsInput: !request.hasNoInput))
        let body = request.value(for: protocolVersion ?? capability.protocolVersion)
        return fragments(.createPipeline, body, pipeline: id)
    }

    /// Begins a pipeline that tells of commands (MS-PSRP 2.2.2.14).
    ///
    /// Its outputs are a count (``CommandMetadata/count(_:)``), then one ``CommandMetadata`` each.
    ///
    /// - Returns: The fragments of the request, carried as those of `start(_:id:)`.
    /// - Throws: `illegalState` when the pool is not open, `scriptRefused` or `limitExceeded` as
    ///   `start(_:id:)`.
    public mutating func askForMetadata(
        _ request: CommandMetadataRequest,
        id: GUID
    ) throws(PSRPError) -> [[UInt8]] {
        precondition(pipelines[id] == nil, "the pipeline \(id) exists")
        _ = try openedServer(to: "tell of commands")
        for argument in request.arguments ?? [] {
            try argument.check(depthLeft: clixmlLimits.maximumDepth)
        }
        follow(Pipeline(id: id))
        return fragments(.getCommandMetadata, request.value, pipeline: id)
    }

    /// Follows a pipeline that another client started and left (WSMan's `Connect` of a command).
    ///
    /// - Throws: `illegalState` when the pool is not open.
    public mutating func attach(pipeline id: GUID) throws(PSRPError) {
        precondition(pipelines[id] == nil, "the pipeline \(id) exists")
        _ = try openedServer(to: "take up a pipeline")
        follow(Pipeline(id: id))
    }

    private mutating func follow(_ pipeline: Pipeline) {
        pipelines[pipeline.id] = pipeline
        decoders[pipeline.id] = FragmentDecoder(limits: fragmentLimits)
    }

    /// Gives an input object to a pipeline.
    ///
    /// - Returns: Fragments for WSMan's stream `stdin`.
    /// - Throws: `illegalState` when the pipeline waits for none, `scriptRefused` or
    ///   `limitExceeded` when the object cannot be sent.
    public mutating func send(
        _ object: CLIXMLValue,
        to pipeline: GUID
    ) throws(PSRPError) -> [[UInt8]] {
        try requireInput(of: pipeline)
        try object.check(depthLeft: clixmlLimits.maximumDepth)
        return fragments(.pipelineInput, object, pipeline: pipeline)
    }

    /// Ends the input of a pipeline.
    ///
    /// - Returns: Fragments for WSMan's stream `stdin`.
    /// - Throws: `illegalState` when the pipeline waits for none.
    public mutating func endInput(of pipeline: GUID) throws(PSRPError) -> [[UInt8]] {
        try requireInput(of: pipeline)
        pipelines[pipeline]?.input = .ended
        return fragments(.endOfPipelineInput, nil, pipeline: pipeline)
    }

    private func requireInput(of id: GUID) throws(PSRPError) {
        guard let pipeline = pipelines[id], !pipeline.state.isFinal, pipeline.input == .open else {
            throw PSRPError(.illegalState, "the pipeline \(id) waits for no input")
        }
    }

    /// Asks about the pool's runspaces; the answer is `Event.answer` with the same call.
    ///
    /// - Returns: The call's number, and fragments for WSMan's `Send` to the shell.
    /// - Throws: `illegalState` when the pool is not open, `unsupportedVersion` when a reset is
    ///   asked of a server below 2.3.
    public mutating func ask(
        _ request: RunspaceRequest
    ) throws(PSRPError) -> (call: Int64, fragments: [[UInt8]]) {
        _ = try openedServer(to: "be asked")
        if request == .reset { try require(.two3, for: "runspaces are reset") }
        lastCall += 1
        let bytes = fragments(request.messageType, request.value(call: lastCall))
        return (lastCall, bytes)
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

    /// The answer to a host call: that there is no host.
    ///
    /// - Returns: Fragments for WSMan's stream `pr`; none when no answer is wanted.
    public mutating func refuse(_ call: HostCall, pipeline: GUID? = nil) -> [[UInt8]] {
        guard let refusal = call.refusal else { return [] }
        return fragments(
            pipeline == nil ? .runspacePoolHostResponse : .pipelineHostResponse,
            refusal.value,
            pipeline: pipeline ?? .zero
        )
    }
}
