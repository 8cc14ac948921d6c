/// The state machine of one pipeline at the client (MS-PSRP 3.1.1.3).
public struct Pipeline: Hashable, Sendable {
    /// Where a pipeline stands.
    public enum State: Hashable, Sendable {
        /// Its request was made; the server has not ended it.
        case running
        /// The client asked for a stop; the server has not ended it.
        case stopping
        /// The server stopped it before its end.
        case stopped(ErrorRecord?)
        /// It ended; errors that did not end it were events of their own.
        case completed
        /// An error ended it.
        case failed(ErrorRecord?)

        /// Whether nothing more can come.
        public var isFinal: Bool {
            switch self {
            case .running, .stopping: false
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

    /// The identifier, which WSMan calls `CommandId`.
    public let id: GUID
    /// Where it stands.
    public private(set) var state = State.running

    init(id: GUID) {
        self.id = id
    }

    /// Notes that the client asked for a stop.
    mutating func stop() {
        if state == .running { state = .stopping }
    }

    /// Takes a message about this pipeline.
    mutating func receive(
        _ message: PSRPMessage,
        limits: CLIXMLLimits
    ) throws(PSRPError) -> Event? {
        guard !state.isFinal else {
            throw PSRPError(
                .unexpectedMessage,
                "\(message.type) arrived after the end of pipeline \(id)"
            )
        }
        let value = try message.value(limits: limits)
        switch message.type {
        case .pipelineOutput: return .output(value)
        case .errorRecord: return .error(try ErrorRecord(value))
        case .warningRecord: return .warning(try InformationalRecord(value))
        case .verboseRecord: return .verbose(try InformationalRecord(value))
        case .debugRecord: return .debug(try InformationalRecord(value))
        case .informationRecord: return .information(try InformationRecord(value))
        case .progressRecord: return .progress(try ProgressRecord(value))
        case .pipelineHostCall: return .hostCall(try HostCall(value))
        case .pipelineState:
            return change(to: try StateChange(value, property: "PipelineState"))
        default:
            throw PSRPError(
                .unexpectedMessage,
                "\(message.type) is not a server's message about a pipeline"
            )
        }
    }

    private mutating func change(to change: StateChange<PipelineStateCode>) -> Event? {
        switch change.code {
        case .notStarted, .running, .disconnected: return nil
        case .stopping:
            guard state != .stopping else { return nil }
            state = .stopping
        case .stopped: state = .stopped(change.error)
        case .completed: state = .completed
        case .failed: state = .failed(change.error)
        }
        return .stateChanged(state)
    }
}
