import Testing

@testable import PSRP

@Suite("MessageContent")
struct MessageContentTests {
    private func content(_ type: PSRPMessageType, _ value: CLIXMLValue) throws -> MessageContent {
        try PSRPMessage(to: .client, type, runspacePoolID: .zero, body: value.clixml()).content()
    }

    @Test
    func `several statements and others' merges are read, and written the same`() throws {
        var merged = PipelineCommand("Get-CsPool").with("Identity", "a")
        merged.merges.error = .output
        merged.merges.information = .null
        merged.usesLocalScope = true
        var request = CreatePipeline(statements: [[PipelineCommand("Get-CsSite")], [merged]])
        request.hasNoInput = false
        request.addsToHistory = true
        request.history = "what was typed"
        request.remoteStreamOptions = 15
        request.isNested = true
        request.redirectsErrors = true
        request.apartmentState = 1
        let read = try content(.createPipeline, request.value(for: ProtocolVersion(2, 3)))
        #expect(read == .createPipeline(request))
        merged.merges.information = .none
        request.statements[1][0] = merged
        let older = try content(.createPipeline, request.value(for: ProtocolVersion(2, 2)))
        #expect(older == .createPipeline(request))
    }

    @Test(arguments: [
        CLIXMLValue.properties([]), .properties([.init("NoInput", true)]),
        .properties([.init("NoInput", true), .init("PowerShell", .properties([]))]),
        .properties([
            .init("NoInput", true),
            .init("PowerShell", .properties([.init("Cmds", .array([]))])),
        ]),
        .properties([
            .init("NoInput", true),
            .init("PowerShell", .properties([.init("Cmds", .array([.properties([])]))])),
        ]),
    ])
    func `a request without its parts is an error`(value: CLIXMLValue) {
        let error = #expect(throws: PSRPError.self) { try content(.createPipeline, value) }
        #expect(error?.code == .malformedMessage)
    }

    @Test
    func `an unknown merge is an error`() throws {
        let request = CreatePipeline(commands: [PipelineCommand("Get-CsSite")])
        let text = String(
            decoding: request.value(for: ProtocolVersion(2, 3)).clixml(),
            as: UTF8.self
        )
        let odd = text.replacing("<ToString>None</ToString><I32>0<", with: "<I32>99<")
        let value = try CLIXMLValue(clixml: Array(odd.utf8))
        #expect(throws: PSRPError.self) { try content(.createPipeline, value) }
    }

    @Test
    func `records tell how their command was called, when that was asked for`() throws {
        let properties: CLIXMLProperties = [
            .init("InformationalRecord_Message", "careful"),
            .init("InformationalRecord_SerializeInvocationInfo", true),
            .init("InvocationInfo_InvocationName", "gcs"),
            .init("InvocationInfo_ScriptLineNumber", .int32(3)),
            .init("InvocationInfo_OffsetInLine", .int32(9)),
            .init("InvocationInfo_PositionMessage", "At line:3"),
            .init("InvocationInfo_PipelinePosition", .int32(1)),
            .init("InvocationInfo_PipelineLength", .int32(2)),
            .init("CommandInfo_Name", "Get-CsSite"),
        ]
        guard case .warning(let record) = try content(.warningRecord, .properties(properties))
        else { return }
        let invocation = try #require(record.invocation)
        #expect(invocation.invocationName == "gcs" && invocation.commandName == "Get-CsSite")
        #expect(invocation.scriptLine == 3 && invocation.offsetInLine == 9)
        #expect(invocation.positionMessage == "At line:3")
        #expect(invocation.pipelinePosition == 1 && invocation.pipelineLength == 2)
        let bare = CLIXMLValue.properties([.init("InformationalRecord_Message", "careful")])
        guard case .verbose(let other) = try content(.verboseRecord, bare) else { return }
        #expect(other.invocation == nil)
    }

    @Test
    func `keys are read and left as they are`() throws {
        #expect(
            try content(.publicKey, .properties([.init("PublicKey", "AAA=")])) == .publicKey("AAA=")
        )
        #expect(
            try content(.encryptedSessionKey, .properties([.init("EncryptedSessionKey", "BBB=")]))
                == .encryptedSessionKey("BBB=")
        )
        #expect(try content(.publicKeyRequest, "") == .publicKeyRequest)
        #expect(throws: PSRPError.self) { try content(.publicKey, "") }
        #expect(try content(.connectRunspacePool, "") == .connectRunspacePool(nil))
    }

    @Test
    func `a host's answer is read, with a result or an error`() throws {
        let method = CLIXMLValue.enumeration("RemoteHostMethodId", 11, name: "ReadLine")
        let answer = try content(
            .pipelineHostResponse,
            .properties([.init("mr", "yes"), .init("ci", .int64(1)), .init("mi", method)])
        )
        guard case .hostResponse(let response) = answer else { return }
        #expect(response.result == "yes" && response.error == nil && response.method == 11)
        let call = try HostCall(.properties([.init("ci", .int64(2)), .init("mi", method)]))
        let refusal = try #require(call.refusal)
        #expect(try HostResponse(refusal.value) == refusal)
        #expect(refusal.error?.fullyQualifiedErrorID == "RemoteHostExecutionException")
    }

    @Test
    func `records without text are records all the same`() throws {
        let exception = CLIXMLValue.object(
            CLIXMLObject(
                typeNames: ["System.Exception"],
                adaptedProperties: [.init("Message", "")]
            )
        )
        let cases: [(CLIXMLProperties, String)] = [
            (
                [.init("Exception", exception), .init("FullyQualifiedErrorId", "Id")], "Id"
            ),
            ([.init("Exception", exception)], "System.Exception"),
            ([.init("Exception", .null)], "an error without text"),
        ]
        for (properties, message) in cases {
            let read = try content(.errorRecord, .properties(properties))
            guard case .error(let record) = read else { return }
            #expect(record.message == message)
        }
        #expect(throws: PSRPError.self) { try content(.errorRecord, .properties([])) }
        let null = CLIXMLValue.properties([.init("InformationalRecord_Message", .null)])
        guard case .warning(let warning) = try content(.warningRecord, null) else { return }
        #expect(warning.message.isEmpty)
        #expect(throws: PSRPError.self) { try content(.warningRecord, .properties([])) }
    }
}
