import ArgumentParser
import ControlAPI

/// The command `edgewarden report`.
struct Report: AsyncParsableCommand, JSONReporting {
    /// How a report is printed.
    enum Format: String, ExpressibleByArgument, CaseIterable {
        case markdown
        case html
        case json
    }

    static let configuration = CommandConfiguration(
        abstract: "The incident report of a run, with its timeline.",
        discussion: """
            As html it is one file that needs nothing else, with the timeline drawn: \
            edgewarden report 7 --format html > run-7.html
            """
    )

    @Argument(help: "The run's number, as in 'edgewarden runs'.")
    var number: Int

    @Option(help: "markdown, html or json.")
    var format = Format.markdown

    @OptionGroup var agent: AgentOptions

    @Flag(name: .customLong("json"), help: "The same as --format json.")
    var wantsJSON = false

    var json: Bool { wantsJSON || format == .json }

    func run() async throws {
        if format == .html, !wantsJSON {
            let page = try await AgentLink.with(agent) { link throws(CommandFailure) in
                try await link.ask { client throws(ControlFailure) in try await client.page(number)
                }
            }
            Output.text(page)
            return
        }
        let report = try await AgentLink.with(agent) { link throws(CommandFailure) in
            try await link.report(number)
        }
        if json {
            Output.json(report)
        } else {
            // It ends with a line end of its own.
            Output.line(report.markdown.trimmedAtEnd)
            if let awaits = report.run.awaits {
                Voice(isAside: false).say([""] + AwaitedView(awaits).lines)
            }
        }
    }
}
