/// What a client asks about a pool's runspaces; the server answers each by its number.
public enum RunspaceRequest: Hashable, Sendable {
    /// SET_MAX_RUNSPACES (MS-PSRP 2.2.2.6): at most so many.
    case setMaximum(Int32)
    /// SET_MIN_RUNSPACES (MS-PSRP 2.2.2.7): at least so many.
    case setMinimum(Int32)
    /// GET_AVAILABLE_RUNSPACES (MS-PSRP 2.2.2.11): how many more pipelines could run.
    case available
    /// RESET_RUNSPACE_STATE (MS-PSRP 2.2.2.31): variables forgotten; protocol 2.3 and later.
    case reset

    /// The message that asks it.
    public var messageType: PSRPMessageType {
        switch self {
        case .setMaximum: .setMaxRunspaces
        case .setMinimum: .setMinRunspaces
        case .available: .getAvailableRunspaces
        case .reset: .resetRunspaceState
        }
    }

    /// The message's body; `call` is the number by which the answer is known.
    public func value(call: Int64) -> CLIXMLValue {
        var properties: CLIXMLProperties = []
        switch self {
        case .setMaximum(let number): properties.append("MaxRunspaces", .int32(number))
        case .setMinimum(let number): properties.append("MinRunspaces", .int32(number))
        case .available, .reset: break
        }
        properties.append("ci", .int64(call))
        return .properties(properties)
    }

    /// Reads a message's body.
    ///
    /// - Throws: `malformedMessage` when the number of runspaces is missing, or another message
    ///   is given.
    public init(_ type: PSRPMessageType, _ value: CLIXMLValue) throws(PSRPError) {
        func size(_ name: String) throws(PSRPError) -> Int32 {
            guard let number = value[property: name]?.int32 else {
                throw PSRPError(.malformedMessage, "\(type) has no '\(name)'")
            }
            return number
        }
        switch type {
        case .setMaxRunspaces: self = .setMaximum(try size("MaxRunspaces"))
        case .setMinRunspaces: self = .setMinimum(try size("MinRunspaces"))
        case .getAvailableRunspaces: self = .available
        case .resetRunspaceState: self = .reset
        default: throw PSRPError(.malformedMessage, "\(type) asks nothing about runspaces")
        }
    }

    /// The number of a call, of a request or of its answer.
    static func call(_ type: PSRPMessageType, _ value: CLIXMLValue) throws(PSRPError) -> Int64 {
        guard let call = value[property: "ci"]?.integerValue else {
            throw PSRPError(.malformedMessage, "\(type) has no number of a call")
        }
        return call
    }
}

/// The server's answer to a request about runspaces: RUNSPACE_AVAILABILITY (MS-PSRP 2.2.2.8).
public struct RunspaceAnswer: Hashable, Sendable {
    /// What was answered.
    public enum Content: Hashable, Sendable {
        /// Whether a change was made.
        case accepted(Bool)
        /// How many more pipelines could run.
        case available(Int64)
    }

    /// The number of the request.
    public var call: Int64
    /// What was answered.
    public var content: Content

    /// Reads a message's body.
    ///
    /// - Throws: `malformedMessage` when it answers nothing.
    public init(_ value: CLIXMLValue) throws(PSRPError) {
        call = try RunspaceRequest.call(.runspaceAvailability, value)
        let answer = value[property: "SetMinMaxRunspacesResponse"]
        if let isAccepted = answer?.booleanValue {
            content = .accepted(isAccepted)
        } else if let number = answer?.integerValue {
            content = .available(number)
        } else {
            throw PSRPError(.malformedMessage, "RUNSPACE_AVAILABILITY answers nothing")
        }
    }
}

/// The sizes of a pool: CONNECT_RUNSPACEPOOL and RUNSPACEPOOL_INIT_DATA (MS-PSRP 2.2.2.29, .30).
public struct RunspacePoolSizes: Hashable, Sendable {
    /// The fewest runspaces.
    public var minimum: Int32
    /// The most runspaces.
    public var maximum: Int32

    /// Makes sizes.
    public init(minimum: Int32, maximum: Int32) {
        self.minimum = minimum
        self.maximum = maximum
    }

    /// Reads a message's body.
    ///
    /// - Throws: `malformedMessage` when a size is missing.
    public init(_ value: CLIXMLValue) throws(PSRPError) {
        guard let minimum = value[property: "MinRunspaces"]?.int32,
            let maximum = value[property: "MaxRunspaces"]?.int32
        else { throw PSRPError(.malformedMessage, "a pool's sizes are missing") }
        self.init(minimum: minimum, maximum: maximum)
    }

    /// The message's body.
    public var value: CLIXMLValue {
        .properties([
            .init("MinRunspaces", .int32(minimum)), .init("MaxRunspaces", .int32(maximum)),
        ])
    }
}
