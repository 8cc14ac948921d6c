import ArgumentParser
import Configuring

/// A duration with units, as in `agent.conf`: `250ms`, `5s`, `2m`, `1h30m`.
struct DurationArgument: ExpressibleByArgument {
    let duration: Duration

    init(_ duration: Duration) { self.duration = duration }

    init?(argument: String) {
        guard case .duration(let duration) = DurationText.parse(argument), duration > .zero else {
            return nil
        }
        self.duration = duration
    }

    var defaultValueDescription: String { DurationText.write(duration) }
}
