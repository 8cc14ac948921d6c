import FailoverCore
import Testing

@Suite("Time: instants, stamps and durations")
struct TimeTests {
    @Test(
        arguments: [
            (0, "1970-01-01T00:00:00Z"), (-1, "1969-12-31T23:59:59Z"),
            (999, "1970-01-01T00:00:00Z"),
            (951_782_400_000, "2000-02-29T00:00:00Z"), (1_078_012_800_000, "2004-02-29T00:00:00Z"),
            (4_107_542_400_000, "2100-03-01T00:00:00Z"),
            (1_795_266_490_000, "2026-11-21T13:08:10Z"),
            (-62_135_596_800_000, "0001-01-01T00:00:00Z"),
            (253_402_300_799_000, "9999-12-31T23:59:59Z"),
        ] as [(Int64, String)]
    )
    func `a stamp is written as RFC 3339 in UTC`(milliseconds: Int64, expected: String) {
        #expect(Timestamp(millisecondsSinceEpoch: milliseconds).description == expected)
    }

    @Test(
        arguments: [
            (.zero, "0ms"), (.milliseconds(250), "250ms"), (.milliseconds(1_000), "1s"),
            (.milliseconds(1_500), "1.5s"), (.milliseconds(10_500), "10s"), (.seconds(59), "59s"),
            (.seconds(60), "1m"), (.seconds(90), "1m30s"), (.seconds(3_600), "1h"),
            (.seconds(3_601), "1h1s"), (.seconds(86_400), "1d"), (.seconds(90_061), "1d1h"),
            (.seconds(-90), "-1m30s"),
        ] as [(Duration, String)]
    )
    func `a duration is written as a person would`(duration: Duration, expected: String) {
        #expect(duration.inWords == expected)
    }

    @Test func `instants add and subtract durations`() {
        let instant = Instant.origin + .seconds(5)
        #expect(instant.nanoseconds == 5_000_000_000)
        #expect(instant - .origin == .seconds(5))
        #expect(Instant.origin - instant == .seconds(-5))
        #expect(Instant.origin < instant)
    }

    @Test func `endless durations saturate`() {
        #expect(Duration.seconds(Int64.max).wholeNanoseconds == .max)
        #expect(Duration.seconds(Int64.min).wholeNanoseconds == .min)
        #expect(Duration.milliseconds(-1_500).wholeMilliseconds == -1_500)
    }

    @Test func `stamps give the time between them`() {
        let first = Timestamp(millisecondsSinceEpoch: 1_000)
        let second = Timestamp(millisecondsSinceEpoch: 3_500)
        #expect(second - first == .milliseconds(2_500) && first < second)
    }
}
