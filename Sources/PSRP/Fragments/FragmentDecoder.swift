/// Puts messages together from bytes that arrive in any pieces; one per channel.
///
/// After it has thrown, the channel's place is lost: it throws the same error from then on.
public struct FragmentDecoder: Sendable {
    /// The limits that keep a hostile peer from exhausting this process.
    public struct Limits: Hashable, Sendable {
        /// Bytes of one message; 64 MiB by default.
        public var maximumMessageLength: Int
        /// Bytes of one fragment's data; 4 MiB by default.
        public var maximumFragmentLength: Int
        /// Messages begun and not ended at once; 16 by default.
        public var maximumOpenMessages: Int

        /// Makes limits; each has its default.
        public init(
            maximumMessageLength: Int = 64 << 20,
            maximumFragmentLength: Int = 4 << 20,
            maximumOpenMessages: Int = 16
        ) {
            self.maximumMessageLength = maximumMessageLength
            self.maximumFragmentLength = maximumFragmentLength
            self.maximumOpenMessages = maximumOpenMessages
        }
    }

    private struct Partial {
        var nextFragmentID: UInt64 = 0
        var bytes: [UInt8] = []

        mutating func add(_ data: [UInt8]) {
            bytes += data
            nextFragmentID += 1
        }
    }

    private let limits: Limits
    private var buffer: [UInt8] = []
    private var partials: [UInt64: Partial] = [:]
    private var partialBytes = 0
    private var failure: PSRPError?

    /// Begins with nothing.
    public init(limits: Limits = Limits()) {
        self.limits = limits
    }

    /// Whether bytes are waiting for the rest of a fragment or message.
    public var isIncomplete: Bool { !buffer.isEmpty || !partials.isEmpty }

    /// Takes the next bytes and gives the messages that became whole, oldest first.
    ///
    /// - Throws: `malformedFragment` or `limitExceeded`.
    public mutating func receive(_ bytes: some Sequence<UInt8>) throws(PSRPError) -> [[UInt8]] {
        if let failure { throw failure }
        buffer.append(contentsOf: bytes)
        do throws(PSRPError) {
            var messages: [[UInt8]] = []
            var position = 0
            while let fragment = try nextFragment(at: &position) {
                if let message = try accept(fragment) { messages.append(message) }
            }
            buffer.removeFirst(position)
            return messages
        } catch {
            failure = error
            buffer = []
            partials = [:]
            throw error
        }
    }

    private func nextFragment(at position: inout Int) throws(PSRPError) -> Fragment? {
        guard buffer.count - position >= Fragment.headerLength else { return nil }
        let flags = buffer[position + 16]
        guard flags & ~3 == 0 else {
            throw PSRPError(.malformedFragment, "a fragment has unknown flags \(flags)")
        }
        let length = Int(number(at: position + 17, bytes: 4))
        guard length <= limits.maximumFragmentLength else {
            throw PSRPError(
                .limitExceeded,
                "a fragment of \(length) bytes is above the limit of "
                    + "\(limits.maximumFragmentLength)"
            )
        }
        let start = position + Fragment.headerLength
        guard buffer.count - start >= length else { return nil }
        let fragment = Fragment(
            objectID: number(at: position, bytes: 8),
            fragmentID: number(at: position + 8, bytes: 8),
            isStart: flags & 1 != 0,
            isEnd: flags & 2 != 0,
            data: Array(buffer[start..<(start + length)])
        )
        position = start + length
        return fragment
    }

    private mutating func accept(_ fragment: Fragment) throws(PSRPError) -> [UInt8]? {
        try check(fragment)
        partialBytes += fragment.data.count
        guard partialBytes <= limits.maximumMessageLength else {
            throw PSRPError(
                .limitExceeded,
                "a message is longer than \(limits.maximumMessageLength) bytes"
            )
        }
        if fragment.isStart && fragment.isEnd {
            partialBytes -= fragment.data.count
            return fragment.data
        }
        // In place: a copy for each fragment would take quadratic time.
        partials[fragment.objectID, default: Partial()].add(fragment.data)
        if fragment.isEnd {
            let bytes = partials.removeValue(forKey: fragment.objectID)?.bytes ?? []
            partialBytes -= bytes.count
            return bytes
        }
        guard partials.count <= limits.maximumOpenMessages else {
            throw PSRPError(
                .limitExceeded,
                "more than \(limits.maximumOpenMessages) messages are open at once"
            )
        }
        return nil
    }

    /// Whether a fragment goes on where its message stands.
    private func check(_ fragment: Fragment) throws(PSRPError) {
        let id = fragment.objectID
        let expected = partials[id]?.nextFragmentID
        if expected == nil, !fragment.isStart {
            throw PSRPError(.malformedFragment, "message \(id) has no first fragment")
        }
        if expected != nil, fragment.isStart {
            throw PSRPError(.malformedFragment, "message \(id) begins twice")
        }
        guard fragment.fragmentID == expected ?? 0 else {
            throw PSRPError(
                .malformedFragment,
                "message \(id) goes on with fragment \(fragment.fragmentID) instead of "
                    + "\(expected ?? 0)"
            )
        }
    }

    private func number(at start: Int, bytes count: Int) -> UInt64 {
        buffer[start..<(start + count)].reduce(0) { $0 << 8 | UInt64($1) }
    }
}
