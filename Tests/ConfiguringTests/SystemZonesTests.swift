import FailoverCore
import Foundation
import Testing

@testable import Configuring

@Suite struct SystemZonesTests {
    private func stamp(_ text: String) throws -> Timestamp {
        let date = try Date(text, strategy: .iso8601)
        return Timestamp(millisecondsSinceEpoch: Int64(date.timeIntervalSince1970 * 1_000))
    }

    @Test func `Berlin's and New York's changes of 2026 are those that the laws say`() throws {
        let start = try stamp("2026-01-10T00:00:00Z")
        let berlin = try #require(SystemZones.rules(of: "Europe/Berlin", around: start))
        #expect(berlin.offsetSeconds == 3_600)
        #expect(
            berlin.transitions.prefix(2) == [
                .init(at: try stamp("2026-03-29T01:00:00Z"), offsetSeconds: 7_200),
                .init(at: try stamp("2026-10-25T01:00:00Z"), offsetSeconds: 3_600),
            ]
        )
        let newYork = try #require(SystemZones.rules(of: "America/New_York", around: start))
        #expect(newYork.offsetSeconds == -18_000)
        #expect(
            newYork.transitions.prefix(2) == [
                .init(at: try stamp("2026-03-08T07:00:00Z"), offsetSeconds: -14_400),
                .init(at: try stamp("2026-11-01T06:00:00Z"), offsetSeconds: -18_000),
            ]
        )
    }

    @Test func `a zone without changes has none, and an unknown one is nil`() throws {
        let start = try stamp("2026-01-10T00:00:00Z")
        let kolkata = try #require(SystemZones.rules(of: "Asia/Kolkata", around: start))
        #expect(kolkata == ZoneRules(offsetSeconds: 19_800))
        #expect(SystemZones.rules(of: "Europe/Brelin", around: start) == nil)
    }
}
