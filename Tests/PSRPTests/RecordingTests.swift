import Testing

@testable import PSRP

@Suite("Recordings of real servers")
struct RecordingTests {
    @Test
    func `the recordings are there`() {
        #expect(Recording.bundledNames.count == 21)
    }

    /// The messages of a channel, fed in pieces of one length.
    private func messages(
        _ bytes: [UInt8],
        stride length: Int
    ) throws -> [[UInt8]] {
        var decoder = FragmentDecoder()
        var messages: [[UInt8]] = []
        for start in stride(from: 0, to: bytes.count, by: length) {
            messages += try decoder.receive(bytes[start..<min(start + length, bytes.count)])
        }
        #expect(!decoder.isIncomplete)
        return messages
    }

    @Test(arguments: Recording.bundledNames)
    func `every message is read, and reads the same after it was written`(
        name: String
    ) throws {
        let recording = try Recording.file(name)
        for (channels, destination) in [
            (recording.serverChannels, PSRPMessage.Destination.client),
            (recording.clientChannels, .server),
        ] {
            for channel in channels {
                let whole = try messages(channel.bytes, stride: max(1, channel.bytes.count))
                #expect(!whole.isEmpty)
                for bytes in whole {
                    let message = try PSRPMessage(decoding: bytes)
                    #expect(message.destination == destination)
                    #expect(message.encode() == bytes)
                    if message.type == .endOfPipelineInput { #expect(message.body.isEmpty) }
                    guard !message.body.isEmpty else { continue }
                    let value = try message.value()
                    #expect(try CLIXMLValue(clixml: value.clixml()) == value)
                }
            }
        }
    }

    @Test(arguments: Recording.bundledNames)
    func `the server's bytes give the same messages in pieces of any length`(
        name: String
    ) throws {
        for channel in try Recording.file(name).serverChannels where !channel.bytes.isEmpty {
            let bytes = channel.bytes
            let whole = try messages(bytes, stride: bytes.count)
            for length in [1, 2, 3, 20, 21, 22, 43, 1_000, 4_096, 32_767, 32_768] {
                #expect(try messages(bytes, stride: length) == whole, "pieces of \(length)")
            }
        }
    }

    @Test(arguments: ["psrp_open_runspace", "psrp_no_profile", "psrp_with_history"])
    func `the server's bytes give the same messages split in two at every place`(
        name: String
    ) throws {
        for channel in try Recording.named(name).serverChannels {
            let bytes = channel.bytes
            let whole = try messages(bytes, stride: bytes.count)
            for place in 0...bytes.count {
                var decoder = FragmentDecoder()
                let first = try decoder.receive(bytes[..<place])
                let second = try decoder.receive(bytes[place...])
                guard first + second == whole else {
                    Issue.record("split at \(place)")
                    return
                }
            }
        }
    }

    @Test(arguments: Recording.bundledNames)
    func `the client's messages are cut into the very fragments that were sent`(
        name: String
    ) throws {
        let recording = try Recording.named(String(name.dropFirst(5)))
        guard recording.clientChannels.count == 1, let channel = recording.clientChannels.first
        else { return }
        var encoder = FragmentEncoder()
        var written: [UInt8] = []
        for message in try messages(channel.bytes, stride: channel.bytes.count) {
            written += encoder.encode(message).joined()
        }
        #expect(written == channel.bytes)
    }
}
