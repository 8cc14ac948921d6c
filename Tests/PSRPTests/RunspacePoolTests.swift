import Testing

@testable import PSRP

@Suite("RunspacePool")
struct RunspacePoolTests {
    private let poolID = GUID(high: 1, low: 2)
    private let pipelineID = GUID(high: 3, low: 4)

    /// A server's message as bytes.
    private func message(
        _ type: PSRPMessageType,
        _ value: CLIXMLValue,
        pipeline: GUID = .zero
    ) -> [UInt8] {
        let message = PSRPMessage(
            to: .client,
            type,
            runspacePoolID: poolID,
            pipelineID: pipeline,
            body: [0xEF, 0xBB, 0xBF] + value.clixml()
        )
        var encoder = FragmentEncoder()
        return Array(encoder.encode(message.encode()).joined())
    }

    private func capability(_ major: Int, _ minor: Int) -> [UInt8] {
        var capability = SessionCapability.client
        capability.protocolVersion = ProtocolVersion(major, minor)
        return message(.sessionCapability, capability.value)
    }

    private func poolState(_ code: RunspacePoolStateCode, _ error: ErrorRecord? = nil) -> [UInt8] {
        var properties: CLIXMLProperties = [.init("RunspaceState", .int32(code.rawValue))]
        if let error { properties.append("ExceptionAsErrorRecord", error.value) }
        return message(.runspacePoolState, .properties(properties))
    }

    private func pipelineState(_ code: Int32, _ error: ErrorRecord? = nil) -> [UInt8] {
        var properties: CLIXMLProperties = [.init("PipelineState", .int32(code))]
        if let error { properties.append("ExceptionAsErrorRecord", error.value) }
        return message(.pipelineState, .properties(properties), pipeline: pipelineID)
    }

    private func openedPool() throws -> RunspacePool {
        var pool = RunspacePool(id: poolID)
        _ = try pool.open()
        _ = try pool.receive(capability(2, 3) + poolState(.opened))
        return pool
    }

    private func runningPool() throws -> RunspacePool {
        var pool = try openedPool()
        _ = try pool.start([PipelineCommand("Get-CsSite")], id: pipelineID)
        return pool
    }

    private let failure = ErrorRecord(message: "gone", exceptionType: "X", id: "Y", category: 7)

    @Test
    func `opening makes two messages, and the server's answers open the pool`() throws {
        var pool = RunspacePool(id: poolID)
        var decoder = FragmentDecoder()
        let sent = try decoder.receive(pool.open()).map { try PSRPMessage(decoding: $0) }
        #expect(sent.map(\.type) == [.sessionCapability, .initRunspacePool])
        #expect(sent.allSatisfy { $0.runspacePoolID == poolID && $0.destination == .server })
        #expect(try pool.receive(capability(2, 2)).isEmpty)
        let events = try pool.receive(poolState(.opening) + poolState(.opened))
        guard case .opened(let server) = events.first, events.count == 1 else {
            Issue.record("\(events)")
            return
        }
        #expect(server.protocolVersion == ProtocolVersion(2, 2))
        #expect(pool.state == .opened(server))
    }

    @Test
    func `a pool opens once, and starts nothing before it is open`() throws {
        var pool = RunspacePool(id: poolID)
        _ = try pool.open()
        #expect(throws: PSRPError.self) { try pool.open() }
        let error = #expect(throws: PSRPError.self) {
            try pool.start([PipelineCommand("Get-CsSite")], id: pipelineID)
        }
        #expect(error?.code == .illegalState)
    }

    @Test
    func `a server of another major version is refused`() throws {
        var pool = RunspacePool(id: poolID)
        _ = try pool.open()
        let error = #expect(throws: PSRPError.self) { try pool.receive(capability(3, 0)) }
        #expect(error?.code == .unsupportedVersion)
    }

    @Test
    func `opened before any version was told is out of place`() throws {
        var pool = RunspacePool(id: poolID)
        _ = try pool.open()
        let error = #expect(throws: PSRPError.self) { try pool.receive(poolState(.opened)) }
        #expect(error?.code == .unexpectedMessage)
    }

    @Test
    func `a pool that breaks says why`() throws {
        var pool = try openedPool()
        let events = try pool.receive(poolState(.broken, failure))
        guard case .broken(let error?) = events.first else {
            Issue.record("\(events)")
            return
        }
        #expect(error.message == "gone" && error.fullyQualifiedErrorID == "Y")
        #expect(pool.state == .broken(error))
    }

    @Test
    func `a pipeline is sent with its parameters as values`() throws {
        var pool = try openedPool()
        let hostile = "'; Remove-CsSite -Force #"
        let command = PipelineCommand("Set-CsSite")
            .with("Identity", .string(hostile)).with("Confirm", false).with(switch: "Force")
            .with("Names", .array(["a", "b"]))
            .with("Table", .hashtable([.init("k", .int32(1))])).with("Nothing", .null)
        let fragments = try pool.start([command, PipelineCommand("Out-Null")], id: pipelineID)
        var decoder = FragmentDecoder()
        let sent = try decoder.receive(fragments.joined()).map { try PSRPMessage(decoding: $0) }
        #expect(sent.map(\.type) == [.createPipeline])
        #expect(sent.first?.pipelineID == pipelineID)
        let request = try CreatePipeline(try #require(sent.first).value())
        #expect(request.commands == [command, PipelineCommand("Out-Null")])
        #expect(request.commands.allSatisfy { !$0.isScript })
        #expect(pool.state(ofPipeline: pipelineID) == .running)
    }

    @Test
    func `a long request is several fragments`() throws {
        var pool = try openedPool()
        let long = String(repeating: "x", count: 100_000)
        let fragments = try pool.start(
            [PipelineCommand("Write-Output").with("InputObject", .string(long))],
            id: pipelineID
        )
        #expect(fragments.count == 4)
        #expect(fragments.allSatisfy { $0.count <= 32_768 })
    }

    @Test
    func `a script block is refused wherever it hides`() throws {
        let script = CLIXMLValue.scriptBlock("Remove-Item C:\\")
        for value in [
            script, .array([script]), .hashtable([.init("k", .array([script]))]),
            .properties([.init("p", script)]), .hashtable([.init(script, .null)]),
        ] {
            var pool = try openedPool()
            let error = #expect(throws: PSRPError.self) {
                try pool.start([PipelineCommand("Invoke-Command").with("P", value)], id: pipelineID)
            }
            #expect(error?.code == .scriptRefused)
        }
    }

    @Test
    func `a pipeline gives its events, on either channel`() throws {
        var pool = try runningPool()
        let output = message(.pipelineOutput, "one", pipeline: pipelineID)
        #expect(
            try pool.receive(output, onChannelOf: pipelineID) == [
                .pipeline(pipelineID, .output("one"))
            ]
        )
        #expect(try pool.receive(output) == [.pipeline(pipelineID, .output("one"))])
        #expect(
            try pool.receive(pipelineState(4)) == [.pipeline(pipelineID, .stateChanged(.completed))]
        )
        #expect(pool.state(ofPipeline: pipelineID)?.isFinal == true)
    }

    @Test(arguments: [(3, "stopped"), (5, "failed")])
    func `a pipeline that ends early says why`(code: Int32, name: String) throws {
        var pool = try runningPool()
        pool.stop(pipeline: pipelineID)
        #expect(pool.state(ofPipeline: pipelineID) == .stopping)
        _ = try pool.receive(pipelineState(code, failure))
        switch pool.state(ofPipeline: pipelineID) {
        case .stopped(let error?) where name == "stopped": #expect(error.message == "gone")
        case .failed(let error?) where name == "failed": #expect(error.category == 7)
        case let other: Issue.record("\(String(describing: other))")
        }
    }

    @Test
    func `messages of unknown and ended pipelines are told as strays`() throws {
        var pool = try runningPool()
        _ = try pool.receive(pipelineState(4))
        let late = message(.pipelineOutput, "late", pipeline: pipelineID)
        #expect(try pool.receive(late) == [.strayMessage(.pipelineOutput, pipeline: pipelineID)])
        let other = GUID(high: 9, low: 9)
        #expect(
            try pool.receive(message(.pipelineOutput, "x", pipeline: other)) == [
                .strayMessage(.pipelineOutput, pipeline: other)
            ]
        )
        pool.forget(pipeline: pipelineID)
        #expect(throws: PSRPError.self) { try pool.receive(late, onChannelOf: pipelineID) }
    }

    @Test
    func `a host call is recognised, and refused when an answer is wanted`() throws {
        var pool = try runningPool()
        func call(_ id: Int64) -> CLIXMLValue {
            .properties([
                .init("ci", .int64(id)),
                .init("mi", .enumeration("RemoteHostMethodId", 26, name: "PromptForChoice")),
                .init("mp", .array(["Confirm", "Are you sure?"])),
            ])
        }
        let events = try pool.receive(message(.pipelineHostCall, call(1), pipeline: pipelineID))
        guard case .pipeline(_, .hostCall(let asked)) = events.first else {
            Issue.record("\(events)")
            return
        }
        #expect(asked.methodName == "PromptForChoice")
        #expect(asked.arguments == ["Confirm", "Are you sure?"])
        var decoder = FragmentDecoder()
        let sent = try decoder.receive(pool.refuse(asked, pipeline: pipelineID).joined())
        let answer = try PSRPMessage(decoding: try #require(sent.first))
        #expect(answer.type == .pipelineHostResponse && answer.pipelineID == pipelineID)
        let value = try answer.value()
        #expect(value[property: "ci"] == .int64(1))
        let record = try ErrorRecord(try #require(value[property: "me"]))
        #expect(record.message.contains("PromptForChoice"))
        #expect(pool.refuse(try HostCall(call(-100))).isEmpty)
    }

    @Test
    func `malformed messages are errors, never crashes`() throws {
        let bad: [[UInt8]] = [
            message(.pipelineState, .properties([]), pipeline: pipelineID),
            message(
                .pipelineState,
                .properties([.init("PipelineState", .int32(99))]),
                pipeline: pipelineID
            ),
            message(.errorRecord, .properties([]), pipeline: pipelineID),
            message(.warningRecord, .null, pipeline: pipelineID),
            message(.progressRecord, .int32(1), pipeline: pipelineID),
            message(.informationRecord, "x", pipeline: pipelineID),
            message(.pipelineHostCall, "x", pipeline: pipelineID),
            message(.runspacePoolState, "x"), message(.runspacePoolHostCall, .null),
        ]
        for bytes in bad {
            var pool = try runningPool()
            let error = #expect(throws: PSRPError.self) { try pool.receive(bytes) }
            #expect(error?.code == .malformedMessage)
        }
        var pool = try runningPool()
        let error = #expect(throws: PSRPError.self) {
            try pool.receive(message(.pipelineInput, "x", pipeline: pipelineID))
        }
        #expect(error?.code == .unexpectedMessage)
    }

    @Test(arguments: [0, 39])
    func `a message shorter than its header is an error`(length: Int) {
        let error = #expect(throws: PSRPError.self) {
            try PSRPMessage(decoding: [UInt8](repeating: 1, count: length))
        }
        #expect(error?.code == .malformedMessage)
    }

    @Test
    func `unknown types and destinations are errors`() {
        let known = PSRPMessage(to: .client, .pipelineOutput, runspacePoolID: .zero).encode()
        for place in [0, 4] {
            var bytes = known
            bytes[place] = 0xEE
            #expect(throws: PSRPError.self) { try PSRPMessage(decoding: bytes) }
        }
    }
}
