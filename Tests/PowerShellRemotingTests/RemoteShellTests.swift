import Curl
import FailoverCore
import FailoverEngine
import PSRP
import Testing

@testable import PowerShellRemoting

/// Commands beyond the agent's closed list, which only this layer can make.
@Suite("RemoteShell, on the Windows double", .serialized)
struct RemoteShellTests {
    private func run(
        _ commands: [PipelineCommand],
        in shell: inout RemoteShell
    ) async throws -> CommandResult {
        var run = CommandRun(commands)
        let deadline = Deadline(in: .seconds(20), on: TestClock())
        guard
            case .result(let result, shellIsUsable: true) = try await run.run(
                in: &shell,
                by: deadline
            )
        else { throw WindowsDouble.Failure(message: "the shell is not usable") }
        return result
    }

    private func withShell(
        _ server: String,
        _ body: (inout RemoteShell) async throws -> Void
    ) async throws {
        try await withWindows { double in
            let client = try HTTPClient()
            var shell = RemoteShell(
                endpoint: try double.wsman(server),
                client: client,
                now: .origin
            )
            try await shell.open(by: Deadline(in: .seconds(20), on: TestClock()))
            try await body(&shell)
            try await shell.delete(within: .seconds(10))
            #expect(try double.shells().open.isEmpty)
            await client.shutdown()
        }
    }

    @Test
    func `commands are piped into one another`() async throws {
        try await withShell("fe11") { shell in
            let result = try await run(
                [
                    PipelineCommand("Get-CsSite"),
                    PipelineCommand("Select-Object")
                        .with("Property", .array(["Identity", "FederationRoute"])),
                ],
                in: &shell
            )
            #expect(result.errors.isEmpty && result.output.count == 2)
            #expect(result.output.first?["Identity"].text == "Site:Redmond")
            #expect(result.output.first?["Pools"] == .null)
        }
    }

    @Test
    func `warnings are told apart from output`() async throws {
        try await withShell("edge11") { shell in
            let disable = PipelineCommand("Set-Service").with("Name", "RTCSRV")
                .with("StartupType", "Disabled")
            #expect(try await run([disable], in: &shell).errors.isEmpty)
            let start = PipelineCommand("Start-CsWindowsService").with("Confirm", false)
            let result = try await run([start], in: &shell)
            #expect(result.errors.isEmpty)
            #expect(result.warnings == ["Service RTCSRV is disabled and will not be started."])
        }
    }

    @Test
    func `a command that does not exist is an error record`() async throws {
        try await withShell("fe11") { shell in
            let result = try await run([PipelineCommand("Get-Nothing; Get-CsSite")], in: &shell)
            #expect(result.output.isEmpty && result.errors.count == 1)
            #expect(result.errors.first?.contains("CommandNotFoundException") == true)
        }
    }

    @Test
    func `a long request travels in several pieces`() async throws {
        try await withShell("fe11") { shell in
            let long = String(repeating: "x", count: 100_000)
            let result = try await run(
                [PipelineCommand("Get-CsSite").with("Identity", .string(long))],
                in: &shell
            )
            #expect(result.output.isEmpty && result.errors.count == 1)
            #expect(result.errors.first?.contains(long) == true)
        }
    }
}
