/// A call of the server to the client's host (MS-PSRP 2.2.2.15, 2.2.2.27), which this client lacks.
public struct HostCall: Hashable, Sendable {
    /// The call's number; -100 when no answer is wanted.
    public var id: Int64
    /// The method's number (MS-PSRP 2.2.3.17).
    public var method: Int32
    /// The method's arguments.
    public var arguments: [CLIXMLValue]

    /// Whether the server waits for an answer.
    public var wantsAnswer: Bool { id != -100 }

    /// Reads a message's body.
    ///
    /// - Throws: `malformedMessage` when the number or the method is missing.
    public init(_ value: CLIXMLValue) throws(PSRPError) {
        guard let id = value[property: "ci"]?.integerValue,
            let method = value[property: "mi"]?.int32
        else { throw PSRPError(.malformedMessage, "a host call has no number or no method") }
        self.id = id
        self.method = method
        arguments = value[property: "mp"]?.elements ?? []
    }

    /// The method's name, as in the specification; its number when it is not listed.
    public var methodName: String { Self.name(ofMethod: method) }

    static func name(ofMethod method: Int32) -> String {
        names.indices.contains(Int(method) - 1) ? names[Int(method) - 1] : "method \(method)"
    }

    private static let names = [
        "GetName", "GetVersion", "GetInstanceId", "GetCurrentCulture", "GetCurrentUICulture",
        "SetShouldExit", "EnterNestedPrompt", "ExitNestedPrompt", "NotifyBeginApplication",
        "NotifyEndApplication", "ReadLine", "ReadLineAsSecureString", "Write1", "Write2",
        "WriteLine1", "WriteLine2", "WriteLine3", "WriteErrorLine", "WriteDebugLine",
        "WriteProgress", "WriteVerboseLine", "WriteWarningLine", "Prompt",
        "PromptForCredential1", "PromptForCredential2", "PromptForChoice", "GetForegroundColor",
        "SetForegroundColor", "GetBackgroundColor", "SetBackgroundColor", "GetCursorPosition",
        "SetCursorPosition", "GetWindowPosition", "SetWindowPosition", "GetCursorSize",
        "SetCursorSize", "GetBufferSize", "SetBufferSize", "GetWindowSize", "SetWindowSize",
        "GetWindowTitle", "SetWindowTitle", "GetMaxWindowSize", "GetMaxPhysicalWindowSize",
        "GetKeyAvailable", "ReadKey", "FlushInputBuffer", "SetBufferContents1",
        "SetBufferContents2", "GetBufferContents", "ScrollBufferContents", "PushRunspace",
        "PopRunspace", "GetIsRunspacePushed", "GetRunspace", "PromptForChoiceMultipleSelection",
    ]

    /// The answer that there is no host; nil when none is wanted.
    var refusal: HostResponse? {
        guard wantsAnswer else { return nil }
        let error = ErrorRecord(
            message: "The client has no host: \(methodName) cannot be answered.",
            exceptionType: "System.Management.Automation.Host.HostException",
            id: "RemoteHostExecutionException",
            category: 0
        )
        return HostResponse(id: id, method: method, result: nil, error: error)
    }
}

/// A client's answer to a host call (MS-PSRP 2.2.2.16, 2.2.2.28).
public struct HostResponse: Hashable, Sendable {
    /// The call's number.
    public var id: Int64
    /// The method's number (MS-PSRP 2.2.3.17).
    public var method: Int32
    /// What the method gave; nil when it gave nothing.
    public var result: CLIXMLValue?
    /// Why it failed; nil when it did not.
    public var error: ErrorRecord?

    init(id: Int64, method: Int32, result: CLIXMLValue?, error: ErrorRecord?) {
        self.id = id
        self.method = method
        self.result = result
        self.error = error
    }

    /// Reads a message's body.
    ///
    /// - Throws: `malformedMessage` when the number or the method is missing.
    public init(_ value: CLIXMLValue) throws(PSRPError) {
        guard let id = value[property: "ci"]?.integerValue,
            let method = value[property: "mi"]?.int32
        else { throw PSRPError(.malformedMessage, "a host response has no number or no method") }
        self.id = id
        self.method = method
        result = value[property: "mr"]
        if let record = value[property: "me"], !record.isNull { error = try ErrorRecord(record) }
    }

    /// The message's body.
    var value: CLIXMLValue {
        var properties: CLIXMLProperties = [
            .init("ci", .int64(id)),
            .init(
                "mi",
                .enumeration(
                    "System.Management.Automation.Remoting.RemoteHostMethodId",
                    method,
                    name: HostCall.name(ofMethod: method)
                )
            ),
        ]
        if let result { properties.append("mr", result) }
        if let error { properties.append("me", error.value) }
        return .properties(properties)
    }
}
