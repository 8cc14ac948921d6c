import FailoverCore

/// Makes a failing history as short as can be found: actions are left out as long as the same thing
/// goes wrong.
enum Shrinking {
    static func shortest(_ history: History, _ invariant: Invariant, book: PlanBook) -> History {
        var best = history
        func fails(_ candidate: History) -> Bool {
            var life = Life(candidate, book: book)
            life.live()
            return life.judge.violations.first?.invariant == invariant
        }
        var size = max(1, best.actions.count / 2)
        while size >= 1 {
            var from = 0
            var isShorter = false
            while from < best.actions.count {
                var candidate = best
                let end = min(from + size, candidate.actions.count)
                candidate.actions.removeSubrange(from..<end)
                if fails(candidate) {
                    best = candidate
                    isShorter = true
                } else {
                    from += size
                }
            }
            if size == 1, !isShorter { break }
            size = size == 1 ? 1 : size / 2
        }
        for simpler in simplerSetups(best.setup) {
            var candidate = best
            candidate.setup = simpler(candidate.setup)
            if candidate != best, fails(candidate) { best = candidate }
        }
        return best
    }

    private static func simplerSetups(_ setup: Setup) -> [(Setup) -> Setup] {
        func with(_ change: @escaping (inout Setup) -> Void) -> (Setup) -> Setup {
            { setup in
                var simpler = setup
                change(&simpler)
                return simpler
            }
        }
        return [
            with { $0.estate = .sip }, with { $0.agents = 1 }, with { $0.vantages = 1 },
            with { $0.manner = .prompt }, with { $0.salt = 1 }, with { $0.failbackMode = .approve },
            with { $0.xmppMode = .approve }, with { $0.coolDown = 600 },
        ]
    }
}
