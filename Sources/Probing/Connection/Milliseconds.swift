internal import FailoverCore

/// Short times as text for trace lines: `3.2ms`.
enum Milliseconds {
    static func text(_ duration: Duration) -> String {
        let tenths = duration.wholeNanoseconds / 100_000
        return "\(tenths / 10).\(tenths % 10)ms"
    }
}

extension ProbeTarget {
    /// `127.0.1.11:5061` or `[2001:db8::1]:5061`.
    var place: String {
        switch address {
        case .v4: "\(address):\(port)"
        case .v6: "[\(address)]:\(port)"
        }
    }
}
