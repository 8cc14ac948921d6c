/// An error as PowerShell reports it (MS-PSRP 2.2.3.15), whether it ended the pipeline or not.
public struct ErrorRecord: Hashable, Sendable, CustomStringConvertible {
    /// What went wrong: the error's details, else the exception's message, else its text.
    public var message: String
    /// The exception's .NET type; nil when none was sent.
    public var exceptionType: String?
    /// The identifier that scripts match on; empty when none was sent.
    public var fullyQualifiedErrorID: String
    /// The category's number, such as 13 object not found or 18 permission denied.
    public var category: Int32
    /// What was being done, usually the command's name.
    public var activity: String
    /// Why, usually the exception's short type.
    public var reason: String
    /// What it was done to.
    public var targetName: String
    /// The type of what it was done to.
    public var targetType: String
    /// The category's line, as PowerShell shows it.
    public var categoryMessage: String
    /// What the command advises; nil when it does not.
    public var recommendedAction: String?
    /// The script's call stack; nil when none was sent.
    public var scriptStackTrace: String?
    /// How the command was called; nil unless that was asked for.
    public var invocation: InvocationInfo?

    /// Makes a record of a message, for an answer to the server.
    init(message: String, exceptionType: String, id: String, category: Int32) {
        self.message = message
        self.exceptionType = exceptionType
        fullyQualifiedErrorID = id
        self.category = category
        activity = ""
        reason = ""
        targetName = ""
        targetType = ""
        categoryMessage = ""
    }

    /// Reads a record, also one from a state message.
    ///
    /// - Throws: `malformedMessage` when it is not an object that says anything.
    public init(_ value: CLIXMLValue) throws(PSRPError) {
        func text(_ name: String) -> String? { value[property: name]?.stringValue }
        let exception = value[property: "Exception"]
        let candidates = [
            text("ErrorDetails_Message"), exception?[property: "Message"]?.stringValue,
            value.objectValue?.toString, exception?.displayText,
            // An error may have no text: what it is called says more than nothing.
            text("ErrorCategory_Message"), text("FullyQualifiedErrorId"),
            exception?.objectValue?.typeNames.first, exception.map { _ in "an error without text" },
        ]
        guard let message = candidates.compactMap({ $0 }).first(where: { !$0.isEmpty })
        else { throw PSRPError(.malformedMessage, "an error record says nothing") }
        self.message = message
        exceptionType = exception?.objectValue?.typeNames.first
        fullyQualifiedErrorID = text("FullyQualifiedErrorId") ?? ""
        category = Int32(
            truncatingIfNeeded: value[property: "ErrorCategory_Category"]?.integerValue ?? 0
        )
        activity = text("ErrorCategory_Activity") ?? ""
        reason = text("ErrorCategory_Reason") ?? ""
        targetName = text("ErrorCategory_TargetName") ?? ""
        targetType = text("ErrorCategory_TargetType") ?? ""
        categoryMessage = text("ErrorCategory_Message") ?? ""
        recommendedAction = text("ErrorDetails_RecommendedAction")
        scriptStackTrace = text("ErrorDetails_ScriptStackTrace")
        invocation = InvocationInfo(value)
    }

    /// The record as a value, with what the protocol demands of one.
    var value: CLIXMLValue {
        let type = exceptionType ?? "System.Management.Automation.RemoteException"
        let exception = CLIXMLObject(
            typeNames: [type, "System.Exception", "System.Object"],
            displayText: "\(type): \(message)",
            adaptedProperties: [.init("Message", .string(message))]
        )
        return .object(
            CLIXMLObject(
                typeNames: ["System.Management.Automation.ErrorRecord", "System.Object"],
                displayText: message,
                extendedProperties: [
                    .init("Exception", .object(exception)),
                    .init("TargetObject", .null),
                    .init("FullyQualifiedErrorId", .string(fullyQualifiedErrorID)),
                    .init("InvocationInfo", .null),
                    .init("ErrorCategory_Category", .int32(category)),
                    .init("ErrorCategory_Activity", .string(activity)),
                    .init("ErrorCategory_Reason", .string(reason)),
                    .init("ErrorCategory_TargetName", .string(targetName)),
                    .init("ErrorCategory_TargetType", .string(targetType)),
                    .init("ErrorCategory_Message", .string(categoryMessage)),
                    .init("SerializeExtendedInfo", false),
                ]
            )
        )
    }

    /// The message with the identifier.
    public var description: String {
        fullyQualifiedErrorID.isEmpty ? message : "\(message) [\(fullyQualifiedErrorID)]"
    }
}
