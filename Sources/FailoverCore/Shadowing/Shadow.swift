/// What the policy holds of a route in mode `observe`, to say what mode `auto` would have done.
struct Shadow: Sendable {
    /// The decision that stands.
    var open: ShadowDecision?
    /// What held the route when it was last read.
    var seen: String?
    /// Until when the cool-down of moves would hold that would have been made.
    var coolDownUntil: Instant?
    /// When failovers would have been made, oldest first.
    var failovers: [Instant] = []

    init() {}

    init(_ memory: ShadowMemory, at now: Instant) {
        open = memory.open
        seen = memory.seen
        coolDownUntil = memory.coolDown.map { now + $0 }
        failovers = memory.failoverAges.map { now + (.zero - $0) }
    }

    func memory(at now: Instant) -> ShadowMemory {
        ShadowMemory(
            open: open,
            seen: seen,
            coolDown: coolDownUntil.flatMap { $0 > now ? $0 - now : nil },
            failoverAges: failovers.map { now - $0 }
        )
    }
}
