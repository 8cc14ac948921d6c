public import FailoverCore

/// Carries out the parts of steps: observes, acts, verifies.
///
/// Decides nothing: what follows from a result is ``FailoverCore/RunState``'s business.
public struct StepExecutor: Sendable {
    let organisation: Organisation
    let management: any Management
    let reader: TopologyReader
    let records: RecordReader
    let updater: (any DNSUpdater)?
    let probers: ProbeSetup
    let clock: any MonotonicClock
    /// Pause between two looks while waiting for something; default 1 second.
    let pollInterval: Duration
    /// Ends waiting when the agent stops.
    let stop: StopFlag

    /// Makes an executor.
    public init(
        organisation: Organisation,
        management: any Management,
        records: RecordReader,
        updater: (any DNSUpdater)?,
        probers: ProbeSetup,
        clock: any MonotonicClock,
        stop: StopFlag,
        pollInterval: Duration = .seconds(1)
    ) {
        self.organisation = organisation
        self.management = management
        self.reader = TopologyReader(management: management)
        self.records = records
        self.updater = updater
        self.probers = probers
        self.clock = clock
        self.stop = stop
        self.pollInterval = pollInterval
    }

    /// Reads where a step stands.
    ///
    /// A place that cannot be read is tried again for a while.
    public func observe(_ step: Step, of run: RunOpening) async -> Observed {
        let deadline = clock.now() + min(step.timeout, .seconds(60))
        while true {
            let observed = await observeOnce(step.operation, run)
            guard case .unreadable = observed, clock.now() < deadline, !stop.isRaised else {
                return observed
            }
            do {
                try await clock.sleep(until: clock.now() + pollInterval)
            } catch {
                return .unreadable("the agent is stopping")
            }
        }
    }

    private func observeOnce(_ operation: Operation, _ run: RunOpening) async -> Observed {
        switch operation {
        case .setSiteRoute(let site, let kind, let from, let to):
            await observeRoute(site, kind, from, to, endpoint(run))
        case .changeRecords(let zone, let changes): await observe(changes, in: zone)
        case .stopServices(let server, let selection):
            await observeServices(server, selection, wanted: "stopped", \.isStopped)
        case .startServices(let server, let selection):
            await observeServices(server, selection, wanted: "running", \.isRunning)
        case .enableTopology: .initial("nothing to read tells whether it was done; safe to repeat")
        case .awaitReplication, .checkPath, .checkProtocol, .checkRecords, .checkSiteRoutes,
            .testPartner:
            .initial("a check, changes nothing")
        case .setAssociation, .setNextHop, .runSetup, .fence, .unfence, .soak, .tryRights,
            .checkReplicationPath, .checkAssociations, .person:
            .unreadable("not in this version")
        }
    }

    /// Carries out a step's act once.
    public func act(_ step: Step, of run: RunOpening) async -> ActResult {
        switch step.operation {
        case .setSiteRoute(let site, let kind, let from, let to):
            let endpoint = endpoint(run)
            switch await observeRoute(site, kind, from, to, endpoint) {
            case .initial: break
            case .intended(let text): return .done(text)
            case .foreign(let text): return .foreign(text)
            case .unreadable(let text): return .failed(text)
            }
            return await send(.setRoute(of: site, kind, to: to), at: endpoint, step.timeout)
        case .enableTopology: return await send(.enableTopology(), at: endpoint(run), step.timeout)
        case .changeRecords(let zone, let changes): return await change(changes, in: zone)
        case .stopServices(let server, let selection):
            return await switchServices(server, selection, step.timeout) { .stopServices($0) }
        case .startServices(let server, let selection):
            return await switchServices(server, selection, step.timeout) { .startServices($0) }
        case .awaitReplication, .checkPath, .checkProtocol, .checkRecords, .checkSiteRoutes,
            .testPartner:
            preconditionFailure("a check has no act")
        case .setAssociation, .setNextHop, .runSetup, .fence, .unfence, .soak, .tryRights,
            .checkReplicationPath, .checkAssociations, .person:
            return .failed("not in this version")
        }
    }

    /// Starts again what a step stopped, also while the agent stops.
    ///
    /// Starting is repeatable, and a lost answer says nothing: what counts is that the services run.
    public func compensate(_ step: Step) async -> ActResult {
        guard case .startServices(let server, let selection)? = step.operation.undo else {
            preconditionFailure("step \(step.id) has nothing to compensate")
        }
        let deadline = clock.now() + step.timeout
        while true {
            let result = await switchServices(server, selection, .seconds(60)) {
                .startServices($0)
            }
            let failure: String
            switch result {
            case .failed(let text), .foreign(let text): failure = text
            case .done, .answerLost:
                let patience = min(max(deadline - clock.now(), .zero), .seconds(60))
                switch await awaitRunningAgain(server, selection, patience) {
                case .holds(let text): return .done(text)
                case .doesNot(let text): failure = text
                }
            }
            guard clock.now() + pollInterval < deadline else { return .failed(failure) }
            do {
                try await clock.sleep(until: clock.now() + pollInterval)
            } catch {
                return .failed(failure)
            }
        }
    }

    /// Looks until the step's result holds, or its time is over.
    public func verify(_ step: Step, of run: RunState) async -> VerifyResult {
        let opening = run.opening
        switch step.operation {
        case .setSiteRoute(let site, let kind, let from, let to):
            return await poll(step.timeout) {
                let observed = await observeRoute(site, kind, from, to, endpoint(opening))
                if case .intended(let text) = observed { return .holds(text) }
                return .doesNot(observed.detail)
            }
        case .enableTopology: return .holds("the cmdlet ended without an error")
        case .awaitReplication(let servers, _): return await awaitReplicas(servers, step, run)
        case .stopServices(let server, let selection):
            return await waitForServices(server, selection, \.isStopped, "stopped", step.timeout)
        case .startServices(let server, let selection):
            return await waitForServices(server, selection, \.isRunning, "running", step.timeout)
        case .checkPath(let pool, let kind):
            return await poll(step.timeout) { await checkPath(pool, kind, opening) }
        case .checkProtocol(let pool, let server, let kind):
            return await poll(step.timeout) { await checkProtocol(pool, server, kind, opening) }
        case .changeRecords(let zone, let changes):
            return await poll(step.timeout) {
                let observed = await observe(changes, in: zone)
                if case .intended(let text) = observed { return .holds(text) }
                return .doesNot(observed.detail)
            }
        case .checkRecords(let zone, let sets):
            return await poll(step.timeout) { await checkRecords(zone, sets) }
        case .checkSiteRoutes(let kind, let sites, let service):
            return await poll(step.timeout) {
                await checkRoutes(kind, sites, service, endpoint(opening))
            }
        case .testPartner(let domain, let pool, let isRequired):
            let counts = isRequired && opening.partnersBefore.contains(domain)
            return await poll(counts ? step.timeout : .zero) {
                let (answers, text) = await testPartner(domain, pool, endpoint(opening))
                if answers { return .holds(text) }
                return counts ? .doesNot(text) : .holds("not counted: \(text)")
            }
        case .setAssociation, .setNextHop, .runSetup, .fence, .unfence, .soak, .tryRights,
            .checkReplicationPath, .checkAssociations, .person:
            return .doesNot("not in this version")
        }
    }

    func endpoint(_ run: RunOpening) -> ManagementEndpoint {
        .frontEnd(run.snapshot.endpointIndex)
    }

    /// Looks again and again until it holds or the time is over; at least once.
    ///
    /// It ends early when the agent stops, unless told otherwise.
    func poll(
        _ timeout: Duration,
        evenWhenStopping: Bool = false,
        _ look: () async -> VerifyResult
    ) async -> VerifyResult {
        let deadline = clock.now() + timeout
        while true {
            let result = await look()
            guard case .doesNot(let text) = result else { return result }
            let next = clock.now() + pollInterval
            guard next <= deadline, evenWhenStopping || !stop.isRaised else { return result }
            do {
                try await clock.sleep(until: next)
            } catch {
                return .doesNot("the agent is stopping; last seen: \(text)")
            }
        }
    }

    /// Sends one command; the error records decide.
    func send(
        _ command: PowerShellCommand,
        at endpoint: ManagementEndpoint,
        _ timeout: Duration
    ) async -> ActResult {
        do {
            let result = try await management.run(command, at: endpoint, timeout: timeout)
            if let error = result.errors.first { return .failed("\(command): \(error)") }
            let warnings = result.warnings.map { " (warning: \($0))" }.joined()
            return .done("\(command) at \(management.address(of: endpoint)): done\(warnings)")
        } catch {
            return error.mayHaveActed ? .answerLost(error.message) : .failed(error.message)
        }
    }
}
