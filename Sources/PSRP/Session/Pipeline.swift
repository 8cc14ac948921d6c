/// The state machine of one pipeline at the client (MS-PSRP 3.1.1.3).
public struct Pipeline: Hashable, Sendable {
    /// Where a pipeline stands.
    public enum State: Hashable, Sendable {
        /// Its request was made; the server has not ended it.
        case running
        /// The client asked for a stop; the server has not ended it.
        case stopping
        /// The client left it; it goes on at the server, which keeps its output.
        case disconnected
        /// The server stopped it before its end.
        case stopped(ErrorRecord?)
        /// It ended; errors that did not end it were events of their own.
        case completed
        /// An error ended it.
        case failed(ErrorRecord?)

        /// Whether nothing more can come.
        public var isFinal: Bool {
            switch self {
            case .running, .stopping, .disconnected: false
            case .stopped, .completed, .failed: true
            }
        }
    }

    /// What a pipeline gave.
    public enum Event: Hashable, Sendable {
        /// An object.
        case output(CLIXMLValue)
        /// An error that did not end the pipeline.
        case error(ErrorRecord)
        /// A warning.
        case warning(InformationalRecord)
        /// A verbose text.
        case verbose(InformationalRecord)
        /// A debug text.
        case debug(InformationalRecord)
        /// An information record.
        case information(InformationRecord)
        /// How far it has come.
        case progress(ProgressRecord)
        /// A call to the client's host; refuse it with `RunspacePool.refuse(_:pipeline:)`.
        case hostCall(HostCall)
        /// The state changed; it is never left once final.
        case stateChanged(State)
    }

    /// Whether the server waits for input objects.
    enum Input: Hashable, Sendable {
        case none
        case open
        case ended
    }

    /// The identifier, which WSMan calls `CommandId`.
    public let id: GUID
    /// Where it stands.
    public private(set) var state = State.running
    var input: Input

    init(id: GUID, acceptsInput: Bool = false) {
        self.id = id
        input = acceptsInput ? .open : .none
    }

    /// Notes that the client asked for a stop.
    mutating func stop() {
        if state == .running { state = .stopping }
    }

    /// Notes that the client left, or came back.
    mutating func disconnect() {
        if !state.isFinal { state = .disconnected }
    }

    mutating func reconnect() {
        if state == .disconnected { state = .running }
    }

    /// Takes what a message about this pipeline says.
    mutating func receive(
        _ content: MessageContent,
        _ type: PSRPMessageType
    ) throws(PSRPError) -> Event? {
        precondition(!state.isFinal, "the pipeline \(id) has ended")
        switch content {
        case .output(let value): return .output(value)
        case .error(let record): return .error(record)
        case .warning(let record): return .warning(record)
        case .verbose(let record): return .verbose(record)
        case .debug(let record): return .debug(record)
        case .information(let record): return .information(record)
        case .progress(let record): return .progress(record)
        case .hostCall(let call): return .hostCall(call)
        case .pipelineState(let code, let error): return change(to: code, error)
        default:
            throw PSRPError(
                .unexpectedMessage,
                "\(type) is not a server's message about a pipeline"
            )
        }
    }

    private mutating func change(to code: PipelineStateCode, _ error: ErrorRecord?) -> Event? {
        switch code {
        case .notStarted, .running, .disconnected: return nil
        case .stopping:
            guard state != .stopping else { return nil }
            state = .stopping
        case .stopped: state = .stopped(error)
        case .completed: state = .completed
        case .failed: state = .failed(error)
        }
        return .stateChanged(state)
    }
}
