@testable import PSRP

extension FuzzChecks {
    private static let pipelineID = GUID(high: 3, low: 4)

    /// An open pool with a running pipeline takes any messages.
    ///
    /// The input is a row of messages: a byte for the type, one for channel and length, the body.
    static func pool(_ input: [UInt8]) -> String? {
        guard var pool = openPool() else { return "the pool does not open" }
        var encoder = FragmentEncoder()
        var rest = input[...]
        var ended: Pipeline.State?
        while let kind = rest.popFirst(), let shape = rest.popFirst() {
            let types = PSRPMessageType.allCases
            let length = min(Int(shape & 0x7F) * 16, rest.count)
            let message = PSRPMessage(
                to: .client,
                types[Int(kind) % types.count],
                runspacePoolID: pool.id,
                pipelineID: kind & 0x80 == 0 ? pipelineID : .zero,
                body: Array(rest.prefix(length))
            )
            rest = rest.dropFirst(length)
            let bytes = encoder.encode(message.encode(), maximumLength: 100).joined()
            do throws(PSRPError) {
                let channel = shape & 0x80 == 0 ? pipelineID : nil
                for event in try pool.receive(bytes, onChannelOf: channel) {
                    if let problem = answer(event, &pool) { return problem }
                }
            } catch {
                let again = Result { try pool.receive([]) }
                guard case .failure = again else { return "a lost pool is found again" }
                return nil
            }
            let state = pool.state(ofPipeline: pipelineID)
            if let ended, let state, state != ended { return "an ended pipeline goes on" }
            if let state, state.isFinal { ended = state }
        }
        return nil
    }

    private static func openPool() -> RunspacePool? {
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
        var pool = RunspacePool(
            id: GUID(high: 1, low: 2),
            clixmlLimits: CLIXMLLimits(maximumValues: 20_000, maximumTextBytes: 1 << 20)
        )
        do throws(PSRPError) {
            _ = try pool.open()
            let opened = CLIXMLValue.properties([.init("RunspaceState", .int32(2))])
            _ = try pool.receive(message(.sessionCapability, SessionCapability.client.value))
            _ = try pool.receive(message(.runspacePoolState, opened))
            _ = try pool.start([PipelineCommand("Get-CsSite")], id: pipelineID)
        } catch {
            return nil
        }
        return pool
    }

    /// Host calls are refused in a way that can be read.
    private static func answer(
        _ event: RunspacePool.Event,
        _ pool: inout RunspacePool
    ) -> String? {
        let call: HostCall
        let pipeline: GUID?
        switch event {
        case .hostCall(let asked): (call, pipeline) = (asked, nil)
        case .pipeline(let id, .hostCall(let asked)): (call, pipeline) = (asked, id)
        default: return nil
        }
        let refusal = pool.refuse(call, pipeline: pipeline)
        guard call.wantsAnswer else { return refusal.isEmpty ? nil : "an unwanted answer" }
        var decoder = FragmentDecoder()
        guard let bytes = try? decoder.receive(refusal.joined()).first,
            let message = try? PSRPMessage(decoding: bytes),
            case .hostResponse(let response)? = try? message.content()
        else { return "a refusal that cannot be read" }
        return response.id == call.id && response.error != nil ? nil : "a refusal of something else"
    }

    /// Texts of small values read back.
    static func values(_ bytes: [UInt8]) -> String? {
        let text = String(decoding: bytes, as: UTF8.self)
        guard CLIXMLText.unescape(CLIXMLText.escape(text)) == text else { return "text" }
        let units = stride(from: 0, to: bytes.count - 1, by: 2).map {
            UInt16(bytes[$0]) << 8 | UInt16(bytes[$0 + 1])
        }
        let value = CLIXMLValue.text(utf16: units)
        guard (try? CLIXMLValue(clixml: value.clixml())) == value else { return "code units" }
        guard (try? Base64.decode(Base64.encode(bytes))) == bytes else { return "Base64" }
        if let read = try? Base64.decode(text) {
            guard (try? Base64.decode(Base64.encode(read))) == read else { return "Base64 text" }
        }
        if let time = DotNetDateTime(text) {
            guard DotNetDateTime(time.description) == time,
                DotNetDateTime(time.shortDescription) == time
            else { return "a date" }
            _ = time.utcTicks
        }
        if let span = DotNetTimeSpan.parse(text) {
            guard DotNetTimeSpan.parse(DotNetTimeSpan.text(of: span)) == span else { return "span" }
        }
        if let id = GUID(text), GUID(id.description) != id { return "a GUID" }
        if let version = ProtocolVersion(text), ProtocolVersion(version.description) != version {
            return "a version"
        }
        return numbers(bytes)
    }

    private static func numbers(_ bytes: [UInt8]) -> String? {
        let bits = bytes.prefix(8).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        let double = Double(bitPattern: bits)
        let single = Float(bitPattern: UInt32(truncatingIfNeeded: bits))
        let doubleAgain: Double? = DotNetFloat.parse(DotNetFloat.text(of: double))
        let singleAgain: Float? = DotNetFloat.parse(DotNetFloat.text(of: single))
        if double.isNaN ? doubleAgain?.isNaN != true : doubleAgain != double { return "a double" }
        if single.isNaN ? singleAgain?.isNaN != true : singleAgain != single { return "a single" }
        return nil
    }

    /// Lines of a server process mean the same in one piece and in many, and are written the same.
    static func lines(_ bytes: [UInt8]) -> String? {
        let limits = OutOfProcessReader.Limits(maximumLineLength: 1_000, maximumNoise: 2_000)
        var whole = OutOfProcessReader(limits: limits)
        let expected = Result { try whole.receive(bytes) }
        var reader = OutOfProcessReader(limits: limits)
        let length = 1 + Int(bytes.first ?? 0) % 64
        var packets: [OutOfProcessPacket] = []
        var failed = false
        do throws(PSRPError) {
            for start in stride(from: 0, to: bytes.count, by: length) {
                packets += try reader.receive(bytes[start..<min(start + length, bytes.count)])
            }
        } catch {
            failed = true
        }
        switch expected {
        case .success(let all):
            guard !failed, packets == all, reader.noise == whole.noise else {
                return "lines differ"
            }
        case .failure:
            guard failed else { return "lines fail otherwise" }
        }
        for packet in packets {
            guard (try? OutOfProcessPacket(line: packet.line)) == packet else { return "a line" }
        }
        var channel = OutOfProcessChannel(limits: limits)
        _ = try? channel.send([[1], [2]])
        _ = try? channel.start(pipelineID, [[3]])
        _ = try? channel.receive(bytes)
        return nil
    }
}
