import FailoverCore
import Foundation
import Testing

@Suite struct WeeklyWindowTests {
    /// From 2026-03-29 01:00Z (02:00 becomes 03:00) to 2026-10-25 01:00Z (03:00 becomes 02:00).
    private static let berlin = ZoneRules(
        offsetSeconds: 3_600,
        transitions: [
            .init(at: stamp("2026-03-29T01:00:00Z"), offsetSeconds: 7_200),
            .init(at: stamp("2026-10-25T01:00:00Z"), offsetSeconds: 3_600),
        ]
    )
    /// From 2026-03-08 07:00Z (02:00 becomes 03:00) to 2026-11-01 06:00Z (02:00 becomes 01:00).
    private static let newYork = ZoneRules(
        offsetSeconds: -18_000,
        transitions: [
            .init(at: stamp("2026-03-08T07:00:00Z"), offsetSeconds: -14_400),
            .init(at: stamp("2026-11-01T06:00:00Z"), offsetSeconds: -18_000),
        ]
    )

    private static func stamp(_ text: String) -> Timestamp {
        let date = (try? Date(text, strategy: .iso8601)) ?? .distantPast
        return Timestamp(millisecondsSinceEpoch: Int64(date.timeIntervalSince1970 * 1_000))
    }

    private func stamp(_ text: String) -> Timestamp { Self.stamp(text) }

    /// The stretches of a window between two moments, as the changes tell them.
    private func stretches(
        _ text: String,
        _ zone: ZoneRules,
        from start: String,
        to end: String
    ) throws -> [String] {
        let window = try WeeklyWindow(text)
        var moment = stamp(start)
        var found: [String] = window.isOpen(at: moment, zone) ? ["already open"] : []
        while let change = window.nextChange(after: moment, zone), change < stamp(end) {
            let opens = window.isOpen(at: change, zone)
            // The moment before says the other thing.
            let before = Timestamp(millisecondsSinceEpoch: change.millisecondsSinceEpoch - 1)
            #expect(window.isOpen(at: before, zone) != opens)
            found.append("\(opens ? "opens" : "closes") \(change)")
            moment = change
        }
        return found
    }

    @Test func `a window opens and closes by the clock on the wall of its zone`() throws {
        let text = "Sat 02:00-05:00 Europe/Berlin"
        #expect(
            try stretches(
                text,
                Self.berlin,
                from: "2026-11-20T00:00:00Z",
                to: "2026-11-29T00:00:00Z"
            )
                == [
                    "opens 2026-11-21T01:00:00Z", "closes 2026-11-21T04:00:00Z",
                    "opens 2026-11-28T01:00:00Z", "closes 2026-11-28T04:00:00Z",
                ]
        )
        #expect(
            try stretches(
                text,
                Self.berlin,
                from: "2026-07-03T00:00:00Z",
                to: "2026-07-05T00:00:00Z"
            )
                == ["opens 2026-07-04T00:00:00Z", "closes 2026-07-04T03:00:00Z"]
        )
    }

    @Test func `a range over midnight belongs to the day on which it begins`() throws {
        #expect(
            try stretches(
                "Sun 22:00-02:00 UTC",
                .utc,
                from: "2026-11-22T00:00:00Z",
                to: "2026-11-24T00:00:00Z"
            ) == ["opens 2026-11-22T22:00:00Z", "closes 2026-11-23T02:00:00Z"]
        )
        let window = try WeeklyWindow("Sun 22:00-02:00 UTC")
        #expect(!window.isOpen(at: stamp("2026-11-22T01:00:00Z"), .utc))
        #expect(window.isOpen(at: stamp("2026-11-23T01:59:59Z"), .utc))
    }

    @Test func `stretches that touch are one, also over the end of the week`() throws {
        #expect(
            try stretches(
                "Fri-Mon 00:00-24:00 UTC",
                .utc,
                from: "2026-11-19T00:00:00Z",
                to: "2026-11-26T00:00:00Z"
            ) == ["opens 2026-11-20T00:00:00Z", "closes 2026-11-24T00:00:00Z"]
        )
    }

    @Test func `several days and ranges`() throws {
        let window = try WeeklyWindow("Mon,wed 01:00-02:00,  FRI-Sat 23:30-00:30 UTC")
        let open = [
            "2026-11-23T01:00:00Z", "2026-11-25T01:59:00Z", "2026-11-27T23:30:00Z",
            "2026-11-28T00:29:00Z", "2026-11-29T00:29:00Z",
        ]
        let closed = [
            "2026-11-24T01:00:00Z", "2026-11-25T02:00:00Z", "2026-11-27T23:29:00Z",
            "2026-11-27T00:15:00Z", "2026-11-29T00:30:00Z",
        ]
        for time in open { #expect(window.isOpen(at: stamp(time), .utc), "\(time)") }
        for time in closed { #expect(!window.isOpen(at: stamp(time), .utc), "\(time)") }
        #expect(window.description == "Mon,wed 01:00-02:00, FRI-Sat 23:30-00:30 UTC")
    }

    @Test func `a window that is always open never changes`() throws {
        let window = try WeeklyWindow("Mon-Sun 00:00-24:00 Europe/Berlin")
        #expect(window.isOpen(at: stamp("2026-03-29T01:00:00Z"), Self.berlin))
        #expect(window.nextChange(after: stamp("2026-03-28T00:00:00Z"), Self.berlin) == nil)
    }

    // MARK: Clock changes

    @Test func `in Berlin's gap a range within the hour left out does not come that day`() throws {
        #expect(
            try stretches(
                "Sun 02:15-02:45 Europe/Berlin",
                Self.berlin,
                from: "2026-03-23T00:00:00Z",
                to: "2026-04-06T00:00:00Z"
            ) == ["opens 2026-04-05T00:15:00Z", "closes 2026-04-05T00:45:00Z"]
        )
    }

    @Test func `in Berlin's gap a range that reaches over it is an hour shorter`() throws {
        #expect(
            try stretches(
                "Sun 01:30-03:30 Europe/Berlin",
                Self.berlin,
                from: "2026-03-28T00:00:00Z",
                to: "2026-03-30T00:00:00Z"
            ) == ["opens 2026-03-29T00:30:00Z", "closes 2026-03-29T01:30:00Z"]
        )
        // One that begins in the hour left out opens at its end.
        #expect(
            try stretches(
                "Sun 02:30-05:00 Europe/Berlin",
                Self.berlin,
                from: "2026-03-28T00:00:00Z",
                to: "2026-03-30T00:00:00Z"
            ) == ["opens 2026-03-29T01:00:00Z", "closes 2026-03-29T03:00:00Z"]
        )
    }

    @Test func `in Berlin's overlap a range within the hour that comes twice opens twice`() throws {
        #expect(
            try stretches(
                "Sun 02:15-02:45 Europe/Berlin",
                Self.berlin,
                from: "2026-10-24T00:00:00Z",
                to: "2026-10-26T00:00:00Z"
            ) == [
                "opens 2026-10-25T00:15:00Z", "closes 2026-10-25T00:45:00Z",
                "opens 2026-10-25T01:15:00Z", "closes 2026-10-25T01:45:00Z",
            ]
        )
    }

    @Test func `in Berlin's overlap a range that reaches over it is an hour longer`() throws {
        #expect(
            try stretches(
                "Sat-Sun 01:00-04:00 Europe/Berlin",
                Self.berlin,
                from: "2026-10-24T12:00:00Z",
                to: "2026-10-26T00:00:00Z"
            ) == ["opens 2026-10-24T23:00:00Z", "closes 2026-10-25T03:00:00Z"]
        )
    }

    @Test func `New York's gap and overlap`() throws {
        #expect(
            try stretches(
                "Sun 02:00-03:00 America/New_York",
                Self.newYork,
                from: "2026-03-07T12:00:00Z",
                to: "2026-03-16T00:00:00Z"
            ) == ["opens 2026-03-15T06:00:00Z", "closes 2026-03-15T07:00:00Z"]
        )
        #expect(
            try stretches(
                "Sun 01:30-02:30 America/New_York",
                Self.newYork,
                from: "2026-10-31T12:00:00Z",
                to: "2026-11-02T00:00:00Z"
            ) == [
                "opens 2026-11-01T05:30:00Z", "closes 2026-11-01T06:00:00Z",
                "opens 2026-11-01T06:30:00Z", "closes 2026-11-01T07:30:00Z",
            ]
        )
    }

    @Test func `every minute of two weeks around a change agrees with the changes told`() throws {
        for (zone, start) in [
            (Self.berlin, "2026-03-23T00:00:00Z"), (Self.berlin, "2026-10-19T00:00:00Z"),
            (Self.newYork, "2026-03-02T00:00:00Z"), (Self.newYork, "2026-10-26T00:00:00Z"),
        ] {
            let window = try WeeklyWindow("Sat 22:00-02:30, Sun 02:45-03:15, Wed 00:00-24:00 X/Y")
            let first = stamp(start).millisecondsSinceEpoch
            var next = window.nextChange(after: stamp(start), zone)
            var isOpen = window.isOpen(at: stamp(start), zone)
            for minute in 1...20_160 {
                let time = Timestamp(millisecondsSinceEpoch: first + Int64(minute) * 60_000)
                if time == next {
                    isOpen.toggle()
                    next = window.nextChange(after: time, zone)
                }
                #expect(window.isOpen(at: time, zone) == isOpen, "\(time)")
            }
        }
    }

    // MARK: Text

    @Test(arguments: [
        "", "Sat", "Europe/Berlin", "Sat 02:00-05:00", "02:00-05:00 Europe/Berlin",
        "Sat 02:00 Europe/Berlin", "Sat 2:00-05:00 Europe/Berlin", "Sat 02:00-24:01 Europe/Berlin",
        "Sat 24:00-05:00 Europe/Berlin", "Sat 02:00-02:00 Europe/Berlin",
        "Sat- 02:00-05:00 Europe/Berlin", "Sat, 02:00-05:00 Europe/Berlin",
        "Sat 02:00-05:00 Sun 02:00-05:00 Europe/Berlin", "Caturday 02:00-05:00 Europe/Berlin",
        "Mon-Tue-Wed 02:00-05:00 Europe/Berlin", "Sat 02:00-05:00-07:00 Europe/Berlin",
        "Sat 02:0٣-05:00 Europe/Berlin", "Sat 02:00-05:00 Mon-Fri",
    ])
    func `what is no window is refused with a sentence`(text: String) {
        #expect {
            try WeeklyWindow(text)
        } throws: { error in
            (error as? WeeklyWindowFault)?.sentence.isEmpty == false
        }
    }

    @Test func `a window survives the journal as its text`() throws {
        let window = try WeeklyWindow("Sat 02:00-05:00 Europe/Berlin")
        let data = try JSONEncoder().encode([window])
        #expect(String(decoding: data, as: UTF8.self).contains("Sat 02:00-05:00 Europe"))
        #expect(try JSONDecoder().decode([WeeklyWindow].self, from: data) == [window])
        #expect(throws: DecodingError.self) {
            try JSONDecoder().decode([WeeklyWindow].self, from: Data(#"["never"]"#.utf8))
        }
    }

    // MARK: On the interval clock

    @Test func `a standing turns the next change into an instant`() throws {
        let window = try WeeklyWindow("Sat 02:00-05:00 UTC")
        let wall = stamp("2026-11-21T01:59:00Z")
        let now = Instant(nanoseconds: 5_000_000_000)
        #expect(
            WindowStanding(window, .utc, at: wall, now: now) == .closed(until: now + .seconds(60))
        )
        let open = WindowStanding(window, .utc, at: stamp("2026-11-21T04:00:00Z"), now: now)
        #expect(open == .open(until: now + .seconds(3_600)))
        #expect(open.isOpen(at: now + .seconds(3_599)))
        #expect(!open.isOpen(at: now + .seconds(3_600)))
        #expect(!WindowStanding.closed(until: now).isOpen(at: now + .seconds(1)))
        #expect(open.isLike(.open(until: now + .seconds(3_601)), within: .seconds(1)))
        #expect(!open.isLike(.open(until: now + .seconds(3_602)), within: .seconds(1)))
        #expect(!open.isLike(.open(until: nil), within: .seconds(1)))
        #expect(!open.isLike(.closed(until: now + .seconds(3_600)), within: .seconds(1)))
    }
}
