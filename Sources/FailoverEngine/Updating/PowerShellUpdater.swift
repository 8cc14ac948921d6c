public import FailoverCore

/// Changes records of a zone on a Windows DNS server, by its cmdlets on a management endpoint.
///
/// Not atomic: every change is compared with what is there before anything is written, new records
/// are added before old ones are removed, and everything is read back. What a crash leaves in
/// between consists of records of both sets; the runner then goes on from there.
public struct PowerShellUpdater: DNSUpdater {
    private let management: any Management
    /// How long one cmdlet may take; default 60 seconds.
    private let timeout: Duration

    /// Makes an updater; the zone's management endpoint is ``ManagementEndpoint/nameServer(_:)``.
    public init(management: any Management, timeout: Duration = .seconds(60)) {
        self.management = management
        self.timeout = timeout
    }

    /// Carries out all changes of one zone, each only if what is there is its `from`.
    ///
    /// - Throws: ``DNSFailure``; `rejected` with `recordSetMissing` or `recordSetExists` when
    ///   something else is there than `from`, and nothing was written.
    public func update(_ changes: [DNSChange], in zone: DNSZone) async throws(DNSFailure) {
        var session = NameServerSession(management: management, zone: zone, timeout: timeout)
        var present: [[NameServerRecord]] = []
        for change in changes {
            let records = try await session.read(change.name, change.type)
            guard Set(records.map(\.data)) == Set(change.from?.data ?? []) else {
                throw session.failure(
                    .rejected,
                    "\(change.name) \(change.type.rawValue) is"
                        + " \(session.words(records)), not"
                        + " \(change.from?.dataText ?? "absent"); nothing was written",
                    response: change.from == nil ? .recordSetExists : .recordSetMissing
                )
            }
            present.append(records)
        }
        for (change, records) in zip(changes, present) {
            try await session.write(change, over: records)
        }
        for change in changes {
            let records = try await session.read(change.name, change.type)
            guard Set(records.map(\.data)) == Set(change.to?.data ?? []),
                records.allSatisfy({ $0.ttl == change.to?.ttl })
            else {
                throw session.failure(
                    .malformedAnswer,
                    "after the change \(change.name) \(change.type.rawValue) reads"
                        + " \(session.words(records))"
                )
            }
        }
    }

    /// Shows that updates are permitted, by adding a record that is there already.
    ///
    /// Windows judges the right before it says that the record exists.
    ///
    /// - Throws: ``DNSFailure`` when the server refuses, or the record is not there.
    public func provePermission(
        with existing: RecordSet,
        in zone: DNSZone
    ) async throws(DNSFailure) {
        var session = NameServerSession(management: management, zone: zone, timeout: timeout)
        let records = try await session.read(existing.name, existing.type)
        guard let record = records.first, existing.data.contains(record.data) else {
            throw session.failure(
                .rejected,
                "\(existing.name) \(existing.type.rawValue) is \(session.words(records))",
                response: .recordSetMissing
            )
        }
        try await session.add(record, at: existing.name, mayExist: true)
    }
}
