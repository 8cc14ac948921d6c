public import FailoverCore

/// Probes every leg of every watched pool, as the agent would all the time.
public struct ProbeSurvey: Sendable {
    private let organisation: Organisation
    private let setup: ProbeSetup
    private let board: ProbeBoard
    private let wallClock: any WallClock
    /// One lost packet is no dead server; the agent wants several failures too.
    private let attempts = 3

    /// Makes a survey.
    ///
    /// - Parameters:
    ///   - organisation: what is configured.
    ///   - setup: how servers are probed.
    ///   - board: takes the outcomes, with the certificates that servers show.
    ///   - wallClock: for their stamps.
    public init(
        organisation: Organisation,
        setup: ProbeSetup,
        board: ProbeBoard,
        wallClock: any WallClock
    ) {
        self.organisation = organisation
        self.setup = setup
        self.board = board
        self.wallClock = wallClock
    }

    private struct Question: Sendable {
        var server: EdgeServer
        var pool: EdgePool
        var kind: LegKind
        /// Whether a route needs its answer now.
        var isNeeded: Bool
    }

    /// Probes the servers at the same time, each one's legs one after the other.
    ///
    /// - Returns: a finding per server and protocol, in the order of pools and members.
    public func run() async -> [ConnectionFinding] {
        let servers = Dictionary(grouping: questions.enumerated()) { $0.element.server.fqdn }
        return await withTaskGroup(of: [(Int, ConnectionFinding)].self) { group in
            for questions in servers.values {
                group.addTask {
                    var findings: [(Int, ConnectionFinding)] = []
                    for (index, question) in questions {
                        findings.append((index, await self.ask(question)))
                    }
                    return findings
                }
            }
            return await group.reduce(into: []) { $0 += $1 }.sorted { $0.0 < $1.0 }.map(\.1)
        }
    }

    private var questions: [Question] {
        let needed = WatchedLegs(organisation).carrying
        return board.watchedLegs.flatMap { leg -> [Question] in
            guard let pool = organisation.edgePool(leg.pool) else { return [] }
            let isSilent = organisation.routes.contains { route in
                route.kind.leg == leg.kind && route.pools.contains(leg.pool)
                    && leg.pool != route.home && route.isSilentByDesign(at: leg.pool)
            }
            return pool.servers.map {
                Question(
                    server: $0,
                    pool: pool,
                    kind: leg.kind,
                    isNeeded: needed.contains(leg) && !isSilent
                )
            }
        }
    }

    private func ask(_ question: Question) async -> ConnectionFinding {
        let name = "\(question.server.fqdn), \(question.kind.label)"
        guard let aim = setup.aim(question.server, question.pool, question.kind) else {
            return ConnectionFinding(name, .remark, ["no address to probe"], for: .watch)
        }
        let target = "\(DNSServer(address: aim.target.address, port: aim.target.port))"
        var outcome = await setup.probe(aim)
        for _ in 1..<attempts where outcome.liveness != .alive {
            outcome = await setup.probe(aim)
        }
        board.record(
            ProbeBoard.Entry(
                server: question.server.fqdn,
                pool: question.pool.fqdn,
                kind: question.kind,
                target: target,
                outcome: outcome,
                at: wallClock.now()
            ),
            vantage: setup.vantage
        )
        let place = "\(name) at \(target)"
        guard outcome.liveness != .alive else {
            let isPlain = outcome.finding == .answered
            return ConnectionFinding(
                place,
                .well,
                isPlain ? [] : [outcome.reason],
                for: .watch
            )
        }
        guard question.isNeeded else {
            return ConnectionFinding(
                place,
                .remark,
                [outcome.reason, "no route needs it now"],
                for: .watch
            )
        }
        return ConnectionFinding(
            place,
            .missing,
            [outcome.reason],
            for: .watch,
            remedy: remedy(question, aim, target)
        )
    }

    private func remedy(_ question: Question, _ aim: LegAim, _ target: String) -> Remedy {
        // Drafts put such addresses where none was found (RFC 5737, the first block).
        if case .v4(let bytes) = aim.target.address, bytes.starts(with: [192, 0, 2]) {
            return Remedy(
                "192.0.2.x stands for an address that was not found: write the real one into the file"
            )
        }
        let words =
            switch question.kind {
            case .media: "media \(target)"
            case .xmpp: "xmpp \(target) --domain \(aim.target.domain?.name ?? "DOMAIN")"
            case .sip, .access: "\(aim.target.kind) \(target)"
            }
        return Remedy(
            "open the way from this machine to that port, or see to the server; every detail:",
            command: "edgewarden probe \(words)"
        )
    }
}
