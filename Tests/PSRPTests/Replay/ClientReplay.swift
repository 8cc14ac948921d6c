import Foundation

@testable import PSRP

/// The client's side of one captured shell: our state machine in the captured client's place.
///
/// It makes the requests that the captured client made, as far as this client can make them, and is
/// fed what the server answered, in one piece and cut in two.
struct ClientReplay {
    /// How our requests compare with the captured ones.
    struct Figures {
        /// Equal but for the names of enumerations' members.
        var rebuilt = 0
        /// Ours that say something else; a note tells which.
        var different = 0
        /// What this client never sends: script text, keys, answers of a host.
        var refused = 0
        var events = 0
        var splits = 0

        static func += (left: inout Figures, right: Figures) {
            left.rebuilt += right.rebuilt
            left.different += right.different
            left.refused += right.refused
            left.events += right.events
            left.splits += right.splits
        }
    }

    private var pool: RunspacePool?
    /// The identifiers in messages by those in envelopes: an old client swapped their bytes.
    private var pipelines: [String: GUID] = [:]
    private(set) var figures = Figures()
    /// What is captured and not replayed, and why.
    private(set) var notes: [String] = []
    /// The states in which pipelines ended, in order.
    private var endings: [String] = []

    /// How it ended, for the transcript.
    var ending: String {
        guard let pool else { return "not replayed: the capture does not begin with the pool" }
        let running = pool.pipelines.values.filter { !$0.state.isFinal }.count
        return "pool \(Self.name(pool.state))"
            + (endings.isEmpty ? "" : ", pipelines \(endings.joined(separator: ", "))")
            + (running == 0 ? "" : ", \(running) not ended")
    }

    private static func name(_ state: some Any) -> String {
        String("\(state)".prefix { $0 != "(" })
    }

    mutating func note(_ text: String) {
        if !notes.contains(text) { notes.append(text) }
    }

    /// Takes a request of the captured client.
    mutating func send(
        _ messages: [(PSRPMessage, MessageContent)],
        by request: CapturedEnvelope
    ) throws {
        switch request.action {
        case "Create",
            "Connect" where request.chunks.contains { $0.command == nil }:
            try begin(messages, connecting: request.action == "Connect")
        default:
            for (message, content) in messages { try send(message, content, by: request) }
        }
        do throws(PSRPError) {
            switch request.action {
            case "Signal":
                if let id = request.commandOfBody.flatMap({ pipelines[$0] }) {
                    pool?.stop(pipeline: id)
                }
            case "Disconnect": try pool?.disconnect()
            case "Reconnect": try pool?.reconnect()
            default: break
            }
        } catch {
            note("\(request.action) not replayed: \(error.message)")
        }
    }

    /// Opens or connects a pool as the captured client did, and compares the requests.
    private mutating func begin(
        _ messages: [(PSRPMessage, MessageContent)],
        connecting: Bool
    ) throws {
        var capability = SessionCapability.client
        var request = InitRunspacePool()
        for (_, content) in messages {
            switch content {
            case .sessionCapability(let stated): capability = stated
            case .initRunspacePool(let asked): request = asked
            case .connectRunspacePool(let sizes?):
                request.minimumRunspaces = sizes.minimum
                request.maximumRunspaces = sizes.maximum
            default: break
            }
        }
        let id = messages.first?.0.runspacePoolID ?? .zero
        var pool = RunspacePool(id: id, request: request, capability: capability)
        let bytes = connecting ? try pool.connect() : try pool.open()
        self.pool = pool
        pipelines = [:]
        try compare(bytes, with: messages.map(\.0))
    }

    private mutating func send(
        _ message: PSRPMessage,
        _ content: MessageContent,
        by request: CapturedEnvelope
    ) throws {
        guard var pool else { return }
        let id = message.pipelineID
        var fragments: [[UInt8]] = []
        do throws(PSRPError) {
            switch content {
            case .createPipeline(let asked):
                remember(id, of: request)
                pool.forget(pipeline: id)
                let ours = Self.withoutScript(asked)
                fragments = try pool.start(ours, id: id)
                if ours != asked {
                    figures.refused += 1
                    note("script text, which this client never sends")
                    fragments = []
                }
            case .commandMetadataRequest(let asked):
                remember(id, of: request)
                pool.forget(pipeline: id)
                fragments = try pool.askForMetadata(asked, id: id)
            case .input(let object): fragments = try pool.send(object, to: id)
            case .endOfInput: fragments = try pool.endInput(of: id)
            case .runspaceRequest(let asked, let call):
                pool.lastCall = call - 1
                fragments = try pool.ask(asked).fragments
            case .publicKey:
                figures.refused += 1
                note("a key exchange: secure strings stay encrypted")
            case .hostResponse:
                figures.refused += 1
                note("answers of a host, which this client lacks")
            default: break
            }
        } catch {
            figures.refused += 1
            note("\(message.type) not replayed: \(error.message)")
        }
        self.pool = pool
        if !fragments.isEmpty { try compare(fragments.flatMap(\.self), with: [message]) }
    }

    private mutating func remember(_ id: GUID, of request: CapturedEnvelope) {
        if let command = request.commandOfBody { pipelines[command] = id }
    }

    private static func withoutScript(_ asked: CreatePipeline) -> CreatePipeline {
        var ours = asked
        for row in ours.statements.indices {
            for place in ours.statements[row].indices {
                ours.statements[row][place].isScript = false
            }
        }
        return ours
    }

    /// What we would send and what was sent say the same.
    private mutating func compare(_ bytes: [UInt8], with captured: [PSRPMessage]) throws {
        var decoder = FragmentDecoder()
        let ours = try decoder.receive(bytes).map { try PSRPMessage(decoding: $0) }
        guard ours.map(\.type) == captured.map(\.type) else {
            figures.different += 1
            return note("we would send \(ours.map(\.type)) instead of \(captured.map(\.type))")
        }
        for (own, other) in zip(ours, captured) {
            let isSame: Bool
            if own.body.isEmpty || other.body.isEmpty {
                isSame = own.body.isEmpty && other.body.isEmpty
            } else {
                isSame = try Self.plain(own.value()) == Self.plain(other.value())
            }
            let sameNames =
                own.runspacePoolID == other.runspacePoolID && own.pipelineID == other.pipelineID
            if isSame, sameNames {
                figures.rebuilt += 1
            } else {
                figures.different += 1
                note("our \(own.type) says something else")
            }
        }
    }

    /// The value's text; names of members and letter case of names count for nothing.
    private static func plain(_ value: CLIXMLValue) -> String {
        String(decoding: withoutNames(value).clixml(), as: UTF8.self)
    }

    private static func withoutNames(_ value: CLIXMLValue) -> CLIXMLValue {
        guard case .object(var object) = value else { return value }
        if object.typeNames.contains("System.Enum") { object.toString = nil }
        switch object.content {
        case .list(let members): object.content = .list(members.map(withoutNames))
        case .primitive(let inner): object.content = .primitive(withoutNames(inner))
        default: break
        }
        object.extendedProperties = CLIXMLProperties(
            object.extendedProperties.all.map {
                .init($0.name.lowercased(), withoutNames($0.value))
            }
        )
        return .object(object)
    }
}

extension ClientReplay {
    /// Whether answers are cut everywhere, which takes minutes: `PSRP_SPLITS=every`.
    private static let cutsEverywhere =
        ProcessInfo.processInfo.environment["PSRP_SPLITS"] == "every"

    /// Feeds an answer of the server, in one piece and cut in two: everywhere in a short one, at many
    /// places in a longer one.
    mutating func receive(_ chunk: CapturedEnvelope.Chunk) throws {
        guard let before = pool else { return }
        let channel = chunk.command.flatMap { pipelines[$0] }
            .flatMap { before.state(ofPipeline: $0) == nil ? nil : $0 }
        var after = before
        let events = try after.receive(chunk.bytes, onChannelOf: channel)
        figures.events += events.count
        let end = chunk.bytes.count
        let step = max(257, end / 16)
        for place in 0...end
        where Self.cutsEverywhere || end < 300 || place < 45 || place > end - 5
            || place % step == 0
        {
            var pool = before
            let first = try pool.receive(chunk.bytes[..<place], onChannelOf: channel)
            let second = try pool.receive(chunk.bytes[place...], onChannelOf: channel)
            guard first + second == events, pool.state == after.state else {
                throw ChannelReading.Wrong("cut at \(place), the pool tells something else")
            }
            figures.splits += 1
        }
        for case .pipeline(_, .stateChanged(let state)) in events where state.isFinal {
            endings.append(Self.name(state))
        }
        for case .strayMessage(let type, let id) in events {
            note("\(type) about a pipeline that is not known or has ended (\(id))")
        }
        pool = after
    }

    /// Notes that the server did what was asked.
    mutating func succeeded(_ request: CapturedEnvelope) {
        if request.action == "Delete" { pool?.close() }
        // A command that another client started is taken up.
        if request.action == "Connect", let command = request.commandOfBody,
            pipelines[command] == nil, let id = GUID(command)
        {
            pipelines[command] = id
            do throws(PSRPError) {
                try pool?.attach(pipeline: id)
            } catch {
                note("a connected command is not followed: \(error.message)")
            }
        }
    }
}
