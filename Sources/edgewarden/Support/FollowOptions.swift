import ArgumentParser

/// How far a command goes along with a run.
struct FollowOptions: ParsableArguments {
    @Flag(inversion: .prefixedNo, help: "Follow the run to its end.")
    var follow = true

    @Flag(help: "Where the run waits for a person, end with 5 instead of waiting along.")
    var detach = false

    /// Whether to stay while the run waits for a person: somebody reads along, and may have stayed
    /// for it.
    func stays(_ voice: Voice) -> Bool { !detach && Terminal.isAttended(voice) }
}
