/// How a command was called that wrote a record (MS-PSRP 2.2.3.15.1), when it was asked for.
public struct InvocationInfo: Hashable, Sendable {
    /// The command's name, as it was called; an alias, when it was called by one.
    public var invocationName: String
    /// The command's own name; empty when not sent.
    public var commandName: String
    /// The script's line; 0 when there is none.
    public var scriptLine: Int32
    /// The place in that line; 0 when there is none.
    public var offsetInLine: Int32
    /// The place in words, as PowerShell shows it; empty when not sent.
    public var positionMessage: String
    /// The command's place in its pipe, from 1; 0 when not sent.
    public var pipelinePosition: Int32
    /// How many commands the pipe has; 0 when not sent.
    public var pipelineLength: Int32

    /// Reads what a record carries; nil when it carries nothing of the kind.
    init?(_ record: CLIXMLValue) {
        func text(_ name: String) -> String? {
            record[property: "InvocationInfo_\(name)"]?.stringValue
        }
        func number(_ name: String) -> Int32 {
            record[property: "InvocationInfo_\(name)"]?.int32 ?? 0
        }
        let commandName = record[property: "CommandInfo_Name"]?.stringValue
        guard let name = text("InvocationName") ?? commandName else { return nil }
        invocationName = name
        self.commandName = commandName ?? ""
        scriptLine = number("ScriptLineNumber")
        offsetInLine = number("OffsetInLine")
        positionMessage = text("PositionMessage") ?? ""
        pipelinePosition = number("PipelinePosition")
        pipelineLength = number("PipelineLength")
    }
}
