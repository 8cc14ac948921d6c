/// What a client asks to be run (MS-PSRP 2.2.2.10): commands, each piped into the next.
struct CreatePipeline: Hashable, Sendable {
    /// The commands, first to last.
    var commands: [PipelineCommand]
    /// Whether no input objects follow.
    var hasNoInput = true
    /// Whether the session remembers the commands.
    var addsToHistory = false
    /// Which records carry how they were called: 0 none, 15 all.
    var remoteStreamOptions: Int32 = 0

    init(commands: [PipelineCommand]) {
        self.commands = commands
    }

    /// Reads a message's body, as far as this client could have written it.
    init(_ value: CLIXMLValue) throws(PSRPError) {
        guard case .boolean(let noInput)? = value[property: "NoInput"],
            case .boolean(let history)? = value[property: "AddToHistory"],
            let options = value[property: "RemoteStreamOptions"]?.integerValue,
            let list = value[property: "PowerShell"]?[property: "Cmds"]?.elements
        else { throw PSRPError(.malformedMessage, "CREATE_PIPELINE lacks a part") }
        commands = []
        for command in list { commands.append(try Self.command(command)) }
        hasNoInput = noInput
        addsToHistory = history
        remoteStreamOptions = Int32(truncatingIfNeeded: options)
    }

    private static func command(_ value: CLIXMLValue) throws(PSRPError) -> PipelineCommand {
        guard case .string(let name)? = value[property: "Cmd"],
            case .boolean(let isScript)? = value[property: "IsScript"],
            let arguments = value[property: "Args"]?.elements
        else { throw PSRPError(.malformedMessage, "a command of CREATE_PIPELINE lacks a part") }
        var command = PipelineCommand(name)
        command.isScript = isScript
        for argument in arguments {
            guard let name = argument[property: "N"], let value = argument[property: "V"] else {
                throw PSRPError(.malformedMessage, "an argument of '\(command.name)' lacks a part")
            }
            command.parameters.append(.init(name.stringValue, value))
        }
        return command
    }

    /// The message's body for a server that speaks a version.
    func value(for version: ProtocolVersion) -> CLIXMLValue {
        .properties([
            .init("NoInput", .boolean(hasNoInput)),
            .init("ApartmentState", HostParts.apartmentState),
            .init(
                "RemoteStreamOptions",
                .enumeration(
                    "System.Management.Automation.Runspaces.RemoteStreamOptions",
                    remoteStreamOptions,
                    name: remoteStreamOptions == 15 ? "AddInvocationInfo" : "0"
                )
            ),
            .init("AddToHistory", .boolean(addsToHistory)),
            .init("HostInfo", HostParts.noHost),
            .init(
                "PowerShell",
                .properties([
                    .init("IsNested", false),
                    .init("ExtraCmds", .null),
                    .init("Cmds", Self.list(commands.map { Self.value(of: $0, for: version) })),
                    .init("History", .null),
                    .init("RedirectShellErrorOutputPipe", false),
                ])
            ),
            .init("IsNested", false),
        ])
    }

    private static func value(
        of command: PipelineCommand,
        for version: ProtocolVersion
    ) -> CLIXMLValue {
        var properties: CLIXMLProperties = [
            .init("Cmd", .string(command.name)),
            .init("IsScript", .boolean(command.isScript)),
            .init("UseLocalScope", .null),
        ]
        var merges = ["MergeMyResult", "MergeToResult", "MergePreviousResults"]
        for name in merges { properties.append(name, noMerge) }
        let arguments = command.parameters.map { parameter in
            CLIXMLValue.properties([
                .init("N", parameter.name.map(CLIXMLValue.string) ?? .null),
                .init("V", parameter.value),
            ])
        }
        properties.append("Args", list(arguments))
        merges = version < ProtocolVersion(2, 2) ? [] : newerMerges
        if version >= ProtocolVersion(2, 3) { merges.append("MergeInformation") }
        for name in merges { properties.append(name, noMerge) }
        return .properties(properties)
    }

    private static let newerMerges = ["MergeError", "MergeWarning", "MergeVerbose", "MergeDebug"]

    private static let noMerge = CLIXMLValue.enumeration(
        "System.Management.Automation.Runspaces.PipelineResultTypes",
        0,
        name: "None"
    )

    private static func list(_ members: [CLIXMLValue]) -> CLIXMLValue {
        .object(
            CLIXMLObject(
                typeNames: [
                    "System.Collections.Generic.List`1[[System.Management.Automation.PSObject, "
                        + "System.Management.Automation, Version=1.0.0.0, Culture=neutral, "
                        + "PublicKeyToken=31bf3856ad364e35]]",
                    "System.Object",
                ],
                content: .list(members)
            )
        )
    }
}
