import Testing

@testable import PSRP

@Suite("Requests, against those that real servers accepted")
struct RecordedRequestTests {
    /// The client's messages of all recordings, of one type.
    private func messages(
        _ type: PSRPMessageType,
        of names: [String] = Recording.bundledNames
    ) throws -> [PSRPMessage] {
        var found: [PSRPMessage] = []
        let recordings = try names.map { try Recording.named(String($0.dropFirst(5))) }
        for channel in recordings.flatMap(\.clientChannels) {
            var decoder = FragmentDecoder()
            for bytes in try decoder.receive(channel.bytes) {
                let message = try PSRPMessage(decoding: bytes)
                if message.type == type { found.append(message) }
            }
        }
        return found
    }

    /// The value with what enumerations call themselves left out: only their number is read.
    private func withoutEnumerationNames(_ value: CLIXMLValue) -> CLIXMLValue {
        guard case .object(var object) = value else { return value }
        if object.typeNames.contains("System.Enum") { object.toString = nil }
        switch object.content {
        case .list(let members): object.content = .list(members.map(withoutEnumerationNames))
        case .primitive(let inner): object.content = .primitive(withoutEnumerationNames(inner))
        default: break
        }
        object.extendedProperties = CLIXMLProperties(
            object.extendedProperties.all.map { .init($0.name, withoutEnumerationNames($0.value)) }
        )
        return .object(object)
    }

    /// The CLIXML of a value, so that a difference can be read.
    private func text(_ value: CLIXMLValue) -> String {
        String(decoding: withoutEnumerationNames(value).clixml(), as: UTF8.self)
    }

    @Test
    func `SESSION_CAPABILITY is what the recorded clients sent`() throws {
        let recorded = try messages(.sessionCapability)
        #expect(recorded.count >= 21)
        for message in recorded {
            #expect(try message.value() == SessionCapability.client.value)
        }
    }

    @Test
    func `INIT_RUNSPACEPOOL is what the recorded clients sent`() throws {
        let recorded = try messages(.initRunspacePool)
        #expect(recorded.count >= 21)
        for message in recorded {
            let value = try message.value()
            let request = try InitRunspacePool(value)
            #expect(text(request.value) == text(value))
        }
    }

    @Test(arguments: Recording.bundledNames)
    func `CREATE_PIPELINE is what the recorded client sent`(name: String) throws {
        for message in try messages(.createPipeline, of: [name]) {
            let value = try message.value()
            let request = try CreatePipeline(value)
            #expect(!request.commands.isEmpty)
            let written = request.value(for: ProtocolVersion(2, 3))
            #expect(text(written) == text(value))
        }
    }

    @Test
    func `a recorded pipe of two commands is rebuilt by the public calls`() throws {
        let recorded = try #require(
            try messages(.createPipeline, of: ["test_client_execute_ps"]).first
        )
        let script = "$serv = Get-Service -Name winrm; $serv.Name; $serv.Status; $serv"
        let commands = [
            PipelineCommand("Invoke-Expression").with("Command", .string(script)),
            PipelineCommand("Out-String").with("Stream", .null),
        ]
        #expect(try CreatePipeline(recorded.value()).commands == commands)
    }

    @Test
    func `older servers are not sent the merges that they do not know`() {
        let request = CreatePipeline(commands: [PipelineCommand("Get-CsSite")])
        func merges(_ major: Int, _ minor: Int) -> [String] {
            let value = request.value(for: ProtocolVersion(major, minor))
            let command = value[property: "PowerShell"]?[property: "Cmds"]?.elements?.first
            let names = command?.objectValue?.extendedProperties.all.map(\.name) ?? []
            return names.filter { $0.hasPrefix("Merge") }
        }
        let oldest = ["MergeMyResult", "MergeToResult", "MergePreviousResults"]
        let newer = oldest + ["MergeError", "MergeWarning", "MergeVerbose", "MergeDebug"]
        #expect(merges(2, 1) == oldest)
        #expect(merges(2, 2) == newer)
        #expect(merges(2, 3) == newer + ["MergeInformation"])
    }
}
