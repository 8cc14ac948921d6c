import ControlAPI

/// How alerts get out: what wants attention, or with everything that is well, too.
struct AlertsView {
    private let alerts: AlertsBody?
    private let detail: Detail

    init(_ alerts: AlertsBody?, detail: Detail) {
        self.alerts = alerts
        self.detail = detail
    }

    var lines: [String] {
        guard let alerts else { return [] }
        return
            (alerts.hooks.compactMap(words) + [alerts.heartbeat.flatMap(words)].compactMap(\.self))
            .flatMap { Text.wrapped($0, first: "  - ") }
    }

    private func words(_ hook: HookBody) -> String? {
        let held = hook.heldBack ?? 0
        let waiting = hook.waiting.map { $0 - held }
        var parts: [String] = []
        if let since = hook.failingSince {
            let failure = Paint.bad("fails") + " since \(since)"
            parts.append("\(failure): \(hook.detail ?? "no answer")")
        }
        if waiting == nil {
            parts.append(Paint.warning("what waits cannot be counted"))
        } else if let waiting, waiting > 0, hook.failingSince != nil || detail == .whole {
            parts.append(waiting == 1 ? "1 alert waits" : "\(waiting) alerts wait")
        }
        if hook.abandoned > 0 {
            let number = hook.abandoned == 1 ? "1 alert" : "\(hook.abandoned) alerts"
            parts.append(Paint.bad("\(number) given up") + " since the agent's start")
        }
        if held > 0, detail == .whole {
            parts.append("\(held) held back until its quiet hours end")
        }
        if parts.isEmpty {
            guard detail == .whole else { return nil }
            parts = [hook.detail.map { "well: \($0)" } ?? "nothing sent since the agent's start"]
        }
        return "\(hook.name): \(parts.joined(separator: "; "))"
    }

    private func words(_ heartbeat: HeartbeatBody) -> String? {
        if let since = heartbeat.failingSince {
            return
                "heartbeat: \(Paint.bad("fails")) since \(since): \(heartbeat.detail ?? "no answer")"
        }
        guard detail == .whole else { return nil }
        return "heartbeat: \(heartbeat.detail.map { "well: \($0)" } ?? "not called yet")"
    }
}
