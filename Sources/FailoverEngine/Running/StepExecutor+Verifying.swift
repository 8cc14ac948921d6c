public import FailoverCore

extension StepExecutor {
    /// Looks until the step's result holds, or its time is over.
    ///
    /// In a rehearsal only facts that are there already are looked at.
    public func verify(_ step: Step, of run: RunState) async -> VerifyResult {
        if run.opening.isRehearsal, let result = await rehearsed(step, run) { return result }
        let opening = run.opening
        let endpoint = endpoint(opening)
        let time = step.verifyTimeout
        switch step.operation {
        case .setSiteRoute(let site, let kind, let from, let to):
            return await poll(time) {
                await observeRoute(site, kind, from, to, endpoint).verification
            }
        case .setAssociation(let service, let from, let to):
            return await poll(time) {
                await observeAssociation(service, from, to, endpoint).verification
            }
        case .setNextHop(let pool, let from, let to):
            return await poll(time) {
                await observeNextHop(pool, from, to, endpoint).verification
            }
        case .changeRecords(let zone, let changes):
            return await poll(time) {
                await observe(changes, in: zone, mayBeHalfDone: true).verification
            }
        case .stopServices(let server, let selection):
            return await poll(time) {
                await observeServices(server, selection, \.isStopped).verification
            }
        case .startServices(let server, let selection):
            return await poll(time) {
                await observeServices(server, selection, \.isRunning).verification
            }
        case .fence(let server, let startType):
            return await poll(time) { await observeFence(server, startType).verification }
        case .unfence(let server, let startType):
            return await poll(time) { await observeUnfence(server, startType).verification }
        case .enableTopology: return .holds("the cmdlet ended without an error")
        case .awaitReplication(let servers, _): return await awaitReplicas(servers, step, run)
        case .runSetup(let server, _): return await checkSetup(server, time, run)
        case .person(let task): return await poll(time) { await verify(task, step, run) }
        case .checkPath, .checkProtocol, .soak, .tryRights, .checkReplicationPath, .checkRecords,
            .checkSiteRoutes, .checkAssociations, .testPartner, .checkCloudPath, .checkResolution:
            return await check(step, run, time)
        }
    }

    /// Carries out a step that is nothing but a check.
    func check(_ step: Step, _ run: RunState, _ time: Duration) async -> VerifyResult {
        let opening = run.opening
        let endpoint = endpoint(opening)
        switch step.operation {
        case .checkPath(let pool, let kind):
            return await poll(time) { await checkPath(pool, kind.leg, opening) }
        case .checkProtocol(let pool, let server, let leg):
            return await poll(time) { await checkProtocol(pool, server, leg, opening) }
        case .soak(let pool, let leg, let duration):
            return await soak(pool, leg, duration, within: time, opening)
        case .tryRights(let site, let kind, let to):
            return await poll(time) { await tryRights(site, kind, to, endpoint) }
        case .checkReplicationPath(let servers):
            return await poll(time) { await checkReplicationPath(servers, endpoint) }
        case .checkRecords(let zone, let sets):
            return await poll(time) { await checkRecords(zone, sets) }
        case .checkSiteRoutes(let kind, let sites, let service):
            return await poll(time) { await checkRoutes(kind, sites, service, endpoint) }
        case .checkAssociations(let services, let edge):
            return await poll(time) { await checkAssociations(services, edge, endpoint) }
        case .testPartner(let domain, let pool, let isRequired):
            let counts = isRequired && opening.partnersBefore.contains(domain)
            return await poll(counts ? time : .zero) {
                let (answers, text) = await testPartner(domain, pool, endpoint)
                if answers { return .holds(text) }
                return counts ? .doesNot(text) : .holds("not counted: \(text)")
            }
        case .checkCloudPath(let server):
            return await poll(time) { await checkCloudPath(from: server) }
        case .checkResolution(let server, let wanted):
            return await checkResolution(on: server, wanted, time)
        case .setSiteRoute, .setAssociation, .setNextHop, .enableTopology, .awaitReplication,
            .stopServices, .startServices, .runSetup, .fence, .unfence, .changeRecords, .person:
            preconditionFailure("step \(step.id) is not a check")
        }
    }
}
