/// Judges the watcher itself: whether what it sees can be believed.
///
/// | state | what happens | becomes |
/// |---|---|---|
/// | sound, late | ``roundsMax`` rounds in a row in which no control target answers that ever did, and no pool either since the first of them | isolated |
/// | isolated | a control target or a pool answers | sound |
/// | sound, late | a gap in time | late, from then on |
/// | late | every leg has been probed since | sound |
///
/// Targets that never answered say nothing: a gateway that drops everything must not make the agent
/// blind. Pools count only for the better: that all of them are silent is what failovers are made
/// of, never by itself a sign of isolation.
public struct VantageWatch: Sendable {
    /// Rounds in which every control target has to be silent.
    public static let roundsMax = 2

    /// The vantage's name.
    public let name: String
    /// Whether it can be believed.
    public private(set) var state = VantageState.sound
    /// The latest answers by target: answered, did not; targets never asked are not listed.
    public private(set) var answers: [ControlTarget: Bool] = [:]
    private var credible: Set<ControlTarget> = []
    private var silentRounds = 0
    private var silentSince: Instant?

    /// Starts sound.
    public init(name: String) { self.name = name }

    /// Takes in one round of all control targets, and when any pool's server last answered.
    ///
    /// Says what people are told, when that changed something.
    public mutating func take(
        round: [ControlTarget: Bool],
        begun: Instant,
        lastAlive: Instant?,
        at now: Instant
    ) -> Notice? {
        answers = round
        credible.formIntersection(round.keys)
        credible.formUnion(round.filter(\.value).keys)
        let isSilent = !credible.isEmpty && !round.values.contains(true)
        guard isSilent else {
            (silentRounds, silentSince) = (0, nil)
            return recover(at: now)
        }
        let since = silentSince ?? begun
        (silentRounds, silentSince) = (silentRounds + 1, since)
        if let lastAlive, lastAlive >= since {
            (silentRounds, silentSince) = (0, nil)
            return recover(at: now)
        }
        if case .isolated = state { return nil }
        guard silentRounds >= Self.roundsMax else { return nil }
        state = .isolated(since: now)
        return Notice(
            .isolated,
            .critical,
            route: nil,
            sentence: "\(name) is isolated: none of its control targets answers (\(list)), and no "
                + "pool does. What it sees does not count, and nothing is done by itself, until "
                + "that is over"
        )
    }

    private var list: String {
        credible.map(\.description).sorted().joined(separator: ", ")
    }

    private mutating func recover(at now: Instant) -> Notice? {
        guard case .isolated(let since) = state else { return nil }
        state = .sound
        return Notice(
            .vantageSound,
            .info,
            route: nil,
            sentence: "\(name) is no longer isolated, after \((now - since).inWords); everything "
                + "is judged anew"
        )
    }

    /// Takes in a gap in time.
    ///
    /// - Returns: what people are told; once until everything was probed anew.
    public mutating func take(gap: TimeGap, at now: Instant) -> Notice? {
        (silentRounds, silentSince) = (0, nil)
        switch state {
        case .isolated: return nil
        case .late:
            state = .late(since: now)
            return nil
        case .sound:
            state = .late(since: now)
            return Notice(
                .late,
                .warning,
                route: nil,
                sentence: "\(name) is late: \(gap.inWords). What it saw before does not count; "
                    + "everything is probed anew"
            )
        }
    }

    /// Everything that is watched was probed since that instant.
    ///
    /// - Returns: what people are told, when that ends being late.
    public mutating func probedAnew(since: Instant, at now: Instant) -> Notice? {
        guard case .late(let began) = state, since >= began else { return nil }
        state = .sound
        return Notice(
            .vantageSound,
            .info,
            route: nil,
            sentence: "\(name) is on time again: everything was probed anew within "
                + (now - began).inWords
        )
    }

    /// Whether isolation can be told at all, in a sentence for people.
    public var inWords: String {
        switch state {
        case .isolated:
            return "isolated: neither its control targets (\(list)) nor any pool answers; what it "
                + "sees does not count"
        case .late: return "late: what it saw before does not count, everything is probed anew"
        case .sound where answers.isEmpty:
            return "sound; without control targets it cannot tell whether it is isolated"
        case .sound where credible.isEmpty:
            return "sound; no control target has ever answered, so it cannot tell whether it is "
                + "isolated"
        case .sound: return "sound"
        }
    }
}
