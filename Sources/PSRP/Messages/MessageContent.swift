/// What a message says, read by its type: every type of MS-PSRP 2.2.2.
public enum MessageContent: Hashable, Sendable {
    /// The sender's versions.
    case sessionCapability(SessionCapability)
    /// A client opens a pool.
    case initRunspacePool(InitRunspacePool)
    /// A client's key for secure strings, as its Base64 text.
    case publicKey(String)
    /// The server's session key under the client's key, as its Base64 text; never decrypted here.
    case encryptedSessionKey(String)
    /// The server asks for the client's key.
    case publicKeyRequest
    /// A client connects to a pool; the sizes are nil when it takes them as they are.
    case connectRunspacePool(RunspacePoolSizes?)
    /// The sizes of a pool that a client connected to.
    case runspacePoolInitData(RunspacePoolSizes)
    /// A client asks about runspaces.
    case runspaceRequest(RunspaceRequest, call: Int64)
    /// The server's answer about runspaces.
    case runspaceAnswer(RunspaceAnswer)
    /// The pool changed its state.
    case runspacePoolState(RunspacePoolStateCode, ErrorRecord?)
    /// A client starts a pipeline.
    case createPipeline(CreatePipeline)
    /// A client asks for commands' metadata.
    case commandMetadataRequest(CommandMetadataRequest)
    /// An event that a command forwards.
    case userEvent(UserEvent)
    /// What the server tells of itself.
    case applicationPrivateData(CLIXMLValue)
    /// The server calls the client's host, for the pool or a pipeline.
    case hostCall(HostCall)
    /// The client's host answers.
    case hostResponse(HostResponse)
    /// An input object.
    case input(CLIXMLValue)
    /// The end of input.
    case endOfInput
    /// An output object.
    case output(CLIXMLValue)
    /// An error.
    case error(ErrorRecord)
    /// The pipeline changed its state.
    case pipelineState(PipelineStateCode, ErrorRecord?)
    /// A debug text.
    case debug(InformationalRecord)
    /// A verbose text.
    case verbose(InformationalRecord)
    /// A warning.
    case warning(InformationalRecord)
    /// How far a pipeline has come.
    case progress(ProgressRecord)
    /// An information record.
    case information(InformationRecord)
}

extension PSRPMessage {
    /// Reads the body as what the type demands.
    ///
    /// - Throws: What `value(limits:)` throws, and `malformedMessage` when a part is missing.
    public func content(
        limits: CLIXMLLimits = CLIXMLLimits()
    ) throws(PSRPError) -> MessageContent {
        // Nothing in it is of use, and some senders leave it empty.
        if type == .endOfPipelineInput { return .endOfInput }
        let value = try value(limits: limits)
        switch type {
        case .sessionCapability: return .sessionCapability(try SessionCapability(value))
        case .initRunspacePool: return .initRunspacePool(try InitRunspacePool(value))
        case .publicKey: return .publicKey(try text("PublicKey", of: value))
        case .encryptedSessionKey:
            return .encryptedSessionKey(try text("EncryptedSessionKey", of: value))
        case .publicKeyRequest: return .publicKeyRequest
        case .connectRunspacePool:
            let hasSizes = value[property: "MinRunspaces"] != nil
            return .connectRunspacePool(hasSizes ? try RunspacePoolSizes(value) : nil)
        case .runspacePoolInitData: return .runspacePoolInitData(try RunspacePoolSizes(value))
        case .setMaxRunspaces, .setMinRunspaces, .getAvailableRunspaces, .resetRunspaceState:
            return .runspaceRequest(
                try RunspaceRequest(type, value),
                call: try RunspaceRequest.call(type, value)
            )
        case .runspaceAvailability: return .runspaceAnswer(try RunspaceAnswer(value))
        case .runspacePoolState:
            let change = try StateChange<RunspacePoolStateCode>(value, property: "RunspaceState")
            return .runspacePoolState(change.code, change.error)
        case .createPipeline: return .createPipeline(try CreatePipeline(value))
        case .getCommandMetadata:
            return .commandMetadataRequest(try CommandMetadataRequest(value))
        case .userEvent: return .userEvent(try UserEvent(value))
        case .applicationPrivateData:
            return .applicationPrivateData(value[property: "ApplicationPrivateData"] ?? value)
        case .runspacePoolHostCall, .pipelineHostCall: return .hostCall(try HostCall(value))
        case .runspacePoolHostResponse, .pipelineHostResponse:
            return .hostResponse(try HostResponse(value))
        default: return try pipelineContent(value)
        }
    }

    private func pipelineContent(_ value: CLIXMLValue) throws(PSRPError) -> MessageContent {
        switch type {
        case .pipelineInput: return .input(value)
        case .pipelineOutput: return .output(value)
        case .errorRecord: return .error(try ErrorRecord(value))
        case .debugRecord: return .debug(try InformationalRecord(value))
        case .verboseRecord: return .verbose(try InformationalRecord(value))
        case .warningRecord: return .warning(try InformationalRecord(value))
        case .progressRecord: return .progress(try ProgressRecord(value))
        case .informationRecord: return .information(try InformationRecord(value))
        case .pipelineState:
            let change = try StateChange<PipelineStateCode>(value, property: "PipelineState")
            return .pipelineState(change.code, change.error)
        default: preconditionFailure("\(type) is read elsewhere")
        }
    }

    private func text(_ name: String, of value: CLIXMLValue) throws(PSRPError) -> String {
        guard let text = value[property: name]?.stringValue else {
            throw PSRPError(.malformedMessage, "\(type) has no '\(name)'")
        }
        return text
    }
}
