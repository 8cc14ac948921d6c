public import FailoverCore
public import FailoverEngine
import Synchronization

/// An organisation that the engine can be let loose on: one model behind management, DNS and probes.
///
/// It counts acts, and goes wrong on order.
public final class ScriptedOrganisation: Sendable {
    struct Intervention: Sendable {
        var occasion: Occasion
        var skipping: Int
        var change: @Sendable (inout OrganisationModel) -> Void
    }

    struct State: Sendable {
        var model: OrganisationModel
        var faults: [OrderedFault] = []
        var interventions: [Intervention] = []
        var commands: [String] = []
        var isCutOff = false
    }

    /// The configuration that goes with it.
    public let organisation: Organisation
    /// Its time.
    public let clock: VirtualClock
    let state: Mutex<State>

    /// Makes an organisation in good order: all routes at home, every replica current.
    public init(_ organisation: Organisation, clock: VirtualClock) {
        self.organisation = organisation
        self.clock = clock
        state = Mutex(State(model: OrganisationModel(of: organisation, at: clock.now())))
    }

    /// The same organisation as it is now, to be changed apart from the first; no faults are on order.
    public func copy(clock: VirtualClock) -> ScriptedOrganisation {
        ScriptedOrganisation(organisation, state.withLock(\.model), clock)
    }

    private init(_ organisation: Organisation, _ model: OrganisationModel, _ clock: VirtualClock) {
        self.organisation = organisation
        self.clock = clock
        state = Mutex(State(model: model))
    }

    /// Looks at the model, after everything due has happened.
    public func look<Result: Sendable>(
        _ body: (OrganisationModel) -> Result
    ) -> Result {
        let now = clock.now()
        return state.withLock { state in
            state.model.settle(at: now)
            return body(state.model)
        }
    }

    /// Changes the model behind everybody's back.
    public func change(_ body: (inout OrganisationModel) -> Void) {
        let now = clock.now()
        state.withLock { state in
            state.model.settle(at: now)
            body(&state.model)
        }
    }

    /// Lets nothing that is sent arrive any more, or lets it again: what a dead process sends.
    public func cutOff(_ isCutOff: Bool = true) { state.withLock { $0.isCutOff = isCutOff } }

    /// Forgets the acts so far, so that a test counts only its own.
    public func forgetActs() {
        change { $0.acts = [] }
        state.withLock { $0.commands = [] }
    }

    /// Acts so far, in order.
    public var acts: [ActRecord] { look(\.acts) }

    /// How often each act had an effect.
    public var effectiveActs: [String: Int] {
        acts.filter(\.changed).reduce(into: [:]) { $0[$1.key, default: 0] += 1 }
    }

    /// Everything that was sent to Windows, as a person would type it, in order.
    public var commands: [String] { state.withLock(\.commands) }

    /// Why a federated message does not pass both ways now; empty when it does.
    public func obstacles(_ kind: RouteKind) -> [String] {
        let now = clock.now()
        return look { $0.obstacles(kind, in: organisation, at: now) }
    }

    /// Brings all servers of a pool into a condition.
    public func bring(_ pool: FQDN, _ condition: MachineCondition) {
        let servers = organisation.edgePool(pool)?.servers.map(\.fqdn) ?? []
        for server in servers { bring(server: server, condition) }
    }

    /// Takes a whole site away: its servers and its management endpoint.
    public func loseSite(_ site: String) {
        let pools = organisation.frontEndPools
        change { model in
            let lost = model.pools.filter { $0.site == site }.map(\.fqdn)
            for (server, machine) in model.machines where lost.contains(machine.pool) {
                model.machines[server]?.condition = .off
            }
            for (index, pool) in pools.enumerated() where pool.site == SiteName(site) {
                model.deadEndpoints.insert(index)
            }
        }
    }

    /// Brings one server into a condition; mended services run.
    public func bring(server: FQDN, _ condition: MachineCondition) {
        let now = clock.now()
        change { model in
            guard var machine = model.machines[server] else { return }
            if machine.condition == .off, machine.isCurrentAt != nil {
                machine.isCurrentAt = now + machine.replicationDelay
            }
            machine.condition = condition
            if condition == .well {
                for index in machine.services.indices { machine.services[index].isStarted = true }
            }
            model.machines[server] = machine
        }
    }

    // MARK: Faults on order

    /// Orders a fault.
    ///
    /// - Parameters:
    ///   - fault: what goes wrong.
    ///   - occasion: with which exchange.
    ///   - skipping: how many of them go well before; default none.
    ///   - times: how often it goes wrong; default once.
    public func order(_ fault: Fault, at occasion: Occasion, skipping: Int = 0, times: Int = 1) {
        state.withLock {
            $0.faults.append(
                OrderedFault(fault: fault, occasion: occasion, skipping: skipping, times: times)
            )
        }
    }

    /// Takes all orders back.
    public func withdrawFaults() {
        state.withLock { state in
            state.faults = []
            state.interventions = []
        }
    }

    /// Lets somebody else change the model just before an exchange is carried out.
    public func before(
        _ occasion: Occasion,
        skipping: Int = 0,
        change: @escaping @Sendable (inout OrganisationModel) -> Void
    ) {
        state.withLock {
            $0.interventions.append(
                Intervention(occasion: occasion, skipping: skipping, change: change)
            )
        }
    }

    /// Lets interventions happen, and says what goes wrong with this exchange.
    func meet(_ occasions: [Occasion]) -> Fault? {
        let now = clock.now()
        return state.withLock { state in
            if state.isCutOff { return .unreachable }
            state.model.settle(at: now)
            var remaining: [Intervention] = []
            for var intervention in state.interventions {
                if !occasions.contains(intervention.occasion) {
                    remaining.append(intervention)
                } else if intervention.skipping > 0 {
                    intervention.skipping -= 1
                    remaining.append(intervention)
                } else {
                    intervention.change(&state.model)
                }
            }
            state.interventions = remaining
            var struck: Fault?
            for index in state.faults.indices where occasions.contains(state.faults[index].occasion)
            {
                if state.faults[index].skipping > 0 {
                    state.faults[index].skipping -= 1
                } else if struck == nil, state.faults[index].times > 0 {
                    state.faults[index].times -= 1
                    struck = state.faults[index].fault
                }
            }
            return struck
        }
    }
}

extension ScriptedOrganisation: Management {
    /// One endpoint per Front End pool, in the order of the configuration.
    public var frontEndCount: Int { organisation.frontEndPools.count }

    /// Whether the model has it.
    public func isConfigured(_ endpoint: ManagementEndpoint) -> Bool {
        switch endpoint {
        case .frontEnd(let index): organisation.frontEndPools.indices.contains(index)
        case .edge(let server):
            look { $0.machines[server] != nil && !$0.unmanageable.contains(server) }
        case .nameServer(let zone): organisation.zone(zone)?.provider == .powershell
        }
    }

    /// A URL as adapters would show it.
    public func address(of endpoint: ManagementEndpoint) -> String {
        switch endpoint {
        case .frontEnd(let index): "https://\(organisation.frontEndPools[index].fqdn)"
        case .edge(let server): "https://\(server)"
        case .nameServer(let zone): "https://dns.\(zone.name)"
        }
    }

    /// Runs a command on the model, or lets the fault on order happen.
    public func run(
        _ command: PowerShellCommand,
        at endpoint: ManagementEndpoint,
        timeout: Duration
    ) async throws(ManagementFailure) -> CommandResult {
        let place = address(of: endpoint)
        var occasions: [Occasion] =
            command.isTrial ? [.trial(command.cmdlet)] : [.command(command.cmdlet)]
        switch endpoint {
        case .frontEnd(let index): occasions.append(.frontEnd(index))
        case .edge(let server): occasions.append(.edgeCommand(command.cmdlet, server))
        case .nameServer: break
        }
        let fault = meet(occasions)
        state.withLock { $0.commands.append("\(place): \(command)") }
        guard isReachable(endpoint), fault != .unreachable else {
            throw ManagementFailure(
                code: .unreachable,
                message: "\(place) cannot be reached",
                mayHaveActed: false
            )
        }
        if case .refused(let text) = fault { return CommandResult(errors: [text]) }
        if fault == .pretends { return CommandResult() }
        if fault == .hangs { try await hang(place, timeout) }
        let now = clock.now()
        var edge: FQDN?
        if case .edge(let server) = endpoint { edge = server }
        let result = state.withLock { $0.model.execute(command, on: edge, at: now) }
        switch fault {
        case .hangsAfterActing: try await hang(place, timeout)
        case .answerLost:
            throw ManagementFailure(
                code: .answerLost,
                message: "the connection to \(place) was lost before the answer",
                mayHaveActed: true
            )
        case .refused, .unreachable, .hangs, .pretends, nil: break
        }
        return result
    }

    private func isReachable(_ endpoint: ManagementEndpoint) -> Bool {
        look { model in
            switch endpoint {
            case .frontEnd(let index): !model.deadEndpoints.contains(index)
            case .edge(let server): model.machines[server].map { $0.condition != .off } ?? false
            case .nameServer: true
            }
        }
    }

    private func hang(_ place: String, _ timeout: Duration) async throws(ManagementFailure) {
        do {
            try await clock.sleep(until: clock.now() + timeout)
        } catch {
            throw ManagementFailure(code: .cancelled, message: "cancelled", mayHaveActed: true)
        }
        throw ManagementFailure(
            code: .timeout,
            message: "\(place) did not answer within \(timeout.inWords)",
            mayHaveActed: true
        )
    }

    /// Nothing is held open here.
    public func closeSessions() async {}
}
