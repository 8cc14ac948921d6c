/// What happened, line by line, for people.
struct Transcript: Sendable {
    private(set) var lines: [String] = []
    /// Whether people's sentences are given whole, not only what kind they are.
    var isWhole = true

    mutating func add(_ now: Int, _ words: String, isAction: Bool) {
        lines.append("\(Transcript.stamp(now)) \(isAction ? "!" : " ") \(words)")
    }

    /// `01:02:03`.
    static func stamp(_ seconds: Int) -> String {
        func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
        return "\(two(seconds / 3_600)):\(two(seconds / 60 % 60)):\(two(seconds % 60))"
    }
}
