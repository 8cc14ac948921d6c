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
}
