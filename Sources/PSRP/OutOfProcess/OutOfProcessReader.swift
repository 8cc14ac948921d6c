/// Cuts what a server process writes into packets; what a login shell says first is set aside.
public struct OutOfProcessReader: Sendable {
    /// The limits that keep a hostile or chatty peer from exhausting this process.
    public struct Limits: Hashable, Sendable {
        /// Bytes of one line; 8 MiB by default.
        public var maximumLineLength: Int
        /// Bytes before the first packet; 64 KiB by default.
        public var maximumNoise: Int

        /// Makes limits; each has its default.
        public init(maximumLineLength: Int = 8 << 20, maximumNoise: Int = 64 << 10) {
            self.maximumLineLength = maximumLineLength
            self.maximumNoise = maximumNoise
        }
    }

    private let limits: Limits
    private var buffer: [UInt8] = []
    /// Bytes of the buffer that hold no end of a line.
    private var searched = 0
    private var sawPacket = false
    private var failure: PSRPError?
    /// What stood before the first packet: greetings, warnings; for a message to a person.
    public private(set) var noise: [UInt8] = []

    /// Begins with nothing.
    public init(limits: Limits = Limits()) {
        self.limits = limits
    }

    /// Takes the next bytes, cut anywhere, and gives the packets that became whole.
    ///
    /// - Throws: What `OutOfProcessPacket.init(line:)` throws, and `limitExceeded`; the same error
    ///   from then on.
    public mutating func receive(
        _ bytes: some Sequence<UInt8>
    ) throws(PSRPError) -> [OutOfProcessPacket] {
        if let failure { throw failure }
        buffer.append(contentsOf: bytes)
        do throws(PSRPError) {
            var packets: [OutOfProcessPacket] = []
            var start = 0
            var place = searched
            while place < buffer.count {
                if buffer[place] == 0x0A {
                    if let packet = try packet(buffer[start..<place]) { packets.append(packet) }
                    start = place + 1
                }
                place += 1
            }
            guard buffer.count - start <= limits.maximumLineLength else {
                throw PSRPError(
                    .limitExceeded,
                    "a line is longer than \(limits.maximumLineLength) bytes"
                )
            }
            buffer.removeFirst(start)
            searched = buffer.count
            return packets
        } catch {
            failure = error
            buffer = []
            throw error
        }
    }

    private mutating func packet(
        _ line: ArraySlice<UInt8>
    ) throws(PSRPError) -> OutOfProcessPacket? {
        guard line.count <= limits.maximumLineLength else {
            throw PSRPError(
                .limitExceeded,
                "a line is longer than \(limits.maximumLineLength) bytes"
            )
        }
        if line.allSatisfy(XMLCharacters.isSpace) { return nil }
        do throws(PSRPError) {
            let packet = try OutOfProcessPacket(line: Array(line))
            sawPacket = true
            return packet
        } catch {
            guard !sawPacket else { throw error }
            noise += line + [0x0A]
            guard noise.count <= limits.maximumNoise else {
                throw PSRPError(
                    .limitExceeded,
                    "more than \(limits.maximumNoise) bytes came before PowerShell's answer: "
                        + "is it PowerShell that was started?"
                )
            }
            return nil
        }
    }
}
