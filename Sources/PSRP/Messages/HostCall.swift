/// A call of the server to the client's host (MS-PSRP 2.2.2.27), which this client does not have.
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
            let method = value[property: "mi"]?.integerValue.flatMap(Int32.init(exactly:))
        else { throw PSRPError(.malformedMessage, "a host call has no number or no method") }
        self.id = id
        self.method = method
        arguments = value[property: "mp"]?.elements ?? []
    }

    /// The method's name, as in the specification; its number when it is not listed.
    public var methodName: String {
        let names = Self.names
        return names.indices.contains(Int(method) - 1) ? names[Int(method) - 1] : "method \(method)"
    }

    private static let names = [
        "GetName", "GetVersion", "GetInstanceId", "GetCurrentCulture", "GetCurrentUICulture",
        "SetShouldExit", "EnterNestedPrompt", "ExitNestedPrompt", "NotifyBeginApplication",
        "NotifyEndApplication", "ReadLine", "ReadLineAsSecureString", "Write1", "Write2",
        "WriteLine1", "WriteLine2", "WriteLine3", "WriteErrorLine", "WriteDebugLine",
        "WriteProgress", "WriteVerboseLine", "WriteWarningLine", "Prompt",
        "PromptForCredential1", "PromptForCredential2", "PromptForChoice",
    ]

    /// The answer that there is no host; nil when none is wanted.
    var refusal: CLIXMLValue? {
        guard wantsAnswer else { return nil }
        let error = ErrorRecord(
            message: "The client has no host: \(methodName) cannot be answered.",
            exceptionType: "System.Management.Automation.Host.HostException",
            id: "RemoteHostCallRefused",
            category: 0
        )
        return .properties([
            .init("ci", .int64(id)),
            .init(
                "mi",
                .enumeration(
                    "System.Management.Automation.Remoting.RemoteHostMethodId",
                    method,
                    name: methodName
                )
            ),
            .init("me", error.value),
        ])
    }
}
