/// Which commands a client asks about: GET_COMMAND_METADATA (MS-PSRP 2.2.2.14).
public struct CommandMetadataRequest: Hashable, Sendable {
    /// Names or wildcard patterns.
    public var names: [String]
    /// Kinds of commands, added up: 1 alias, 2 function, 4 filter, 8 cmdlet; 15 by default.
    public var commandTypes: Int32
    /// Modules or snap-ins; nil for all.
    public var namespaces: [String]?
    /// Arguments for parameters that depend on them; nil for none.
    public var arguments: [CLIXMLValue]?

    /// Makes a request.
    public init(
        names: [String],
        commandTypes: Int32 = 15,
        namespaces: [String]? = nil,
        arguments: [CLIXMLValue]? = nil
    ) {
        self.names = names
        self.commandTypes = commandTypes
        self.namespaces = namespaces
        self.arguments = arguments
    }

    /// Reads a message's body.
    ///
    /// - Throws: `malformedMessage` when it names no kind of command.
    public init(_ value: CLIXMLValue) throws(PSRPError) {
        guard let types = value[property: "CommandType"]?.int32 else {
            throw PSRPError(.malformedMessage, "GET_COMMAND_METADATA has no 'CommandType'")
        }
        self.init(
            names: value[property: "Name"]?.elements?.compactMap(\.stringValue) ?? [],
            commandTypes: types,
            namespaces: value[property: "Namespace"]?.elements?.compactMap(\.stringValue),
            arguments: value[property: "ArgumentList"]?.elements
        )
    }

    /// The message's body.
    public var value: CLIXMLValue {
        .properties([
            .init("Name", Self.strings(names)),
            .init(
                "CommandType",
                .enumeration(
                    "System.Management.Automation.CommandTypes",
                    commandTypes,
                    name: Self.typeNames(commandTypes)
                )
            ),
            .init("Namespace", namespaces.map(Self.strings) ?? .null),
            .init("ArgumentList", arguments.map(CLIXMLValue.array) ?? .null),
        ])
    }

    private static func strings(_ texts: [String]) -> CLIXMLValue {
        .object(
            CLIXMLObject(
                typeNames: ["System.String[]", "System.Array", "System.Object"],
                content: .list(texts.map(CLIXMLValue.string))
            )
        )
    }

    private static func typeNames(_ number: Int32) -> String {
        let names = ["Alias", "Function", "Filter", "Cmdlet"].enumerated()
            .filter { number & (1 << $0.offset) != 0 }.map(\.element)
        return names.isEmpty ? "\(number)" : names.joined(separator: ", ")
    }
}

/// What a server tells of a command, one output object each (MS-PSRP 2.2.3.22).
///
/// The first output of such a pipeline is ``count(_:)``.
public struct CommandMetadata: Hashable, Sendable {
    /// A parameter of a command (MS-PSRP 2.2.3.23).
    public struct Parameter: Hashable, Sendable {
        /// The name.
        public var name: String
        /// The .NET type; empty when not sent.
        public var type: String
        /// Other names.
        public var aliases: [String]
        /// Whether it is a switch.
        public var isSwitch: Bool
        /// Whether it comes and goes with other arguments.
        public var isDynamic: Bool
    }

    /// The command's name.
    public var name: String
    /// The module or snap-in; empty when not sent.
    public var namespace: String
    /// The kind: 1 alias, 2 function, 4 filter, 8 cmdlet.
    public var commandType: Int32
    /// What an alias stands for; nil for other commands.
    public var resolvedName: String?
    /// The parameters in the server's order.
    public var parameters: [Parameter]

    /// Reads an output object.
    ///
    /// - Throws: `malformedMessage` when it is not about a command.
    public init(_ value: CLIXMLValue) throws(PSRPError) {
        guard let name = value[property: "Name"]?.stringValue,
            let type = value[property: "CommandType"]?.int32
        else { throw PSRPError(.malformedMessage, "a command's metadata lack name or kind") }
        self.name = name
        commandType = type
        namespace = value[property: "Namespace"]?.stringValue ?? ""
        resolvedName = value[property: "ResolvedCommandName"]?.stringValue
        parameters = []
        guard let table = value[property: "Parameters"]?.objectValue,
            case .dictionary(let entries) = table.content
        else { return }
        for entry in entries {
            let parameter = entry.value
            guard let name = parameter[property: "Name"]?.stringValue ?? entry.key.stringValue
            else {
                throw PSRPError(.malformedMessage, "a parameter of '\(self.name)' has no name")
            }
            parameters.append(
                Parameter(
                    name: name,
                    type: parameter[property: "ParameterType"]?.stringValue ?? "",
                    aliases: parameter[property: "Aliases"]?.elements?.compactMap(\.stringValue)
                        ?? [],
                    isSwitch: parameter[property: "SwitchParameter"]?.booleanValue ?? false,
                    isDynamic: parameter[property: "IsDynamic"]?.booleanValue ?? false
                )
            )
        }
    }

    /// How many commands follow, from the first output (MS-PSRP 2.2.3.21); nil for other values.
    public static func count(_ value: CLIXMLValue) -> Int32? {
        value[property: "Count"]?.int32
    }
}
