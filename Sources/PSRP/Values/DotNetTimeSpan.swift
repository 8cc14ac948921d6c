/// The text of a .NET `TimeSpan`: an XML Schema duration such as `PT9.0269026S`.
enum DotNetTimeSpan {
    private static let ticksPerSecond: Int64 = 10_000_000
    private static let attosecondsPerTick: Int64 = 100_000_000_000

    /// Reads `[-]P[nY][nM][nD][T[nH][nM][n[.f]S]]`; a year is 365 days and a month 30, as in .NET.
    static func parse(_ text: String) -> Duration? {
        var scanner = DigitScanner(text)
        let negative = scanner.skip("-")
        guard scanner.skip("P"), !scanner.isAtEnd else { return nil }
        var ticks: Int64 = 0
        var units: [(Unicode.Scalar, Int64)] = [("Y", 31_536_000), ("M", 2_592_000), ("D", 86_400)]
        var inTime = false
        while !scanner.isAtEnd {
            if !inTime, scanner.skip("T") {
                inTime = true
                units = [("H", 3600), ("M", 60), ("S", 1)]
                guard !scanner.isAtEnd else { return nil }
            }
            guard let number = scanner.number() else { return nil }
            var fraction: Int64 = 0
            if inTime, scanner.skip(".") {
                guard let value = scanner.fraction(places: 7) else { return nil }
                fraction = value
                units = [("S", 1)]
            }
            guard let index = units.firstIndex(where: { scanner.skip($0.0) }) else { return nil }
            let (scaled, overflow) = number.multipliedReportingOverflow(
                by: units[index].1 * ticksPerSecond
            )
            let (sum, overflowOfSum) = ticks.addingReportingOverflow(scaled)
            let (total, overflowOfTotal) = sum.addingReportingOverflow(fraction)
            guard !overflow, !overflowOfSum, !overflowOfTotal else { return nil }
            ticks = total
            units.removeSubrange(...index)
        }
        return duration(ticks: negative ? -ticks : ticks)
    }

    /// The text of a duration, cut to ticks of 100 ns.
    static func text(of duration: Duration) -> String {
        let (seconds, attoseconds) = duration.components
        let negative = seconds < 0 || attoseconds < 0
        let whole = seconds.magnitude
        let ticks = attoseconds.magnitude / attosecondsPerTick.magnitude
        var text = negative ? "-P" : "P"
        if whole >= 86_400 { text += "\(whole / 86_400)D" }
        let digits = String(ticks)
        let fraction = String(repeating: "0", count: 7 - digits.utf8.count) + digits
        text += "T\(whole / 3600 % 24)H\(whole / 60 % 60)M\(whole % 60)"
        return text + (ticks == 0 ? "S" : ".\(fraction)S")
    }

    private static func duration(ticks: Int64) -> Duration {
        Duration(
            secondsComponent: ticks / ticksPerSecond,
            attosecondsComponent: ticks % ticksPerSecond * attosecondsPerTick
        )
    }
}
