/// Finds what a person meant to write.
enum Suggestion {
    /// ` (did you mean 'interval'?)` for the nearest candidate, or nothing when none is near.
    static func clause(for word: String, among candidates: some Sequence<String>) -> String {
        nearest(to: word, among: candidates).map { " (did you mean '\($0)'?)" } ?? ""
    }

    /// The candidate with the fewest slips: at most one per three letters, at least one allowed.
    ///
    /// Failing that, one that the word begins with or that begins with the word (`ca`, `ca_file`).
    static func nearest(to word: String, among candidates: some Sequence<String>) -> String? {
        let typed = Array(word.lowercased().unicodeScalars.prefix(80))
        let allowed = max(1, typed.count / 3)
        let near = candidates.sorted()
            .map { (name: $0, slips: distance(typed, Array($0.lowercased().unicodeScalars))) }
            .filter { $0.slips <= allowed }
            .min { $0.slips < $1.slips }?.name
        return near ?? relative(of: word.lowercased(), among: candidates)
    }

    private static func relative(
        of word: String,
        among candidates: some Sequence<String>
    ) -> String? {
        guard word.utf8.count > 1 else { return nil }
        return candidates.sorted().first { candidate in
            let name = candidate.lowercased()
            return name.hasPrefix(word) || name.utf8.count > 2 && word.hasPrefix(name)
        }
    }

    /// Insertions, deletions, changes and swaps of neighbours from one word to the other.
    static func distance(_ left: [Unicode.Scalar], _ right: [Unicode.Scalar]) -> Int {
        if left.isEmpty || right.isEmpty { return max(left.count, right.count) }
        var beforeLast: [Int] = []
        var last = Array(0...right.count)
        for row in 1...left.count {
            var current = [row] + [Int](repeating: 0, count: right.count)
            for column in 1...right.count {
                let isSame = left[row - 1] == right[column - 1]
                var best = min(
                    last[column] + 1,
                    current[column - 1] + 1,
                    last[column - 1] + (isSame ? 0 : 1)
                )
                if row > 1, column > 1, left[row - 1] == right[column - 2],
                    left[row - 2] == right[column - 1]
                {
                    best = min(best, beforeLast[column - 2] + 1)
                }
                current[column] = best
            }
            (beforeLast, last) = (last, current)
        }
        return last[right.count]
    }
}
