import Testing

@testable import PSRP

@Suite("RunspacePool, beside pipelines")
struct PoolRequestTests {
    private let server = ServerSide()

    @Test(arguments: [
        RunspaceRequest.setMaximum(5), .setMinimum(-1), .available, .reset,
    ])
    func `requests about runspaces are numbered, and answered by that number`(
        request: RunspaceRequest
    ) throws {
        var pool = try server.openedPool()
        let first = try pool.ask(.available).call
        let asked = try pool.ask(request)
        #expect(asked.call == first + 1)
        let sent = try server.sent(asked.fragments)
        #expect(sent.map(\.1) == [.runspaceRequest(request, call: asked.call)])
        #expect(sent[0].0.pipelineID == .zero)
        for (value, content) in [
            (CLIXMLValue.boolean(false), RunspaceAnswer.Content.accepted(false)),
            (.int32(4), .available(4)), (.int64(9), .available(9)),
        ] {
            let answer = server.message(
                .runspaceAvailability,
                .properties([
                    .init("SetMinMaxRunspacesResponse", value), .init("ci", .int64(asked.call)),
                ])
            )
            guard case .answer(let read)? = try pool.receive(answer).first else {
                Issue.record("no answer")
                return
            }
            #expect(read.call == asked.call && read.content == content)
        }
    }

    @Test
    func `older servers are not asked for what they do not know`() throws {
        for (minor, mayReset, mayLeave) in [(1, false, false), (2, false, true), (3, true, true)] {
            var pool = try server.openedPool(minor)
            #expect(pool.protocolVersion == ProtocolVersion(2, minor))
            let reset = Result { try pool.ask(.reset) }
            #expect(((try? reset.get()) != nil) == mayReset)
            let two = CreatePipeline(statements: [[.init("Get-CsSite")], [.init("Get-CsPool")]])
            var other = pool
            let started = Result { try other.start(two, id: server.pipelineID) }
            #expect(((try? started.get()) != nil) == mayLeave)
            let left = Result { try pool.disconnect() }
            #expect(((try? left.get()) != nil) == mayLeave)
        }
    }

    @Test
    func `a client that states an older protocol keeps to it`() throws {
        var pool = try server.openedPool(3, client: 1)
        #expect(pool.protocolVersion == ProtocolVersion(2, 1))
        let sent = try server.sent(pool.start([.init("Get-CsSite")], id: server.pipelineID))
        let body = try sent[0].0.value()
        let command = body[property: "PowerShell"]?[property: "Cmds"]?.elements?.first
        #expect(command?[property: "MergeError"] == nil)
        #expect(command?[property: "MergeMyResult"]?.integerValue == 0)
    }

    @Test(arguments: [ProtocolVersion(1, 9), ProtocolVersion(2, 0), ProtocolVersion(3, 0)])
    func `servers of other versions are refused`(version: ProtocolVersion) throws {
        var pool = RunspacePool(id: server.poolID)
        _ = try pool.open()
        var capability = SessionCapability.client
        capability.protocolVersion = version
        let error = #expect(throws: PSRPError.self) {
            try pool.receive(server.message(.sessionCapability, capability.value))
        }
        #expect(error?.code == .unsupportedVersion)
    }

    @Test
    func `a pool that was left is connected to, with its pipeline`() throws {
        var pool = RunspacePool(id: server.poolID)
        let sent = try server.sent([pool.connect()])
        #expect(sent.map(\.0.type) == [.sessionCapability, .connectRunspacePool])
        #expect(sent[1].1 == .connectRunspacePool(.init(minimum: 1, maximum: 1)))
        #expect(throws: PSRPError.self) { try pool.attach(pipeline: server.pipelineID) }
        let sizes = RunspacePoolSizes(minimum: 2, maximum: 6)
        let events = try pool.receive(
            server.capability(3) + server.message(.runspacePoolInitData, sizes.value)
        )
        guard case .connected(_, let read)? = events.first, events.count == 1 else {
            Issue.record("\(events)")
            return
        }
        #expect(read == sizes)
        try pool.attach(pipeline: server.pipelineID)
        let output = server.message(.pipelineOutput, "late", pipeline: server.pipelineID)
        #expect(
            try pool.receive(output, onChannelOf: server.pipelineID) == [
                .pipeline(server.pipelineID, .output("late"))
            ]
        )
    }

    @Test
    func `a pool is left and taken up again, and does nothing between`() throws {
        var pool = try server.openedPool()
        _ = try pool.start([.init("Get-CsSite")], id: server.pipelineID)
        #expect(throws: PSRPError.self) { try pool.reconnect() }
        try pool.disconnect()
        #expect(pool.state(ofPipeline: server.pipelineID) == .disconnected)
        let error = #expect(throws: PSRPError.self) { try pool.ask(.available) }
        #expect(error?.code == .illegalState)
        try pool.reconnect()
        #expect(pool.state(ofPipeline: server.pipelineID) == .running)
        #expect(try pool.ask(.available).call == 1)
    }

    @Test
    func `input is sent until it is ended`() throws {
        var pool = try server.openedPool()
        let id = server.pipelineID
        var request = CreatePipeline(commands: [.init("Set-CsSite")])
        request.hasNoInput = false
        _ = try pool.start(request, id: id)
        #expect(try server.sent(pool.send(.int32(1), to: id)).map(\.1) == [.input(.int32(1))])
        let end = try server.sent(pool.endInput(of: id))
        #expect(end.map(\.1) == [.endOfInput] && end[0].0.body.isEmpty)
        for late in [Result { try pool.send("x", to: id) }, Result { try pool.endInput(of: id) }] {
            #expect(throws: PSRPError.self) { try late.get() }
        }
        _ = try pool.start([.init("Get-CsSite")], id: GUID(high: 5, low: 6))
        #expect(throws: PSRPError.self) { try pool.send("x", to: GUID(high: 5, low: 6)) }
    }

    @Test
    func `commands tell of themselves`() throws {
        var pool = try server.openedPool()
        let asked = CommandMetadataRequest(names: ["Get-Cs*"], namespaces: ["SkypeForBusiness"])
        let sent = try server.sent(pool.askForMetadata(asked, id: server.pipelineID))
        #expect(sent.map(\.1) == [.commandMetadataRequest(asked)])
        #expect(pool.state(ofPipeline: server.pipelineID) == .running)
        #expect(CommandMetadata.count(.properties([.init("Count", .int32(1))])) == 1)
        #expect(CommandMetadata.count("x") == nil)
        let parameter = CLIXMLValue.properties([
            .init("Name", "Force"), .init("ParameterType", "SwitchParameter"),
            .init("Aliases", .array(["f"])), .init("SwitchParameter", true),
            .init("IsDynamic", false),
        ])
        let command = try CommandMetadata(
            .properties([
                .init("Name", "Get-CsSite"), .init("Namespace", "SkypeForBusiness"),
                .init("CommandType", .enumeration("CommandTypes", 8, name: "Cmdlet")),
                .init("ResolvedCommandName", .null),
                .init("Parameters", .hashtable([.init("Force", parameter)])),
            ])
        )
        #expect(command.name == "Get-CsSite" && command.commandType == 8)
        #expect(command.resolvedName == nil)
        #expect(command.parameters.map(\.name) == ["Force"])
        #expect(command.parameters.first?.isSwitch == true)
        #expect(command.parameters.first?.aliases == ["f"])
        #expect(throws: PSRPError.self) { try CommandMetadata("x") }
    }

    @Test
    func `events, keys and strangers are told`() throws {
        var pool = try server.openedPool()
        let event = server.message(
            .userEvent,
            .properties([
                .init("PSEventArgs.EventIdentifier", .int32(7)),
                .init("PSEventArgs.SourceIdentifier", "Replication"),
                .init("PSEventArgs.RunspaceId", .guid(server.poolID)),
                .init("PSEventArgs.MessageData", .int32(1)),
            ])
        )
        guard case .userEvent(let read)? = try pool.receive(event).first else {
            Issue.record("no event")
            return
        }
        #expect(read.eventID == 7 && read.sourceID == "Replication")
        #expect(read.runspaceID == server.poolID && read.messageData == .int32(1))
        #expect(try pool.receive(server.message(.publicKeyRequest, "")) == [.keyRefused])
        let key = CLIXMLValue.properties([.init("EncryptedSessionKey", "AAAA")])
        #expect(
            try pool.receive(server.message(.encryptedSessionKey, key)) == [
                .ignored(.encryptedSessionKey)
            ]
        )
        let warning = CLIXMLValue.properties([.init("InformationalRecord_Message", "w")])
        #expect(
            try pool.receive(server.message(.warningRecord, warning)) == [.ignored(.warningRecord)]
        )
    }

    @Test(arguments: PSRPMessageType.allCases)
    func `a body that says nothing is an error or nothing, for every type`(
        type: PSRPMessageType
    ) throws {
        for body in [CLIXMLValue.null, "x", .int32(1), .properties([])] {
            for pipeline in [GUID.zero, server.pipelineID] {
                var pool = try server.openedPool()
                _ = try pool.start([.init("Get-CsSite")], id: server.pipelineID)
                let bytes = server.message(type, body, pipeline: pipeline)
                do throws(PSRPError) {
                    _ = try pool.receive(bytes)
                } catch {
                    #expect([.malformedMessage, .unexpectedMessage].contains(error.code))
                    let again = #expect(throws: PSRPError.self) { try pool.receive([]) }
                    #expect(again == error)
                }
            }
        }
    }

    @Test
    func `after an error nothing is read any more`() throws {
        var decoder = FragmentDecoder()
        let error = #expect(throws: PSRPError.self) {
            try decoder.receive([UInt8](repeating: 0xFF, count: 21))
        }
        let whole = server.message(.pipelineOutput, "x")
        let again = #expect(throws: PSRPError.self) { try decoder.receive(whole) }
        #expect(again == error)
    }

    @Test
    func `every host method has its name`() throws {
        func call(_ method: Int32) throws -> HostCall {
            try HostCall(.properties([.init("ci", .int64(1)), .init("mi", .int32(method))]))
        }
        #expect(try call(1).methodName == "GetName")
        #expect(try call(11).methodName == "ReadLine")
        #expect(try call(46).methodName == "ReadKey")
        #expect(try call(56).methodName == "PromptForChoiceMultipleSelection")
        #expect(try call(57).methodName == "method 57")
        #expect(try call(.min).methodName == "method -2147483648")
    }
}
