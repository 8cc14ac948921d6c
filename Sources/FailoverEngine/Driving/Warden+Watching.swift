import FailoverCore
import Synchronization

/// The watches that feed the driver.
extension Warden {
    /// Looks at deadlines often enough that none is missed by more than a fifth of a second.
    func tick() async {
        while !parts.stop.isRaised {
            do {
                try await clock.sleep(until: clock.now() + .milliseconds(200))
            } catch {
                break
            }
            post(.look)
        }
        letters.close()
        jobs.close()
    }

    func repeating(every interval: Duration, _ body: () async -> Void) async {
        while !parts.stop.isRaised {
            await body()
            let next = clock.now() + interval
            while clock.now() < next, !parts.stop.isRaised {
                do {
                    try await clock.sleep(until: min(next, clock.now() + .milliseconds(200)))
                } catch {
                    return
                }
            }
        }
    }

    /// Reads who holds the routes; not while a run is moving them.
    func readHolders() async {
        guard !shared.withLock({ $0.isRunning }) else { return }
        let readings: [(RouteName, HolderReading)]
        do throws(SnapshotFailure) {
            let found = try await parts.snapshotter.holders()
            let established = shared.withLock { state in
                organisation.routes.map { state.policy.establishedHolder(of: $0.name) }
            }
            readings = zip(organisation.routes, established).map { route, established in
                let reading = Snapshot.holder(
                    of: route.kind,
                    in: found.sites,
                    found.associations,
                    among: pools(of: route, established)
                )
                return (route.name, trusted(reading, established, found.storeFailure))
            }
        } catch {
            let reason = error.reasons.joined(separator: "; ")
            readings = organisation.routes.map { ($0.name, .unknown(reason)) }
        }
        // A run may have begun while this was read: then it is old news.
        guard !shared.withLock({ $0.isRunning }) else { return }
        for (route, reading) in readings {
            let isNews = shared.withLock { state in
                let before = state.holders.updateValue(reading, forKey: route)
                let isAwaited = state.policy.awaitsReading(of: route)
                return state.unconfirmed.remove(route) != nil || before != reading || isAwaited
            }
            if isNews { post(.event(.holder(route, reading))) }
        }
    }

    /// What a reading is worth: a replica may be old, so it confirms and never contradicts.
    private func trusted(
        _ reading: HolderReading,
        _ established: FQDN?,
        _ storeFailure: String?
    ) -> HolderReading {
        guard let storeFailure else { return reading }
        if let pool = reading.pool, established == nil || established == pool { return reading }
        return .unknown(
            "the Central Management store cannot be read, and a replica does not say what was known"
                + " (\(storeFailure))"
        )
    }

    /// The pools that may hold a route.
    ///
    /// Several Edge pools serve media at once: the one where the route is known to be comes first.
    private func pools(of route: FederationRoute, _ established: FQDN?) -> [FQDN] {
        guard route.kind == .media else { return organisation.edgePools.map(\.fqdn) }
        return (established.map { [$0] } ?? []) + route.pools
    }

    func lookAtDNS() async {
        let (isRunning, holders) = shared.withLock { state in
            (state.isRunning, state.holders.compactMapValues { $0.pool })
        }
        guard !isRunning else { return }
        let readings = await parts.dnsWatch.read()
        let findings = parts.dnsWatch.findings(in: readings, holders: holders)
        shared.withLock { $0.records = readings }
        guard !shared.withLock({ $0.isRunning }) else { return }
        post(.dns(findings))
    }

    /// Tells what is new about DNS, once, and when it is over.
    func takeFindings(_ findings: [DNSFinding]) async {
        let (fresh, cleared) = shared.withLock { state in
            let old = Set(state.findings)
            state.findings = findings
            return (
                findings.filter { !old.contains($0) },
                old.subtracting(findings).sorted { $0.sentence < $1.sentence }
            )
        }
        for finding in fresh {
            await tell(finding, finding.code, .warning, finding.sentence)
        }
        for finding in cleared where !findings.contains(where: { $0.name == finding.name }) {
            await tell(finding, .dnsWell, .info, "over: \(finding.sentence)")
        }
    }

    private func tell(
        _ finding: DNSFinding,
        _ code: NoticeCode,
        _ severity: Severity,
        _ sentence: String
    ) async {
        var notice = Notice(code, severity, route: finding.route, sentence: sentence)
        notice.name = finding.name
        await tell(notice)
    }
}
