import FailoverCore

/// Actions as words: `pool 0 dead`, `crash-in-run 12 20`; a place that is left open is a dash.
extension Action {
    var text: String { words.joined(separator: " ") }

    private var words: [String] {
        func open(_ number: Int?) -> String { number.map(String.init) ?? "-" }
        func drill(_ isDrill: Bool) -> [String] { isDrill ? ["drill"] : [] }
        switch self {
        case .pool(let pool, let condition): return ["pool", "\(pool)", condition.rawValue]
        case .member(let pool, let member, let condition):
            return ["member", "\(pool)", "\(member)", condition.rawValue]
        case .flap(let pool, let every, let rounds):
            return ["flap", "\(pool)", "\(every)", "\(rounds)"]
        case .cut(let vantage, let pool): return ["cut", "\(vantage)", "\(pool)"]
        case .join(let vantage, let pool): return ["join", "\(vantage)", "\(pool)"]
        case .isolate(let vantage): return ["isolate", "\(vantage)"]
        case .reconnect(let vantage): return ["reconnect", "\(vantage)"]
        case .mute(let vantage): return ["mute", "\(vantage)"]
        case .loss(let percent, let rounds): return ["loss", "\(percent)", "\(rounds)"]
        case .liar(let pool, let member, let vantage):
            return ["liar", "\(pool)", "\(member)", "\(vantage)"]
        case .honest(let pool, let member): return ["honest", "\(pool)", "\(member)"]
        case .replication(let following): return ["replication", following.rawValue]
        case .secondary(let following): return ["secondary", following.rawValue]
        case .management(let isUp): return ["management", isUp ? "up" : "down"]
        case .commands(let fault, let count): return ["commands", fault.rawValue, "\(count)"]
        case .foreignRoute(let pool): return ["foreign-route", "\(pool)"]
        case .foreignRecord: return ["foreign-record"]
        case .unready(let pool, let item): return ["unready", "\(pool)", item.rawValue]
        case .ready(let pool): return ["ready", "\(pool)"]
        case .readiness(let isWatched): return ["readiness", isWatched ? "watched" : "unwatched"]
        case .crash(let agent, let seconds): return ["crash", "\(agent)", "\(seconds)"]
        case .crashInRun(let records, let seconds):
            return ["crash-in-run", "\(records)", "\(seconds)"]
        case .freeze(let agent, let seconds): return ["freeze", "\(agent)", "\(seconds)"]
        case .stepClock(let seconds): return ["step-clock", "\(seconds)"]
        case .manner(let manner): return ["manner", manner.rawValue]
        case .failover(let route, let pool, let isDrill):
            return ["failover", "\(route)", open(pool)] + drill(isDrill)
        case .failback(let route, let isDrill): return ["failback", "\(route)"] + drill(isDrill)
        case .rehearsal(let route): return ["rehearsal", "\(route)"]
        case .pause(let route, let seconds): return ["pause", open(route), "\(seconds)"]
        case .resume(let route): return ["resume", open(route)]
        case .maintain(let scope, let seconds):
            return ["maintain", "\(seconds)"] + scope.words
        case .endMaintenance(let scope): return ["end-maintenance"] + scope.words
        case .acknowledge(let route): return ["acknowledge", "\(route)"]
        case .insist(let rule, let route, let pool, let isExplained):
            return ["insist", rule.rawValue, "\(route)", open(pool)]
                + (isExplained ? ["explained"] : [])
        case .adopt(let route): return ["adopt", "\(route)"]
        case .release: return ["release"]
        case .resumeRun: return ["resume-run"]
        case .abortRun: return ["abort-run"]
        case .takeRun: return ["take-run"]
        case .forceStep: return ["force-step"]
        case .approve(let isOther, let request):
            return ["approve", isOther ? "other" : "same", open(request)]
        case .deny(let request): return ["deny", open(request)]
        case .together(let count, let isBack):
            return ["together", "\(count)", isBack ? "back" : "away"]
        case .wait: return ["wait"]
        }
    }

    /// Reads an action; nil for words that are none.
    init?(text: some StringProtocol) {
        let words = String(text).split(separator: " ").map { String($0) }
        guard let first = words.first else { return nil }
        let rest = Array(words.dropFirst())
        guard
            let action = Action.ofWorld(first, rest) ?? Action.ofMachines(first, rest)
                ?? Action.ofPeople(first, rest)
        else { return nil }
        self = action
    }

    private static func ofWorld(_ first: String, _ rest: [String]) -> Action? {
        let numbers = rest.compactMap { Int($0) }
        switch (first, numbers.count) {
        case ("pool", 1): return Condition(rawValue: rest.last ?? "").map { .pool(numbers[0], $0) }
        case ("member", 2):
            return Condition(rawValue: rest.last ?? "").map {
                .member(pool: numbers[0], numbers[1], $0)
            }
        case ("flap", 3):
            return .flap(pool: numbers[0], every: max(1, numbers[1]), rounds: numbers[2])
        case ("cut", 2): return .cut(vantage: numbers[0], pool: numbers[1])
        case ("join", 2): return .join(vantage: numbers[0], pool: numbers[1])
        case ("isolate", 1): return .isolate(vantage: numbers[0])
        case ("reconnect", 1): return .reconnect(vantage: numbers[0])
        case ("mute", 1): return .mute(vantage: numbers[0])
        case ("loss", 2): return .loss(percent: numbers[0], rounds: numbers[1])
        case ("liar", 3): return .liar(pool: numbers[0], member: numbers[1], vantage: numbers[2])
        case ("honest", 2): return .honest(pool: numbers[0], member: numbers[1])
        default: return nil
        }
    }

    private static func ofMachines(_ first: String, _ rest: [String]) -> Action? {
        let numbers = rest.compactMap { Int($0) }
        let word = rest.first ?? ""
        switch (first, numbers.count) {
        case ("replication", _): return Following(rawValue: word).map(Action.replication)
        case ("secondary", _): return Following(rawValue: word).map(Action.secondary)
        case ("management", _): return .management(isUp: word == "up")
        case ("commands", 1):
            return CommandFault(rawValue: word).map { .commands($0, count: numbers[0]) }
        case ("unready", 1):
            return ReadinessItem(rawValue: rest.last ?? "").map { .unready(pool: numbers[0], $0) }
        case ("ready", 1): return .ready(pool: numbers[0])
        case ("readiness", _): return .readiness(isWatched: word == "watched")
        case ("foreign-route", 1): return .foreignRoute(pool: numbers[0])
        case ("foreign-record", _): return .foreignRecord
        case ("crash", 2): return .crash(agent: numbers[0], downFor: numbers[1])
        case ("crash-in-run", 2): return .crashInRun(records: numbers[0], downFor: numbers[1])
        case ("freeze", 2): return .freeze(agent: numbers[0], seconds: numbers[1])
        case ("step-clock", 1): return .stepClock(seconds: numbers[0])
        default: return nil
        }
    }

    private static func ofPeople(_ first: String, _ rest: [String]) -> Action? {
        let numbers = rest.map { Int($0) }
        let isDrill = rest.last == "drill"
        let known = numbers.first.flatMap(\.self)
        switch (first, rest.count) {
        case ("manner", 1): return Manner(rawValue: rest[0]).map(Action.manner)
        case ("failover", 2...):
            return known.map { .failover(route: $0, to: numbers[1], isDrill: isDrill) }
        case ("failback", 1...): return known.map { .failback(route: $0, isDrill: isDrill) }
        case ("rehearsal", 1): return known.map { .rehearsal(route: $0) }
        case ("pause", 2): return numbers[1].map { .pause(route: known, seconds: $0) }
        case ("resume", 1): return .resume(route: known)
        case ("maintain", 2...):
            guard let known, let scope = Scope(words: rest.dropFirst()) else { return nil }
            return .maintain(scope, seconds: known)
        case ("end-maintenance", 1...): return Scope(words: rest[...]).map(Action.endMaintenance)
        case ("acknowledge", 1): return known.map { .acknowledge(route: $0) }
        case ("insist", 3...):
            guard let rule = OverrideRule(rawValue: rest[0]), let route = numbers[1] else {
                return nil
            }
            let isExplained = rest.last == "explained"
            return .insist(rule, route: route, to: numbers[2], isExplained: isExplained)
        case ("adopt", 1): return known.map { .adopt(route: $0) }
        case ("release", 0): return .release
        case ("resume-run", 0): return .resumeRun
        case ("abort-run", 0): return .abortRun
        case ("take-run", 0): return .takeRun
        case ("force-step", 0): return .forceStep
        case ("approve", 2): return .approve(isOther: rest[0] == "other", request: numbers[1])
        case ("deny", 1): return .deny(request: known)
        case ("together", 2): return known.map { .together(count: $0, isBack: rest[1] == "back") }
        case ("wait", 0): return .wait
        default: return nil
        }
    }
}

extension Scope {
    var words: [String] {
        switch self {
        case .all: ["all"]
        case .route(let route): ["route", "\(route)"]
        case .pool(let pool): ["pool", "\(pool)"]
        case .server(let pool, let member): ["server", "\(pool)", "\(member)"]
        }
    }

    /// Reads a scope; nil for words that are none.
    init?(words: ArraySlice<String>) {
        let numbers = words.dropFirst().compactMap { Int($0) }
        switch (words.first, numbers.count) {
        case ("all", 0): self = .all
        case ("route", 1): self = .route(numbers[0])
        case ("pool", 1): self = .pool(numbers[0])
        case ("server", 2): self = .server(pool: numbers[0], numbers[1])
        default: return nil
        }
    }
}
