import FailoverCore

extension ScalarKind where Value == WeeklyWindow {
    /// Stretches of the week in a time zone that the machine knows.
    static let window = ScalarKind(WeeklyWindow.form) { text in
        do throws(WeeklyWindowFault) {
            let window = try WeeklyWindow(text.text)
            guard SystemZones.isKnown(window.zone) else {
                return .failure(
                    .impossible(
                        "'\(text.key)' names the time zone '\(window.zone)', which this machine does "
                            + "not know: write it as in the tz database, such as Europe/Berlin or "
                            + "America/New_York"
                    )
                )
            }
            return .success(window)
        } catch {
            return .failure(.impossible("'\(text.key)': \(error.sentence)"))
        }
    }
}
