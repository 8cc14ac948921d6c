/// What a message says, by its number (MS-PSRP 2.2.1).
public enum PSRPMessageType: UInt32, Hashable, Sendable, CaseIterable {
    /// The sender's versions; the first message in each direction.
    case sessionCapability = 0x0001_0002
    /// A client asks for a new runspace pool.
    case initRunspacePool = 0x0001_0004
    /// A client's key for secure strings.
    case publicKey = 0x0001_0005
    /// The server's session key, under the client's.
    case encryptedSessionKey = 0x0001_0006
    /// The server asks for the client's key.
    case publicKeyRequest = 0x0001_0007
    /// A client connects to a pool that it or another left.
    case connectRunspacePool = 0x0001_0008
    /// A client changes the most runspaces of a pool.
    case setMaxRunspaces = 0x0002_1002
    /// A client changes the fewest runspaces of a pool.
    case setMinRunspaces = 0x0002_1003
    /// The server's answer about runspaces.
    case runspaceAvailability = 0x0002_1004
    /// The server's pool changed its state.
    case runspacePoolState = 0x0002_1005
    /// A client starts a pipeline.
    case createPipeline = 0x0002_1006
    /// A client asks how many runspaces are free.
    case getAvailableRunspaces = 0x0002_1007
    /// An event that a command raised for the user.
    case userEvent = 0x0002_1008
    /// What the server tells of itself: `$PSVersionTable`.
    case applicationPrivateData = 0x0002_1009
    /// A client asks for the metadata of commands.
    case getCommandMetadata = 0x0002_100A
    /// The size of a pool that a client connected to.
    case runspacePoolInitData = 0x0002_100B
    /// A client wants the runspace's variables reset.
    case resetRunspaceState = 0x0002_100C
    /// The server calls the client's host, for the pool.
    case runspacePoolHostCall = 0x0002_1100
    /// The client's host answers, for the pool.
    case runspacePoolHostResponse = 0x0002_1101
    /// An input object for a pipeline.
    case pipelineInput = 0x0004_1002
    /// The end of a pipeline's input; its body is empty.
    case endOfPipelineInput = 0x0004_1003
    /// An object that a pipeline gave.
    case pipelineOutput = 0x0004_1004
    /// An error that a pipeline wrote.
    case errorRecord = 0x0004_1005
    /// A pipeline changed its state.
    case pipelineState = 0x0004_1006
    /// A debug text of a pipeline.
    case debugRecord = 0x0004_1007
    /// A verbose text of a pipeline.
    case verboseRecord = 0x0004_1008
    /// A warning of a pipeline.
    case warningRecord = 0x0004_1009
    /// How far a pipeline has come.
    case progressRecord = 0x0004_1010
    /// An information record of a pipeline; protocol 2.3 and later.
    case informationRecord = 0x0004_1011
    /// The server calls the client's host, for a pipeline.
    case pipelineHostCall = 0x0004_1100
    /// The client's host answers, for a pipeline.
    case pipelineHostResponse = 0x0004_1101
}

/// A message: where to, what, about which pool and pipeline, and its body (MS-PSRP 2.2.1).
public struct PSRPMessage: Hashable, Sendable {
    /// Who a message is for.
    public enum Destination: UInt32, Hashable, Sendable {
        /// The client.
        case client = 1
        /// The server.
        case server = 2
    }

    /// The bytes before the body.
    public static let headerLength = 40

    /// Who the message is for.
    public var destination: Destination
    /// What it says.
    public var type: PSRPMessageType
    /// The pool; the server's first messages carry zeros, so it is never compared.
    public var runspacePoolID: GUID
    /// The pipeline; zeros when the message is about the pool.
    public var pipelineID: GUID
    /// The CLIXML of the body; empty for the end of input.
    public var body: [UInt8]

    /// Makes a message.
    public init(
        to destination: Destination,
        _ type: PSRPMessageType,
        runspacePoolID: GUID,
        pipelineID: GUID = .zero,
        body: [UInt8] = []
    ) {
        self.destination = destination
        self.type = type
        self.runspacePoolID = runspacePoolID
        self.pipelineID = pipelineID
        self.body = body
    }

    /// Reads a whole message.
    ///
    /// - Throws: `malformedMessage` when the header is short or names something unknown.
    public init(decoding bytes: [UInt8]) throws(PSRPError) {
        guard bytes.count >= Self.headerLength,
            let poolID = GUID(dotNetBytes: bytes[8..<24]),
            let pipelineID = GUID(dotNetBytes: bytes[24..<40])
        else {
            throw PSRPError(
                .malformedMessage,
                "a message of \(bytes.count) bytes is shorter than its header"
            )
        }
        guard let destination = Destination(rawValue: Self.littleEndian(bytes[0..<4])) else {
            throw PSRPError(.malformedMessage, "a message is for nobody that is known")
        }
        let number = Self.littleEndian(bytes[4..<8])
        guard let type = PSRPMessageType(rawValue: number) else {
            throw PSRPError(
                .malformedMessage,
                "the message type 0x\(String(number, radix: 16)) is not known"
            )
        }
        self.init(
            to: destination,
            type,
            runspacePoolID: poolID,
            pipelineID: pipelineID,
            body: Array(bytes[40...])
        )
    }

    /// The message as bytes.
    public func encode() -> [UInt8] {
        Self.littleEndian(destination.rawValue) + Self.littleEndian(type.rawValue)
            + runspacePoolID.dotNetBytes + pipelineID.dotNetBytes + body
    }

    /// Reads the body as one value.
    ///
    /// - Throws: what `CLIXMLValue.init(clixml:limits:)` throws.
    public func value(limits: CLIXMLLimits = CLIXMLLimits()) throws(PSRPError) -> CLIXMLValue {
        try CLIXMLValue(clixml: body, limits: limits)
    }

    private static func littleEndian(_ bytes: ArraySlice<UInt8>) -> UInt32 {
        bytes.reversed().reduce(0) { $0 << 8 | UInt32($1) }
    }

    private static func littleEndian(_ number: UInt32) -> [UInt8] {
        [0, 8, 16, 24].map { UInt8(truncatingIfNeeded: number >> $0) }
    }
}
