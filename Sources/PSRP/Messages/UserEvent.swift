/// An event that a command forwards to the client: USER_EVENT (MS-PSRP 2.2.2.12).
public struct UserEvent: Hashable, Sendable {
    /// The event's number in its runspace.
    public var eventID: Int32
    /// The name under which it was raised.
    public var sourceID: String
    /// When, by the server's clock; nil when not sent.
    public var timeGenerated: DotNetDateTime?
    /// Who raised it.
    public var sender: CLIXMLValue
    /// With what arguments.
    public var arguments: CLIXMLValue
    /// What goes with it.
    public var messageData: CLIXMLValue
    /// Where it was raised; empty when not sent.
    public var computer: String
    /// In which runspace; nil when not sent.
    public var runspaceID: GUID?

    /// Reads a message's body.
    ///
    /// - Throws: `malformedMessage` when the event has no number.
    public init(_ value: CLIXMLValue) throws(PSRPError) {
        // The specification's names have a prefix, which not every sender writes.
        func part(_ name: String) -> CLIXMLValue? {
            value[property: "PSEventArgs.\(name)"] ?? value[property: name]
        }
        guard let number = part("EventIdentifier")?.int32 else {
            throw PSRPError(.malformedMessage, "USER_EVENT has no number")
        }
        eventID = number
        sourceID = part("SourceIdentifier")?.stringValue ?? ""
        if case .dateTime(let time)? = part("TimeGenerated")?.unwrapped { timeGenerated = time }
        sender = part("Sender") ?? .null
        arguments = part("SourceArgs") ?? .null
        messageData = part("MessageData") ?? .null
        computer = part("ComputerName")?.stringValue ?? ""
        if case .guid(let id)? = part("RunspaceId")?.unwrapped { runspaceID = id }
    }
}
