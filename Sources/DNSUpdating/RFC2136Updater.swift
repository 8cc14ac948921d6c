public import FailoverCore
public import FailoverEngine
public import NIOCore

/// Changes zones by signed dynamic updates (RFC 2136, RFC 8945) to their first server, over TCP.
public struct RFC2136Updater: DNSUpdater {
    private let group: any EventLoopGroup
    private let keys: [DNSZone: TSIGKey]
    private let timeout: Duration
    private let wallClock: @Sendable () -> Timestamp

    /// Makes an updater.
    ///
    /// - Parameters:
    ///   - group: the event loops that carry the sockets; owned by the caller.
    ///   - keys: the key of every zone that may be changed; no key, no update.
    ///   - timeout: the time for one update, from connect to answer, and as much for the reading
    ///     before it; 5 s unless told otherwise.
    ///   - wallClock: the time of day, which signatures carry.
    public init(
        group: any EventLoopGroup,
        keys: [DNSZone: TSIGKey],
        timeout: Duration = .seconds(5),
        wallClock: @escaping @Sendable () -> Timestamp
    ) {
        self.group = group
        self.keys = keys
        self.timeout = timeout
        self.wallClock = wallClock
    }

    /// Carries out all changes in one message: all of them or none.
    ///
    /// The server checks that each `from` is there with exactly its data, or that there is nothing
    /// where it is nil. It cannot be asked to check a TTL (RFC 2136 section 2.4.2), so that the
    /// sets are read right before; a TTL that changes after that reading is overwritten.
    ///
    /// - Important: the answer says what the first server did; others follow by zone transfer.
    /// - Throws: `DNSFailure`; `rejected` with the server's code when it said no, `timeout` or
    ///   `unreachable` with `mayHaveActed` when the request was sent and no answer came back.
    public func update(
        _ changes: [DNSChange],
        in zone: DNSZone
    ) async throws(DNSFailure) {
        precondition(!changes.isEmpty, "an update changes something")
        let send = try target(of: zone)
        for change in changes { try send.check(change) }
        try await checkTTL(of: changes.compactMap(\.from), send)
        let message = UpdateMessage(id: newID(), zone: zone.name, changes: changes)
        try await exchange(message, send)
    }

    /// Adds a set that is there already, which needs the right to change it and changes nothing.
    ///
    /// - Throws: `DNSFailure` as ``update(_:in:)``.
    public func provePermission(
        with existing: RecordSet,
        in zone: DNSZone
    ) async throws(DNSFailure) {
        let send = try target(of: zone)
        try send.check(existing)
        // Repeated with another TTL, the set would get that one.
        try await checkTTL(of: [existing], send)
        let message = UpdateMessage(id: newID(), zone: zone.name, repeating: existing)
        try await exchange(message, send)
    }

    private func newID() -> UInt16 { .random(in: .min ... .max) }

    private func target(of zone: DNSZone) throws(DNSFailure) -> UpdateFailures {
        guard let server = zone.authoritative.first else {
            preconditionFailure("zone \(zone.name) has no server")
        }
        guard let key = keys[zone] else {
            throw UpdateFailures.missingKey(zone, server)
        }
        return UpdateFailures(zone: zone, server: server, key: key, timeout: timeout)
    }

    /// Refuses when a set has another TTL than expected; whatever else is wrong with it is left to
    /// the server, which judges at the moment of the update.
    private func checkTTL(
        of sets: [RecordSet],
        _ failing: UpdateFailures
    ) async throws(DNSFailure) {
        let client = DNSClient(group: group)
        let deadline = ContinuousClock.now + timeout
        for set in sets {
            let answer: DNSAnswer
            do throws(DNSFailure) {
                answer = try await client.query(
                    set.name,
                    set.type,
                    at: failing.server,
                    timeout: max(deadline - .now, .milliseconds(1))
                )
            } catch {
                throw failing.unread(error)
            }
            // What only passes answers on counts their TTL down.
            guard answer.isAuthoritative, let live = answer.recordSet else { continue }
            if live.ttl != set.ttl, live.hasSameData(as: set) {
                throw failing.otherTTL(live, expected: set.ttl)
            }
        }
    }

    private func exchange(
        _ message: UpdateMessage,
        _ failing: UpdateFailures
    ) async throws(DNSFailure) {
        let deadline = NIODeadline.now() + .nanoseconds(timeout.wholeNanoseconds)
        let bytes = try failing.encode(message)
        let signature = TSIGExchange(signing: bytes, with: failing.key, at: wallClock())
        guard signature.request.count <= Int(UInt16.max) else { throw failing.tooLarge() }
        let id = message.id
        let answer = try await failing.exchange { () throws(ExchangeFailure) in
            try await TCPExchange.run(
                signature.request,
                with: failing.server,
                deadline: deadline,
                on: group,
                isAnswer: { UpdateMessage.isAnswer($0, to: id) }
            )
        }
        try failing.judge(answer, signature, at: wallClock())
    }
}

extension UpdateMessage {
    /// Whether a message answers the update with this id.
    static func isAnswer(_ message: [UInt8], to id: UInt16) -> Bool {
        var reader = WireReader(message)
        // Unreadable answers nothing.
        guard let header = try? reader.header() else { return false }
        return header.id == id && header.isResponse && header.opcode == 5
    }
}
