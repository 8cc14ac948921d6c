import FailoverCore
import FailoverEngine
import Foundation

/// Everything that is measured, as Prometheus reads it.
///
/// Names and units follow Prometheus' conventions: base units, `_total` for counters, a sample of 1
/// or 0 for each state that something can be in.
struct Metrics {
    let status: StatusBody
    private let tallies: Warden.Tallies

    init(_ status: StatusBody, _ tallies: Warden.Tallies) {
        self.status = status
        self.tallies = tallies
    }

    /// The whole page.
    var text: String {
        (agent + routes + standbys + pools + probes + dns + runs + alerts).map(\.text).joined()
    }

    private typealias Sample = MetricFamily.Sample

    /// One sample for each state that something can be in, 1 for the one that it is in.
    private func states(
        _ name: String,
        _ value: String,
        of all: [String],
        _ labels: (String) -> KeyValuePairs<String, String>
    ) -> [Sample] {
        all.map { Sample(labels: labels($0), value: $0 == value ? 1 : 0) }
    }

    private var agent: [MetricFamily] {
        let vantage = status.vantage.map { vantage in
            states("state", vantage.state, of: ["sound", "isolated", "late"]) { ["state": $0] }
        }
        return [
            MetricFamily(
                "build_info",
                help: "Always 1; the labels name the agent and its version.",
                [Sample(labels: ["agent": status.agent, "version": status.version], value: 1)]
            ),
            MetricFamily(
                "vantage_state",
                help: "Whether the agent's own view can be believed: 1 for the present state.",
                vantage ?? []
            ),
            MetricFamily(
                "control_target_up",
                help: "Whether a control target answered the last time.",
                (status.vantage?.controls ?? []).map {
                    Sample(
                        labels: ["target": $0.target, "source": $0.source],
                        value: $0.answers ? 1 : 0
                    )
                }
            ),
            MetricFamily(
                "loop_lag_seconds",
                help: "How much later than planned the agent's clock watch woke up the last time.",
                tallies.lag.map { [Sample(labels: [:], value: $0.inSeconds)] } ?? []
            ),
            MetricFamily(
                "approvals_waiting",
                help: "Plans that wait for a person's yes.",
                value: Double(status.waiting.count)
            ),
            MetricFamily(
                "pauses",
                help: "Pauses and maintenances in force.",
                value: Double(status.pauses.count)
            ),
        ]
    }

    private var routes: [MetricFamily] {
        let modes = ["observe", "approve", "auto"]
        return [
            MetricFamily(
                "route_holder",
                help: "1 for the pool that holds a route.",
                status.routes.flatMap { route in
                    states("pool", route.holder ?? "", of: [route.home] + route.standby) {
                        ["route": route.name, "pool": $0]
                    }
                }
            ),
            MetricFamily(
                "route_phase",
                help: "Always 1; the label says what the policy does on a route.",
                status.routes.map {
                    Sample(labels: ["route": $0.name, "phase": $0.phase], value: 1)
                }
            ),
            MetricFamily(
                "route_mode",
                help: "How much a route may do by itself: 1 for the present mode.",
                status.routes.flatMap { route in
                    states("mode", route.mode, of: modes) { ["route": route.name, "mode": $0] }
                }
            ),
            MetricFamily(
                "route_hurt",
                help: "Whether federation is hurt on a route, as far as the agent sees.",
                status.routes.map {
                    Sample(labels: ["route": $0.name], value: $0.impact == nil ? 0 : 1)
                }
            ),
            MetricFamily(
                "last_drill_timestamp_seconds",
                help: "End of the last drill, there and back; Unix time.",
                status.routes.compactMap { route in
                    Metrics.seconds(route.lastDrill).map {
                        Sample(labels: ["route": route.name], value: $0)
                    }
                }
            ),
        ]
    }

    private var standbys: [MetricFamily] {
        let all = status.routes.flatMap { route in
            (route.readiness ?? []).map { (route.name, $0) }
        }
        return [
            MetricFamily(
                "standby_ready",
                help: "Whether a pool could take a route over now.",
                all.map { route, standby in
                    Sample(
                        labels: ["route": route, "pool": standby.pool],
                        value: standby.canTakeOver ? 1 : 0
                    )
                }
            ),
            MetricFamily(
                "standby_item_ready",
                help: "Whether an item of a standby's readiness is ready or not needed.",
                all.flatMap { route, standby in
                    standby.items.map { item in
                        Sample(
                            labels: ["route": route, "pool": standby.pool, "item": item.item],
                            value: ["ready", "not_needed"].contains(item.state) ? 1 : 0
                        )
                    }
                }
            ),
        ]
    }

    /// RFC 3339 as Unix time; nil without one.
    static func seconds(_ stamp: String?) -> Double? {
        // A stamp of ours can be read; without one there is no sample.
        stamp.flatMap { try? Date($0, strategy: .iso8601) }?.timeIntervalSince1970
    }
}

extension Metrics {
    private static let verdicts = VerdictClass.allCases.map(\.rawValue)

    private var pools: [MetricFamily] {
        [
            MetricFamily(
                "pool_verdict",
                help: "The verdict on a pool for a protocol: 1 for the present one.",
                status.pools.flatMap { pool in
                    states("verdict", pool.verdict, of: Metrics.verdicts) {
                        ["pool": pool.pool, "kind": pool.kind, "verdict": $0]
                    }
                }
            ),
            MetricFamily(
                "server_verdict",
                help: "The verdict on a server for a protocol: 1 for the present one.",
                servers { pool, server in
                    states("verdict", server.verdict, of: Metrics.verdicts) {
                        ["server": server.server, "kind": pool.kind, "verdict": $0]
                    }
                }
            ),
        ]
    }

    private func servers(_ body: (PoolBody, ServerBody) -> [Sample]) -> [Sample] {
        status.pools.flatMap { pool in pool.servers.flatMap { body(pool, $0) } }
    }

    private var probes: [MetricFamily] {
        func each(_ value: (ServerBody) -> Double?) -> [Sample] {
            servers { pool, server in
                value(server).map {
                    [Sample(labels: ["server": server.server, "kind": pool.kind], value: $0)]
                } ?? []
            }
        }
        let counts = tallies.probes.sorted {
            ($0.key.server.name, $0.key.kind.rawValue) < ($1.key.server.name, $1.key.kind.rawValue)
        }
        return [
            MetricFamily(
                "probe_duration_seconds",
                help: "How long the last probe of a server took.",
                each { $0.latencyMilliseconds.map { $0 / 1_000 } }
            ),
            MetricFamily(
                "probe_timestamp_seconds",
                help: "End of the last probe of a server; Unix time.",
                each { Metrics.seconds($0.probedAt) }
            ),
            MetricFamily(
                "certificate_not_after_timestamp_seconds",
                help: "End of the validity of the certificate that a server showed; Unix time.",
                each { Metrics.seconds($0.certificateExpires) }
            ),
            MetricFamily(
                "certificate_problems",
                help: "How much is wrong with the certificate that a server showed.",
                each { Double($0.certificateProblems.count) }
            ),
            MetricFamily(
                "probes_total",
                .counter,
                help: "Probes since the agent's start, by what they found.",
                counts.flatMap { leg, codes in
                    codes.sorted { $0.key.rawValue < $1.key.rawValue }.map { code, count in
                        Sample(
                            labels: [
                                "server": leg.server.name, "kind": leg.kind.rawValue,
                                "code": code.rawValue,
                            ],
                            value: Double(count)
                        )
                    }
                }
            ),
        ]
    }

    private var dns: [MetricFamily] {
        [
            MetricFamily(
                "dns_findings",
                help: "What is wrong with the DNS records that lead to a route's pools.",
                status.routes.map { route in
                    Sample(
                        labels: ["route": route.name],
                        value: Double(status.dns.count { $0.route == route.name })
                    )
                }
            ),
            MetricFamily(
                "dns_record_ttl_seconds",
                help: "Time to live of a record set at an authoritative server.",
                tallies.records.compactMap { reading in
                    guard let set = reading.set else { return nil }
                    return Sample(
                        labels: [
                            "zone": "\(reading.zone)", "server": "\(reading.server)",
                            "name": reading.name.name, "type": reading.type.rawValue,
                        ],
                        value: Double(set.ttl)
                    )
                }
            ),
        ]
    }

    private var runs: [MetricFamily] {
        let steps = status.running.map { $0.undo.isEmpty ? $0.steps : $0.undo } ?? []
        return [
            MetricFamily(
                "runs_total",
                .counter,
                help:
                    "How runs ended, from the newest 200 in the journal on; a resumed run ends again.",
                tallies.runs.sorted { "\($0.key)" < "\($1.key)" }.map { kind, count in
                    Sample(
                        labels: ["direction": kind.direction, "outcome": kind.outcome],
                        value: Double(count)
                    )
                }
            ),
            MetricFamily(
                "run_in_progress",
                help: "Whether a run is under way.",
                value: status.running == nil ? 0 : 1
            ),
            MetricFamily(
                "run_steps",
                help: "Steps of the run that is under way.",
                value: Double(steps.count)
            ),
            MetricFamily(
                "run_steps_settled",
                help: "Steps of the run that is under way in which nothing is left to do.",
                value: Double(steps.count(where: \.isSettled))
            ),
            MetricFamily(
                "run_awaits_person",
                help: "Whether the run that is under way waits for a person to do a step.",
                value: status.running?.awaits == nil ? 0 : 1
            ),
        ]
    }
}
