/// What a client asks to be run (MS-PSRP 2.2.2.10): statements of commands, each piped into the next.
public struct CreatePipeline: Hashable, Sendable {
    /// The statements, first to last; each is a row of commands.
    public var statements: [[PipelineCommand]]
    /// Whether no input objects follow; true by default.
    public var hasNoInput = true
    /// Whether the session remembers the commands; false by default.
    public var addsToHistory = false
    /// Which records carry how they were called: 0 none (the default), 15 all.
    public var remoteStreamOptions: Int32 = 0
    /// Whether the pipeline runs inside one that is running.
    public internal(set) var isNested = false
    /// Whether native programs' errors go to the output.
    public internal(set) var redirectsErrors = false
    /// The text for the session's history; nil when there is none.
    public internal(set) var history: String?
    /// The threads' apartment: 2 is unknown, which asks for none.
    public internal(set) var apartmentState: Int32 = 2
    /// What the client says of its host; that it has none, by default.
    public internal(set) var hostInfo = HostParts.noHost

    /// Asks for one statement.
    ///
    /// - Precondition: there is a command.
    public init(commands: [PipelineCommand]) {
        self.init(statements: [commands])
    }

    /// Asks for several statements, one after the other; they share their variables.
    ///
    /// - Precondition: there is a statement, and each has a command.
    public init(statements: [[PipelineCommand]]) {
        precondition(
            !statements.isEmpty && statements.allSatisfy { !$0.isEmpty },
            "a pipeline has at least one command"
        )
        self.statements = statements
    }

    /// The commands of all statements.
    public var commands: [PipelineCommand] { statements.flatMap(\.self) }

    /// Reads a message's body.
    ///
    /// - Throws: `malformedMessage` when a part is missing.
    public init(_ value: CLIXMLValue) throws(PSRPError) {
        guard let powerShell = value[property: "PowerShell"],
            let noInput = value[property: "NoInput"]?.booleanValue,
            let first = powerShell[property: "Cmds"]?.elements
        else { throw PSRPError(.malformedMessage, "CREATE_PIPELINE lacks a part") }
        // With several statements, the extra ones repeat the first.
        var rows = [first]
        if let extra = powerShell[property: "ExtraCmds"]?.elements, !extra.isEmpty {
            rows = []
            for statement in extra {
                guard let row = statement[property: "Cmds"]?.elements else {
                    throw PSRPError(.malformedMessage, "a statement of CREATE_PIPELINE is empty")
                }
                rows.append(row)
            }
        }
        statements = []
        for row in rows {
            var commands: [PipelineCommand] = []
            for command in row { commands.append(try PipelineCommand(reading: command)) }
            statements.append(commands)
        }
        guard statements.allSatisfy({ !$0.isEmpty }) else {
            throw PSRPError(.malformedMessage, "CREATE_PIPELINE has no command")
        }
        hasNoInput = noInput
        addsToHistory = value[property: "AddToHistory"]?.booleanValue ?? false
        remoteStreamOptions = value[property: "RemoteStreamOptions"]?.int32 ?? 0
        isNested = value[property: "IsNested"]?.booleanValue ?? false
        redirectsErrors =
            powerShell[property: "RedirectShellErrorOutputPipe"]?.booleanValue ?? false
        history = powerShell[property: "History"]?.stringValue
        apartmentState = value[property: "ApartmentState"]?.int32 ?? 2
        hostInfo = value[property: "HostInfo"] ?? HostParts.noHost
    }

    /// The message's body for a server that speaks a version.
    public func value(for version: ProtocolVersion) -> CLIXMLValue {
        .properties([
            .init("NoInput", .boolean(hasNoInput)),
            .init("ApartmentState", HostParts.apartmentState(apartmentState)),
            .init(
                "RemoteStreamOptions",
                .enumeration(
                    "System.Management.Automation.Runspaces.RemoteStreamOptions",
                    remoteStreamOptions,
                    name: remoteStreamOptions == 15 ? "AddInvocationInfo" : "\(remoteStreamOptions)"
                )
            ),
            .init("AddToHistory", .boolean(addsToHistory)),
            .init("HostInfo", hostInfo),
            .init("PowerShell", powerShell(for: version)),
            .init("IsNested", .boolean(isNested)),
        ])
    }

    private func powerShell(for version: ProtocolVersion) -> CLIXMLValue {
        let rows = statements.map { row in Self.list(row.map { $0.value(for: version) }) }
        let extra = rows.map { CLIXMLValue.properties([.init("Cmds", $0)]) }
        return .properties([
            .init("IsNested", .boolean(isNested)),
            .init("ExtraCmds", rows.count > 1 ? Self.list(extra) : .null),
            .init("Cmds", rows[0]),
            .init("History", history.map(CLIXMLValue.string) ?? .null),
            .init("RedirectShellErrorOutputPipe", .boolean(redirectsErrors)),
        ])
    }

    static func list(_ members: [CLIXMLValue]) -> CLIXMLValue {
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
