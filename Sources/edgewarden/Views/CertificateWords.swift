import FailoverCore

/// Certificate problems from the wire, in words.
enum CertificateWords {
    /// The problem in words; a code that this program does not know stays as it is.
    static func inWords(_ code: String) -> String {
        CertificateProblem(rawValue: code)?.inWords ?? code
    }
}

extension Duration {
    /// `1.2s`, `3m5s` from seconds.
    static func inWords(seconds: Double) -> String { Duration.seconds(seconds).inWords }

    /// An expected time, no more exact than it is: `20s`, `3m30s`, `12m`.
    static func roughly(_ seconds: Double) -> String {
        let grain: Double = seconds < 60 ? 5 : seconds < 300 ? 30 : 60
        return inWords(seconds: max(grain, (seconds / grain).rounded() * grain))
    }
}
