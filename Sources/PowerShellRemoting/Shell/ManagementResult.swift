import FailoverCore
import PSRP

extension PipelineCommand {
    /// The command as data: its name comes from the closed list, its values are never script.
    init(_ command: PowerShellCommand) {
        self.init(
            command.cmdlet.rawValue,
            command.bindings.map { binding in
                let value: CLIXMLValue =
                    switch binding.value {
                    case .string(let text): .string(text)
                    case .bool(let value): .boolean(value)
                    case .strings(let texts): .array(texts.map(CLIXMLValue.string))
                    // PowerShell makes of it what the parameter wants, 64 bits where 32 are too few.
                    case .integer(let number):
                        Int32(exactly: number).map(CLIXMLValue.int32) ?? .int64(Int64(number))
                    }
                return Parameter(binding.parameter.rawValue, value)
            }
        )
    }
}

extension CommandResult {
    /// Takes what a pipeline gave.
    mutating func note(_ event: Pipeline.Event) {
        switch event {
        case .output(let value): output.append(ManagementObject(value))
        case .error(let record): errors.append(record.description)
        case .warning(let record): warnings.append(record.message)
        case .verbose, .debug, .information, .progress, .hostCall, .stateChanged: break
        }
    }

    /// Takes the pipeline's last state.
    ///
    /// - Returns: Why that is no result; nil when it is one.
    mutating func finish(_ state: Pipeline.State) -> String? {
        switch state {
        case .completed: return nil
        case .failed(let error):
            errors.append(error?.description ?? "The command failed without a reason.")
            return nil
        case .stopped(let error):
            return "the command was stopped on the server before its end"
                + (error.map { ": \($0)" } ?? "")
        case .running, .stopping, .disconnected:
            preconditionFailure("\(state) is not final")
        }
    }
}

extension ManagementObject {
    /// The properties of an output object; a bare value becomes the property `Value`.
    ///
    /// Properties of an object inside it come besides, as `RecordData.IPv4Address`.
    init(_ output: CLIXMLValue) {
        guard let object = output.objectValue else {
            self.init([("Value", ManagementValue(output))])
            return
        }
        let properties = object.adaptedProperties.all + object.extendedProperties.all
        guard !properties.isEmpty else {
            self.init([("Value", ManagementValue(output))])
            return
        }
        let nested = properties.flatMap { outer -> [(String, ManagementValue)] in
            guard let inner = outer.value.objectValue, case .none = inner.content else { return [] }
            return (inner.adaptedProperties.all + inner.extendedProperties.all).map {
                ("\(outer.name).\($0.name)", ManagementValue($0.value))
            }
        }
        self.init(properties.map { ($0.name, ManagementValue($0.value)) } + nested)
    }
}

extension ManagementValue {
    /// What the runbooks read of a value; objects become their text, as PowerShell shows them.
    init(_ value: CLIXMLValue) {
        switch value {
        case .null, .enclosingObject: self = .null
        case .boolean(let value): self = .bool(value)
        // Kind "unspecified" is the server's own clock; the same server wrote all that it is
        // compared with.
        case .dateTime(let time): self = .ticks(time.utcTicks ?? time.ticks)
        // As PowerShell prints it; a time to live is written back in that form.
        case .duration(let duration):
            let seconds = UInt32(exactly: duration.components.seconds)
            self = .string(seconds.map(TimeSpan.text(seconds:)) ?? value.displayText ?? "")
        case .bytes(let bytes): self = .string(Base64.encode(bytes))
        case .object(let object): self.init(object)
        default:
            if let integer = value.integerValue {
                self = .integer(integer)
            } else {
                self = .string(value.displayText ?? "")
            }
        }
    }

    private static let enumerations: Set<String> = ["System.Enum", "Deserialized.System.Enum"]

    private init(_ object: CLIXMLObject) {
        switch object.content {
        case .list(let members), .queue(let members), .stack(let members),
            .enumerable(let members):
            self = .list(members.map { ManagementValue($0) })
        case .primitive(let value):
            // An enumeration says its name beside its number; one that has passed through another
            // session says in its type that it has.
            if let name = object.toString,
                object.typeNames.contains(where: Self.enumerations.contains)
            {
                self = .string(name)
            } else {
                self = ManagementValue(value)
            }
        case .dictionary, .none:
            self = object.toString.map(ManagementValue.string) ?? .null
        }
    }
}
