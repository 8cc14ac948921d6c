import FailoverCore

/// What many histories must have reached, so that their silence says something.
enum HistoryCoverage {
    /// How often each transition and each refusal must have been seen.
    static let least = 100

    /// The policy's state machine as people see it: from each phase to each that can follow it.
    ///
    /// *Idle* stands for all phases without a request.
    static let transitions: [(from: Phase, to: [Phase])] = [
        (.idle, [.planning, .queued]),
        (.queued, [.planning]),
        (.planning, [.idle, .asked, .running, .retrying]),
        (.asked, [.idle, .planning, .running, .declined]),
        (.running, [.idle, .retrying, .stopped, .stuck]),
        (.stopped, [.idle, .running]),
        (.stuck, [.idle, .running]),
        (.declined, [.idle, .planning]),
        (.retrying, [.idle, .planning]),
    ]

    /// The phases, those without a request taken together.
    enum Phase: String, Sendable, Hashable, CaseIterable {
        case idle, queued, planning, asked, cleared, running, stopped, stuck, declined, retrying

        init(_ name: RoutePhaseName) {
            switch name {
            case .waitingForLock: self = .queued
            case .planning: self = .planning
            case .awaitingApproval: self = .asked
            case .approved: self = .cleared
            case .running, .awaitingPerson: self = .running
            case .stopped: self = .stopped
            case .stuck: self = .stuck
            case .declined: self = .declined
            case .retrying: self = .retrying
            default: self = .idle
            }
        }
    }

    /// What was not reached often enough, a line each.
    static func gaps(in counts: Counts) -> [String] {
        var gaps: [String] = []
        func share(_ part: Int, _ percent: Int, _ what: String) {
            guard part * 100 < counts.histories * percent else { return }
            gaps.append("\(part) of \(counts.histories) histories \(what), not \(percent) %")
        }
        share(counts.historiesWithFailover, 30, "have a failover")
        share(counts.historiesWithCrashInRun, 10, "have a crash inside a run")
        share(counts.historiesWithTwoAgents, 5, "have two agents")
        let seen = transitions(in: counts)
        for row in transitions {
            for next in row.to {
                let count = seen["\(row.from.rawValue)_to_\(next.rawValue)"] ?? 0
                guard count < least else { continue }
                gaps.append("from \(row.from.rawValue) to \(next.rawValue) only \(count) times")
            }
        }
        for code in RefusalCode.allCases {
            let count = counts.refusals[code] ?? 0
            if count < least { gaps.append("refused as \(code.rawValue) only \(count) times") }
        }
        for name in RoutePhaseName.allCases where name != .unknownRoute {
            let count = counts.transitions.filter { $0.key.to == name }.values.reduce(0, +)
            if count < least { gaps.append("in phase \(name.rawValue) only \(count) times") }
        }
        for name in ["isolated", "late", "sound"] {
            let count = counts.doubts[name] ?? 0
            if count < least { gaps.append("a vantage became \(name) only \(count) times") }
        }
        return gaps
    }

    /// The transitions between phases, those without a request taken together.
    static func transitions(in counts: Counts) -> [String: Int] {
        var sums: [String: Int] = [:]
        for (change, count) in counts.transitions {
            let from = Phase(change.from)
            let to = Phase(change.to)
            guard from != to else { continue }
            sums["\(from.rawValue)_to_\(to.rawValue)", default: 0] += count
        }
        return sums
    }
}
