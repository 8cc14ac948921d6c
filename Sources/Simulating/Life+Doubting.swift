import FailoverCore

/// The watcher doubts itself: control targets, sleep, and clocks that are set.
extension Life {
    private static let control = ControlTarget(
        address: .v4Of(10, 0, 0, 1),
        port: 443,
        source: .gateway
    )

    /// One round of a vantage's control targets; the places are those of its probes.
    mutating func lookAtControls(_ vantage: Int, _ places: Range<Int>) {
        let at = Life.instant(now - jumped)
        let before = watches[vantage].state
        // What is told of it is not the policy's.
        if case .late = before { _ = watches[vantage].probedAnew(since: at, at: at) }
        _ = watches[vantage].take(
            round: [Life.control: !world.isolated.contains(vantage)],
            begun: at,
            lastAlive: health.lastAlive(from: watches[vantage].name),
            at: at
        )
        tell(vantage, since: before, places)
        if vantage == leader, !world.isolated.contains(vantage) { hasSeenControls = true }
        let isBlind = (0..<setup.vantages).allSatisfy(world.isolated.contains)
        blindSince = isBlind ? blindSince ?? now : nil
    }

    /// A gap in the time of an agent's own vantage.
    mutating func note(_ gap: TimeGap, of agent: Int) {
        let before = watches[agent].state
        _ = watches[agent].take(gap: gap, at: Life.instant(now - jumped))
        let perVantage = observations.count / setup.vantages
        tell(agent, since: before, agent * perVantage..<(agent + 1) * perVantage)
        lookAtVerdicts()
    }

    private mutating func tell(_ vantage: Int, since before: VantageState, _ places: Range<Int>) {
        let watch = watches[vantage]
        guard watch.state != before else { return }
        health.vantage(watch.name, is: watch.state)
        say("\(watch.name) is \(watch.state.name)")
        counts.doubts[watch.state.name, default: 0] += 1
        if !watch.state.isSound { witness.disown(places) }
    }

    mutating func wake(_ agent: Int) {
        awaken()
        guard !isDown[agent] else { return }
        note(.slept(.seconds(60)), of: agent)
    }

    mutating func setClock(by seconds: Int) {
        clockStep += seconds
        schedule(.readWindows, in: 1)
        guard abs(seconds) > 30 else { return }
        for agent in 0..<setup.agents where !isDown[agent] && now >= frozenUntil[agent] {
            note(.clockSet(.seconds(seconds)), of: agent)
        }
    }

    /// Nothing begins by itself and nobody is alarmed when nobody sees anything.
    mutating func judgeSight(_ effects: [PolicyEffect]) {
        for effect in effects {
            guard let blindSince, now - blindSince >= 2 * Setup.interval else { continue }
            switch effect {
            case .startRun(let request, _, .automatic):
                judge.object(.standingEvidence, now, "nobody sees anything: \(request)")
            // Control targets that never answered say nothing.
            case .notify(let notice) where notice.code == .routeDown && hasSeenControls:
                judge.object(.noFalseAlarm, now, "nobody sees anything: \(notice.sentence)")
            default: continue
            }
        }
    }

    /// Servers in maintenance do not count for their pools.
    mutating func leaveOut() {
        let servers = policy?.serversInMaintenance(at: instant) ?? []
        guard servers != leftOut else { return }
        leftOut = servers
        health.leaveOut(servers)
        awaken()
    }

    // MARK: What is read besides probes

    /// What can be read of every pool that does not hold a route; what cannot be read stays as it was.
    mutating func readReadiness(isRegular: Bool) {
        if isRegular { schedule(.readReadiness(isRegular: true), in: Setup.readinessEvery) }
        guard world.isManagementUp, world.isReadinessWatched else { return }
        for route in estate.routes {
            let holder = policy?.establishedHolder(of: route.name)
            for (place, pool) in estate.pools.enumerated() where pool != holder {
                var readiness = Readiness.ready(at: instant)
                for item in world.unready[place] {
                    let words = "\(item.inWords) is not well"
                    readiness[item] = ReadinessReading(.notReady, words, at: instant)
                }
                judge.read(readiness, of: pool, for: route.name, at: now)
                send(.readiness(route.name, pool, readiness))
            }
        }
    }

    /// How the failback windows stand by the wall clock.
    mutating func readWindows() {
        guard let window = setup.window.window else { return }
        let wall = FailbackWindow.wall(now + clockStep)
        let standing = WindowStanding(window, FailbackWindow.zone, at: wall, now: instant)
        let change: Instant?
        switch standing {
        case .open(let until), .closed(let until): change = until
        }
        timers.removeAll { $0.due == .readWindows }
        // Not always in time.
        let delay = [0, 0, 300][(now + history.actions.count) % 3]
        if let change { schedule(.readWindows, in: max(1, Life.seconds(change) - now + delay)) }
        judge.read(standing)
        let routes = estate.routes.map { ($0.name, standing) }
        send(.windows(Dictionary(routes) { first, _ in first }))
    }
}
