import FailoverCore

/// Durations as people write them: `500ms`, `5s`, `1m30s`, `24h`, `7d`.
public enum DurationText {
    /// What a text turned out to be.
    public enum Reading: Sendable, Hashable {
        /// A duration.
        case duration(Duration)
        /// A bare number.
        case withoutUnit
        /// Something else.
        case notADuration
    }

    private static let milliseconds: [String: Int64] = [
        "ms": 1, "s": 1_000, "m": 60_000, "h": 3_600_000, "d": 86_400_000,
    ]

    /// Reads whole numbers with a unit each, largest unit first, without spaces.
    public static func parse(_ text: String) -> Reading {
        if !text.isEmpty, text.utf8.count <= 9, text.utf8.allSatisfy(isDigit) {
            return .withoutUnit
        }
        var rest = text.utf8[...]
        var total: Int64 = 0
        var previous = Int64.max
        guard !rest.isEmpty, rest.count <= 32 else { return .notADuration }
        while !rest.isEmpty {
            let digits = rest.prefix(while: isDigit)
            rest = rest.dropFirst(digits.count)
            let unit = rest.prefix { !isDigit($0) }
            rest = rest.dropFirst(unit.count)
            // Nine digits of days still fit 64 bits of milliseconds.
            guard (1...9).contains(digits.count), let number = Int64(Substring(digits)),
                let size = milliseconds[String(Substring(unit))], size < previous
            else { return .notADuration }
            previous = size
            total += number * size
        }
        return .duration(.milliseconds(total))
    }

    /// Writes a duration so that ``parse(_:)`` reads it back, to the millisecond.
    public static func write(_ duration: Duration) -> String {
        var rest = duration.wholeMilliseconds
        var text = ""
        for (unit, size) in milliseconds.sorted(by: { $0.value > $1.value }) where rest >= size {
            text += "\(rest / size)\(unit)"
            rest %= size
        }
        return text.isEmpty ? "0s" : text
    }

    private static func isDigit(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
    }
}
