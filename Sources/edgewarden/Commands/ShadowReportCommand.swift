import ArgumentParser
import ControlAPI

/// The command `edgewarden shadow-report`.
struct ShadowReportCommand: AsyncParsableCommand, JSONReporting {
    static let configuration = CommandConfiguration(
        commandName: "shadow-report",
        abstract: "What mode auto would have done on routes in mode observe, and what people did."
    )

    @Option(
        help: ArgumentHelp(
            "How far back: 30d, 2026-11-01 or 2026-11-01T05:00. Default: all that is on record.",
            valueName: "time"
        )
    )
    var since: PastArgument?

    @OptionGroup var agent: AgentOptions

    @Flag(help: "Print JSON.")
    var json = false

    func run() async throws {
        let report = try await AgentLink.with(agent) { link throws(CommandFailure) in
            try await link.ask { client throws(ControlFailure) in
                try await client.shadowReport(sinceMilliseconds: since?.millisecondsSinceEpoch)
            }
        }
        if json {
            Output.json(report)
        } else {
            Voice(isAside: false).say(ShadowReportView(report).lines)
        }
    }
}
