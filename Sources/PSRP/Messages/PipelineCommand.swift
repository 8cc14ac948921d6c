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
    /// Whether `name` is script text: read from others' messages, never true in our own.
    var isScript = false

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

extension CLIXMLValue {
    /// Whether a script block hides anywhere in the value.
    var holdsScript: Bool {
        switch self {
        case .scriptBlock: return true
        case .object(let object):
            let own: Bool
            switch object.content {
            case .none: own = false
            case .primitive(let value): own = value.holdsScript
            case .list(let values), .queue(let values), .stack(let values),
                .enumerable(let values):
                own = values.contains { $0.holdsScript }
            case .dictionary(let entries):
                own = entries.contains { $0.key.holdsScript || $0.value.holdsScript }
            }
            return own || object.adaptedProperties.all.contains { $0.value.holdsScript }
                || object.extendedProperties.all.contains { $0.value.holdsScript }
        default: return false
        }
    }
}
