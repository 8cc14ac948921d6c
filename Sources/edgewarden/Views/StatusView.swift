import ControlAPI

/// How much is told.
enum Detail {
    /// What fits a small screen: members of pools that are well are only counted.
    case folded
    /// What fits a screen that is looked at in passing.
    case glance
    /// What is not well, and why.
    case usual
    /// What is well, too.
    case whole
}

/// What `status` prints, as wide as the terminal.
struct StatusView {
    private let status: StatusBody
    private let detail: Detail

    init(_ status: StatusBody, detail: Detail = .usual) {
        self.status = status
        self.detail = detail
    }

    var lines: [String] { ["Agent \(status.agent), version \(status.version)"] + body }

    /// Everything but who tells it: first what wants somebody's attention.
    var body: [String] {
        loud + waiting + running + section("Routes", status.routes.flatMap(route))
            + section("Pools", PoolsView(status.pools, detail: detail).lines)
            + section("Vantage \(status.vantage?.name ?? "")", vantage)
            + section("DNS", dns)
            + section("Paused or in maintenance", pauses)
            + section("To be fenced when they return", fences)
            + section("Alerts", AlertsView(status.alerts, detail: detail).lines)
    }

    private func section(_ title: String, _ lines: [String]) -> [String] {
        lines.isEmpty ? [] : ["", Paint.strong(title)] + lines
    }

    /// What must not be overlooked stands first: runs that are stuck, stopped, or wait for a person.
    private var loud: [String] {
        var lines: [String] = []
        for route in status.routes where route.phase == "stuck" {
            let run = route.run.map(String.init) ?? "?"
            lines += ["", Paint.bad("!!! STUCK: run \(run), route \(route.name)")]
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
            lines += ["", Paint.bad("!! STOPPED: run \(run), route \(route.name)")]
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
            let words =
                "!! ISOLATED: \(vantage.name) sees nothing at all; nothing is done by itself"
            lines += ["", Paint.bad(words)]
        }
        return lines
    }

    /// The agent's own view, where people have to know something of it.
    private var vantage: [String] {
        guard let vantage = status.vantage, detail == .whole || vantage.reason != "sound" else {
            return []
        }
        let controls = vantage.controls.flatMap { control in
            let state = control.answers ? Paint.good("answers") : Paint.warning("does not answer")
            return Text.wrapped("\(control.target) (\(control.source)) \(state)", first: "  - ")
        }
        return Text.wrapped(vantage.reason, first: "  ") + (detail == .whole ? controls : [])
    }

    private var pauses: [String] {
        status.pauses.flatMap { Text.wrapped(PauseWords.inWords($0), first: "  - ") }
    }

    private var fences: [String] {
        if status.pendingFences.isEmpty { return [] }
        return Text.wrapped(status.pendingFences.joined(separator: ", "), first: "  ")
    }

    private func route(_ route: RouteBody) -> [String] {
        let place =
            switch route.holder {
            case route.home?: "at home with \(route.home)"
            case let holder?: Paint.warning("AWAY") + " with \(holder)"
            case nil: Paint.warning("holder not known")
            }
        let head = "  \(route.name.padded(to: 8)) \(route.mode.padded(to: 8)) \(place)"
        let asked = status.waiting.first { $0.request == route.request }
        let isTold = ["stuck", "stopped"].contains(route.phase) || route.awaits != nil
        let number = route.run.map { "run \($0), " } ?? ""
        let reason =
            asked.map { "request \($0.request), see above" }
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
            lines += Text.wrapped("\(Paint.bad("hurt:")) \(impact)", first: "           ")
        }
        return lines + Text.wrapped(drills(route), first: "           ")
            + (route.readiness ?? []).flatMap { ReadinessView($0, detail: detail).lines }
    }

    private func drills(_ route: RouteBody) -> String {
        let drill = route.lastDrill.flatMap { Age.since($0) }
        let rehearsal = route.lastRehearsal.flatMap { Age.since($0) }
        return (drill.map { "last drill \($0) ago" } ?? "never drilled")
            + (rehearsal.map { ", last rehearsed \($0) ago" } ?? "")
    }

    private var dns: [String] {
        if status.dns.isEmpty { return ["  leads where it should"] }
        return status.dns.flatMap { finding in
            Text.wrapped("\(finding.route): \(finding.sentence)", first: "  - ")
        }
    }

    private var waiting: [String] {
        section("Waiting for a yes", status.waiting.flatMap { WaitingView($0).summary })
    }

    private var running: [String] {
        guard var run = status.running else { return [] }
        guard detail == .whole else { return section("Running", RunView(run).progress) }
        // Whom it waits for is told above already.
        run.awaits = nil
        return section("Running", RunView(run).overview)
    }
}

extension String {
    /// A stable word as people read it: `awaiting_approval` as `awaiting approval`.
    var inWords: String { String(map { $0 == "_" ? " " : $0 }) }
}
