import ArgumentParser
import ControlAPI

/// The command `edgewarden alert`: nothing by itself.
struct Alert: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Tries the places to which alerts go.",
        subcommands: [AlertTest.self]
    )
}

/// The command `edgewarden alert test`.
struct AlertTest: AsyncParsableCommand, JSONReporting {
    static let configuration = CommandConfiguration(
        commandName: "test",
        abstract: "Sends a test message by one hook now, and says what the receiver answered.",
        discussion: """
            It goes past the queue, whatever events, severity and quiet hours the hook has. Exit code 0: \
            the receiver took it; 1: it did not, or there is no such hook.
            """
    )

    @Argument(help: "The hook's name, as in 'alerts' of the configuration.")
    var name: String

    @Flag(help: "The answer as JSON.")
    var json = false

    @OptionGroup var agent: AgentOptions

    func run() async throws {
        let answer = try await AgentLink.with(agent) { link throws(CommandFailure) in
            try await link.ask { client throws(ControlFailure) in
                try await client.testAlert(name)
            }
        }
        let verb = answer.isDelivered ? "took" : "did not take"
        let sentence = "\(name) \(verb) the test message: \(answer.detail)"
        if json {
            Output.json(answer)
        } else if answer.isDelivered {
            Output.line(sentence)
        }
        if !answer.isDelivered { throw CommandFailure(.no, json ? [] : [sentence]) }
    }
}
