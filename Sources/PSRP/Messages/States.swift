/// The state of a runspace pool as servers number it, which is not as MS-PSRP 2.2.3.4 does.
public enum RunspacePoolStateCode: Int32, Hashable, Sendable, CaseIterable {
    /// Not opened yet.
    case beforeOpen = 0
    /// Being opened.
    case opening = 1
    /// Ready for pipelines.
    case opened = 2
    /// Closed.
    case closed = 3
    /// Being closed.
    case closing = 4
    /// Lost, with an error.
    case broken = 5
    /// Being left by the client.
    case disconnecting = 6
    /// Left by the client.
    case disconnected = 7
    /// Being taken up by a client.
    case connecting = 8
}

/// The state of a pipeline as servers number it (MS-PSRP 2.2.3.5).
public enum PipelineStateCode: Int32, Hashable, Sendable, CaseIterable {
    /// Not begun.
    case notStarted = 0
    /// Running; Windows does not say so.
    case running = 1
    /// Being stopped.
    case stopping = 2
    /// Stopped before its end.
    case stopped = 3
    /// Ended; errors that did not end it may have been written.
    case completed = 4
    /// Ended by an error.
    case failed = 5
    /// Left by the client.
    case disconnected = 6
}

/// A state with the error that led to it, as both state messages carry them.
struct StateChange<Code: RawRepresentable> where Code.RawValue == Int32 {
    var code: Code
    var error: ErrorRecord?

    init(_ value: CLIXMLValue, property: String) throws(PSRPError) {
        guard let number = value[property: property]?.integerValue,
            let code = Int32(exactly: number).flatMap(Code.init(rawValue:))
        else {
            throw PSRPError(.malformedMessage, "a state message has no known '\(property)'")
        }
        self.code = code
        if let record = value[property: "ExceptionAsErrorRecord"], !record.isNull {
            error = try ErrorRecord(record)
        }
    }
}
