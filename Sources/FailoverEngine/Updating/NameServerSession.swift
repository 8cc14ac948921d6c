import FailoverCore

/// One record on a Windows DNS server.
struct NameServerRecord: Sendable, Hashable {
    var data: RecordData
    /// In seconds; records of one set may differ there.
    var ttl: UInt32
}

/// What one update does at a zone's server, and whether it has written anything yet.
struct NameServerSession: Sendable {
    /// Windows' error numbers, which are in the error's identifier whatever the language.
    private static let notFound = "9714"
    private static let exists = "9711"

    private let management: any Management
    private let zone: DNSZone
    private let timeout: Duration
    private var hasWritten = false

    init(management: any Management, zone: DNSZone, timeout: Duration) {
        self.management = management
        self.zone = zone
        self.timeout = timeout
    }

    func words(_ records: [NameServerRecord]) -> String {
        records.isEmpty
            ? "absent" : records.map(\.data).sorted().map(\.description).joined(separator: ", ")
    }

    /// The records of a name; none is a reading, not a failure.
    func read(
        _ name: FQDN,
        _ type: RecordType
    ) async throws(DNSFailure) -> [NameServerRecord] {
        var result = try await send(.readRecords(name, type, in: zone.name))
        if let error = result.errors.first {
            if error.contains(Self.notFound) { return [] }
            // A name that is not there is an error too, in the server's language: the whole zone
            // tells one from the other.
            result = try await send(.readRecords(nil, type, in: zone.name))
            if result.errors.first != nil { throw failure(.rejected, error) }
        }
        var records: [NameServerRecord] = []
        for object in result.output where isMeant(object, name) {
            guard let data = data(object, type), let span = object["TimeToLive"].text,
                let ttl = TimeSpan.seconds(span)
            else {
                throw failure(.malformedAnswer, "a record of \(name) cannot be understood")
            }
            records.append(NameServerRecord(data: data, ttl: ttl))
        }
        return records
    }

    private func isMeant(_ object: ManagementObject, _ name: FQDN) -> Bool {
        guard let host = object["HostName"].text?.lowercased() else { return true }
        if host == "@" { return name == zone.name }
        return FQDN(host) == name || zone.name.prefixed(by: host) == name
    }

    private func data(_ object: ManagementObject, _ type: RecordType) -> RecordData? {
        func value(_ name: String) -> ManagementValue {
            let nested = object["RecordData.\(name)"]
            return nested == .null ? object[name] : nested
        }
        func number(_ name: String) -> UInt16? { value(name).integer.flatMap(UInt16.init) }
        switch type {
        case .a, .aaaa:
            let text = value(type == .a ? "IPv4Address" : "IPv6Address").text
            return text.flatMap { IPAddress($0) }.map(RecordData.address)
        case .srv:
            guard let priority = number("Priority"), let weight = number("Weight"),
                let port = number("Port"),
                let target = value("DomainName").text.flatMap({ FQDN($0) })
            else { return nil }
            return .service(
                ServiceRecord(priority: priority, weight: weight, port: port, target: target)
            )
        case .cname, .soa, .ns: return nil
        }
    }

    /// Adds what is missing, then removes what is too much: the name always leads somewhere.
    mutating func write(
        _ change: DNSChange,
        over present: [NameServerRecord]
    ) async throws(DNSFailure) {
        let wanted = change.to?.data ?? []
        let ttl = change.to?.ttl ?? 0
        let there = Set(present.map(\.data))
        for data in wanted where !there.contains(data) {
            try await add(NameServerRecord(data: data, ttl: ttl), at: change.name)
        }
        for record in present where wanted.contains(record.data) && record.ttl != ttl {
            // A record's time to live cannot be changed by these cmdlets: out and in again.
            try await remove(record, at: change.name)
            try await add(NameServerRecord(data: record.data, ttl: ttl), at: change.name)
        }
        for record in present where !wanted.contains(record.data) {
            try await remove(record, at: change.name)
        }
    }

    mutating func add(
        _ record: NameServerRecord,
        at name: FQDN,
        mayExist: Bool = false
    ) async throws(DNSFailure) {
        let command = PowerShellCommand.addRecord(
            record.data,
            at: name,
            in: zone.name,
            ttl: record.ttl
        )
        guard let command else { throw failure(.cannotSend, "\(record.data) cannot be added") }
        let result = try await send(command)
        guard let error = result.errors.first else {
            hasWritten = true
            return
        }
        let doesExist = error.contains(Self.exists) || error.contains("exists")
        if mayExist, doesExist { return }
        throw failure(.rejected, error, response: doesExist ? .recordSetExists : nil)
    }

    private mutating func remove(
        _ record: NameServerRecord,
        at name: FQDN
    ) async throws(DNSFailure) {
        let command = PowerShellCommand.removeRecord(record.data, at: name, in: zone.name)
        guard let command else { throw failure(.cannotSend, "\(record.data) cannot be removed") }
        let result = try await send(command)
        if let error = result.errors.first { throw failure(.rejected, error) }
        hasWritten = true
    }

    private func send(_ command: PowerShellCommand) async throws(DNSFailure) -> CommandResult {
        do throws(ManagementFailure) {
            return try await management.run(
                command,
                at: .nameServer(zone.key),
                timeout: timeout
            )
        } catch {
            let code: DNSFailure.Code =
                switch error.code {
                case .timeout: .timeout
                case .unreachable: .unreachable
                case .notConfigured: .cannotSend
                case .accessDenied: .rejected
                case .protocolFault, .answerLost, .cancelled: .malformedAnswer
                }
            var failure = failure(code, error.message)
            failure.mayHaveActed = hasWritten || (error.mayHaveActed && !command.cmdlet.isReading)
            throw failure
        }
    }

    func failure(
        _ code: DNSFailure.Code,
        _ text: String,
        response: ResponseCode? = nil
    ) -> DNSFailure {
        guard let server = zone.authoritative.first else {
            preconditionFailure("zone \(zone.key) has no server")
        }
        let place = management.address(of: .nameServer(zone.key))
        return DNSFailure(
            code: code,
            server: server,
            // After a first write it is our own half that differs.
            response: hasWritten ? nil : response,
            message: "zone \(zone.key) at \(place): \(text)",
            mayHaveActed: hasWritten
        )
    }
}
