import FailoverCore

/// Makes the history of a seed: a setup, and at least twenty faults with ordinary intervals between
/// them.
struct HistoryMaker {
    private var dice: Dice
    private var setup = Setup()
    private var actions: [TimedAction] = []
    private var now = 0

    static func history(seed: UInt64) -> History {
        var maker = HistoryMaker(dice: Dice(seed: seed &* 0x2545_F491_4F6C_DD1D &+ seed))
        maker.choose()
        maker.fill()
        return History(seed: seed, setup: maker.setup, actions: maker.actions)
    }

    private init(dice: Dice) { self.dice = dice }

    private mutating func choose() {
        setup.estate = dice.pick([
            .sip, .three, .both, .both, .documented, .documented, .strict, .strict,
        ])
        let modes: [RouteMode] = [.auto, .auto, .auto, .approve, .approve, .approve, .observe]
        setup.sipMode = dice.pick(modes)
        setup.xmppMode = dice.chance(60) ? setup.sipMode : dice.pick(modes)
        setup.failbackMode = dice.pick([.approve, .approve, .auto, .auto, .observe])
        setup.confirmFor = dice.pick([15, 30, 60, 120, 300])
        setup.stableFor = dice.pick([60, 300, 900, 1_800])
        setup.agents = dice.chance(15) ? 2 : 1
        setup.vantages = max(setup.agents, dice.pick([1, 1, 2, 3]))
        setup.maxFailovers = dice.pick([0, 1, 2, 2, 3])
        setup.coolDown = dice.pick([60, 600, 1_800])
        setup.approvalTimeout = dice.pick([300, 900, 1_800])
        setup.onTimeout = dice.chance(40) ? .proceed : .hold
        setup.window = dice.pick([.always, .always, .night, .often])
        setup.manner = dice.pick([.prompt, .prompt, .prompt, .twice, .late, .wrongly, .no, .never])
        setup.salt = dice.next()
        // Without a die of its own: what else follows from a seed stays.
        setup.approvalsNeeded = setup.salt.isMultiple(of: 4) ? 2 : 1
    }

    private mutating func fill() {
        let count = dice.roll(20...32)
        var faults = 0
        while faults < count {
            let before = actions.count
            scene()
            faults += actions[before...].filter { $0.action != .wait }.count
            pass(dice.chance(70) ? dice.roll(5...240) : dice.roll(240...2_400))
        }
    }

    private mutating func pass(_ seconds: Int) { now += seconds }

    private mutating func add(_ action: Action) {
        actions.append(TimedAction(at: now, action: action))
    }

    /// One thing, or a few that belong together.
    private mutating func scene() {
        switch dice.roll(100) {
        case 0..<22: strike()
        case 22..<34: network()
        case 34..<50: machinery()
        case 50..<64: agent()
        case 64..<86: people()
        default: estate()
        }
    }

    /// A pool goes, and comes back in time.
    private mutating func strike() {
        let pool = dice.chance(65) ? 0 : dice.roll(setup.estate.poolCount)
        // Their runs have steps that may be done once, or that stop services.
        let isDelicate = setup.estate == .strict || setup.estate == .documented
        if dice.chance(20) {
            add(.member(pool: pool, dice.roll(2), dice.pick(Condition.allCases)))
            return
        }
        if dice.chance(15) {
            add(.flap(pool: pool, every: dice.roll(1...6), rounds: dice.roll(6...40)))
            return
        }
        add(
            .pool(pool, dice.pick([.dead, .dead, .dead, .dead, .hung, .hung, .expired, .gateless]))
        )
        if dice.chance(30) {
            // Just as it would be decided, or after it was asked.
            pass(dice.chance(50) ? setup.confirmFor + dice.roll(0...40) : dice.roll(5...60))
            add(.pool(pool, .up))
        } else if dice.chance(isDelicate ? 45 : 30) {
            pass(setup.confirmFor + dice.roll(5...45))
            // Too fast for the plan, now and then.
            if dice.chance(25) { add(.approve(isOther: false, request: nil)) }
            if dice.chance(70) { add(.commands(.fine, count: dice.roll(1...14))) }
            add(
                dice.chance(isDelicate ? 35 : 60)
                    ? .crashInRun(records: dice.roll(1...60), downFor: downTime())
                    : .commands(
                        dice.pick(CommandFault.allCases + (isDelicate ? [.fails, .fails] : [])),
                        count: dice.roll(1...3)
                    )
            )
        } else if dice.chance(60) {
            pass(setup.confirmFor + dice.roll(200...1_200))
            add(.pool(pool, .up))
        }
    }

    private mutating func downTime() -> Int { dice.pick([2, 20, 60, 400]) }

    private mutating func network() {
        let vantage = dice.roll(setup.vantages)
        let pool = dice.roll(setup.estate.poolCount)
        switch dice.roll(8) {
        case 7:
            add(.mute(vantage: vantage))
            pass(dice.roll(60...900))
            add(.reconnect(vantage: vantage))
        case 0:
            add(.cut(vantage: vantage, pool: pool))
            pass(dice.roll(10...600))
            add(.join(vantage: vantage, pool: pool))
        case 1:
            add(.isolate(vantage: vantage))
            pass(dice.roll(10...600))
            add(.reconnect(vantage: vantage))
        case 2: add(.loss(percent: dice.roll(10...60), rounds: dice.roll(5...30)))
        case 3:
            let member = dice.roll(2)
            add(.liar(pool: pool, member: member, vantage: vantage))
            pass(dice.roll(10...600))
            add(.honest(pool: pool, member: member))
        case 4: add(.cut(vantage: vantage, pool: pool))
        case 5: add(.join(vantage: vantage, pool: pool))
        default: add(.reconnect(vantage: vantage))
        }
    }

    private mutating func machinery() {
        switch dice.roll(8) {
        case 0: add(.replication(dice.pick(Following.allCases)))
        case 1: add(.secondary(dice.pick(Following.allCases)))
        case 2:
            add(.management(isUp: false))
            pass(dice.roll(10...300))
            add(.management(isUp: true))
        case 3: readiness()
        case 4: add(.secondary(.prompt))
        default: add(.commands(dice.pick(CommandFault.allCases), count: dice.roll(1...4)))
        }
    }

    private mutating func agent() {
        switch dice.roll(8) {
        case 0, 1: add(.crash(agent: dice.roll(setup.agents), downFor: downTime()))
        case 2, 3, 4: add(.crashInRun(records: dice.roll(1...70), downFor: downTime()))
        case 5: add(.freeze(agent: dice.roll(setup.agents), seconds: dice.roll(5...300)))
        default: add(.stepClock(seconds: dice.roll(-7_200...7_200)))
        }
    }

    private mutating func people() {
        let routes = setup.estate.legs.contains(.xmpp) ? 2 : 1
        // Now and then one that there is not.
        let route = dice.chance(96) ? dice.roll(routes) : 7
        let pool = dice.chance(50) ? dice.roll(setup.estate.poolCount + 1) : nil
        switch dice.roll(36) {
        case 22, 23: maintenance(route)
        case 24: add(.acknowledge(route: route))
        case 25, 26, 32:
            let rule = dice.pick(OverrideRule.allCases)
            let isExplained = dice.chance(60)
            add(.insist(rule, route: route, to: pool, isExplained: isExplained))
        case 27:
            // Too fast for the plan.
            add(.failover(route: route, to: pool, isDrill: false))
            add(.approve(isOther: false, request: nil))
        case 28:
            add(.failover(route: route, to: pool, isDrill: false))
            pass(dice.roll(62...110))
            add(.failover(route: dice.roll(routes), to: pool, isDrill: false))
            add(.takeRun)
        case 0, 1: add(.failover(route: route, to: pool, isDrill: dice.chance(30)))
        case 2, 3: add(.failback(route: route, isDrill: dice.chance(20)))
        case 4: add(.rehearsal(route: route))
        case 5: add(.pause(route: dice.chance(50) ? nil : route, seconds: dice.roll(30...1_800)))
        case 6: add(.resume(route: dice.chance(50) ? nil : route))
        case 7: add(.adopt(route: route))
        case 8, 30, 31, 34: add(.release)
        case 9, 10: add(.resumeRun)
        case 11: add(.abortRun)
        case 12, 29, 33: add(.takeRun)
        case 13: add(.forceStep)
        case 14, 15:
            let other = dice.chance(20) ? dice.roll(1...99) : nil
            add(.approve(isOther: dice.chance(20), request: other))
        case 16: add(.deny(request: dice.chance(20) ? dice.roll(1...99) : nil))
        case 18 where routes == 2:
            // One goes by itself, then both are to go, each another way.
            add(.failover(route: dice.roll(2), to: nil, isDrill: false))
            pass(dice.roll(200...400))
            add(.together(count: 2, isBack: false))
        case 17 where routes == 2, 35 where routes == 2:
            // Back together, of which only one is away.
            add(.failover(route: 1, to: nil, isDrill: false))
            pass(dice.roll(200...400))
            add(.together(count: 2, isBack: dice.chance(70)))
        case 17, 18: add(.together(count: dice.roll(1...3), isBack: dice.chance(50)))
        default: add(.manner(dice.pick(Manner.allCases + [.prompt, .prompt, .prompt])))
        }
    }

    private mutating func readiness() {
        let pool = dice.roll(setup.estate.poolCount)
        if dice.chance(30) {
            add(.readiness(isWatched: false))
            pass(dice.roll(600...7_200))
            add(.readiness(isWatched: true))
            return
        }
        add(.unready(pool: pool, dice.pick([.certificate, .management, .rights, .replication])))
        if dice.chance(40) { strike() }
        pass(dice.roll(60...1_800))
        add(.ready(pool: pool))
    }

    private mutating func maintenance(_ route: Int) {
        let pool = dice.roll(setup.estate.poolCount)
        let scope: Scope =
            switch dice.roll(5) {
            case 0: .all
            case 1: .route(route)
            case 2: .server(pool: pool, dice.roll(2))
            case 3: .pool(0)
            default: .pool(pool)
            }
        add(.maintain(scope, seconds: dice.roll(60...3_600)))
        if dice.chance(50) { strike() }
        guard dice.chance(50) else { return }
        pass(dice.roll(30...900))
        add(.endMaintenance(scope))
    }

    private mutating func estate() {
        switch dice.roll(8) {
        case 0: add(.foreignRoute(pool: dice.roll(setup.estate.poolCount)))
        case 1: add(.foreignRecord)
        default:
            for pool in 0..<setup.estate.poolCount { add(.pool(pool, .up)) }
        }
    }
}
