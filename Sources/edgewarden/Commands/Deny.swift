import ArgumentParser
import ControlAPI

/// The command `edgewarden deny`.
struct Deny: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Says no to a plan that waits.",
        discussion: "Nobody is asked again for a while, unless the situation changes."
    )

    @Argument(help: "The request; needed when several wait.")
    var request: Int?

    @Option(help: "Why, for the journal and the alerts.")
    var reason: String

    @OptionGroup var agent: AgentOptions

    func run() async throws {
        try await AgentLink.with(agent) { link throws(CommandFailure) in
            // A request can be denied before its plan is made and after its approval, too.
            let number =
                if let request { request } else {
                    try await WaitingRequests(link: link).choose(nil).request
                }
            try await link.order(OrderBody(.deny, request: number, reason: reason))
            Output.line("Request \(number) is denied.")
        }
    }
}
