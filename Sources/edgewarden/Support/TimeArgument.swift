import ArgumentParser
import Foundation

/// A moment as people write it: `2026-11-22T05:00:00Z`, or `2026-11-22T05:00` and `05:00` by this
/// machine's clock.
struct TimeArgument: ExpressibleByArgument {
    let date: Date

    init?(argument: String) {
        guard let date = TimeArgument.parse(argument, now: Date(), zone: .current) else {
            return nil
        }
        self.date = date
    }

    /// A bare time of day is the next one.
    static func parse(_ text: String, now: Date, zone: TimeZone) -> Date? {
        if let date = try? Date(text, strategy: .iso8601) { return date }  // Another form follows.
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = zone
        let parts = text.split(separator: "T", omittingEmptySubsequences: false)
        guard let time = parts.last.flatMap({ numbers($0, ":", [2, 2]) }), time[0] < 24,
            time[1] < 60
        else { return nil }
        if parts.count == 1 {
            return calendar.nextDate(
                after: now,
                matching: DateComponents(hour: time[0], minute: time[1]),
                matchingPolicy: .nextTime
            )
        }
        guard parts.count == 2, let day = numbers(parts[0], "-", [4, 2, 2]) else { return nil }
        let components = DateComponents(
            year: day[0],
            month: day[1],
            day: day[2],
            hour: time[0],
            minute: time[1]
        )
        guard (1...12).contains(day[1]), (1...31).contains(day[2]) else { return nil }
        return calendar.date(from: components)
    }

    private static func numbers(
        _ text: Substring,
        _ separator: Character,
        _ digits: [Int]
    ) -> [Int]? {
        let parts = text.split(separator: separator, omittingEmptySubsequences: false)
        guard parts.map(\.count) == digits else { return nil }
        let numbers = parts.compactMap { UInt16($0).map(Int.init) }
        return numbers.count == digits.count ? numbers : nil
    }
}
