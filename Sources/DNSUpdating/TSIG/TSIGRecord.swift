/// The TSIG record at the end of a message (RFC 8945 section 4.2).
struct TSIGRecord {
    /// Errors that travel in the record rather than in the header.
    enum Fault: UInt16 {
        case badSignature = 16
        case badKey = 17
        case badTime = 18
        case badTruncation = 22
    }

    static let type: UInt16 = 250
    private static let anyClass: UInt16 = 255

    /// Key name in canonical wire form.
    var keyName: [UInt8]
    /// Algorithm name in canonical wire form.
    var algorithm: [UInt8]
    /// Seconds since the Unix epoch; 48 bits.
    var time: UInt64
    /// Seconds by which the clocks may differ.
    var fudge: UInt16
    /// The code; empty in an unsigned error.
    var code: [UInt8] = []
    var originalID: UInt16
    /// Zero, or the number of a ``Fault``.
    var error: UInt16 = 0
    /// The server's time when the error is BADTIME.
    var otherData: [UInt8] = []

    /// The record's fields that the code covers besides the message (4.3.3).
    var variables: [UInt8] {
        keyName + networkOrder(TSIGRecord.anyClass) + [0, 0, 0, 0] + algorithm
            + timeBytes + networkOrder(fudge) + networkOrder(error)
            + networkOrder(UInt16(otherData.count)) + otherData
    }

    /// The whole record as it is appended to a message.
    var encoded: [UInt8] {
        let data =
            algorithm + timeBytes + networkOrder(fudge) + networkOrder(UInt16(code.count)) + code
            + networkOrder(originalID) + networkOrder(error)
            + networkOrder(UInt16(otherData.count)) + otherData
        return keyName + networkOrder(TSIGRecord.type) + networkOrder(TSIGRecord.anyClass)
            + [0, 0, 0, 0] + networkOrder(UInt16(data.count)) + data
    }

    private var timeBytes: [UInt8] {
        stride(from: 40, through: 0, by: -8).map { UInt8(time >> UInt64($0) & 0xFF) }
    }

    /// The server's clock as it says in a BADTIME error.
    var serverTime: UInt64? {
        guard otherData.count == 6 else { return nil }
        return otherData.reduce(0) { $0 << 8 | UInt64($1) }
    }
}

extension TSIGRecord {
    /// A message split into the part that was signed and the record at its end.
    struct Split {
        var header: WireReader.Header
        /// The message as it was before signing: without the record, with the original id.
        var signed: [UInt8]
        /// The record; nil when the message carries none.
        var record: TSIGRecord?
    }

    /// Finds the record, which must be the last one of the message and nowhere else.
    static func split(_ message: [UInt8]) throws(WireReader.Malformed) -> Split {
        var reader = WireReader(message)
        let header = try reader.header()
        for _ in 0..<header.counts[0] { try reader.skipQuestion() }
        let total = header.counts[1] + header.counts[2] + header.counts[3]
        for index in 0..<total {
            let start = reader.position
            guard try reader.skipRecord() == type else { continue }
            guard index == total - 1, header.counts[3] > 0, reader.position == message.count else {
                throw WireReader.Malformed()
            }
            let record = try parse(message, at: start)
            let count = networkOrder(UInt16(header.counts[3] - 1))
            let signed =
                networkOrder(record.originalID) + message[2..<10] + count + message[12..<start]
            return Split(header: header, signed: signed, record: record)
        }
        guard reader.position == message.count else { throw WireReader.Malformed() }
        return Split(header: header, signed: message, record: nil)
    }

    private static func parse(
        _ message: [UInt8],
        at start: Int
    ) throws(WireReader.Malformed) -> TSIGRecord {
        var reader = WireReader(message)
        _ = try reader.take(start)
        let keyName = try reader.name()
        _ = try reader.uint16()
        guard try reader.uint16() == anyClass, try reader.take(4) == [0, 0, 0, 0] else {
            throw WireReader.Malformed()
        }
        let length = Int(try reader.uint16())
        let dataStart = reader.position
        let algorithm = try reader.name()
        let time = try reader.take(6).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        let fudge = try reader.uint16()
        let code = try reader.take(Int(try reader.uint16()))
        let originalID = try reader.uint16()
        let error = try reader.uint16()
        let other = try reader.take(Int(try reader.uint16()))
        guard reader.position - dataStart == length else { throw WireReader.Malformed() }
        return TSIGRecord(
            keyName: keyName,
            algorithm: algorithm,
            time: time,
            fudge: fudge,
            code: code,
            originalID: originalID,
            error: error,
            otherData: other
        )
    }
}
