import FailoverCore

extension StepExecutor {
    /// Whether a set may be half changed by ourselves: the act was begun, and is not atomic.
    ///
    /// Undo steps exist only for acts that were begun.
    func mayBeHalfDone(_ step: Step, _ run: RunState) -> Bool {
        guard case .changeRecords(let key, _) = step.operation,
            organisation.zone(key)?.provider == .powershell
        else { return false }
        return run.attempts[step.id, default: 0] > 0 || run.undoing != nil
    }

    func observe(
        _ changes: [DNSChange],
        in key: ZoneKey,
        mayBeHalfDone: Bool
    ) async -> Observed {
        guard let zone = organisation.zone(key), let primary = zone.authoritative.first else {
            return .unreadable("zone \(key) is not configured any more")
        }
        var initial: [String] = []
        var intended: [String] = []
        for change in changes {
            let reading = await records.read(change.name, change.type, in: key, at: primary)
            if let failure = reading.failure {
                return .unreadable("\(change.name) at \(primary): \(failure)")
            }
            let text =
                "\(change.name) \(change.type.rawValue) is "
                + "\(reading.set?.dataText ?? "not there") at \(primary)"
            switch change.standing(of: reading.set) {
            case .intended: intended.append(text)
            case .initial: initial.append(text)
            case .between where mayBeHalfDone: initial.append(text + ", half of the change")
            case .between, .foreign: return .foreign(text)
            }
        }
        if initial.isEmpty { return .intended(intended.joined(separator: "; ")) }
        if intended.isEmpty || mayBeHalfDone {
            return .initial((initial + intended).joined(separator: "; "))
        }
        // One update is atomic, so half of it is somebody else's doing.
        return .foreign((initial + intended).joined(separator: "; "))
    }

    func change(
        _ changes: [DNSChange],
        in key: ZoneKey,
        mayBeHalfDone: Bool
    ) async -> ActResult {
        guard let zone = organisation.zone(key), let primary = zone.authoritative.first else {
            return .failed("zone \(key) is not configured any more")
        }
        guard let updater else { return .failed("no provider is configured for zone \(key)") }
        var due = changes
        if mayBeHalfDone {
            // What we left half done is where we go on from; the updater compares with just that.
            due = []
            for change in changes {
                let reading = await records.read(change.name, change.type, in: key, at: primary)
                if let failure = reading.failure { return .failed("\(primary): \(failure)") }
                switch change.standing(of: reading.set) {
                case .intended: continue
                case .foreign: return .foreign("\(change.name) changed at \(primary)")
                case .initial, .between:
                    var rest = change
                    rest.from = reading.set
                    due.append(rest)
                }
            }
        }
        do {
            try await updater.update(due, in: zone)
            return .done("\(primary) took the update")
        } catch {
            switch error.response {
            case .recordSetMissing, .recordSetExists, .nameExists, .nameError:
                return .foreign(error.message)
            default: break
            }
            return error.mayHaveActed ? .answerLost(error.message) : .failed(error.message)
        }
    }

    func checkRecords(_ key: ZoneKey, _ wanted: [RecordExpectation]) async -> VerifyResult {
        guard let zone = organisation.zone(key) else {
            return .doesNot("zone \(key) is not configured any more")
        }
        for expectation in wanted {
            for server in zone.authoritative {
                let reading = await records.read(
                    expectation.name,
                    expectation.type,
                    in: key,
                    at: server
                )
                if let failure = reading.failure { return .doesNot("\(server): \(failure)") }
                guard reading.set == expectation.set else {
                    let found =
                        reading.set?.description
                        ?? "no \(expectation.name) \(expectation.type.rawValue)"
                    return .doesNot("\(server) says \(found), not \(expectation)")
                }
            }
        }
        return .holds(
            "\(zone.authoritative.count) authoritative servers say "
                + wanted.map(\.description).joined(separator: "; ")
        )
    }
}

extension DNSChange {
    /// How a set that was read stands to a change.
    enum Standing: Sendable, Hashable {
        case initial
        case intended
        /// Only records of before and after, and neither of the two sets.
        case between
        case foreign
    }

    /// The time to live tells the two sets apart only where nothing else does.
    func standing(of set: RecordSet?) -> Standing {
        let differsInTTLAlone = from?.data == to?.data && from != to
        func matches(_ expected: RecordSet?) -> Bool {
            differsInTTLAlone ? set == expected : set?.data == expected?.data
        }
        if matches(to) { return .intended }
        if matches(from) { return .initial }
        // Records are added before others are removed, save where only their time to live changes.
        guard let set else { return differsInTTLAlone ? .between : .foreign }
        let ours = Set(from?.data ?? []).union(to?.data ?? [])
        return Set(set.data).isSubset(of: ours) ? .between : .foreign
    }
}
