import FailoverCore
import FailoverEngine
import PSRP
import Subprograms
import Synchronization

/// The sessions over ssh: opened when needed, kept for the next command, ended when old.
final class SSHSessions: Sendable {
    /// A session that waits for a command, and the task that ends it when none comes.
    private struct Idle {
        let number: UInt64
        let session: SSHSession
        let expiry: Task<Void, Never>
    }

    private struct State {
        var idle: [SSHEndpoint: [Idle]] = [:]
        /// The tasks that wait for a kept session to become old, until they end.
        var expiries: [UInt64: Task<Void, Never>] = [:]
        var last: UInt64 = 0
    }

    private let idleMax: Int
    private let idleAgeMax: Duration
    private let clock: any MonotonicClock
    private let state = Mutex(State())

    /// Opens nothing yet.
    ///
    /// - Parameters:
    ///   - idleMax: Sessions kept at one endpoint.
    ///   - idleAgeMax: How long each is kept.
    ///   - clock: Measures that.
    init(idleMax: Int, idleAgeMax: Duration, clock: any MonotonicClock) {
        self.idleMax = idleMax
        self.idleAgeMax = idleAgeMax
        self.clock = clock
    }

    /// Runs commands, each piped into the next; they are sent at most once.
    func run(
        _ commands: [PipelineCommand],
        at endpoint: SSHEndpoint,
        by deadline: Deadline
    ) async throws(ManagementFailure) -> CommandResult {
        if let kept = takeIdle(endpoint) {
            switch try await run(commands, in: kept, by: deadline, isOpen: true) {
            case .result(let result, _): return result
            // It died while it was kept.
            case .sessionWasGone: break
            }
        }
        let fresh = SSHSession(endpoint: endpoint, now: clock.now())
        switch try await run(commands, in: fresh, by: deadline, isOpen: false) {
        case .result(let result, _): return result
        case .sessionWasGone(let failure):
            throw ManagementFailure(failure, mayHaveActed: false)
        }
    }

    /// Opens a session, which is kept, and tells who answers.
    func inspect(
        _ endpoint: SSHEndpoint,
        by deadline: Deadline
    ) async throws(ManagementFailure) -> EndpointReport {
        var session = SSHSession(endpoint: endpoint, now: clock.now())
        do throws(SSHFailure) {
            try await deadline.limit(session.conversation) { () async throws(SSHFailure) in
                try await session.open()
            }
        } catch {
            await session.conversation.end()
            throw ManagementFailure(error, mayHaveActed: false)
        }
        let report = EndpointReport(
            product: nil,
            account: endpoint.user,
            configurationName: "the whole PowerShell, over ssh",
            powerShell: session.powerShell,
            remotingProtocol: session.pool.protocolVersion?.description
        )
        await keep(session)
        return report
    }

    /// Ends all kept sessions; none is left behind.
    func closeAll() async {
        let (idle, expiries) = state.withLock { state in
            let idle = state.idle.values.flatMap(\.self)
            state.idle = [:]
            return (idle, Array(state.expiries.values))
        }
        for expiry in expiries { expiry.cancel() }
        for kept in idle {
            var session = kept.session
            await session.leave(by: Deadline(in: .seconds(5), on: clock))
        }
        for expiry in expiries { await expiry.value }
    }

    /// Runs commands in a session; afterwards it is kept, or no process of it is left.
    private func run(
        _ commands: [PipelineCommand],
        in session: SSHSession,
        by deadline: Deadline,
        isOpen: Bool
    ) async throws(ManagementFailure) -> SSHCommandRun.Ending {
        var session = session
        var run = SSHCommandRun(commands)
        do throws(ManagementFailure) {
            let ending = try await deadline.limit(session.conversation) {
                () async throws(ManagementFailure) in
                if !isOpen {
                    do throws(SSHFailure) {
                        try await session.open()
                    } catch {
                        throw ManagementFailure(error, mayHaveActed: false)
                    }
                }
                return try await run.run(in: &session)
            }
            if case .result(_, sessionIsUsable: true) = ending, session.isUsable {
                await keep(session)
            } else {
                await session.conversation.end()
            }
            return ending
        } catch {
            await session.conversation.end()
            throw error
        }
    }
}

extension SSHSessions {
    /// A kept session that runs and is young enough.
    private func takeIdle(_ endpoint: SSHEndpoint) -> SSHSession? {
        let now = clock.now()
        return state.withLock { state in
            let young = { (idle: Idle) in
                idle.session.isUsable && now - idle.session.usedAt <= self.idleAgeMax
            }
            // The task of one that is not taken ends it.
            guard let index = state.idle[endpoint]?.lastIndex(where: young),
                let idle = state.idle[endpoint]?.remove(at: index)
            else { return nil }
            idle.expiry.cancel()
            return idle.session
        }
    }

    private func keep(_ session: SSHSession) async {
        var session = session
        session.usedAt = clock.now()
        let isKept = state.withLock { state in
            guard state.idle[session.endpoint, default: []].count < idleMax else { return false }
            state.last += 1
            let number = state.last
            let kept = session
            // Owned: kept here until it ends, and awaited by `closeAll()`.
            let expiry = Task { await self.expire(number, kept) }
            state.expiries[number] = expiry
            state.idle[session.endpoint, default: []].append(
                Idle(number: number, session: session, expiry: expiry)
            )
            return true
        }
        if !isKept { await session.conversation.end() }
    }

    /// Ends a session when nobody took it in time.
    private func expire(_ number: UInt64, _ session: SSHSession) async {
        do {
            try await clock.sleep(until: session.usedAt + idleAgeMax)
        } catch {
            // It was taken, or all are closed.
        }
        let isOurs = state.withLock { state in
            state.expiries[number] = nil
            let before = state.idle[session.endpoint]?.count
            state.idle[session.endpoint]?.removeAll { $0.number == number }
            return before != state.idle[session.endpoint]?.count
        }
        if isOurs { await session.conversation.end() }
    }
}

extension SSHSession {
    /// Whether it runs, and no deadline passed while it was of use.
    var isUsable: Bool { !conversation.isOver && !conversation.isInterrupted }

    /// Ends it in the protocol's way when the server does its part in time, or else without.
    mutating func leave(by deadline: Deadline) async {
        do throws(SSHFailure) {
            try await deadline.limit(conversation) { () async throws(SSHFailure) in
                try await self.close(nil)
                conversation.finishInput()
            }
        } catch {
            // Whatever is wrong with it, it is ended now.
        }
        await conversation.end()
    }
}

extension Deadline {
    /// Works with a program until the deadline, which interrupts its reading.
    func limit<Result, Failure>(
        _ conversation: Conversation,
        _ body: () async throws(Failure) -> Result
    ) async throws(Failure) -> Result {
        try await withTaskGroup(of: Void.self) { group -> Swift.Result<Result, Failure> in
            group.addTask {
                do {
                    try await self.pass()
                } catch {
                    // The work is done, or the whole task is cancelled.
                    return
                }
                conversation.interrupt()
            }
            defer { group.cancelAll() }
            do throws(Failure) {
                return .success(try await body())
            } catch {
                return .failure(error)
            }
        }.get()
    }
}
