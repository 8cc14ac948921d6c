/// The text of a .NET `TimeSpan`: an XML Schema duration such as `PT9.0269026S`.
enum DotNetTimeSpan {
    private static let ticksPerSecond: Int64 = 10_000_000
    private static let attosecondsPerTick: Int64 = 100_000_000_000

    /// Reads `[-]P[nY][nM][nD][T[nH][nM][n[.f]S]]`; a year is 365 days and a month 30, as in .NET.
    static func parse(_ text: String) -> Duration? {
        var scanner = DigitScanner(text)
        let negative = scanner.skip("-")
        guard scanner.skip("P"), !scanner.isAtEnd else { return nil }
        var ticks: Int128 = 0
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
            // Wide enough for any sum: the range is that of 64 bits, and judged at the end.
            ticks += Int128(number) * Int128(units[index].1 * ticksPerSecond) + Int128(fraction)
            units.removeSubrange(...index)
        }
        return Int64(exactly: negative ? -ticks : ticks).map(duration(ticks:))
    }

    /// The text of a duration, cut to ticks of 100 ns; parts that are zero are left out, as in .NET.
    static func text(of duration: Duration) -> String {
        let (seconds, attoseconds) = duration.components
        let negative = seconds < 0 || attoseconds < 0
        let whole = seconds.magnitude
        let ticks = attoseconds.magnitude / attosecondsPerTick.magnitude
        guard whole > 0 || ticks > 0 else { return "PT0S" }
        let digits = String(ticks)
        var fraction = String(repeating: "0", count: 7 - digits.utf8.count) + digits
        while fraction.hasSuffix("0") { fraction.removeLast() }
        let rest = "\(whole % 60)" + (fraction.isEmpty ? "" : ".\(fraction)")
        let days = whole >= 86_400 ? "\(whole / 86_400)D" : ""
        var time = ""
        if whole / 3600 % 24 > 0 { time += "\(whole / 3600 % 24)H" }
        if whole / 60 % 60 > 0 { time += "\(whole / 60 % 60)M" }
        if rest != "0" { time += "\(rest)S" }
        return (negative ? "-P" : "P") + days + (time.isEmpty ? "" : "T" + time)
    }

    private static func duration(ticks: Int64) -> Duration {
        Duration(
            secondsComponent: ticks / ticksPerSecond,
            attosecondsComponent: ticks % ticksPerSecond * attosecondsPerTick
        )
    }
}
