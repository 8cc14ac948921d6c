import FailoverCore

/// A second, naive statement of what probes say of the members, kept beside ``Health``.
///
/// It knows no classes but what must be so: who is called down failed often enough and answers
/// nobody, who is called up has proven itself, and old answers say nothing.
struct Witness {
    /// One member's leg from one vantage.
    struct Account {
        /// Failed probes since the last five clean ones in a row.
        var failures = 0
        var failedInARow = 0
        var cleanInARow = 0
        /// Three failures in a row, and not yet five clean probes in a row since.
        var isProvenDown = false
        var lastSeen = -1_000
    }

    private(set) var accounts: [Account]
    private let settings: HealthSettings
    /// How many vantages have to say down.
    private let needed: Int

    init(places: Int, _ settings: HealthSettings) {
        accounts = Array(repeating: Account(), count: places)
        self.settings = settings
        needed = settings.quorum.needed(of: settings.vantages)
    }

    mutating func see(_ answer: Answer, at place: Int, _ now: Int) {
        guard answer != .nothing else { return }
        var account = accounts[place]
        if now - account.lastSeen > settings.staleAfter.wholeSeconds {
            let wasDown = account.isProvenDown
            account = Account()
            account.isProvenDown = wasDown
        }
        account.lastSeen = now
        if answer.isAlive {
            account.cleanInARow += 1
            account.failedInARow = 0
            if account.cleanInARow >= settings.rise {
                account.failures = 0
                account.isProvenDown = false
            }
        } else {
            account.failures += 1
            account.failedInARow += 1
            account.cleanInARow = 0
            if account.failedInARow >= settings.fall { account.isProvenDown = true }
        }
        accounts[place] = account
    }

    /// What was seen from there no longer counts.
    mutating func disown(_ places: Range<Int>) {
        for place in places {
            var account = Account()
            account.isProvenDown = accounts[place].isProvenDown
            accounts[place] = account
        }
    }

    /// What is wrong with a pool's class, in words; nil when nothing is.
    ///
    /// - Parameters:
    ///   - verdict: what the core says of the pool's leg.
    ///   - members: by member, the places of its vantages.
    ///   - now: by the clock of the evidence.
    /// - Returns: the words.
    func objection(to verdict: VerdictClass, _ members: [[Int]], at now: Int) -> String? {
        let oldest = now - settings.staleAfter.wholeSeconds
        /// How many vantages of a member say so with answers that are not too old.
        func fresh(_ places: [Int], _ says: (Account) -> Bool) -> Int {
            places.reduce(into: 0) { count, place in
                if accounts[place].lastSeen >= oldest, says(accounts[place]) { count += 1 }
            }
        }
        let fall = settings.fall
        func isSeen(_ places: [Int]) -> Bool { fresh(places) { _ in true } > 0 }
        func isSurelyDown() -> Bool {
            members.allSatisfy { places in
                let seen = fresh(places) { _ in true }
                return seen >= needed && fresh(places) { $0.failedInARow >= fall } == seen
            }
        }
        switch verdict {
        case .down:
            for places in members {
                if !isSeen(places) { return "down, and a member was not seen lately" }
                if fresh(places, { $0.failures >= fall }) < needed {
                    return "down, and a member failed too seldom, or before too few"
                }
            }
            return nil
        case .up:
            if !members.allSatisfy(isSeen) { return "up, and a member was not seen lately" }
            let isUnproven = members.contains { places in
                let seen = fresh(places) { _ in true }
                return fresh(places) { $0.isProvenDown } == seen
                    || fresh(places) { $0.failedInARow >= fall } > 0
            }
            return isUnproven ? "up, and a member has not proven itself" : nil
        case .degraded, .impaired: return isSurelyDown() ? "\(verdict), and nobody answers" : nil
        case .unknown: return isSurelyDown() ? "unknown, and nobody answers" : nil
        }
    }
}
