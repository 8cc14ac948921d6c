@testable import PSRP

/// What we understood of a message, in one line that a person can review.
enum MessageText {
    static func line(_ message: PSRPMessage, _ content: MessageContent) -> String {
        let name = specificationName(message.type)
        let text = text(content)
        return text.isEmpty ? name : "\(name) \(text)"
    }

    /// The name as MS-PSRP writes it.
    private static func specificationName(_ type: PSRPMessageType) -> String {
        var name = ""
        for character in "\(type)" {
            if character.isUppercase { name += "_" }
            name += character.uppercased()
        }
        return name.replacing("RUNSPACE_POOL", with: "RUNSPACEPOOL")
    }

    private static func text(_ content: MessageContent) -> String {
        switch content {
        case .sessionCapability(let capability):
            "protocol \(capability.protocolVersion), PowerShell \(capability.powerShellVersion), "
                + "CLIXML \(capability.serializationVersion)"
        case .initRunspacePool(let request):
            "\(request.minimumRunspaces) to \(request.maximumRunspaces) runspaces"
                + (request.applicationArguments.isNull
                    ? "" : ", arguments \(value(request.applicationArguments))")
        case .publicKey(let text), .encryptedSessionKey(let text): "\(text.utf8.count) characters"
        case .publicKeyRequest, .endOfInput: ""
        case .connectRunspacePool(let sizes):
            sizes.map { "\($0.minimum) to \($0.maximum) runspaces" } ?? "any runspaces"
        case .runspacePoolInitData(let sizes): "\(sizes.minimum) to \(sizes.maximum) runspaces"
        case .runspaceRequest(let request, let call): "\(request), call \(call)"
        case .runspaceAnswer(let answer): "\(answer.content), call \(answer.call)"
        case .runspacePoolState(let code, let error):
            "\(code)" + (error.map { ": \($0)" } ?? "")
        case .createPipeline(let request): pipeline(request)
        case .commandMetadataRequest(let request): "\(request.names), kinds \(request.commandTypes)"
        case .userEvent(let event): "\(event.eventID) \(quoted(event.sourceID))"
        case .applicationPrivateData(let data): privateData(data)
        case .hostCall(let call): "\(call.methodName), call \(call.id)"
        case .hostResponse(let response):
            "\(HostCall.name(ofMethod: response.method)), call \(response.id)"
        case .input(let object), .output(let object): value(object)
        default: record(content)
        }
    }

    private static func record(_ content: MessageContent) -> String {
        switch content {
        case .error(let record):
            "\(quoted(record.message)), \(record.fullyQualifiedErrorID), "
                + "category \(record.category), by \(quoted(record.activity))"
        case .pipelineState(let code, let error): "\(code)" + (error.map { ": \($0)" } ?? "")
        case .debug(let record), .verbose(let record), .warning(let record):
            quoted(record.message) + (record.invocation.map { ", by \($0.commandName)" } ?? "")
        case .progress(let record):
            "\(quoted(record.activity)), \(quoted(record.statusDescription)), "
                + "\(record.percentComplete) %\(record.isCompleted ? ", completed" : "")"
        case .information(let record):
            "\(value(record.messageData)), by \(quoted(record.source)), "
                + "at \(record.timeGenerated?.description ?? "?"), tags \(record.tags)"
        default: "\(content)"
        }
    }

    private static func pipeline(_ request: CreatePipeline) -> String {
        let statements = request.statements.map { commands in
            commands.map(command).joined(separator: " | ")
        }
        return statements.joined(separator: "; ") + (request.hasNoInput ? "" : ", input follows")
            + (request.addsToHistory ? ", into the history" : "")
            + (request.remoteStreamOptions == 0 ? "" : ", records tell their command")
    }

    private static func command(_ command: PipelineCommand) -> String {
        let parameters = command.parameters.map { parameter in
            " \(parameter.name.map { "-\($0) " } ?? "")\(value(parameter.value))"
        }
        let name = command.isScript ? "script \(quoted(command.name))" : command.name
        let merges = command.merges == StreamMerges() ? "" : " (merged)"
        return name + parameters.joined() + merges
    }

    private static func privateData(_ data: CLIXMLValue) -> String {
        let table = data.objectValue?[key: "PSVersionTable"]?.objectValue
        let version = table?[key: "PSVersion"]?.displayText ?? "?"
        let remoting = table?[key: "PSRemotingProtocolVersion"]?.displayText ?? "?"
        var others: [String] = []
        if case .dictionary(let entries)? = data.objectValue?.content {
            others = entries.compactMap(\.key.stringValue).filter { $0 != "PSVersionTable" }
        }
        return "PowerShell \(version), protocol \(remoting)"
            + (others.isEmpty ? "" : ", and \(others.joined(separator: ", "))")
    }
}

extension MessageText {
    /// A value, cut where it gets long.
    static func value(_ value: CLIXMLValue) -> String {
        let text = whole(value)
        return text.count <= 160 ? text : "\(text.prefix(160))… (\(text.utf8.count) bytes)"
    }

    private static func whole(_ value: CLIXMLValue) -> String {
        switch value {
        case .string(let text): quoted(text)
        case .bytes(let bytes): "\(bytes.count) bytes"
        case .secureString(let text): "a secure string of \(text.utf8.count) characters, not opened"
        case .null: "null"
        case .object(let object): self.object(object)
        default: value.displayText ?? "\(value)"
        }
    }

    private static func object(_ object: CLIXMLObject) -> String {
        let type = object.typeNames.first.map { $0.prefix { $0 != "[" && $0 != "`" } } ?? ""
        let name = type.split(separator: ".").last.map(String.init) ?? ""
        let properties = object.adaptedProperties.all + object.extendedProperties.all
        let parts = properties.prefix(12).map { "\($0.name)=\(whole($0.value))" }
        let inside: String
        switch object.content {
        case .none: inside = ""
        case .primitive(let value): inside = object.toString ?? whole(value)
        case .list(let members), .queue(let members), .stack(let members), .enumerable(let members):
            inside = "[\(members.map(whole).joined(separator: ", "))]"
        case .dictionary(let entries):
            let pairs = entries.map { "\(whole($0.key)): \(whole($0.value))" }
            inside = "[\(pairs.joined(separator: ", "))]"
        }
        let list = parts.isEmpty ? "" : "{\(parts.joined(separator: ", "))}"
        return name + (name.isEmpty || inside.isEmpty ? "" : " ") + inside + list
    }

    private static func quoted(_ text: String) -> String {
        let line = text.split(whereSeparator: \.isNewline).joined(separator: "⏎")
        return "'\(line.count <= 100 ? line : line.prefix(100) + "…")'"
    }
}
