import FailoverCore
import PSRP
import Subprograms

/// A PowerShell on a server, at the other end of a running `ssh`; used by one task at a time.
///
/// After any failure it must be ended: what the server still does is then not known.
struct SSHSession: Sendable {
    let endpoint: SSHEndpoint
    let conversation: Conversation
    private(set) var pool: RunspacePool
    private var channel = OutOfProcessChannel()
    /// The server's PowerShell, such as `5.1.17763.1`; nil when it did not say.
    private(set) var powerShell: String?
    /// Whether a command's data was written since ``start(_:id:)``: the server may have it all.
    private(set) var hasSentData = false
    /// When it was last of use.
    var usedAt: Instant

    /// Starts `ssh`; it must be ended.
    init(endpoint: SSHEndpoint, now: Instant) {
        var randomness = SystemRandomNumberGenerator()
        pool = RunspacePool(id: GUID(using: &randomness))
        self.endpoint = endpoint
        conversation = .start(endpoint.command, grace: .seconds(1))
        usedAt = now
    }

    /// What the server said.
    enum Event {
        case pool(RunspacePool.Event)
        /// A pipeline, or the pool for nil, has ended at the server.
        case closed(GUID?)
    }

    /// Waits until the runspace pool is ready.
    mutating func open() async throws(SSHFailure) {
        let opening: [UInt8]
        do throws(PSRPError) {
            opening = try channel.send([pool.open()])
        } catch {
            preconditionFailure("a session was opened twice: \(error)")
        }
        try await write(opening)
        while true {
            for event in try await next() {
                switch event {
                case .pool(.opened): return
                case .pool(.privateData(let data)):
                    powerShell =
                        data.objectValue?[key: "PSVersionTable"]?.objectValue?[key: "PSVersion"]?
                        .displayText
                case .pool(.broken(let error)):
                    throw SSHFailure(
                        .notUnderstood,
                        "the server could not open a PowerShell session"
                            + (error.map { ": \($0)" } ?? "")
                    )
                default: continue
                }
            }
        }
    }

    /// Announces a pipeline; its request follows when the server has acknowledged that.
    mutating func start(_ commands: [PipelineCommand], id: GUID) async throws(SSHFailure) {
        hasSentData = false
        let announcement: [UInt8]
        do throws(PSRPError) {
            announcement = try channel.start(id, pool.start(commands, id: id))
        } catch {
            throw SSHFailure(.notUnderstood, error.message)
        }
        try await write(announcement)
    }

    /// Answers a host call: that there is no host.
    mutating func refuse(_ call: HostCall, pipeline id: GUID) async throws(SSHFailure) {
        let refusal = pool.refuse(call, pipeline: id)
        guard !refusal.isEmpty else { return }
        let bytes: [UInt8]
        do throws(PSRPError) {
            bytes = try channel.send(refusal, to: id, on: .promptResponse)
        } catch {
            throw SSHFailure(error)
        }
        try await write(bytes)
    }

    /// Ends a pipeline, or the pool for nil, and waits until the server has.
    mutating func close(_ id: GUID?) async throws(SSHFailure) {
        let bytes: [UInt8]
        do throws(PSRPError) {
            bytes = try channel.close(id)
        } catch {
            throw SSHFailure(error)
        }
        try await write(bytes)
        while true {
            for case .closed(id) in try await next() {
                if let id { pool.forget(pipeline: id) }
                return
            }
        }
    }

    /// Waits for what the server says next, and sends what waited for it.
    mutating func next() async throws(SSHFailure) -> [Event] {
        let bytes: [UInt8]?
        do throws(Conversation.Interruption) {
            bytes = try await conversation.read()
        } catch {
            throw SSHFailure(error)
        }
        guard let bytes else { throw await ended() }
        var found: [Event] = []
        let reply: [UInt8]
        do throws(PSRPError) {
            let received = try channel.receive(bytes)
            for event in received.events {
                switch event {
                case .data(let data, let pipeline):
                    found += try pool.receive(data, onChannelOf: pipeline).map(Event.pool)
                case .closed(let pipeline): found.append(.closed(pipeline))
                case .stopped: continue
                }
            }
            reply = received.reply
        } catch {
            throw SSHFailure(error)
        }
        if !reply.isEmpty {
            hasSentData = true
            try await write(reply)
        }
        return found
    }

    private func write(_ bytes: [UInt8]) async throws(SSHFailure) {
        guard conversation.write(bytes) else { throw await ended() }
    }

    /// Why the program does not talk to us any more.
    private func ended() async -> SSHFailure {
        let (ending, words) = await conversation.end()
        let hasOpened = if case .opened = pool.state { true } else { false }
        return SSHWords.failure(
            ending,
            words: channel.noise.suffix(Subprogram.keptBytesMax) + words,
            hasOpened: hasOpened,
            at: endpoint
        )
    }
}
