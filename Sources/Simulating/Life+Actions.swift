import FailoverCore

extension Life {
    /// Lets an action happen.
    mutating func perform(_ action: Action) {
        switch action {
        case .pool, .member, .flap, .cut, .join, .isolate, .reconnect, .mute, .loss, .liar, .honest:
            strike(action)
        case .replication(let following): world.replication = following
        case .secondary(let following):
            world.following = following
            if following == .prompt, world.secondary != world.primary { world.changedPrimary() }
        case .management(let isUp):
            world.isManagementUp = isUp
            schedule(.readHolders, in: 10)
        case .commands(let fault, let count):
            world.faults = Array((world.faults + Array(repeating: fault, count: count)).suffix(24))
        case .unready(let pool, let item):
            guard pool < estate.pools.count else { return }
            world.unready[pool].insert(item)
            schedule(.readReadiness(isRegular: false), in: 30)
        case .ready(let pool):
            guard pool < estate.pools.count else { return }
            world.unready[pool] = []
            schedule(.readReadiness(isRegular: false), in: 30)
        case .readiness(let isWatched):
            world.isReadinessWatched = isWatched
            if isWatched { schedule(.readReadiness(isRegular: false), in: 30) }
        case .foreignRoute(let pool): pointElsewhere(pool)
        case .foreignRecord: changeRecord()
        case .crash(let agent, let seconds): crash(agent, seconds)
        case .crashInRun(let records, let seconds): crashAfter = (records, seconds)
        case .freeze(let agent, let seconds):
            if agent < setup.agents { freeze(agent, seconds) }
        case .stepClock(let seconds): setClock(by: seconds)
        case .manner(let manner): self.manner = manner
        case .wait: return
        default: speak(action)
        }
    }

    private mutating func strike(_ action: Action) {
        switch action {
        case .pool(let pool, let condition):
            guard pool < estate.pools.count else { return }
            for member in world.conditions[pool].indices {
                world.conditions[pool][member] = condition
            }
        case .member(let pool, let member, let condition):
            guard pool < estate.pools.count else { return }
            world.conditions[pool][member] = condition
        case .flap(let pool, let every, let rounds):
            world.flap = (pool, every, world.round, world.round + rounds)
        case .loss(let percent, let rounds): world.loss = (percent, world.round + rounds)
        case .cut(let vantage, let pool): world.cuts.insert([vantage, pool])
        case .join(let vantage, let pool): world.cuts.remove([vantage, pool])
        case .isolate(let vantage): world.isolated.insert(vantage)
        case .reconnect(let vantage):
            world.isolated.remove(vantage)
            world.muted.remove(vantage)
            world.cuts = world.cuts.filter { $0[0] != vantage }
        case .mute(let vantage): world.muted.insert(vantage)
        case .liar(let pool, let member, let vantage): world.liars[[pool, member]] = vantage
        case .honest(let pool, let member): world.liars[[pool, member]] = nil
        default: return
        }
    }

    private mutating func crash(_ agent: Int, _ seconds: Int) {
        guard agent < setup.agents, !isDown[agent] else { return }
        if agent == leader {
            crash(downFor: seconds)
        } else {
            isDown[agent] = true
            schedule(.restart(agent: agent), in: max(1, seconds), isOfAgent: false)
        }
    }

    private mutating func pointElsewhere(_ pool: Int) {
        guard pool < estate.pools.count else { return }
        let identity = ServiceIdentity.edgeServer(estate.pools[pool]).description
        for index in world.sites.indices { world.sites[index].sipRoute = identity }
        judge.foreignRoute(world)
        schedule(.readHolders, in: 10)
    }

    private mutating func changeRecord() {
        let key = RecordKey(name: .known("sip.contoso.com"), type: .a)
        world.primary[key] = RecordSet(
            name: key.name,
            type: .a,
            ttl: 60,
            data: [.address(.v4Of(10, 9, 8, 7))]
        )
        world.changedPrimary()
    }

    /// What people say by themselves.
    private mutating func speak(_ action: Action) {
        let anna = People.anna
        switch action {
        case .failover(let route, let pool, let isDrill):
            order(
                .failoverOrdered(
                    name(route),
                    to: pool.map(poolName),
                    by: anna,
                    reason: "",
                    isDrill: isDrill
                )
            )
        case .failback(let route, let isDrill):
            order(.failbackOrdered(name(route), by: anna, reason: "", isDrill: isDrill))
        case .rehearsal(let route):
            order(.rehearsalOrdered(name(route), to: nil, .failover, by: anna, reason: ""))
        case .together(let count, let isBack):
            let others = (1..<max(2, count)).map { name($0 % estate.routes.count) }
            order(
                isBack
                    ? .failbackOrdered(name(0), with: others, by: anna, reason: "")
                    : .failoverOrdered(name(0), with: others, to: nil, by: anna, reason: "")
            )
        case .pause(let route, let seconds):
            let until = Life.instant(now + seconds)
            order(.paused(route.map(name), until: until, by: anna, reason: "maintenance"))
        case .resume(let route): order(.resumed(route.map(name), by: anna))
        case .maintain(let scope, let seconds):
            let until = Life.instant(now + seconds)
            order(.maintenanceAdded(coverage(scope), until: until, by: anna, reason: "works"))
        case .endMaintenance(let scope): order(.maintenanceEnded(coverage(scope), by: anna))
        case .acknowledge(let route):
            order(.coolDownAcknowledged(name(route), by: anna, reason: "looked into it"))
        case .insist(let rule, let route, let pool, let isExplained):
            insist(Overrides([rule], reason: isExplained ? "has to be" : ""), route, pool)
        case .adopt(let route): order(.holderAdopted(name(route), by: anna, reason: "as it is"))
        case .release: order(.lockReleased(by: anna, reason: "given up"))
        case .approve(let isOther, let request): approve(isOther, request)
        case .deny(let request):
            guard let id = request.map({ RequestID($0) }) ?? openRequest else { return }
            order(.denied(id, by: anna, reason: ""))
        case .resumeRun, .abortRun, .takeRun, .forceStep: speakOfRun(action)
        default: return
        }
    }

    private mutating func insist(_ overrides: Overrides, _ route: Int, _ pool: Int?) {
        let (route, anna) = (name(route), People.anna)
        guard let pool else {
            order(.failbackOrdered(route, by: anna, reason: "", overriding: overrides))
            return
        }
        let target = poolName(pool)
        order(.failoverOrdered(route, to: target, by: anna, reason: "", overriding: overrides))
    }

    private func coverage(_ scope: Scope) -> Coverage {
        switch scope {
        case .all: .everything
        case .route(let route): .route(name(route))
        case .pool(let pool): .pool(poolName(pool))
        case .server(let pool, let member):
            pool < estate.pools.count ? .server(estate.servers[pool][member % 2]) : .everything
        }
    }

    /// What people see that is open, or what was asked last.
    private var openRequest: RequestID? { policy?.openRequests.last?.id ?? lastAsked?.id }

    private mutating func approve(_ isOther: Bool, _ request: Int?) {
        let other = PlanDigest(hex: "fedcba9876543210")
        let id = request.map { RequestID($0) } ?? openRequest ?? RequestID(1)
        let digest = isOther ? other : lastAsked?.digest ?? other
        order(.approved(id, digest, by: People.berta))
    }

    /// About the newest run.
    private mutating func speakOfRun(_ action: Action) {
        let anna = People.anna
        guard let id = journal.runs.last?.id, let state = replayed(id) else {
            order(.runResumed(RequestID(1), by: anna))
            return
        }
        let request = state.opening.request.id
        guard running == nil else {
            order(
                action == .takeRun
                    ? .runTaken(request, by: anna, reason: "") : .runResumed(request, by: anna)
            )
            return
        }
        switch action {
        case .resumeRun: orderRun(id, state, .resumed(by: anna, reason: "go on"))
        case .abortRun: orderRun(id, state, .aborting(by: anna, reason: "back"))
        case .forceStep:
            guard let step = state.currentStep else { return }
            orderRun(id, state, .forced(step.id, by: anna, reason: "I did it"))
        default:
            take(id, request)
        }
    }

    private func name(_ route: Int) -> RouteName {
        route < estate.routes.count ? estate.routes[route].name : RouteName("nowhere")
    }

    private func poolName(_ pool: Int) -> FQDN {
        pool < estate.pools.count ? estate.pools[pool] : .known("edgepool9.contoso.net")
    }
}
