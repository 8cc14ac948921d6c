import ArgumentParser
import Foundation

/// A moment in the past as people write it: `7d` ago, `2026-11-01`, or as ``TimeArgument`` takes it.
struct PastArgument: ExpressibleByArgument {
    let date: Date

    var millisecondsSinceEpoch: Int64 { Int64(date.timeIntervalSince1970 * 1_000) }

    init?(argument: String) {
        guard let date = PastArgument.parse(argument, now: Date(), zone: .current) else {
            return nil
        }
        self.date = date
    }

    /// A bare date is its first minute by this machine's clock; a bare time of day says no day.
    static func parse(_ text: String, now: Date, zone: TimeZone) -> Date? {
        if let length = DurationArgument(argument: text) {
            return now.addingTimeInterval(-Double(length.duration.components.seconds))
        }
        guard text.contains("-") else { return nil }
        let time = text.contains("T") ? text : text + "T00:00"
        return TimeArgument.parse(time, now: now, zone: zone).flatMap { $0 <= now ? $0 : nil }
    }
}
