import FailoverCore

extension StepExecutor {
    /// What a rehearsal says of a step's result; nil when the fact is there already and is looked at
    /// as in earnest.
    func rehearsed(_ step: Step, _ run: RunState) async -> VerifyResult? {
        switch step.operation {
        case .setSiteRoute, .setAssociation, .setNextHop, .enableTopology, .stopServices,
            .startServices, .runSetup, .fence, .unfence, .changeRecords, .person:
            return notLookedAt("nothing was changed")
        case .awaitReplication: return notLookedAt("nothing was published")
        case .soak, .checkRecords, .checkSiteRoutes, .checkAssociations, .checkResolution:
            return notLookedAt("what it checks would only come about in earnest")
        // The way to the cloud is there already, or is missing already.
        case .checkCloudPath: return nil
        case .tryRights, .checkReplicationPath:
            return run.opening.snapshot.isStoreDead
                ? notLookedAt("the store is not there before a person's step") : nil
        case .checkPath(let pool, _), .checkProtocol(let pool, _, _), .testPartner(_, let pool, _):
            // What does not answer yet may be what an earlier step would have brought up.
            let result = await check(step, run, .zero)
            guard case .doesNot(let text) = result, isBroughtUp(pool, before: step, run) else {
                return result
            }
            return notLookedAt("an earlier step would bring it up. Now: \(text)")
        }
    }

    private func notLookedAt(_ why: String) -> VerifyResult {
        .holds("not looked at in a rehearsal: \(why)")
    }

    /// Whether an earlier step of the plan would make a pool answer that does not yet.
    private func isBroughtUp(_ pool: FQDN, before step: Step, _ run: RunState) -> Bool {
        let members = Set(organisation.edgePool(pool)?.servers.map(\.fqdn) ?? [])
        return run.steps.prefix { $0.id != step.id }.contains { other in
            switch other.operation {
            case .startServices(let server, _), .runSetup(let server, _), .unfence(let server, _):
                members.contains(server)
            case .setNextHop(pool, _, _): true
            case .person(.moveFederationFlag(_, to: pool)): true
            case .person(.runSetup(let server, _, _, _)),
                .person(.startServices(let server, _, _, _)),
                .person(.restartServices(let server, _, _, _)),
                .person(.unfence(let server, _, _)):
                members.contains(server)
            default: false
            }
        }
    }

    /// In a rehearsal of a change: only whether the zone would take an update.
    func tryUpdate(_ changes: [DNSChange], in key: ZoneKey) async -> ActResult {
        guard let zone = organisation.zone(key) else {
            return .failed("zone \(key) is not configured any more")
        }
        guard let updater else { return .failed("no provider is configured for zone \(key)") }
        guard let existing = changes.lazy.compactMap(\.from).first else {
            return .done("nothing is there that the update's guards could be tried with")
        }
        do {
            try await updater.provePermission(with: existing, in: zone)
            return .done("zone \(key) takes updates; nothing was changed")
        } catch {
            return .failed(error.message)
        }
    }
}
