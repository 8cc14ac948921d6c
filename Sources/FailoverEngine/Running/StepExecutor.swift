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
    /// Ends waiting when the run is to be undone; the runner's.
    var desk = PersonDesk()

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
    public func observe(_ step: Step, of run: RunState) async -> Observed {
        let deadline = clock.now() + patience(step, run)
        while true {
            let observed = await observeOnce(step, run)
            guard case .unreadable = observed, clock.now() < deadline, !isInterrupted else {
                return observed
            }
            do {
                try await clock.sleep(until: clock.now() + pollInterval)
            } catch {
                return .unreadable("the agent is stopping")
            }
        }
    }

    /// How long a place that cannot be read is tried again: not at all where that was known before.
    private func patience(_ step: Step, _ run: RunState) -> Duration {
        if case .fence(let server, _) = step.operation,
            run.opening.snapshot.unreachableEdges[server] != nil
        {
            return .zero
        }
        return min(step.timeout, .seconds(60))
    }

    private func observeOnce(_ step: Step, _ run: RunState) async -> Observed {
        let endpoint = endpoint(run.opening)
        switch step.operation {
        case .setSiteRoute(let site, let kind, let from, let to):
            return await observeRoute(site, kind, from, to, endpoint)
        case .setAssociation(let service, let from, let to):
            return await observeAssociation(service, from, to, endpoint)
        case .setNextHop(let pool, let from, let to):
            return await observeNextHop(pool, from, to, endpoint)
        case .changeRecords(let zone, let changes):
            return await observe(changes, in: zone, mayBeHalfDone: mayBeHalfDone(step, run))
        case .stopServices(let server, let selection):
            return await observeServices(server, selection, \.isStopped)
        case .startServices(let server, let selection):
            return await observeServices(server, selection, \.isRunning)
        case .fence(let server, let startType): return await observeFence(server, startType)
        case .unfence(let server, let startType): return await observeUnfence(server, startType)
        case .person(let task):
            return await observe(task, step, run)
        case .enableTopology: return .initial("nothing tells whether it was done; safe to repeat")
        case .runSetup(let server, let mustRun):
            return await observeSetup(server, mustRun: mustRun, step, run)
        case .awaitReplication, .checkPath, .checkProtocol, .soak, .tryRights,
            .checkReplicationPath, .checkRecords, .checkSiteRoutes, .checkAssociations,
            .testPartner, .checkCloudPath, .checkResolution:
            return .initial("a check, changes nothing")
        }
    }

    /// Carries out a step's act once; what has a value to read is read once more just before.
    ///
    /// In a rehearsal nothing is changed: cmdlets get `-WhatIf`, and those without it are not sent.
    public func act(_ step: Step, of run: RunState) async -> ActResult {
        if step.operation.operationClass == .state {
            switch await observeOnce(step, run) {
            case .initial: break
            case .intended(let text): return .done(text)
            case .foreign(let text): return .foreign(text)
            case .unreadable(let text): return .failed(text)
            }
        }
        let trial = run.opening.isRehearsal
        let endpoint = endpoint(run.opening)
        switch step.operation {
        case .setSiteRoute(let site, let kind, _, let to):
            let command = PowerShellCommand.setRoute(of: site, kind, to: to, whatIf: trial)
            return await send(command, at: endpoint, step.timeout)
        case .setAssociation(let service, _, let to):
            let command = PowerShellCommand.setAssociation(of: service, to: to, whatIf: trial)
            return await send(command, at: endpoint, step.timeout)
        case .setNextHop(let pool, _, let to):
            let command = PowerShellCommand.setNextHop(of: pool, to: to, whatIf: trial)
            return await send(command, at: endpoint, step.timeout)
        case .enableTopology:
            return await send(.enableTopology(whatIf: trial), at: endpoint, step.timeout)
        case .changeRecords(let zone, let changes):
            if trial { return await tryUpdate(changes, in: zone) }
            return await change(changes, in: zone, mayBeHalfDone: mayBeHalfDone(step, run))
        case .stopServices(let server, let selection):
            return await switchServices(server, selection, step.timeout) {
                .stopServices($0, whatIf: trial)
            }
        case .startServices(let server, let selection):
            return await switchServices(server, selection, step.timeout) {
                .startServices($0, whatIf: trial)
            }
        case .runSetup(let server, _):
            if trial { return .done("\(PowerShellCommand.runSetup) on \(server): not sent") }
            return await runSetup(server, step.timeout)
        case .fence(let server, _): return await fence(server, step.timeout, whatIf: trial)
        case .unfence(let server, let startType):
            return await unfence(server, startType, step.timeout, run)
        case .awaitReplication, .checkPath, .checkProtocol, .soak, .tryRights,
            .checkReplicationPath, .checkRecords, .checkSiteRoutes, .checkAssociations,
            .testPartner, .checkCloudPath, .checkResolution, .person:
            preconditionFailure("neither a check nor a person's step has an act")
        }
    }

    /// Starts again what a step stopped, also while the agent stops.
    ///
    /// Starting is repeatable, and a lost answer says nothing: what counts is that the services run.
    public func compensate(_ step: Step, of run: RunState) async -> ActResult {
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

    /// Whether what only waits is to end.
    var isInterrupted: Bool { stop.isRaised || desk.wantsUndo }

    func endpoint(_ run: RunOpening) -> ManagementEndpoint {
        .frontEnd(run.snapshot.endpointIndex)
    }

    /// Looks again and again until it holds or the time is over; at least once.
    ///
    /// It ends early when the agent stops or the run is to be undone, unless told otherwise.
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
            guard next <= deadline, evenWhenStopping || !isInterrupted else { return result }
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

extension Observed {
    /// As the result of a verification: only what was wanted holds.
    var verification: VerifyResult {
        if case .intended(let text) = self { .holds(text) } else { .doesNot(detail) }
    }
}
