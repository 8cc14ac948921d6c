/// The text of a warning, verbose or debug record (MS-PSRP 2.2.2.22 to 2.2.2.24).
public struct InformationalRecord: Hashable, Sendable {
    /// What the command says.
    public var message: String
    /// How the command was called; nil unless that was asked for.
    public var invocation: InvocationInfo?

    /// Reads a message's body.
    ///
    /// - Throws: `malformedMessage` when there is no text.
    public init(_ value: CLIXMLValue) throws(PSRPError) {
        let property = value[property: "InformationalRecord_Message"]
        // A command may write null.
        guard
            let text = property?.stringValue ?? value.objectValue?.toString
                ?? property.map({ _ in "" })
        else { throw PSRPError(.malformedMessage, "a warning or verbose record has no text") }
        message = text
        invocation = InvocationInfo(value)
    }
}

/// How far a command has come (MS-PSRP 2.2.2.25).
public struct ProgressRecord: Hashable, Sendable {
    /// What is being done.
    public var activity: String
    /// Which of several activities; 0 by default.
    public var activityID: Int32 = 0
    /// How it stands, in words.
    public var statusDescription: String = ""
    /// The step within the activity; nil when there is none.
    public var currentOperation: String?
    /// The activity that this one is part of; -1 for none.
    public var parentActivityID: Int32 = -1
    /// 0 to 100; -1 when not known.
    public var percentComplete: Int32 = -1
    /// Seconds to go; -1 when not known.
    public var secondsRemaining: Int32 = -1
    /// Whether the activity is over.
    public var isCompleted = false

    /// Makes a record of an activity; the rest has its default.
    public init(activity: String) {
        self.activity = activity
    }

    /// Reads a message's body.
    ///
    /// - Throws: `malformedMessage` when there is no activity.
    public init(_ value: CLIXMLValue) throws(PSRPError) {
        if case .progress(let record) = value {
            self = record
            return
        }
        guard let activity = value[property: "Activity"]?.stringValue else {
            throw PSRPError(.malformedMessage, "a progress record has no activity")
        }
        func number(_ name: String, _ fallback: Int32) -> Int32 {
            value[property: name]?.integerValue.flatMap(Int32.init(exactly:)) ?? fallback
        }
        self.activity = activity
        activityID = number("ActivityId", 0)
        statusDescription = value[property: "StatusDescription"]?.stringValue ?? ""
        currentOperation = value[property: "CurrentOperation"]?.stringValue
        parentActivityID = number("ParentActivityId", -1)
        percentComplete = number("PercentComplete", -1)
        secondsRemaining = number("SecondsRemaining", -1)
        isCompleted = number("Type", 0) == 1
    }
}

/// What `Write-Information` sends (MS-PSRP 2.2.2.26); protocol 2.3 and later.
public struct InformationRecord: Hashable, Sendable {
    /// What the command says, of any type.
    public var messageData: CLIXMLValue
    /// Which command or script said it; empty when not sent.
    public var source: String
    /// When, by the server's clock; nil when not sent.
    public var timeGenerated: DotNetDateTime?
    /// The tags that the command gave it.
    public var tags: [String]
    /// As whom the command ran; empty when not sent.
    public var user: String
    /// Where the command ran; empty when not sent.
    public var computer: String
    /// In which process; nil when not sent.
    public var processID: Int64?

    /// Reads a message's body.
    ///
    /// - Throws: `malformedMessage` when there is no message.
    public init(_ value: CLIXMLValue) throws(PSRPError) {
        guard let data = value[property: "MessageData"] else {
            throw PSRPError(.malformedMessage, "an information record has no message")
        }
        messageData = data
        source = value[property: "Source"]?.stringValue ?? ""
        if case .dateTime(let time)? = value[property: "TimeGenerated"]?.unwrapped {
            timeGenerated = time
        }
        tags = value[property: "Tags"]?.elements?.compactMap(\.stringValue) ?? []
        user = value[property: "User"]?.stringValue ?? ""
        computer = value[property: "Computer"]?.stringValue ?? ""
        processID = value[property: "ProcessId"]?.integerValue
    }
}
