import Foundation
import Testing
import Yams

@testable import PSRP

/// What the bundled captures lack: keys, host calls, leaving and connecting, lists of shells.
@Suite("Captures of other sessions")
struct CaptureSessionTests {
    private let server = ServerSide()

    private func envelope(
        _ action: String,
        resource: String = "http://schemas.microsoft.com/powershell/Microsoft.PowerShell",
        shell: String? = nil,
        _ body: String
    ) -> String {
        let selector = shell.map {
            "<w:SelectorSet><w:Selector Name=\"ShellId\">\($0)</w:Selector></w:SelectorSet>"
        }
        return "<s:Envelope xmlns:s=\"s\" xmlns:w=\"w\" xmlns:a=\"a\" xmlns:r=\"r\"><s:Header>"
            + "<a:Action>http://schemas.example/\(action)</a:Action>"
            + "<w:ResourceURI>\(resource)</w:ResourceURI>\(selector ?? "")</s:Header>"
            + "<s:Body>\(body)</s:Body></s:Envelope>"
    }

    private func stream(
        _ bytes: [UInt8],
        command: Bool = false,
        to name: String = "stdout"
    ) -> String {
        "<r:Stream Name=\"\(name)\"\(command ? " CommandId=\"\(server.pipelineID)\"" : "")>"
            + "\(Base64.encode(bytes))</r:Stream>"
    }

    /// A client's message that our state machine does not make.
    private func client(
        _ type: PSRPMessageType,
        _ value: CLIXMLValue,
        pipeline: GUID = .zero
    ) -> [UInt8] {
        let message = PSRPMessage(
            to: .server,
            type,
            runspacePoolID: server.poolID,
            pipelineID: pipeline,
            body: value.clixml()
        )
        var encoder = FragmentEncoder()
        return Array(encoder.encode(message.encode()).joined())
    }

    private func exchange(_ request: String, _ response: String) -> [String: String] {
        ["request": request, "response": response]
    }

    private func open(_ pool: inout RunspacePool) throws -> [[String: String]] {
        let id = "\(server.poolID)"
        let opening = Base64.encode(try pool.open())
        let state = CLIXMLValue.properties([.init("RunspaceState", .int32(2))])
        let answers = server.capability(3) + server.message(.runspacePoolState, state)
        _ = try pool.receive(answers)
        return [
            exchange(
                envelope(
                    "Create",
                    "<r:Shell ShellId=\"\(id)\"><c:creationXml xmlns:c=\"c\">\(opening)</c:creationXml></r:Shell>"
                ),
                envelope("CreateResponse", shell: id.lowercased(), "")
            ),
            exchange(
                envelope("Receive", shell: id, "<r:Receive/>"),
                envelope(
                    "ReceiveResponse",
                    "<r:ReceiveResponse>\(stream(answers))</r:ReceiveResponse>"
                )
            ),
        ]
    }

    private func sends(_ bytes: [UInt8], on name: String) -> [String: String] {
        exchange(
            envelope(
                "Send",
                shell: "\(server.poolID)",
                "<r:Send>\(stream(bytes, command: name == "pr", to: name))</r:Send>"
            ),
            envelope("SendResponse", "")
        )
    }

    private func receives(_ bytes: [UInt8], command: Bool) -> [String: String] {
        exchange(
            envelope(
                "Receive",
                shell: "\(server.poolID)",
                "<r:Receive><r:DesiredStream>stdout</r:DesiredStream></r:Receive>"
            ),
            envelope(
                "ReceiveResponse",
                "<r:ReceiveResponse>\(stream(bytes, command: command))</r:ReceiveResponse>"
            )
        )
    }

    private func run(_ pool: inout RunspacePool) throws -> [[String: String]] {
        let command = PipelineCommand("New-CsUser")
            .with("Password", .secureString("c2VhbGVk"))
        let fragments = try pool.start([command], id: server.pipelineID)
        let method = CLIXMLValue.enumeration("RemoteHostMethodId", 11, name: "ReadLine")
        let call: CLIXMLProperties = [.init("ci", .int64(1)), .init("mi", method)]
        let answer = CLIXMLProperties(call.all + [.init("mr", "yes")])
        return [
            sends(client(.publicKey, .properties([.init("PublicKey", "AAAA")])), on: "stdin"),
            receives(
                server.message(.publicKeyRequest, "")
                    + server.message(
                        .encryptedSessionKey,
                        .properties([.init("EncryptedSessionKey", "BBBB")])
                    ),
                command: false
            ),
            exchange(
                envelope(
                    "Command",
                    shell: "\(server.poolID)",
                    "<r:CommandLine CommandId=\"\(server.pipelineID)\"><r:Command/><r:Arguments>"
                        + "\(Base64.encode(fragments[0]))</r:Arguments></r:CommandLine>"
                ),
                envelope("CommandResponse", "")
            ),
            receives(
                server.message(.pipelineHostCall, .properties(call), pipeline: server.pipelineID),
                command: true
            ),
            sends(
                client(.pipelineHostResponse, .properties(answer), pipeline: server.pipelineID),
                on: "pr"
            ),
        ]
    }

    private func leaveAndReturn() throws -> [[String: String]] {
        let id = "\(server.poolID)"
        var other = RunspacePool(id: server.poolID)
        let connecting = Base64.encode(try other.connect())
        let answers = Base64.encode(
            server.capability(3)
                + server.message(
                    .runspacePoolInitData,
                    RunspacePoolSizes(minimum: 1, maximum: 1).value
                )
        )
        let shell = "http://schemas.microsoft.com/wbem/wsman/1/windows/shell"
        let end = CLIXMLValue.properties([.init("PipelineState", .int32(3))])
        return [
            exchange(
                envelope("Disconnect", shell: id, "<r:Disconnect/>"),
                envelope("DisconnectResponse", "")
            ),
            exchange(
                envelope("Enumerate", resource: shell, ""),
                envelope("EnumerateResponse", "<r:Shell><r:ShellId>\(id)</r:ShellId></r:Shell>")
            ),
            exchange(
                envelope(
                    "Connect",
                    shell: id,
                    "<r:Connect><p:connectXml xmlns:p=\"p\">\(connecting)</p:connectXml></r:Connect>"
                ),
                envelope(
                    "ConnectResponse",
                    "<r:ConnectResponse><p:connectResponseXml xmlns:p=\"p\">\(answers)"
                        + "</p:connectResponseXml></r:ConnectResponse>"
                )
            ),
            exchange(
                envelope("Connect", shell: id, "<r:Connect CommandId=\"\(server.pipelineID)\"/>"),
                envelope("ConnectResponse", "<r:ConnectResponse/>")
            ),
            exchange(
                envelope(
                    "Signal",
                    shell: id,
                    "<r:Signal CommandId=\"\(server.pipelineID)\"><r:Code>x/signal/ctrl_c</r:Code></r:Signal>"
                ),
                envelope("SignalResponse", "")
            ),
            receives(
                server.message(.pipelineOutput, "late", pipeline: server.pipelineID)
                    + server.message(.pipelineState, end, pipeline: server.pipelineID),
                command: true
            ),
            exchange(envelope("Delete", shell: id, ""), envelope("DeleteResponse", "")),
        ]
    }

    @Test
    func `keys, host calls, leaving and connecting are decoded, and told honestly`() throws {
        var pool = RunspacePool(id: server.poolID)
        let all = try open(&pool) + run(&pool) + leaveAndReturn()
        let file = FileManager.default.temporaryDirectory
            .appending(path: "capture-\(UInt64.random(in: 0 ... .max)).yml")
        try Yams.dump(object: all).write(to: file, atomically: true, encoding: .utf8)
        // A file that stays behind harms nobody.
        defer { try? FileManager.default.removeItem(at: file) }
        let replay = FileReplay(file)
        #expect(replay.problems.isEmpty, "\(replay.summary)")
        for words in [
            "1 PowerShell shells", "1 secure strings not opened", "a key exchange",
            "answers of a host", "0 different", "5 requests rebuilt",
        ] {
            #expect(replay.summary.contains(words), "\(replay.summary)")
        }
        for line in [
            "    > PUBLIC_KEY 4 characters", "    < ENCRYPTED_SESSION_KEY 4 characters",
            "    < PUBLIC_KEY_REQUEST", "    < PIPELINE_HOST_CALL ReadLine, call 1",
            "    > PIPELINE_HOST_RESPONSE ReadLine, call 1", "    < PIPELINE_OUTPUT 'late'",
            "    > CONNECT_RUNSPACEPOOL 1 to 1 runspaces", "ends: pool closed, pipelines stopped",
        ] {
            #expect(replay.transcript.contains(line), "\(line)")
        }
    }
}
