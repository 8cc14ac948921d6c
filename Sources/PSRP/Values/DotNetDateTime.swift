/// A .NET `DateTime` as it travels: ticks of 100 ns since 0001-01-01, and what its zone is.
public struct DotNetDateTime: Hashable, Sendable, CustomStringConvertible {
    /// What the text says about its zone.
    public enum Zone: Hashable, Sendable {
        /// No zone was given: what clock it is read from is the sender's secret.
        case unspecified
        /// The text ends in `Z`.
        case utc
        /// The text ends in `+hh:mm` or `-hh:mm`; minutes east of UTC.
        case offset(minutes: Int)
    }

    /// Ticks of 100 ns since 0001-01-01T00:00:00, as shown by the clock of `zone`.
    public let ticks: Int64
    /// What the text says about its zone.
    public let zone: Zone

    /// Makes a time from ticks as shown by the clock of a zone.
    ///
    /// - Precondition: the year is 1 to 9999.
    public init(ticks: Int64, zone: Zone) {
        precondition((0..<3_155_378_976_000_000_000).contains(ticks), "ticks \(ticks)")
        self.ticks = ticks
        self.zone = zone
    }

    /// The same instant in ticks of UTC; nil when the zone is not known.
    public var utcTicks: Int64? {
        switch zone {
        case .unspecified: nil
        case .utc: ticks
        case .offset(let minutes): ticks - Int64(minutes) * Self.ticksPerMinute
        }
    }

    private static let ticksPerSecond: Int64 = 10_000_000
    private static let ticksPerMinute = 60 * ticksPerSecond
    private static let ticksPerDay = 86_400 * ticksPerSecond

    /// Reads `yyyy-MM-ddTHH:mm:ss[.fffffff][Z|±hh:mm]`; nil when it is anything else.
    public init?(_ text: String) {
        var scanner = DigitScanner(text)
        guard let year = scanner.number(digits: 4), year >= 1, scanner.skip("-"),
            let month = scanner.number(digits: 2), (1...12).contains(month), scanner.skip("-"),
            let day = scanner.number(digits: 2), day >= 1,
            day <= Self.daysInMonth(year: year, month: month), scanner.skip("T"),
            let hour = scanner.number(digits: 2), hour < 24, scanner.skip(":"),
            let minute = scanner.number(digits: 2), minute < 60, scanner.skip(":"),
            let second = scanner.number(digits: 2), second < 60
        else { return nil }
        var fraction: Int64 = 0
        if scanner.skip(".") {
            guard let value = scanner.fraction(places: 7) else { return nil }
            fraction = value
        }
        guard let zone = Self.zone(&scanner) else { return nil }
        let days = Int64(Self.daysBefore(year: year, month: month) + day - 1)
        let seconds = Int64(hour * 3600 + minute * 60 + second)
        self.ticks = days * Self.ticksPerDay + seconds * Self.ticksPerSecond + fraction
        self.zone = zone
    }

    private static func zone(_ scanner: inout DigitScanner) -> Zone? {
        if scanner.isAtEnd { return .unspecified }
        if scanner.skip("Z") { return scanner.isAtEnd ? .utc : nil }
        let sign = scanner.skip("+") ? 1 : scanner.skip("-") ? -1 : 0
        guard sign != 0, let hours = scanner.number(digits: 2), hours <= 14, scanner.skip(":"),
            let minutes = scanner.number(digits: 2), minutes < 60, scanner.isAtEnd
        else { return nil }
        return .offset(minutes: sign * (hours * 60 + minutes))
    }

    /// The text with seven digits of fraction.
    public var description: String { text(fraction: padded(Int(ticks % Self.ticksPerSecond), 7)) }

    /// The text without the zeros that end its fraction, as .NET writes it.
    var shortDescription: String {
        var fraction = padded(Int(ticks % Self.ticksPerSecond), 7)
        while fraction.hasSuffix("0") { fraction.removeLast() }
        return text(fraction: fraction)
    }

    private func text(fraction: String) -> String {
        var days = Int(ticks / Self.ticksPerDay)
        let rest = ticks % Self.ticksPerDay
        var year = days / 366 + 1
        while Self.daysBefore(year: year + 1, month: 1) <= days { year += 1 }
        var month = 12
        while Self.daysBefore(year: year, month: month) > days { month -= 1 }
        days -= Self.daysBefore(year: year, month: month)
        let seconds = Int(rest / Self.ticksPerSecond)
        let date = "\(padded(year, 4))-\(padded(month, 2))-\(padded(days + 1, 2))"
        let time =
            "\(padded(seconds / 3600, 2)):\(padded(seconds / 60 % 60, 2)):\(padded(seconds % 60, 2))"
        return "\(date)T\(time)\(fraction.isEmpty ? "" : ".")\(fraction)\(zoneText)"
    }

    private var zoneText: String {
        switch zone {
        case .unspecified: return ""
        case .utc: return "Z"
        case .offset(let minutes):
            let size = abs(minutes)
            return (minutes < 0 ? "-" : "+") + "\(padded(size / 60, 2)):\(padded(size % 60, 2))"
        }
    }

    private static func isLeap(_ year: Int) -> Bool {
        year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
    }

    private static func daysInMonth(year: Int, month: Int) -> Int {
        switch month {
        case 2: isLeap(year) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }

    /// Days from 0001-01-01 to the first of a month.
    private static func daysBefore(year: Int, month: Int) -> Int {
        let past = year - 1
        var days = past * 365 + past / 4 - past / 100 + past / 400
        for earlier in 1..<max(month, 1) { days += daysInMonth(year: year, month: earlier) }
        return days
    }
}

/// A number with leading zeros.
private func padded(_ number: Int, _ width: Int) -> String {
    let digits = String(number)
    return String(repeating: "0", count: max(0, width - digits.utf8.count)) + digits
}
