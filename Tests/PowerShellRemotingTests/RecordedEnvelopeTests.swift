import Foundation
import PSRP
import Testing
import Yams

@testable import PowerShellRemoting

/// The recordings of real Windows servers that PSRP's tests bring along.
@Suite("Envelopes of real servers")
struct RecordedEnvelopeTests {
    private struct File: Decodable {
        struct Exchange: Decodable {
            var request: String
            var response: String
        }
        var messages: [Exchange]
    }

    private static let folder = URL(fileURLWithPath: #filePath).resolvingSymlinksInPath()
        .deletingLastPathComponent().deletingLastPathComponent()
        .appendingPathComponent("PSRPTests/Vectors")

    private func bodies(_ name: String) throws -> [SOAPNode] {
        let file = Self.folder.appendingPathComponent("test_\(name).yml")
        let text = try String(contentsOf: file, encoding: .utf8)
        return try YAMLDecoder().decode(File.self, from: text).messages.map {
            let envelope = try SOAPNode.parse(Array($0.response.utf8))
            return try #require(envelope.child(Namespace.soap, "Body"))
        }
    }

    @Test
    func `an answer with output is read, with the command's end`() throws {
        let outputs = try bodies("psrp_no_profile").map(RemoteShell.output)
        let last = try #require(outputs.last { !$0.streams.isEmpty })
        #expect(last.streams.count == 2 && last.isDone)
        var decoder = FragmentDecoder()
        let types = try last.streams.flatMap { try decoder.receive(Base64.decode($0)) }
            .map { try PSRPMessage(decoding: $0).type }
        #expect(types == [.pipelineOutput, .pipelineState])
    }

    @Test
    func `nothing yet is a fault that means ask again`() throws {
        let faults = try bodies("psrp_long_running_cmdlet").compactMap { WSManFault(body: $0) }
        #expect(faults.count == 2)
        for fault in faults {
            #expect(fault.isTimeOut && fault.subcode == "TimedOut")
            #expect(fault.text.hasPrefix("The WS-Management service cannot complete"))
        }
    }

    @Test
    func `a command that is gone is a fault that says so`() throws {
        let faults = try bodies("psrp_receive_failure").compactMap { WSManFault(body: $0) }
        #expect(faults.count == 1)
        #expect(faults.first?.isGone == true)
        #expect(faults.first?.text.contains("command identifier that does not exist") == true)
    }
}
