import Testing

@testable import PSRP

/// What the fuzzer checks, on inputs that are known: the recordings, and what it found.
@Suite("Checks of the fuzzer")
struct FuzzChecksTests {
    @Test(arguments: Recording.bundledNames)
    func `recordings hold up, whole and damaged`(name: String) throws {
        let recording = try Recording.file(name)
        var generator = SplitMix(seed: 4)
        for channel in recording.serverChannels + recording.clientChannels {
            let bytes = Array(channel.bytes.prefix(6_000))
            #expect(FuzzChecks.fragments(bytes) == nil)
            for _ in 0..<4 {
                var damaged = bytes
                for _ in 0..<Int.random(in: 1...8, using: &generator) where !damaged.isEmpty {
                    let place = Int.random(in: damaged.indices, using: &generator)
                    damaged[place] = UInt8.random(in: 0...255, using: &generator)
                }
                #expect(FuzzChecks.fragments(damaged) == nil)
            }
        }
    }

    @Test(arguments: 0..<200)
    func `an open pool takes any messages`(seed: Int) throws {
        var generator = SplitMix(seed: UInt64(seed))
        let bodies = [
            "<S>a</S>", "<Nil />", "<Obj><MS><I32 N='PipelineState'>4</I32></MS></Obj>",
            "<Obj><MS><I64 N='ci'>1</I64><I32 N='mi'>11</I32></MS></Obj>",
            "<Obj><MS><S N='InformationalRecord_Message'>m</S></MS></Obj>",
            "<Obj><MS><I32 N='RunspaceState'>3</I32></MS></Obj>", "<", "",
        ]
        var input: [UInt8] = []
        for _ in 0..<12 {
            let body = Array(bodies.randomElement(using: &generator)?.utf8 ?? "".utf8)
            let blocks = (body.count + 15) / 16
            input.append(UInt8.random(in: 0...255, using: &generator))
            input.append(UInt8(blocks) | (Bool.random(using: &generator) ? 0x80 : 0))
            input += body + [UInt8](repeating: 0x20, count: blocks * 16 - body.count)
        }
        #expect(FuzzChecks.pool(input) == nil)
        #expect(FuzzChecks.values(input) == nil)
        for kind: UInt8 in 0..<8 { #expect(FuzzChecks.violation([kind] + input) == nil) }
        let line = OutOfProcessPacket.data(.standard, .zero, input).line
        #expect(FuzzChecks.lines(input + [0x0A] + line) == nil)
    }
}

/// A small generator whose seed decides all.
struct SplitMix: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
