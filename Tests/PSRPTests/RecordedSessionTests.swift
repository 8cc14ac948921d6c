import Testing

@testable import PSRP

@Suite("RunspacePool, on recordings of real servers")
struct RecordedSessionTests {
    /// What a recorded session gave, counted.
    struct Tally: Equatable, Sendable {
        var outputs = 0
        var errors = 0
        var informational = 0
        var progress = 0
        var completed = 0
    }

    struct Case: Sendable, CustomStringConvertible {
        let name: String
        let tally: Tally
        var description: String { name }

        init(
            _ name: String,
            _ outputs: Int,
            errors: Int = 0,
            informational: Int = 0,
            progress: Int = 0,
            completed: Int
        ) {
            self.name = name
            tally = Tally(
                outputs: outputs,
                errors: errors,
                informational: informational,
                progress: progress,
                completed: completed
            )
        }
    }

    static let cases = [
        Case("client_execute_ps", 8, progress: 1, completed: 1),
        Case("client_execute_ps_environment", 41, completed: 1),
        Case("client_fetch_file_expand_vars", 2, progress: 2, completed: 1),
        Case("client_fetch_file_hash_mismatch", 2, progress: 2, completed: 1),
        Case("psrp_application_args", 1, completed: 1),
        Case("psrp_clear_commands", 1, progress: 1, completed: 1),
        Case("psrp_is_alive_state_disconnected", 0, completed: 0),
        Case("psrp_long_running_cmdlet", 1, completed: 1),
        Case("psrp_multiple_invocations", 2, completed: 2),
        Case("psrp_no_profile", 1, completed: 1),
        Case("psrp_open_runspace", 0, completed: 0),
        Case("psrp_receive_failure", 0, completed: 0),
        Case("psrp_reset_runspace_state", 1, progress: 1, completed: 2),
        Case("psrp_set_runspaces", 0, completed: 0),
        Case(
            "psrp_stream_no_output_invocation",
            1,
            errors: 1,
            informational: 4,
            progress: 1,
            completed: 1
        ),
        Case("psrp_with_history", 3, progress: 1, completed: 2),
        Case("psrp_with_no_history", 2, progress: 1, completed: 2),
    ]

    /// Plays a recording to the state machine: starts what was started, feeds what was answered.
    private func play(_ recording: Recording) throws -> (RunspacePool, [RunspacePool.Event]) {
        var pool = RunspacePool(id: .zero)
        var events: [RunspacePool.Event] = []
        var commandDecoder = FragmentDecoder()
        for (request, response) in recording.exchanges {
            if request.action == "Create" { _ = try pool.open() }
            for chunk in request.chunks {
                for bytes in try commandDecoder.receive(chunk.bytes) {
                    let message = try PSRPMessage(decoding: bytes)
                    guard message.type == .createPipeline else { continue }
                    var commands = try CreatePipeline(message.value()).commands
                    for index in commands.indices { commands[index].isScript = false }
                    pool.forget(pipeline: message.pipelineID)
                    _ = try pool.start(commands, id: message.pipelineID)
                }
            }
            for chunk in response.chunks {
                events += try pool.receive(chunk.bytes)
            }
        }
        return (pool, events)
    }

    @Test(arguments: Recording.bundledNames)
    func `a recorded session is followed to its end`(name: String) throws {
        let recording = try Recording.file(name)
        let actions = recording.exchanges.map(\.request.action)
        // The state machine is one pool's, opened by its own client.
        guard actions.filter({ $0 == "Create" }).count == 1, !actions.contains("Connect") else {
            return
        }
        let (pool, events) = try play(recording)
        #expect(!events.isEmpty)
        #expect(pool.state != .beforeOpen)
    }

    @Test(arguments: cases)
    func `a recorded session gives its events`(expected: Case) throws {
        let (pool, events) = try play(try Recording.named(expected.name))
        guard case .opened(let server) = pool.state else {
            Issue.record("the pool is \(pool.state)")
            return
        }
        #expect(server.protocolVersion == ProtocolVersion(2, 3))
        var tally = Tally()
        for case .pipeline(_, let event) in events {
            switch event {
            case .output: tally.outputs += 1
            case .error: tally.errors += 1
            case .warning, .verbose, .debug, .information: tally.informational += 1
            case .progress: tally.progress += 1
            case .stateChanged(.completed): tally.completed += 1
            case .stateChanged, .hostCall: Issue.record("\(event)")
            }
        }
        #expect(tally == expected.tally)
        #expect(
            !events.contains { event in
                if case .strayMessage = event { true } else { false }
            }
        )
    }

    @Test
    func `the server tells its version table`() throws {
        let (_, events) = try play(.named("psrp_no_profile"))
        let data = events.compactMap { event -> CLIXMLValue? in
            if case .privateData(let value) = event { value } else { nil }
        }
        let table = data.first?.objectValue?[key: "psversiontable"]?.objectValue
        #expect(table?[key: "PSVersion"]?.displayText == "5.1.26236.5000")
        #expect(table?[key: "PSCompatibleVersions"]?.elements?.count == 6)
    }

    @Test
    func `an error that does not end the pipeline keeps every part`() throws {
        let (_, events) = try play(.named("psrp_stream_no_output_invocation"))
        let errors = events.compactMap { event -> ErrorRecord? in
            if case .pipeline(_, .error(let record)) = event { record } else { nil }
        }
        let error = try #require(errors.first)
        #expect(error.message == "error stream")
        #expect(error.exceptionType == "Microsoft.PowerShell.Commands.WriteErrorException")
        #expect(error.fullyQualifiedErrorID == "Microsoft.PowerShell.Commands.WriteErrorException")
        #expect(error.category == 0)
        #expect(error.activity == "Write-Error")
        #expect(error.reason == "WriteErrorException")
        #expect(error.categoryMessage == "NotSpecified: (:) [Write-Error], WriteErrorException")
        #expect(error.scriptStackTrace == "at <ScriptBlock>, <No file>: line 5")
    }

    @Test
    func `warnings, verbose, debug and information records are told apart`() throws {
        let (_, events) = try play(.named("psrp_stream_no_output_invocation"))
        var texts: [String] = []
        for case .pipeline(_, let event) in events {
            switch event {
            case .warning(let record): texts.append("warning: \(record.message)")
            case .verbose(let record): texts.append("verbose: \(record.message)")
            case .debug(let record): texts.append("debug: \(record.message)")
            case .information(let record):
                texts.append("information: \(record.messageData.displayText ?? "")")
                #expect(record.source == "Write-Information")
                #expect(record.timeGenerated?.description == "2018-06-13T23:46:12.1316332+00:00")
            case .progress(let record):
                #expect(record.activity == "Preparing modules for first use.")
                #expect(record.isCompleted && record.parentActivityID == -1)
            default: break
            }
        }
        #expect(
            texts == [
                "debug: debug stream", "verbose: verbose stream", "warning: warning stream",
                "information: information stream",
            ]
        )
    }
}
