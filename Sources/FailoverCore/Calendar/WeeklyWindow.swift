/// Stretches of the week in a named time zone, such as `Sat 02:00-05:00 Europe/Berlin`.
///
/// One or more clauses of days and a range of local times, with commas between them, and the zone at
/// the end: `Mon-Fri 22:00-06:00, Sat,Sun 00:00-24:00 Europe/Berlin`. A range that ends before it
/// begins runs over midnight and belongs to the day on which it begins.
///
/// It is judged by what a clock on a wall in that zone shows. So where a clock change leaves out an
/// hour, a range within that hour does not come that day; where a change repeats an hour, a range
/// within it comes twice.
///
/// Pure: the zone's offsets come in as ``ZoneRules``.
public struct WeeklyWindow: Sendable, Hashable, CustomStringConvertible {
    /// The zone's name as written, such as `Europe/Berlin`; whether there is one, an adapter knows.
    public let zone: String
    /// The window as a person writes it.
    public let description: String
    /// Disjoint stretches in minutes since Monday 00:00, in order.
    let stretches: [Range<Int>]

    static let minutesOfWeek = 7 * 1_440

    init(zone: String, description: String, stretches: [Range<Int>]) {
        self.zone = zone
        self.description = description
        self.stretches = WeeklyWindow.merged(stretches)
    }

    /// Brings stretches that run into the next week back into this one, and joins what touches.
    private static func merged(_ stretches: [Range<Int>]) -> [Range<Int>] {
        let parts = stretches.flatMap { stretch -> [Range<Int>] in
            let over = stretch.upperBound - minutesOfWeek
            return over > 0
                ? [stretch.lowerBound..<minutesOfWeek, 0..<min(over, stretch.lowerBound)]
                : [stretch]
        }
        var merged: [Range<Int>] = []
        for part in parts.sorted(by: { $0.lowerBound < $1.lowerBound }) where !part.isEmpty {
            if let last = merged.last, part.lowerBound <= last.upperBound {
                let end = max(last.upperBound, part.upperBound)
                merged[merged.count - 1] = last.lowerBound..<end
            } else {
                merged.append(part)
            }
        }
        return merged
    }

    /// Whether the window is open at that moment.
    public func isOpen(at time: Timestamp, _ zone: ZoneRules) -> Bool {
        let minute = WeeklyWindow.minute(at: time, zone)
        return stretches.contains { $0.contains(minute) }
    }

    /// When it opens if it is closed, or closes if it is open; nil when that is more than 15 days away
    /// or never.
    ///
    /// Fifteen days, because a weekly range that a clock change leaves out comes again after 14.
    public func nextChange(after time: Timestamp, _ zone: ZoneRules) -> Timestamp? {
        let isOpenNow = isOpen(at: time, zone)
        let horizon = time.millisecondsSinceEpoch + 15 * 86_400_000
        var moment = time
        while let next = nextBoundary(after: moment, zone),
            next.millisecondsSinceEpoch <= horizon
        {
            if isOpen(at: next, zone) != isOpenNow { return next }
            moment = next
        }
        return nil
    }

    /// The next moment at which a stretch begins or ends, or the zone's offset changes.
    private func nextBoundary(after time: Timestamp, _ zone: ZoneRules) -> Timestamp? {
        let week = Int64(WeeklyWindow.minutesOfWeek) * 60_000
        let local = WeeklyWindow.localMilliseconds(at: time, zone)
        let distances = stretches.flatMap { [$0.lowerBound, $0.upperBound] }.map { minute in
            let ahead = (Int64(minute) * 60_000 - local) % week
            return ahead > 0 ? ahead : ahead + week
        }
        let boundary = distances.min().map {
            Timestamp(millisecondsSinceEpoch: time.millisecondsSinceEpoch + $0)
        }
        return [boundary, zone.nextTransition(after: time)].compactMap { $0 }.min()
    }

    private static func minute(at time: Timestamp, _ zone: ZoneRules) -> Int {
        Int(localMilliseconds(at: time, zone) / 60_000)
    }

    /// Milliseconds since Monday 00:00 on a wall clock of the zone.
    private static func localMilliseconds(at time: Timestamp, _ zone: ZoneRules) -> Int64 {
        let week = Int64(minutesOfWeek) * 60_000
        // The epoch was a Thursday.
        let monday = time.millisecondsSinceEpoch + 3 * 86_400_000
        let local = (monday + Int64(zone.offsetSeconds(at: time)) * 1_000) % week
        return local < 0 ? local + week : local
    }
}

extension WeeklyWindow: Codable {
    /// Decodes the text.
    ///
    /// - Throws: `DecodingError.dataCorrupted` for a text that is no window.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let text = try container.decode(String.self)
        do throws(WeeklyWindowFault) {
            self = try WeeklyWindow(text)
        } catch {
            throw DecodingError.dataCorruptedError(
                in: container,
                debugDescription: error.sentence
            )
        }
    }

    /// Encodes the text.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}
