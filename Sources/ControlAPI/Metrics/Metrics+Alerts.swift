extension Metrics {
    /// How alerts get out.
    var alerts: [MetricFamily] {
        let hooks = status.alerts?.hooks ?? []
        func each(_ value: (HookBody) -> Int?) -> [MetricFamily.Sample] {
            hooks.compactMap { hook in
                value(hook).map { .init(labels: ["hook": hook.name], value: Double($0)) }
            }
        }
        // Before the first call there is nothing to tell.
        let heartbeat = status.alerts?.heartbeat.flatMap { $0.detail == nil ? nil : $0 }
        return [
            MetricFamily(
                "alerts_waiting",
                help: "Alerts that wait for a hook, those of its quiet hours included.",
                each(\.waiting)
            ),
            MetricFamily(
                "alerts_held_back",
                help: "Alerts that wait for the end of a hook's quiet hours.",
                each(\.heldBack)
            ),
            MetricFamily(
                "alert_hook_up",
                help: "Whether a hook took the last delivery; 1 before the first.",
                each { $0.failuresInARow == 0 ? 1 : 0 }
            ),
            MetricFamily(
                "alerts_given_up_total",
                .counter,
                help: "Alerts given up for a hook since the agent's start.",
                each(\.abandoned)
            ),
            MetricFamily(
                "heartbeat_up",
                help: "Whether the last call of the heartbeat was answered.",
                heartbeat.map { [.init(labels: [:], value: $0.failingSince == nil ? 1 : 0)] } ?? []
            ),
        ]
    }
}
