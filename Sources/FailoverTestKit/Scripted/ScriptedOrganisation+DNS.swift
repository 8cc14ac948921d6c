public import FailoverCore
public import FailoverEngine
import Synchronization

extension ScriptedOrganisation: DNSQuerying, DNSUpdater {
    /// Answers with what that server has now.
    public func query(
        _ name: FQDN,
        _ type: RecordType,
        at server: DNSServer,
        timeout: Duration
    ) async throws(DNSFailure) -> DNSAnswer {
        let fault = meet([.question(server)])
        if fault == .unreachable || fault == .hangs {
            try await noAnswer(server, timeout, mayHaveActed: false)
        }
        let copy = look { model in
            model.zones.first { $0.server == server && name.isWithin($0.zone) }
        }
        let sets = copy?.sets.filter { $0.name == name } ?? []
        var code: ResponseCode = sets.isEmpty ? .nameError : .noError
        if copy == nil { code = .refused }
        if case .refused = fault { code = .serverFailure }
        return DNSAnswer(
            server: server,
            name: name,
            type: type,
            code: code,
            isAuthoritative: code != .refused,
            usedTCP: false,
            records: sets.filter { $0.type == type || $0.type == .cname },
            authority: [],
            additional: [],
            latency: .milliseconds(1)
        )
    }

    private func noAnswer(
        _ server: DNSServer,
        _ timeout: Duration,
        mayHaveActed: Bool
    ) async throws(DNSFailure) {
        // A cancelled wait is no answer either.
        try? await clock.sleep(until: clock.now() + timeout)
        throw DNSFailure(
            code: .timeout,
            server: server,
            message: "\(server) did not answer within \(timeout.inWords)",
            mayHaveActed: mayHaveActed
        )
    }

    /// Carries out an update at the primary; secondaries get it after ``OrganisationModel/transferDelay``.
    public func update(_ changes: [DNSChange], in zone: DNSZone) async throws(DNSFailure) {
        guard let primary = zone.authoritative.first else { return }
        let fault = meet([.recordUpdate])
        switch fault {
        case .refused(let text): throw refusal(primary, .refused, text)
        case .unreachable:
            throw DNSFailure(
                code: .unreachable,
                server: primary,
                message: "\(primary) cannot be reached",
                mayHaveActed: false
            )
        case .hangs: try await noAnswer(primary, .seconds(10), mayHaveActed: true)
        case .pretends: return
        case .answerLost, .hangsAfterActing, nil: break
        }
        let now = clock.now()
        let guarding = state.withLock { $0.model.update(changes, at: primary, zone.name, now: now) }
        if let guarding {
            throw refusal(primary, guarding, "\(primary) says \(guarding): a record was changed")
        }
        if fault == .hangsAfterActing || fault == .answerLost {
            try await noAnswer(primary, .seconds(10), mayHaveActed: true)
        }
    }

    /// Shows the right to update, without a change.
    public func provePermission(with existing: RecordSet, in zone: DNSZone) async throws(DNSFailure)
    {
        guard let primary = zone.authoritative.first else { return }
        if case .refused(let text) = meet([.recordTrial]) {
            throw refusal(primary, .refused, text)
        }
    }

    private func refusal(_ server: DNSServer, _ code: ResponseCode, _ text: String) -> DNSFailure {
        DNSFailure(
            code: .rejected,
            server: server,
            response: code,
            message: text,
            mayHaveActed: false
        )
    }
}

extension OrganisationModel {
    /// Carries out an update if every guard holds; says which did not.
    mutating func update(
        _ changes: [DNSChange],
        at primary: DNSServer,
        _ zone: FQDN,
        now: Instant
    ) -> ResponseCode? {
        settle(at: now)
        guard let first = zones.firstIndex(where: { $0.zone == zone && $0.server == primary })
        else { return .notAuthoritative }
        var sets = zones[first].sets
        for change in changes {
            let live = sets.first { $0.name == change.name && $0.type == change.type }
            // RFC 2136 guards compare data, never the TTL.
            if let from = change.from, live?.data != from.data { return .recordSetMissing }
            if change.from == nil, live != nil { return .recordSetExists }
            sets.removeAll { $0.name == change.name && $0.type == change.type }
            if let to = change.to { sets.append(to) }
        }
        let names = changes.map { "\($0.name) \($0.type.rawValue)" }.joined(separator: ",")
        acts.append(ActRecord(key: "dns:\(names)", changed: sets != zones[first].sets))
        zones[first].sets = sets
        let view = zones[first].view
        for index in zones.indices
        where zones[index].zone == zone && zones[index].view == view && index != first {
            zones[index].pending.append((now + (zones[index].lag ?? transferDelay), sets))
        }
        return nil
    }
}
