import FailoverCore

extension Life {
    /// Every observation that a round can bring, by vantage, pool, member, leg and answer.
    static func observations(_ estate: Estate, _ vantages: Int) -> [[Observation]] {
        (0..<vantages).flatMap { vantage in
            estate.pools.indices.flatMap { pool in
                estate.servers[pool].indices.flatMap { member in
                    estate.kind.legs.map { leg in
                        Answer.all.map { answer in
                            Observation(
                                vantage: "warden-\(vantage + 1)",
                                server: estate.servers[pool][member],
                                kind: leg,
                                problems: answer == .expired ? [.expired] : [],
                                code: answer.code,
                                reason: "the probe found \(answer)"
                            )
                        }
                    }
                }
            }
        }
    }

    /// Every vantage probes every member, and what follows is told to the policy.
    mutating func probeRound() {
        let at = Life.instant(now - jumped)
        var answers: [Answer] = []
        answers.reserveCapacity(observations.count)
        var place = 0
        for vantage in 0..<setup.vantages {
            let begun = place
            let isSilent = vantage < setup.agents && (isDown[vantage] || now < frozenUntil[vantage])
            for pool in estate.pools.indices {
                for member in estate.servers[pool].indices {
                    for leg in estate.kind.legs {
                        defer { place += 1 }
                        guard !isSilent else { continue }
                        let answer = world.probe(vantage, pool, member, leg)
                        answers.append(answer)
                        let observation = observations[place][answer.place]
                        health.record(observation, at: at)
                        if watches[vantage].state.countsEvidence {
                            witness.see(answer, at: place, now - jumped)
                        }
                        counts.observations += 1
                    }
                }
            }
            if !isSilent { lookAtControls(vantage, begun..<place) }
        }
        quietRounds = answers == lastAnswers ? quietRounds + 1 : 0
        lastAnswers = answers
        lookAtVerdicts()
    }

    /// The places of the probes of one leg of each pool: by pool and leg, by member, by vantage.
    static func places(_ estate: Estate, _ vantages: Int) -> [[[[Int]]]] {
        let legs = estate.kind.legs.count
        let perPool = Estate.membersPerPool * legs
        let perVantage = estate.pools.count * perPool
        return estate.pools.indices.map { pool in
            (0..<legs).map { leg in
                (0..<Estate.membersPerPool).map { member in
                    (0..<vantages).map { $0 * perVantage + pool * perPool + member * legs + leg }
                }
            }
        }
    }

    /// Holds a class against what the probes found.
    private mutating func examine(_ verdict: VerdictClass, _ pool: Int, _ leg: Int) {
        let servers = zip(places[pool][leg], estate.servers[pool])
        let members =
            leftOut.isEmpty
            ? places[pool][leg] : servers.filter { !leftOut.contains($0.1) }.map(\.0)
        guard !members.isEmpty else { return }
        guard let words = witness.objection(to: verdict, members, at: now - jumped) else { return }
        judge.object(.standingEvidence, now, "\(estate.pools[pool]) is called \(words)")
    }

    /// Tells the policy of every verdict whose class is news.
    mutating func lookAtVerdicts() {
        guard policy != nil else { return }
        let at = Life.instant(now - jumped)
        for pool in estate.pools.indices {
            for number in estate.kind.legs.indices {
                let leg = poolLegs[pool][number]
                let verdict = health.verdictClass(on: leg, at: at)
                examine(verdict, pool, number)
                let before = told[pool][number]
                guard before?.verdict != verdict || verdict == .impaired else { continue }
                let whole = health.verdict(on: leg, at: at)
                let news = Told(verdict: verdict, impairment: whole.impairment)
                guard before != news else { continue }
                told[pool][number] = news
                say("\(leg) is \(verdict.rawValue)")
                send(.verdict(leg, whole))
            }
        }
    }

    mutating func readHolders() {
        for route in estate.routes { send(.holder(route.name, world.holder(of: route))) }
    }
}
