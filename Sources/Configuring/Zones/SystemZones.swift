public import FailoverCore
import Foundation

/// The machine's knowledge of time zones.
public enum SystemZones {
    /// What a zone's clocks show from a day before a moment until 400 days after it.
    ///
    /// - Parameters:
    ///   - name: as in the tz database, such as `Europe/Berlin`.
    ///   - time: the moment.
    /// - Returns: the rules; nil when the machine knows no such zone.
    public static func rules(of name: String, around time: Timestamp) -> ZoneRules? {
        guard let zone = TimeZone(identifier: name) else { return nil }
        let day: TimeInterval = 86_400
        let seconds = TimeInterval(time.millisecondsSinceEpoch) / 1_000
        var moment = Date(timeIntervalSince1970: seconds - day)
        let first = zone.secondsFromGMT(for: moment)
        let end = Date(timeIntervalSince1970: seconds + 400 * day)
        var transitions: [ZoneRules.Transition] = []
        // No zone changes its offset more often than every few weeks.
        while transitions.count < 24,
            let next = zone.nextDaylightSavingTimeTransition(after: moment), next > moment,
            next < end
        {
            let at = Timestamp(
                millisecondsSinceEpoch: Int64((next.timeIntervalSince1970 * 1_000).rounded())
            )
            transitions.append(.init(at: at, offsetSeconds: zone.secondsFromGMT(for: next)))
            moment = next
        }
        return ZoneRules(offsetSeconds: first, transitions: transitions)
    }

    /// Whether the machine knows a zone of that name.
    static func isKnown(_ name: String) -> Bool { TimeZone(identifier: name) != nil }
}
