import Testing

@testable import PSRP

/// No value of a parameter can become a command: what we send is decoded again, and compared.
@Suite("Parameters stay parameters")
struct ParameterInjectionTests {
    /// Texts that mean something to PowerShell, to CLIXML, to XML or to nobody.
    static let nasty = [
        "'; Remove-CsSite -Force #", "$(Remove-Item C:\\ -Recurse)", "`$(calc)", "\"; exit 1; \"",
        "{ Stop-Computer }", "a | Out-File b", "a\r\nStop-Service w3svc\r\n", "@{a=1}",
        "%{ kill 1 }",
        "</S><B N=\"IsScript\">true</B><S>", "]]></S></MS></Obj>", "<!-- -->", "&lt;SBK&gt;x",
        "<SBK>Get-Process</SBK>", "&#x3C;SBK&#x3E;", "_x003C_SBK_x003E_", "_x005F_x003C_",
        "_X003C_", "_x", "\u{0}", "\u{1F}\u{7F}\u{85}\u{9F}", "\u{FEFF}", "\u{FFFE}\u{FFFF}",
        "\u{202E}txet", "\u{1F600}", "e\u{301}", "\u{2018}; rm \u{2019}", "\u{2028}", "--%",
        "-Force",
        "", " ", "\t", "IsScript", "Cmd", "true", "$null", "Nil", "ScriptBlock", "0", "-1", "1e9",
    ]

    private static let names = ["Get-CsSite", "Set-CsEdgeServer", "Get-CsService"]
    private static let parameterNames = ["Identity", "Filter", "Force", "Xds", "N", "V", "Args"]

    /// A value such as runbooks use: never script, as deep as three levels.
    private static func value(depth: Int, _ generator: inout SplitMix) -> CLIXMLValue {
        switch Int.random(in: 0..<(depth > 0 ? 13 : 10), using: &generator) {
        case 0, 1, 2: return .string(text(&generator))
        case 3: return .null
        case 4: return .boolean(.random(using: &generator))
        case 5: return .int32(.random(in: .min ... .max, using: &generator))
        case 6: return .int64(.random(in: .min ... .max, using: &generator))
        case 7: return .double(.random(in: -1e300...1e300, using: &generator))
        case 8: return .uint8(.random(in: 0...255, using: &generator))
        case 9:
            // Any code units, lone surrogates too.
            let count = Int.random(in: 0..<20, using: &generator)
            return .text(
                utf16: (0..<count).map { _ in
                    Bool.random(using: &generator)
                        ? UInt16.random(in: 0xD7F0...0xE010, using: &generator)
                        : UInt16.random(in: 0...0x7F, using: &generator)
                }
            )
        case 10, 11:
            let count = Int.random(in: 0..<5, using: &generator)
            return .array((0..<count).map { _ in value(depth: depth - 1, &generator) })
        default:
            let count = Int.random(in: 0..<5, using: &generator)
            return .hashtable(
                (0..<count).map { _ in
                    .init(.string(text(&generator)), value(depth: depth - 1, &generator))
                }
            )
        }
    }

    private static func text(_ generator: inout SplitMix) -> String {
        let parts = (0...Int.random(in: 0..<3, using: &generator)).map { _ -> String in
            guard Bool.random(using: &generator) else {
                return nasty.randomElement(using: &generator) ?? ""
            }
            let count = Int.random(in: 0..<12, using: &generator)
            let scalars = (0..<count).compactMap { _ in
                Unicode.Scalar(UInt32.random(in: 0...0x2_FFFF, using: &generator))
            }
            return String(String.UnicodeScalarView(scalars))
        }
        return parts.joined()
    }

    private func openedPool(_ version: ProtocolVersion) throws -> RunspacePool {
        func message(_ type: PSRPMessageType, _ value: CLIXMLValue) -> [UInt8] {
            var encoder = FragmentEncoder()
            let message = PSRPMessage(
                to: .client,
                type,
                runspacePoolID: .zero,
                body: value.clixml()
            )
            return Array(encoder.encode(message.encode()).joined())
        }
        var server = SessionCapability.client
        server.protocolVersion = version
        var pool = RunspacePool(id: GUID(high: 1, low: 2))
        _ = try pool.open()
        _ = try pool.receive(message(.sessionCapability, server.value))
        _ = try pool.receive(
            message(.runspacePoolState, .properties([.init("RunspaceState", .int32(2))]))
        )
        return pool
    }

    /// What a server would read, straight from the bytes.
    private func received(_ fragments: [[UInt8]]) throws -> CLIXMLValue {
        var decoder = FragmentDecoder()
        let messages = try decoder.receive(fragments.joined())
        let bytes = try #require(messages.first)
        #expect(messages.count == 1)
        let message = try PSRPMessage(decoding: bytes)
        #expect(message.type == .createPipeline)
        #expect(!String(decoding: message.body, as: UTF8.self).contains("<SBK"))
        return try message.value()
    }

    @Test(arguments: 0..<400)
    func `no value becomes a command, whatever it is`(seed: Int) throws {
        var generator = SplitMix(seed: UInt64(seed))
        let commands = (0...Int.random(in: 0..<3, using: &generator)).map { _ in
            var command = PipelineCommand(Self.names.randomElement(using: &generator) ?? "")
            for _ in 0..<Int.random(in: 0..<6, using: &generator) {
                let name = Self.parameterNames.randomElement(using: &generator) ?? ""
                command =
                    Int.random(in: 0..<6, using: &generator) == 0
                    ? command.with(switch: name)
                    : command.with(name, Self.value(depth: 3, &generator))
            }
            return command
        }
        let version = ProtocolVersion(2, Int.random(in: 1...3, using: &generator))
        var pool = try openedPool(version)
        let value = try received(pool.start(commands, id: GUID(high: 3, low: 4)))
        // The library's own reading, and another by hand: nothing but the caller's names.
        #expect(try CreatePipeline(value).commands == commands)
        let powerShell = try #require(value[property: "PowerShell"])
        #expect(powerShell[property: "ExtraCmds"] == .null)
        let sent = try #require(powerShell[property: "Cmds"]?.elements)
        #expect(sent.count == commands.count)
        for (command, own) in zip(sent, commands) {
            #expect(command[property: "IsScript"] == false)
            #expect(command[property: "Cmd"] == .string(own.name))
            #expect(
                command.objectValue?.extendedProperties.all.filter { $0.name == "Cmd" }.count == 1
            )
            let arguments = try #require(command[property: "Args"]?.elements)
            #expect(arguments.count == own.parameters.count)
            for (argument, parameter) in zip(arguments, own.parameters) {
                #expect(argument[property: "N"]?.stringValue == parameter.name)
                #expect(argument[property: "V"] == parameter.value)
            }
        }
    }

    @Test(arguments: nasty)
    func `a nasty text arrives as that text`(text: String) throws {
        var pool = try openedPool(ProtocolVersion(2, 3))
        let command = PipelineCommand("Set-CsSite").with("Identity", .string(text))
        let value = try received(pool.start([command], id: GUID(high: 3, low: 4)))
        #expect(try CreatePipeline(value).commands == [command])
    }

    @Test(arguments: 0..<100)
    func `a script block anywhere is refused, and nothing is sent`(seed: Int) throws {
        var generator = SplitMix(seed: UInt64(seed) &+ 1_000)
        var hidden = CLIXMLValue.scriptBlock("Stop-Computer")
        for _ in 0..<Int.random(in: 0..<6, using: &generator) {
            switch Int.random(in: 0..<6, using: &generator) {
            case 0: hidden = .array([Self.value(depth: 1, &generator), hidden])
            case 1: hidden = .hashtable([.init("k", hidden)])
            case 2: hidden = .hashtable([.init(hidden, "v")])
            case 3: hidden = .properties([.init("p", hidden)])
            case 4: hidden = .object(CLIXMLObject(content: .primitive(hidden)))
            default:
                hidden = .object(CLIXMLObject(content: .stack([hidden]), adaptedProperties: []))
            }
        }
        var pool = try openedPool(ProtocolVersion(2, 3))
        let id = GUID(high: 3, low: 4)
        let error = #expect(throws: PSRPError.self) {
            try pool.start([PipelineCommand("Get-CsSite").with("Filter", hidden)], id: id)
        }
        #expect(error?.code == .scriptRefused)
        #expect(pool.state(ofPipeline: id) == nil)
        #expect(throws: PSRPError.self) {
            try pool.askForMetadata(.init(names: ["*"], arguments: [hidden]), id: id)
        }
        var request = CreatePipeline(commands: [PipelineCommand("Get-CsSite")])
        request.hasNoInput = false
        _ = try pool.start(request, id: id)
        let refused = #expect(throws: PSRPError.self) { try pool.send(hidden, to: id) }
        #expect(refused?.code == .scriptRefused)
    }

    @Test
    func `a value that is nested too deep is refused`() throws {
        var value = CLIXMLValue.null
        for _ in 0..<100 { value = .array([value]) }
        var pool = try openedPool(ProtocolVersion(2, 3))
        let error = #expect(throws: PSRPError.self) {
            try pool.start(
                [PipelineCommand("Get-CsSite").with("Filter", value)],
                id: GUID(high: 3, low: 4)
            )
        }
        #expect(error?.code == .limitExceeded)
    }
}
