/// One command of a pipeline: a name and its parameters, never script text.
///
/// Parameters travel as values, so a text such as `'; Remove-Item …` stays a text. What remains
/// dangerous is the name itself: take it from a list of your own, never from input.
public struct PipelineCommand: Hashable, Sendable {
    /// A parameter with its value.
    public struct Parameter: Hashable, Sendable {
        /// The name without a dash; nil for a positional value.
        public var name: String?
        /// The value; `true` for a switch.
        public var value: CLIXMLValue

        /// Makes a parameter.
        public init(_ name: String?, _ value: CLIXMLValue) {
            self.name = name
            self.value = value
        }
    }

    /// The command's name, which the server looks up.
    public var name: String
    /// The parameters in order.
    public var parameters: [Parameter]
    /// Whether `name` is script text: read from others' requests, never true in our own.
    public internal(set) var isScript = false
    /// Whether the command has a scope of its own; nil leaves it to the server.
    public internal(set) var usesLocalScope: Bool?
    /// Which streams are merged.
    public internal(set) var merges = StreamMerges()

    /// Makes a command.
    public init(_ name: String, _ parameters: [Parameter] = []) {
        self.name = name
        self.parameters = parameters
    }

    /// The same command with one more parameter.
    public func with(_ name: String, _ value: CLIXMLValue) -> PipelineCommand {
        var command = self
        command.parameters.append(Parameter(name, value))
        return command
    }

    /// The same command with a switch turned on.
    public func with(switch name: String) -> PipelineCommand {
        with(name, .boolean(true))
    }
}

extension PipelineCommand {
    /// Reads a command of a request (MS-PSRP 2.2.3.12).
    init(reading value: CLIXMLValue) throws(PSRPError) {
        guard let name = value[property: "Cmd"]?.stringValue,
            let isScript = value[property: "IsScript"]?.booleanValue,
            let arguments = value[property: "Args"]?.elements
        else { throw PSRPError(.malformedMessage, "a command of CREATE_PIPELINE lacks a part") }
        self.init(name)
        self.isScript = isScript
        usesLocalScope = value[property: "UseLocalScope"]?.booleanValue
        merges = try StreamMerges(value)
        for argument in arguments {
            guard let name = argument[property: "N"], let value = argument[property: "V"] else {
                throw PSRPError(.malformedMessage, "an argument of '\(self.name)' lacks a part")
            }
            parameters.append(Parameter(name.stringValue, value))
        }
    }

    /// The command in a request for a server that speaks a version.
    func value(for version: ProtocolVersion) -> CLIXMLValue {
        let arguments = parameters.map { parameter in
            CLIXMLValue.properties([
                .init("N", parameter.name.map(CLIXMLValue.string) ?? .null),
                .init("V", parameter.value),
            ])
        }
        let properties: [CLIXMLProperties.Property] =
            [
                .init("Cmd", .string(name)),
                .init("IsScript", .boolean(isScript)),
                .init("UseLocalScope", usesLocalScope.map(CLIXMLValue.boolean) ?? .null),
            ] + merges.firstProperties + [.init("Args", CreatePipeline.list(arguments))]
            + merges.laterProperties(for: version)
        return .properties(CLIXMLProperties(properties))
    }

    /// Whether this client sends the command.
    ///
    /// - Throws: `scriptRefused` for script text and script blocks wherever they hide,
    ///   `limitExceeded` when a value is nested too deep.
    func check(depthMax: Int) throws(PSRPError) {
        guard !isScript else {
            throw PSRPError(.scriptRefused, "a command is script text")
        }
        for parameter in parameters {
            do throws(PSRPError) {
                try parameter.value.check(depthLeft: depthMax)
            } catch {
                let place = "'\(name)' parameter '\(parameter.name ?? "(positional)")'"
                throw PSRPError(error.code, "\(place): \(error.message)")
            }
        }
    }
}

extension CLIXMLValue {
    /// Whether this client sends the value: no script block anywhere, and not nested too deep.
    func check(depthLeft: Int) throws(PSRPError) {
        guard depthLeft > 0 else {
            throw PSRPError(.limitExceeded, "a value is nested too deep")
        }
        switch self {
        case .scriptBlock:
            throw PSRPError(.scriptRefused, "a value holds a script block")
        case .object(let object):
            switch object.content {
            case .none: break
            case .primitive(let value): try value.check(depthLeft: depthLeft - 1)
            case .list(let values), .queue(let values), .stack(let values),
                .enumerable(let values):
                for value in values { try value.check(depthLeft: depthLeft - 1) }
            case .dictionary(let entries):
                for entry in entries {
                    try entry.key.check(depthLeft: depthLeft - 1)
                    try entry.value.check(depthLeft: depthLeft - 1)
                }
            }
            for properties in [object.adaptedProperties, object.extendedProperties] {
                for property in properties.all {
                    try property.value.check(depthLeft: depthLeft - 1)
                }
            }
        default: break
        }
    }

    /// An integer that fits 32 bits, also an enumeration's.
    var int32: Int32? { integerValue.flatMap(Int32.init(exactly:)) }
}
