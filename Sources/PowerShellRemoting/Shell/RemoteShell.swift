import Curl
import FailoverCore
import FailoverEngine
import PSRP

/// A runspace pool on a server, in its WS-Management shell; used by one task at a time.
///
/// After any failure it must be deleted: what the server still holds is then not known.
struct RemoteShell: Sendable {
    /// The shell's identifier at the server.
    private(set) var id: String
    private(set) var pool: RunspacePool
    private(set) var transport: WSManTransport
    /// As whom the server knows us, such as `CONTOSO\edgewarden`; nil when it did not say.
    private(set) var owner: String?
    /// The server's PowerShell, such as `5.1.17763.1`; nil when it did not say.
    private(set) var powerShell: String?
    /// Whether the server may hold it, so that it must be deleted.
    private(set) var mayExist = false
    /// When it was last of use.
    var usedAt: Instant

    init(endpoint: WSManEndpoint, client: HTTPClient, now: Instant) {
        var randomness = SystemRandomNumberGenerator()
        let guid = GUID(using: &randomness)
        id = guid.description
        pool = RunspacePool(id: guid)
        pool.maximumFragmentLength = EnvelopeLength.fragment
        transport = WSManTransport(endpoint: endpoint, client: client)
        usedAt = now
    }

    /// Creates the shell and waits until its runspace pool is ready.
    mutating func open(by deadline: Deadline) async throws(WSManFailure) {
        let opening: [UInt8]
        do throws(PSRPError) {
            opening = try pool.open()
        } catch {
            preconditionFailure("a shell was opened twice: \(error)")
        }
        let created: SOAPNode
        do throws(WSManFailure) {
            created = try await transport.sendOpening(
                .create(shellID: pool.id, opening: opening),
                by: deadline
            )
        } catch {
            mayExist = error.mayHaveBeenCarriedOut
            throw error
        }
        mayExist = true
        if let id = Self.shellID(created) { self.id = id }
        owner = created.child(Namespace.shell, "Shell")?.child(Namespace.shell, "Owner")?.wholeText
        while true {
            let answer = try await receive(nil, by: deadline)
            for event in try events(answer.streams, of: nil) {
                switch event {
                case .opened:
                    transport.answerLengthMax = EnvelopeLength.answer(pool.protocolVersion)
                    return
                case .privateData(let data): powerShell = Self.powerShell(data)
                case .broken(let error):
                    throw WSManFailure(
                        .notUnderstood,
                        "the server could not open a PowerShell session"
                            + (error.map { ": \($0)" } ?? ""),
                        mayHaveBeenCarriedOut: false
                    )
                default: continue
                }
            }
        }
    }

    /// Asks who stands there, before the shell is opened.
    ///
    /// - Returns: What was told; nil when the question was not understood.
    mutating func identify(by deadline: Deadline) async throws(WSManFailure) -> WSManIdentity? {
        do throws(WSManFailure) {
            return WSManIdentity(body: try await transport.sendOpening(.identify(), by: deadline))
        } catch {
            // A listener inside IIS need not know the question; whoever lets us in will do, and
            // where the question was sent in vain says nothing of where the session is.
            guard error.kind == .notUnderstood || error.fault != nil else { throw error }
            transport.forgetRedirections()
            return nil
        }
    }

    /// Ends the shell and all that runs in it.
    func delete(within timeout: Duration) async throws(WSManFailure) {
        _ = try await transport.send(.delete(shell: id), within: timeout, freshConnection: true)
    }

    /// The identifier that the server gave, when it gave another.
    private static func shellID(_ body: SOAPNode) -> String? {
        let selectors = body.child(Namespace.transfer, "ResourceCreated")?
            .child(Namespace.addressing, "ReferenceParameters")?
            .child(Namespace.wsman, "SelectorSet")?
            .children(Namespace.wsman, "Selector")
        return selectors?.first { $0.attributes["Name"] == "ShellId" }?.wholeText
    }

    /// What the server tells of itself holds `PSVersionTable` with `PSVersion`.
    private static func powerShell(_ data: CLIXMLValue) -> String? {
        data.objectValue?[key: "PSVersionTable"]?.objectValue?[key: "PSVersion"]?.displayText
    }

    /// What one question for output gave.
    struct Output {
        /// Stretches of fragments.
        var streams: [String] = []
        /// Whether the server says that the command is done.
        var isDone = false
    }

    /// Asks for output until there is some or the time is over.
    func receive(_ command: GUID?, by deadline: Deadline) async throws(WSManFailure) -> Output {
        while true {
            guard !deadline.isOver else {
                throw WSManFailure(.timeout, "no answer in time", mayHaveBeenCarriedOut: true)
            }
            // The server answers before our patience ends, so that the connection survives.
            let left = deadline.remaining
            let wait = min(
                transport.endpoint.pollTimeout,
                max(.milliseconds(500), left - .seconds(1))
            )
            do throws(WSManFailure) {
                let body = try await transport.send(
                    .receive(command: command, shell: id, wait: wait),
                    within: min(left, wait + Self.grace)
                )
                return Self.output(body)
            } catch {
                // Nothing yet: ask again.
                guard error.fault?.isTimeOut == true else { throw error }
            }
        }
    }

    /// How much longer than the server's own limit an answer may take.
    private static let grace = Duration.seconds(15)

    static func output(_ body: SOAPNode) -> Output {
        let response = body.child(Namespace.shell, "ReceiveResponse")
        let streams = response?.children(Namespace.shell, "Stream") ?? []
        let state = response?.child(Namespace.shell, "CommandState")?.attributes["State"]
        return Output(
            streams: streams.map(\.text),
            isDone: state?.hasSuffix("/CommandState/Done") == true
        )
    }

    /// Feeds output to the pool.
    mutating func events(
        _ streams: [String],
        of command: GUID?
    ) throws(WSManFailure) -> [RunspacePool.Event] {
        do throws(PSRPError) {
            var events: [RunspacePool.Event] = []
            for stream in streams {
                events += try pool.receive(Base64.decode(stream), onChannelOf: command)
            }
            return events
        } catch {
            throw WSManFailure(error)
        }
    }
}

extension RemoteShell {
    /// Begins a pipeline; the fragments of its request.
    mutating func fragments(
        of commands: [PipelineCommand],
        id: GUID
    ) throws(WSManFailure) -> [[UInt8]] {
        do throws(PSRPError) {
            return try pool.start(commands, id: id)
        } catch {
            throw WSManFailure(.notUnderstood, error.message, mayHaveBeenCarriedOut: false)
        }
    }

    /// The answer to a host call: that there is no host.
    mutating func refusal(of call: HostCall, command: GUID) -> [[UInt8]] {
        pool.refuse(call, pipeline: command)
    }

    mutating func forget(_ command: GUID) {
        pool.forget(pipeline: command)
    }
}
