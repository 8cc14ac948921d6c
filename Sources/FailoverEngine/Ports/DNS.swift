public import FailoverCore

/// Why a DNS question or update got no usable answer.
public struct DNSFailure: Error, Sendable, Hashable, CustomStringConvertible {
    /// The closed set of causes.
    public enum Code: String, Sendable, Hashable, CaseIterable {
        /// No answer in time.
        case timeout
        /// The server cannot be reached or refused the connection.
        case unreachable
        /// The answer was not DNS, or not to our question.
        case malformedAnswer
        /// The answer's signature is missing or wrong, or its time is off.
        case badSignature
        /// The server said no: the response code says why.
        case rejected
        /// The request could not be made (bad key, unsupported algorithm, too large).
        case cannotSend
    }

    /// The cause.
    public var code: Code
    /// The server asked.
    public var server: DNSServer
    /// The server's response code, when it sent one.
    public var response: ResponseCode?
    /// One sentence: what, where, what to do.
    public var message: String
    /// Whether an update may have been carried out although no answer came.
    public var mayHaveActed: Bool

    /// Makes a failure.
    public init(
        code: Code,
        server: DNSServer,
        response: ResponseCode? = nil,
        message: String,
        mayHaveActed: Bool
    ) {
        self.code = code
        self.server = server
        self.response = response
        self.message = message
        self.mayHaveActed = mayHaveActed
    }

    /// The sentence.
    public var description: String { message }
}

/// Asks one DNS server of our choice, past any resolver's cache.
public protocol DNSQuerying: Sendable {
    /// Asks one server for one name and type: UDP first, TCP when the answer was cut.
    ///
    /// A negative answer (NXDOMAIN, REFUSED …) is an answer, not a failure.
    ///
    /// - Throws: ``DNSFailure`` when no usable answer came within `timeout`.
    func query(
        _ name: FQDN,
        _ type: RecordType,
        at server: DNSServer,
        timeout: Duration
    ) async throws(DNSFailure) -> DNSAnswer
}

/// Changes records in a zone.
public protocol DNSUpdater: Sendable {
    /// Carries out all changes of one zone in one atomic update, each guarded by its `from`.
    ///
    /// - Throws: ``DNSFailure``; `rejected` with `recordSetMissing` or `recordSetExists` when a
    ///   guard did not hold, that is when someone else changed the record.
    func update(_ changes: [DNSChange], in zone: DNSZone) async throws(DNSFailure)

    /// Shows that updates are permitted, by re-adding an existing record set unchanged, guarded by
    /// that very set (runbooks, preflight: a prerequisite-only update would prove nothing).
    ///
    /// - Throws: ``DNSFailure`` when the server refuses.
    func provePermission(with existing: RecordSet, in zone: DNSZone) async throws(DNSFailure)
}
