import ArgumentParser
import ControlAPI

/// The command `edgewarden audit`.
struct Audit: AsyncParsableCommand, JSONReporting {
    static let configuration = CommandConfiguration(
        abstract: "Who did what, and whether that was changed afterwards.",
        discussion: """
            Every order and answer of a person with its reason, what was refused, and what the agent \
            began by itself. Each entry of the journal bears the hash of the one before it: --verify \
            computes them all anew, 0 when they fit, 1 when something was changed or is missing. \
            Whoever rewrites the whole file can make new hashes; keep the last one elsewhere, and \
            --head tells later whether it still is in the chain.
            """
    )

    @Option(
        help: ArgumentHelp(
            "How far back: 30d, 2026-11-01 or 2026-11-01T05:00. Default: as many lines as --limit.",
            valueName: "time"
        )
    )
    var since: PastArgument?

    @Option(help: "How many lines at most, 1 to 10000.")
    var limit = 50

    @Flag(help: "Verify the hashes.")
    var verify = false

    @Option(help: ArgumentHelp("A hash that --verify printed before.", valueName: "hash"))
    var head: String?

    @OptionGroup var agent: AgentOptions

    @Flag(help: "Print JSON.")
    var json = false

    func validate() throws {
        guard (1...10_000).contains(limit) else {
            throw ValidationError("--limit must be from 1 to 10000.")
        }
        guard let head else { return }
        guard verify else { throw ValidationError("--head goes with --verify.") }
        guard head.count == 64, head.allSatisfy(\.isHexDigit) else {
            throw ValidationError("--head takes the 64 hexadecimal digits that --verify printed.")
        }
    }

    func run() async throws {
        if verify { return try await verifyChain() }
        let audit = try await AgentLink.with(agent) { link throws(CommandFailure) in
            try await link.ask { client throws(ControlFailure) in
                try await client.audit(
                    limit: limit,
                    sinceMilliseconds: since?.millisecondsSinceEpoch
                )
            }
        }
        if json {
            Output.json(audit)
        } else {
            Voice(isAside: false).say(AuditView(audit).lines)
        }
    }

    private func verifyChain() async throws {
        let chain = try await AgentLink.with(agent) { link throws(CommandFailure) in
            try await link.ask { client throws(ControlFailure) in
                try await client.auditChain(head: head)
            }
        }
        if json { Output.json(chain) }
        let view = ChainView(chain, head: head)
        if let failure = view.failure { throw CommandFailure(.no, failure) }
        if !json { Voice(isAside: false).say(view.lines) }
    }
}
