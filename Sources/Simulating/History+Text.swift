import FailoverCore

/// Histories as text: what a failing seed prints, and what tests replay.
///
/// ```
/// # A pool dies and the agent dies in the middle of the run.
/// setup estate=sip sip=auto confirm=120
/// 00:01:00 pool 0 dead
/// 00:03:20 crash-in-run 12 20
/// ```
extension History {
    var text: String {
        var lines = ["setup \(setup.text)"]
        lines += actions.map { "\(Transcript.stamp($0.at)) \($0.action.text)" }
        return lines.joined(separator: "\n") + "\n"
    }

    /// Reads a history; lines that begin with `#` or `>` are for people.
    init(text: String) throws(TextFault) {
        self.init(seed: 0, setup: Setup(), actions: [])
        for (number, line) in text.split(separator: "\n", omittingEmptySubsequences: false)
            .enumerated()
        {
            let fault = TextFault(line: number + 1, text: String(line))
            guard let first = line.first, first != "#", first != ">" else { continue }
            if line.hasPrefix("setup ") {
                guard let setup = Setup(text: line.dropFirst(6)) else { throw fault }
                self.setup = setup
                continue
            }
            guard let space = line.firstIndex(of: " "),
                let at = History.seconds(line[..<space]),
                let action = Action(text: line[line.index(after: space)...])
            else { throw fault }
            actions.append(TimedAction(at: at, action: action))
        }
    }

    private static func seconds(_ stamp: Substring) -> Int? {
        let parts = stamp.split(separator: ":").compactMap { Int($0) }
        guard parts.count == 3 else { return nil }
        return parts[0] * 3_600 + parts[1] * 60 + parts[2]
    }
}

/// A line that is no part of a history.
struct TextFault: Error, Sendable, Hashable {
    var line: Int
    var text: String
}

extension Setup {
    var text: String {
        [
            "estate=\(estate.rawValue)", "sip=\(sipMode.rawValue)", "xmpp=\(xmppMode.rawValue)",
            "failback=\(failbackMode.rawValue)", "confirm=\(confirmFor)", "stable=\(stableFor)",
            "agents=\(agents)", "vantages=\(vantages)", "max=\(maxFailovers)",
            "cool-down=\(coolDown)", "approval=\(approvalTimeout)", "approvals=\(approvalsNeeded)",
            "manner=\(manner.rawValue)",
            "on-timeout=\(onTimeout.rawValue)", "window=\(window.rawValue)", "salt=\(salt)",
        ].joined(separator: " ")
    }

    /// Reads what differs from the defaults; nil when something is not understood.
    init?(text: some StringProtocol) {
        self.init()
        for word in String(text).split(separator: " ") {
            let parts = word.split(separator: "=").map { String($0) }
            guard parts.count == 2, take(parts[0], parts[1]) else { return nil }
        }
    }

    private mutating func take(_ key: String, _ value: String) -> Bool {
        func put<Value>(_ path: WritableKeyPath<Setup, Value>, _ value: Value?) -> Bool {
            guard let value else { return false }
            self[keyPath: path] = value
            return true
        }
        switch key {
        case "estate": return put(\.estate, EstateKind(rawValue: value))
        case "sip": return put(\.sipMode, RouteMode(rawValue: value))
        case "xmpp": return put(\.xmppMode, RouteMode(rawValue: value))
        case "failback": return put(\.failbackMode, RouteMode(rawValue: value))
        case "confirm": return put(\.confirmFor, Int(value))
        case "stable": return put(\.stableFor, Int(value))
        case "agents": return put(\.agents, Int(value))
        case "vantages": return put(\.vantages, Int(value))
        case "max": return put(\.maxFailovers, Int(value))
        case "cool-down": return put(\.coolDown, Int(value))
        case "approval": return put(\.approvalTimeout, Int(value))
        case "approvals": return put(\.approvalsNeeded, Int(value))
        case "manner": return put(\.manner, Manner(rawValue: value))
        case "on-timeout": return put(\.onTimeout, OnTimeout(rawValue: value))
        case "window": return put(\.window, FailbackWindow(rawValue: value))
        case "salt": return put(\.salt, UInt64(value))
        default: return false
        }
    }
}
