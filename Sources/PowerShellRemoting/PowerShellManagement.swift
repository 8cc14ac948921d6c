public import Curl
public import FailoverCore
public import FailoverEngine
import PSRP
import Synchronization

/// Runs commands on Windows by PowerShell remoting, over WS-Management or ssh.
///
/// Sessions are kept and reused. A command is sent at most once; whatever it left behind after a
/// failure is deleted on the server.
public final class PowerShellManagement: Management {
    private struct State {
        var idle: [ManagementEndpoint: [RemoteShell]] = [:]
        var busy: [ManagementEndpoint: Int] = [:]
    }

    /// Commands under way at one endpoint; Windows allows an account 25 to 30 shells.
    private static let commandsMax = 8
    /// Shells kept at one endpoint; the agent mostly works one step at a time.
    private static let idleMax = 2
    /// A kept shell is not trusted for as long as the server would keep it.
    private static let idleAgeMax = WSManRequest.shellIdleTimeout - .seconds(60)

    private let frontEnds: [PowerShellEndpoint]
    private let edges: [FQDN: PowerShellEndpoint]
    private let nameServers: [ZoneKey: PowerShellEndpoint]
    private let client: HTTPClient
    private let clock: any MonotonicClock
    private let cleaner: ShellCleaner
    let sshSessions: SSHSessions
    private let state = Mutex(State())

    /// Knows where to run commands; nothing is opened before the first one.
    ///
    /// - Parameters:
    ///   - frontEnds: The Front Ends in order of preference.
    ///   - edges: The Edge servers by name.
    ///   - nameServers: The Windows DNS servers by zone; of zones with the provider `powershell`.
    ///   - client: Sends the requests; it outlives this object.
    ///   - clock: Measures deadlines and the age of sessions.
    public init(
        frontEnds: [PowerShellEndpoint],
        edges: [FQDN: PowerShellEndpoint],
        nameServers: [ZoneKey: PowerShellEndpoint] = [:],
        client: HTTPClient,
        clock: any MonotonicClock
    ) {
        self.frontEnds = frontEnds
        self.edges = edges
        self.nameServers = nameServers
        self.client = client
        self.clock = clock
        cleaner = ShellCleaner(client: client)
        sshSessions = SSHSessions(
            idleMax: Self.idleMax,
            idleAgeMax: Self.idleAgeMax,
            clock: clock
        )
    }

    /// How many Front Ends there are.
    public var frontEndCount: Int { frontEnds.count }

    /// Whether there is an address for a place.
    public func isConfigured(_ endpoint: ManagementEndpoint) -> Bool {
        target(endpoint) != nil
    }

    /// The URL of a place; its name when there is none.
    public func address(of endpoint: ManagementEndpoint) -> String {
        target(endpoint)?.url ?? endpoint.description
    }

    private func target(_ endpoint: ManagementEndpoint) -> PowerShellEndpoint? {
        switch endpoint {
        case .frontEnd(let index): frontEnds.indices.contains(index) ? frontEnds[index] : nil
        case .edge(let server): edges[server]
        case .nameServer(let zone): nameServers[zone]
        }
    }

    /// Runs one command; it is sent at most once.
    ///
    /// - Returns: Output objects (a bare value as the property `Value`), error records, warnings.
    /// - Throws: `ManagementFailure`, whose `mayHaveActed` is false only where that is certain.
    public func run(
        _ command: PowerShellCommand,
        at endpoint: ManagementEndpoint,
        timeout: Duration
    ) async throws(ManagementFailure) -> CommandResult {
        try await using(endpoint, for: command.cmdlet.rawValue, timeout: timeout) {
            (target, deadline) async throws(ManagementFailure) in
            let command = PipelineCommand(command)
            return switch target {
            case .wsman(let target): try await self.run(command, at: endpoint, target, by: deadline)
            case .ssh(let target):
                try await self.sshSessions.run([command], at: target, by: deadline)
            }
        }
    }

    /// Works at a place, when it is known and not too busy, and says in failures what failed
    /// where.
    func using<Result>(
        _ endpoint: ManagementEndpoint,
        for what: String,
        timeout: Duration,
        _ body: (PowerShellEndpoint, Deadline) async throws(ManagementFailure) -> Result
    ) async throws(ManagementFailure) -> Result {
        guard let target = target(endpoint) else {
            throw ManagementFailure(
                code: .notConfigured,
                message: "There is no address for \(endpoint); add it under 'management'.",
                mayHaveActed: false
            )
        }
        guard enter(endpoint) else {
            throw ManagementFailure(
                code: .unreachable,
                message: "\(Self.commandsMax) commands are under way at \(target.url) already; "
                    + "\(what) was not sent.",
                mayHaveActed: false
            )
        }
        defer { leave(endpoint) }
        do throws(ManagementFailure) {
            return try await body(target, Deadline(in: timeout, on: clock))
        } catch {
            throw described(error, what, target, timeout)
        }
    }

    /// Deletes every session on the servers, and ends every `ssh`.
    public func closeSessions() async {
        let shells = state.withLock { state in
            let shells = state.idle.values.flatMap(\.self)
            state.idle = [:]
            return shells
        }
        for shell in shells { cleaner.delete(shell) }
        await cleaner.drain()
        await sshSessions.closeAll()
    }

    private func run(
        _ command: PipelineCommand,
        at place: ManagementEndpoint,
        _ target: WSManEndpoint,
        by deadline: Deadline
    ) async throws(ManagementFailure) -> CommandResult {
        if let shell = takeIdle(place),
            let result = try await run(command, at: place, in: shell, by: deadline)
        {
            return result
        }
        var shell = newShell(target)
        try await open(&shell, by: deadline)
        guard let result = try await run(command, at: place, in: shell, by: deadline) else {
            throw ManagementFailure(
                code: .protocolFault,
                message: "the server forgot a session that it had just opened",
                mayHaveActed: false
            )
        }
        return result
    }

    func newShell(_ target: WSManEndpoint) -> RemoteShell {
        RemoteShell(endpoint: target, client: client, now: clock.now())
    }

    /// Opens a shell; what a failure may have left of it is deleted.
    func open(
        _ shell: inout RemoteShell,
        by deadline: Deadline
    ) async throws(ManagementFailure) {
        do throws(WSManFailure) {
            try await shell.open(by: deadline)
        } catch {
            // Also when the answer was lost: the shell has the identifier that we chose.
            if shell.mayExist { cleaner.delete(shell) }
            throw ManagementFailure(error, during: .preparing)
        }
    }

    /// Runs a command in a shell; nil when the shell was gone, and the command not taken.
    private func run(
        _ command: PipelineCommand,
        at place: ManagementEndpoint,
        in shell: RemoteShell,
        by deadline: Deadline
    ) async throws(ManagementFailure) -> CommandResult? {
        var shell = shell
        var run = CommandRun([command])
        do throws(ManagementFailure) {
            switch try await run.run(in: &shell, by: deadline) {
            case .shellWasGone: return nil
            case .result(let result, let isUsable):
                if isUsable { keep(shell, at: place) } else { cleaner.delete(shell) }
                return result
            }
        } catch {
            cleaner.delete(shell)
            throw error
        }
    }
}

extension PowerShellManagement {
    private func enter(_ place: ManagementEndpoint) -> Bool {
        state.withLock { state in
            guard state.busy[place, default: 0] < Self.commandsMax else { return false }
            state.busy[place, default: 0] += 1
            return true
        }
    }

    private func leave(_ place: ManagementEndpoint) {
        state.withLock { $0.busy[place, default: 1] -= 1 }
    }

    /// A kept shell that is young enough; older ones are deleted.
    private func takeIdle(_ place: ManagementEndpoint) -> RemoteShell? {
        let now = clock.now()
        let (shell, old) = state.withLock { state in
            let kept = state.idle.removeValue(forKey: place) ?? []
            var young = kept.filter { now - $0.usedAt <= Self.idleAgeMax }
            let shell = young.popLast()
            if !young.isEmpty { state.idle[place] = young }
            return (shell, kept.filter { now - $0.usedAt > Self.idleAgeMax })
        }
        for shell in old { cleaner.delete(shell) }
        return shell
    }

    func keep(_ shell: RemoteShell, at place: ManagementEndpoint) {
        var shell = shell
        shell.usedAt = clock.now()
        let surplus = state.withLock { state -> RemoteShell? in
            guard state.idle[place, default: []].count < Self.idleMax else { return shell }
            state.idle[place, default: []].append(shell)
            return nil
        }
        if let surplus { cleaner.delete(surplus) }
    }

    /// The failure with what, where, and what it means for the command.
    private func described(
        _ failure: ManagementFailure,
        _ what: String,
        _ target: PowerShellEndpoint,
        _ timeout: Duration
    ) -> ManagementFailure {
        let why =
            failure.code == .timeout
            ? "no result within \(timeout.inWords) (\(failure.message))" : failure.message
        let ending = why.hasSuffix(".") ? "" : "."
        let consequence =
            failure.mayHaveActed
            ? "It may have been carried out: read the state before doing it again."
            : "It was not carried out."
        return ManagementFailure(
            code: failure.code,
            message: "\(what) at \(target.url): \(why)\(ending) \(consequence)",
            mayHaveActed: failure.mayHaveActed
        )
    }
}
