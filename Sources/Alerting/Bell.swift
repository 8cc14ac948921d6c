/// Wakes one waiting task; a ring while nobody waits is kept, several count as one.
struct Bell: Sendable {
    private let stream: AsyncStream<Void>
    private let continuation: AsyncStream<Void>.Continuation

    init() {
        // One: a worker that wakes looks at the whole queue, so that more rings would tell nothing
        // more.
        (stream, continuation) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    func ring() {
        continuation.yield()
    }

    /// Returns at a ring, true; or when the task is cancelled, false.
    func wait() async -> Bool {
        var iterator = stream.makeAsyncIterator()
        return await iterator.next() != nil
    }

    func waitForCancellation() async {
        while await wait() {}
    }
}
