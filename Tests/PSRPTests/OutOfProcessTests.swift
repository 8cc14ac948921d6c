import Testing

@testable import PSRP

@Suite("Framing over standard input and output")
struct OutOfProcessTests {
    private let id = GUID(high: 0x0011_2233_4455_6677, low: 0x8899_AABB_CCDD_EEFF)
    private let zero = "00000000-0000-0000-0000-000000000000"
    private let name = "00112233-4455-6677-8899-aabbccddeeff"

    private func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }

    @Test
    func `packets are lines, and read back`() throws {
        let packets: [(OutOfProcessPacket, String)] = [
            (
                .data(.standard, .zero, [1, 2]),
                "<Data Stream='Default' PSGuid='\(zero)'>AQI=</Data>"
            ),
            (
                .data(.promptResponse, id, []),
                "<Data Stream='PromptResponse' PSGuid='\(name)'></Data>"
            ),
            (.command(id), "<Command PSGuid='\(name)' />"),
            (.close(id), "<Close PSGuid='\(name)' />"),
            (.signal(id), "<Signal PSGuid='\(name)' />"),
            (.dataAck(id), "<DataAck PSGuid='\(name)' />"),
            (.commandAck(id), "<CommandAck PSGuid='\(name)' />"),
            (.closeAck(id), "<CloseAck PSGuid='\(name)' />"),
            (.signalAck(id), "<SignalAck PSGuid='\(name)' />"),
        ]
        for (packet, line) in packets {
            #expect(text(packet.line) == line + "\n")
            #expect(try OutOfProcessPacket(line: Array(line.utf8)) == packet)
            #expect(packet.id == id || packet.id == .zero)
        }
        let upper = "<Data PSGuid=\"\(name.uppercased())\" Stream=\"Default\">AQI=</Data>\r"
        #expect(try OutOfProcessPacket(line: Array(upper.utf8)) == .data(.standard, id, [1, 2]))
    }

    @Test(arguments: [
        "", "x", "<Data>", "<Data Stream='Default'>AQI=</Data>", "<Data PSGuid='1'>AQI=</Data>",
        "<Data Stream='Other' PSGuid='00112233-4455-6677-8899-aabbccddeeff'>AQI=</Data>",
        "<Data PSGuid='00112233-4455-6677-8899-aabbccddeeff'>!</Data>",
        "<Data PSGuid='00112233-4455-6677-8899-aabbccddeeff'><a/></Data>",
        "<Close PSGuid='00112233-4455-6677-8899-aabbccddeeff'>AQI=</Close>",
        "<Other PSGuid='00112233-4455-6677-8899-aabbccddeeff' />",
    ])
    func `what is no packet is an error`(line: String) {
        #expect(throws: PSRPError.self) { try OutOfProcessPacket(line: Array(line.utf8)) }
    }

    @Test
    func `lines may be cut anywhere, and a shell may talk first`() throws {
        let stream = Array("Welcome!\n<not a packet>\r\n\r\n<DataAck PSGuid='\(zero)' />\r\n".utf8)
        let more = OutOfProcessPacket.data(.standard, id, Array(0...255)).line
        let all = stream + more
        for place in 0...all.count {
            var reader = OutOfProcessReader()
            let packets = try reader.receive(all[..<place]) + reader.receive(all[place...])
            #expect(packets == [.dataAck(.zero), .data(.standard, id, Array(0...255))])
            #expect(text(reader.noise) == "Welcome!\n<not a packet>\r\n")
        }
    }

    @Test
    func `after the first packet everything is one, and limits hold`() throws {
        var reader = OutOfProcessReader()
        _ = try reader.receive(OutOfProcessPacket.dataAck(.zero).line)
        let error = #expect(throws: PSRPError.self) { try reader.receive(Array("oops\n".utf8)) }
        let again = #expect(throws: PSRPError.self) { try reader.receive([]) }
        #expect(error == again)
        let limits = OutOfProcessReader.Limits(maximumLineLength: 20, maximumNoise: 30)
        for bytes in [
            [UInt8](repeating: 0x61, count: 21), [UInt8](repeating: 0x61, count: 21) + [0x0A],
            Array("0123456789\n0123456789\n0123456789\n".utf8),
        ] {
            var reader = OutOfProcessReader(limits: limits)
            let error = #expect(throws: PSRPError.self) { try reader.receive(bytes) }
            #expect(error?.code == .limitExceeded)
        }
    }

    /// A channel whose pool was opened by two fragments.
    private func openedChannel() throws -> OutOfProcessChannel {
        var channel = OutOfProcessChannel()
        let first = try channel.send([[1], [2]])
        #expect(first == OutOfProcessPacket.data(.standard, .zero, [1]).line)
        let answer = try channel.receive(OutOfProcessPacket.dataAck(.zero).line)
        #expect(answer.reply == OutOfProcessPacket.data(.standard, .zero, [2]).line)
        let data = OutOfProcessPacket.data(.standard, .zero, [9])
        let last = try channel.receive(OutOfProcessPacket.dataAck(.zero).line + data.line)
        #expect(last.events == [.data([9], pipeline: nil)] && last.reply.isEmpty)
        return channel
    }

    @Test
    func `each packet waits for the acknowledgement of the one before`() throws {
        var channel = try openedChannel()
        #expect(try channel.start(id, [[3], [4]]) == OutOfProcessPacket.command(id).line)
        #expect(try channel.send([[5]], to: id, on: .promptResponse).isEmpty)
        var written: [[UInt8]] = []
        for ack in [OutOfProcessPacket.commandAck(id), .dataAck(id), .dataAck(id), .dataAck(id)] {
            written.append(try channel.receive(ack.line).reply)
        }
        #expect(
            written == [
                OutOfProcessPacket.data(.standard, id, [3]).line,
                OutOfProcessPacket.data(.standard, id, [4]).line,
                OutOfProcessPacket.data(.promptResponse, id, [5]).line, [],
            ]
        )
        let output = OutOfProcessPacket.data(.standard, id, [7]).line
        #expect(try channel.receive(output).events == [.data([7], pipeline: id)])
        #expect(try channel.stop(id) == OutOfProcessPacket.signal(id).line)
        #expect(
            try channel.receive(OutOfProcessPacket.signalAck(id).line).events == [
                .stopped(pipeline: id)
            ]
        )
        let early = #expect(throws: PSRPError.self) { try channel.close(nil) }
        #expect(early?.code == .illegalState)
        #expect(try channel.close(id) == OutOfProcessPacket.close(id).line)
        let closed = try channel.receive(OutOfProcessPacket.closeAck(id).line + output)
        #expect(closed.events == [.closed(pipeline: id)] && channel.openPipelines.isEmpty)
        #expect(throws: PSRPError.self) { try channel.send([[1]], to: id) }
        #expect(try channel.close(nil) == OutOfProcessPacket.close(.zero).line)
        #expect(throws: PSRPError.self) { try channel.start(GUID(high: 5, low: 5), [[1]]) }
        #expect(
            try channel.receive(OutOfProcessPacket.closeAck(.zero).line).events == [
                .closed(pipeline: nil)
            ]
        )
        #expect(throws: PSRPError.self) { try channel.send([[1]]) }
    }

    @Test
    func `acknowledgements of nothing and clients' requests are errors`() throws {
        let wrong: [OutOfProcessPacket] = [
            .dataAck(.zero), .dataAck(id), .commandAck(id), .closeAck(.zero), .signalAck(id),
            .command(id), .close(id), .signal(id),
        ]
        for packet in wrong {
            var channel = try openedChannel()
            let error = #expect(throws: PSRPError.self) { try channel.receive(packet.line) }
            #expect(error?.code == .unexpectedMessage)
        }
    }

    @Test
    func `a whole session goes over it`() throws {
        let server = ServerSide()
        var pool = RunspacePool(id: server.poolID)
        var channel = OutOfProcessChannel()
        _ = try channel.send([pool.open()])
        let state = CLIXMLValue.properties([.init("RunspaceState", .int32(2))])
        var stream = OutOfProcessPacket.dataAck(.zero).line
        for bytes in [server.capability(3), server.message(.runspacePoolState, state)] {
            stream += OutOfProcessPacket.data(.standard, .zero, bytes).line
        }
        var events: [RunspacePool.Event] = []
        for byte in stream {
            for case .data(let bytes, let pipeline) in try channel.receive([byte]).events {
                events += try pool.receive(bytes, onChannelOf: pipeline)
            }
        }
        #expect(events.count == 1 && pool.protocolVersion == ProtocolVersion(2, 3))
    }
}
