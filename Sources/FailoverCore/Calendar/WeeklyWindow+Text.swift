/// What is wrong with the text of a window.
public struct WeeklyWindowFault: Error, Sendable, Hashable {
    /// What is wrong, to stand alone.
    public let sentence: String
}

extension WeeklyWindow {
    /// What belongs where a window is written, to follow "must be".
    public static let form =
        "days, local times and a time zone, such as 'Sat 02:00-05:00 Europe/Berlin' or "
        + "'Mon-Fri 22:00-06:00, Sat,Sun 00:00-24:00 Europe/Berlin'"

    private static let days = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]

    /// Reads a window.
    ///
    /// - Throws: ``WeeklyWindowFault`` when the text is no window; an unknown zone is not found here.
    public init(_ text: String) throws(WeeklyWindowFault) {
        let words = text.split(whereSeparator: \.isWhitespace).map(String.init)
        guard let zone = words.last, WeeklyWindow.isZone(zone) else {
            throw WeeklyWindowFault(
                sentence: "the time zone is missing at the end of '\(text)': add one, such as "
                    + "Europe/Berlin"
            )
        }
        let clauses = words.dropLast()
        guard !clauses.isEmpty, clauses.count.isMultiple(of: 2) else {
            throw WeeklyWindowFault(sentence: "'\(text)' is not \(WeeklyWindow.form)")
        }
        var stretches: [Range<Int>] = []
        var written: [String] = []
        for start in stride(from: clauses.startIndex, to: clauses.endIndex, by: 2) {
            let isLast = start + 2 == clauses.endIndex
            var range = clauses[start + 1]
            guard isLast || range.last == "," || range.last == ";" else {
                throw WeeklyWindowFault(
                    sentence: "a comma is missing after '\(range)' in '\(text)'"
                )
            }
            if !isLast { range.removeLast() }
            let days = try WeeklyWindow.days(clauses[start])
            let minutes = try WeeklyWindow.minutes(range)
            stretches += days.map { day in
                day * 1_440 + minutes.lowerBound..<day * 1_440 + minutes.upperBound
            }
            written.append("\(clauses[start]) \(range)")
        }
        self.init(
            zone: zone,
            description: written.joined(separator: ", ") + " \(zone)",
            stretches: stretches
        )
    }

    /// A zone is a word of letters that is no day and no time: `UTC`, `America/New_York`.
    private static func isZone(_ word: String) -> Bool {
        guard let first = word.first, first.isLetter, !word.hasSuffix(",") else { return false }
        let named = word.split(whereSeparator: { $0 == "-" || $0 == "," }).map { $0.lowercased() }
        return !named.allSatisfy(days.contains)
    }

    /// `Sat`, `Sat,Sun`, `Mon-Fri`, `Fri-Mon`, in any letters.
    private static func days(_ text: String) throws(WeeklyWindowFault) -> [Int] {
        var found: [Int] = []
        for part in text.split(separator: ",", omittingEmptySubsequences: false) {
            let ends = part.split(separator: "-", omittingEmptySubsequences: false)
            let numbers = ends.compactMap { days.firstIndex(of: $0.lowercased()) }
            guard (1...2).contains(ends.count), numbers.count == ends.count,
                let first = numbers.first, let last = numbers.last
            else {
                throw WeeklyWindowFault(
                    sentence: "'\(part)' is no day and no range of days: write Mon, Tue, Wed, Thu, "
                        + "Fri, Sat or Sun, or a range such as Mon-Fri"
                )
            }
            found += (0...(last - first + 7) % 7).map { (first + $0) % 7 }
        }
        return found
    }

    /// `02:00-05:00` in minutes of the day; the end lies beyond 1440 for a range over midnight.
    private static func minutes(_ text: String) throws(WeeklyWindowFault) -> Range<Int> {
        let ends = text.split(separator: "-", omittingEmptySubsequences: false)
        guard ends.count == 2, let start = minute(ends[0]), let end = minute(ends[1]),
            start < 1_440
        else {
            throw WeeklyWindowFault(
                sentence: "'\(text)' is no range of times: write it as 02:00-05:00, from 00:00 to "
                    + "24:00"
            )
        }
        guard start != end else {
            throw WeeklyWindowFault(
                sentence: "'\(text)' begins where it ends: write 00:00-24:00 for a whole day"
            )
        }
        return start..<(end < start ? end + 1_440 : end)
    }

    private static func minute(_ text: Substring) -> Int? {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2, parts.allSatisfy({ $0.count == 2 && $0.allSatisfy(isDigit) }),
            let hour = Int(parts[0]), let minute = Int(parts[1]), minute < 60
        else { return nil }
        let total = hour * 60 + minute
        return total <= 1_440 ? total : nil
    }

    private static func isDigit(_ character: Character) -> Bool { ("0"..."9").contains(character) }
}
