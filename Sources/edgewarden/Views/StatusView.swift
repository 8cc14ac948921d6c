import ControlAPI

/// What `status` prints: as wide as the terminal, no colours.
struct StatusView {
    private let status: StatusBody

    init(_ status: StatusBody) { self.status = status }

    var lines: [String] {
        ["Agent \(status.agent), version \(status.version)"] + loud + ["", "Routes"]
            + status.routes.flatMap(route)
            + ["", "Pools"] + status.pools.flatMap(pool)
            + vantage
            + ["", "DNS"] + dns
            + pauses
            + fences
            + ["", "Waiting for a yes"] + waiting
            + running
    }

    /// What must not be overlooked stands first: runs that are stuck, stopped, or wait for a person.
    private var loud: [String] {
        var lines: [String] = []
        for route in status.routes where route.phase == "stuck" {
            let run = route.run.map(String.init) ?? "?"
            lines += ["", "!!! STUCK: run \(run), route \(route.name)"]
            lines += Text.wrapped(route.reason, first: "    ")
            let next =
                route.takenBy.map {
                    "\($0) has taken it. When it is mended: edgewarden resume-run \(run), abort-run"
                        + " \(run), or release, each with --reason …"
                }
                ?? "Nobody has taken it, and it goes on alerting: edgewarden take \(run) --reason …;"
                + " what it did: edgewarden report \(run)"
            // The agent's own sentence may say it already.
            if route.takenBy != nil || !route.reason.contains("edgewarden take") {
                lines += Text.wrapped(next, first: "    ")
            }
        }
        for route in status.routes where route.phase == "stopped" {
            let run = route.run.map(String.init) ?? "?"
            lines += ["", "!! STOPPED: run \(run), route \(route.name)"]
            lines += Text.wrapped(route.reason, first: "   ")
            if route.reason.contains("edgewarden resume-run") { continue }
            lines += Text.wrapped(
                "Go on: edgewarden resume-run \(run); undo: edgewarden abort-run \(run); leave it as it"
                    + " is: edgewarden release; each with --reason …",
                first: "   "
            )
        }
        if let awaits = status.running?.awaits ?? status.routes.compactMap(\.awaits).first {
            lines += [""] + AwaitedView(awaits).lines
        }
        if let vantage = status.vantage, vantage.state == "isolated" {
            lines += [
                "", "!! ISOLATED: \(vantage.name) sees nothing at all; nothing is done by itself",
            ]
        }
        return lines
    }

    /// The agent's own view, where people have to know something of it.
    private var vantage: [String] {
        guard let vantage = status.vantage, vantage.reason != "sound" else { return [] }
        return ["", "Vantage \(vantage.name)"] + Text.wrapped(vantage.reason, first: "  ")
    }

    private var pauses: [String] {
        if status.pauses.isEmpty { return [] }
        return ["", "Paused or in maintenance"]
            + status.pauses.flatMap { Text.wrapped(PauseWords.inWords($0), first: "  - ") }
    }

    private var fences: [String] {
        if status.pendingFences.isEmpty { return [] }
        let list = status.pendingFences.joined(separator: ", ")
        return ["", "To be fenced when they return"] + Text.wrapped(list, first: "  ")
    }

    private func route(_ route: RouteBody) -> [String] {
        let place =
            switch route.holder {
            case route.home?: "at home with \(route.home)"
            case let holder?: "AWAY with \(holder)"
            case nil: "holder not known"
            }
        let head = "  \(route.name.padded(to: 8)) \(route.mode.padded(to: 8)) \(place)"
        let asked = status.waiting.first { $0.request == route.request }
        let isTold = ["stuck", "stopped"].contains(route.phase) || route.awaits != nil
        let number = route.run.map { "run \($0), " } ?? ""
        let reason =
            asked.map { "request \($0.request), see below" }
            ?? (isTold ? "\(number)see above" : route.reason)
        var sentence = "\(route.phase.inWords): \(reason)"
        // Other phases say in their sentence how long they wait.
        if ["confirming", "soaking"].contains(route.phase), let left = route.remainingSeconds {
            sentence += " (in \(Duration.inWords(seconds: max(0, left))))"
        }
        var lines = [head] + Text.wrapped(sentence, first: "           ")
        // A route that is paused says so itself; one that runs or waits does not.
        if let pause = route.pause, route.phase != "paused" {
            lines += Text.wrapped(pause, first: "           ")
        }
        if let impact = route.impact {
            lines += Text.wrapped("hurt: \(impact)", first: "           ")
        }
        return lines + Text.wrapped(drills(route), first: "           ")
            + (route.readiness ?? []).flatMap { ReadinessView($0).lines }
    }

    private func drills(_ route: RouteBody) -> String {
        let drill = route.lastDrill.flatMap { Age.since($0) }
        let rehearsal = route.lastRehearsal.flatMap { Age.since($0) }
        return (drill.map { "last drill \($0) ago" } ?? "never drilled")
            + (rehearsal.map { ", last rehearsed \($0) ago" } ?? "")
    }

    private func pool(_ pool: PoolBody) -> [String] {
        let head = "  \(pool.pool)  \(pool.kind)  \(pool.verdict.shouted)"
        let members = pool.servers.flatMap { server -> [String] in
            let name = "    \(server.server.padded(to: 28)) \(server.verdict.shouted.padded(to: 8))"
            var facts = [server.target].compactMap { $0 }
            if server.hasAnswered, let latency = server.latencyMilliseconds {
                facts.append("answered in \(Duration.inWords(seconds: latency / 1_000))")
            }
            let isWell = server.verdict == "up" && server.code == "answered"
            let first = name + " " + facts.joined(separator: "  ")
            if isWell { return [first] + certificate(server) }
            return [first.trimmedAtEnd] + Text.wrapped(server.reason, first: "        ")
                + certificate(server)
        }
        // A pool that is up has nothing to say that its members do not.
        let reason = pool.verdict == "up" ? [] : Text.wrapped(pool.reason, first: "      ")
        return [head] + reason + members
    }

    private func certificate(_ server: ServerBody) -> [String] {
        guard !server.certificateProblems.isEmpty else { return [] }
        let problems = server.certificateProblems.map(CertificateWords.inWords)
        return Text.wrapped(problems.joined(separator: "; "), first: "        ")
    }

    private var dns: [String] {
        if status.dns.isEmpty { return ["  leads where it should"] }
        return status.dns.flatMap { finding in
            Text.wrapped("\(finding.route): \(finding.sentence)", first: "  - ")
        }
    }

    private var waiting: [String] {
        if status.waiting.isEmpty { return ["  nothing"] }
        return status.waiting.flatMap { WaitingView($0).summary }
    }

    private var running: [String] {
        guard var run = status.running else { return [] }
        // Told above already.
        run.awaits = nil
        return ["", "Running"] + RunView(run).overview
    }
}

extension String {
    /// A stable word as people read it: `awaiting_approval` as `awaiting approval`.
    var inWords: String { String(map { $0 == "_" ? " " : $0 }) }

    /// A verdict; what is wrong stands out without colour.
    fileprivate var shouted: String { self == "up" ? self : uppercased() }
}

extension ServerBody {
    /// Whether the last probe had an answer in its protocol; some answers have codes of their own.
    fileprivate var hasAnswered: Bool {
        code == "answered" || ["sip_", "xmpp_"].contains { code?.hasPrefix($0) ?? false }
    }
}
