import ControlAPI

/// An order to a run that is there already, and going along with what comes of it.
struct RunOrder {
    let link: AgentLink
    let voice: Voice
    let follow: FollowOptions

    /// Gives the order, says so, and follows the run.
    ///
    /// - Parameters:
    ///   - order: what is ordered, with the run's number.
    ///   - before: the run as it was.
    ///   - words: what to say once it was taken in.
    ///   - wanted: outcomes that count as done.
    /// - Returns: the run at its end.
    /// - Throws: `no` when it is refused or stops, `unfinished` when it is not followed to its end.
    func carryOut(
        _ order: OrderBody,
        after before: ReportBody,
        saying words: String,
        wanted: Set<String>
    ) async throws(CommandFailure) -> RunBody {
        try await link.order(order)
        voice.say(Text.wrapped(words))
        let number = before.run.run
        guard follow.follow else {
            throw CommandFailure(
                .unfinished,
                "run \(number) is not followed: edgewarden status shows how far it is"
            )
        }
        try await waitUntilTaken(number, lines: before.timeline.count)
        var follower = RunFollower(
            link: link,
            voice: voice,
            request: before.run.request,
            stays: follow.stays(voice),
            wanted: wanted
        )
        follower.skipDone(of: before.run)
        return try await follower.follow()
    }

    /// Until the journal has the order, the run still looks as before.
    private func waitUntilTaken(_ number: Int, lines: Int) async throws(CommandFailure) {
        while try await link.report(number).timeline.count == lines, !Interrupt.isSeen {
            await NextLook.wait()
        }
    }
}
