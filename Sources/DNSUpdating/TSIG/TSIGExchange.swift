import FailoverCore

/// Signs one request and checks the signature of its answer.
struct TSIGExchange: Sendable {
    /// Seconds by which the clocks may differ; what RFC 8945 section 10 recommends.
    static let fudge: UInt16 = 300

    /// Why an answer's signature is not accepted.
    enum Rejection: Error, Equatable {
        /// The message or its TSIG record cannot be read.
        case malformed
        /// No signature at all.
        case unsigned
        /// An unsigned error record: the server knows no such key, or our code did not fit.
        case refused(TSIGRecord.Fault)
        /// Signed with another key or another algorithm.
        case foreignKey
        /// The code does not fit.
        case wrongCode
        /// The code fits, but the answer is this many seconds old (negative: from the future).
        case stale(seconds: Int64)
    }

    /// What an accepted answer carries besides its sections.
    struct Accepted: Equatable {
        /// The error that the record carries; nil for none.
        var fault: TSIGRecord.Fault?
        /// The server's clock, told with BADTIME.
        var serverTime: UInt64?
    }

    private let code: MessageCode
    private let keyName: [UInt8]
    private let algorithm: [UInt8]
    /// The code of the request, which the code of the answer covers.
    private let requestCode: [UInt8]
    /// The request with its TSIG record.
    let request: [UInt8]

    /// Signs an encoded message that has no TSIG record yet.
    init(signing message: [UInt8], with key: TSIGKey, at time: Timestamp) {
        precondition(message.count >= 12, "a DNS message has a header")
        code = MessageCode(key: key)
        keyName = wireName(key.name.labels)
        algorithm = wireName([key.algorithm.rawValue])
        var record = TSIGRecord(
            keyName: keyName,
            algorithm: algorithm,
            time: seconds(of: time),
            fudge: TSIGExchange.fudge,
            originalID: UInt16(message[0]) << 8 | UInt16(message[1])
        )
        requestCode = code.code(over: message + record.variables)
        record.code = requestCode
        let additional = (UInt16(message[10]) << 8 | UInt16(message[11])) + 1
        request = message[..<10] + networkOrder(additional) + message[12...] + record.encoded
    }

    /// Checks the answer's signature: key, algorithm, code, time; in this order (RFC 8945 5.2).
    func verify(_ answer: [UInt8], at time: Timestamp) throws(Rejection) -> Accepted {
        guard let split = try? TSIGRecord.split(answer) else { throw .malformed }
        guard let record = split.record else { throw .unsigned }
        let fault = TSIGRecord.Fault(rawValue: record.error)
        if record.code.isEmpty, let fault { throw .refused(fault) }
        guard record.keyName == keyName, record.algorithm == algorithm else { throw .foreignKey }
        let covered =
            networkOrder(UInt16(requestCode.count)) + requestCode + split.signed + record.variables
        guard code.isValid(record.code, over: covered) else { throw .wrongCode }
        let age = Int64(seconds(of: time)) - Int64(record.time)
        // With BADTIME the server repeats our own time, so this holds for its answer too.
        guard age.magnitude <= UInt64(min(record.fudge, TSIGExchange.fudge)) else {
            throw .stale(seconds: age)
        }
        return Accepted(fault: fault, serverTime: record.serverTime)
    }
}

private func seconds(of time: Timestamp) -> UInt64 {
    UInt64(max(0, time.millisecondsSinceEpoch / 1_000))
}
