import Synchronization

/// A bounded queue with one reader.
///
/// When it is full the newest letter is refused, and its sender is told: nothing grows without end.
final class Mailbox<Letter: Sendable>: Sendable {
    private let stream: AsyncStream<Letter>
    private let continuation: AsyncStream<Letter>.Continuation

    init(capacity: Int) {
        (stream, continuation) = AsyncStream.makeStream(
            bufferingPolicy: .bufferingOldest(capacity)
        )
    }

    /// Puts a letter in; false when the box is full or closed.
    @discardableResult
    func send(_ letter: Letter) -> Bool {
        if case .enqueued = continuation.yield(letter) { true } else { false }
    }

    /// No more letters; the reader ends after those that are in.
    func close() { continuation.finish() }

    /// All letters in order; for one reader only.
    var letters: AsyncStream<Letter> { stream }
}
