import FailoverCore

/// What a probe of a server found: for people and as JSON.
struct ProbeView {
    let target: ProbeTarget
    let host: String
    let others: [IPAddress]
    let outcome: ProbeOutcome
    /// The UDP port, where a media probe tried two.
    var stunPort: UInt16?

    var lines: [String] {
        var facts: [(String, String)] = [
            ("verdict", verdict),
            ("finding", finding),
            ("reason", outcome.reason),
        ]
        if !others.isEmpty {
            let list = others.map(\.description).joined(separator: ", ")
            facts.append(("not tried", "\(host) has other addresses: \(list)"))
        }
        facts.append(("times", times))
        if let version = outcome.tlsVersion { facts.append(("TLS", version)) }
        if let answer = outcome.answer { facts.append(("answer", answer)) }
        let kind = stunPort.map { "Media, TCP and UDP \($0)," } ?? target.kind.rawValue.uppercased()
        var lines = ["\(kind) at \(place)"] + table(facts)
        if let certificate = outcome.certificate {
            lines += ["", "Certificate"] + table(ProbeView.facts(of: certificate))
        }
        lines += ["", "Trace"]
        lines += outcome.trace.flatMap { Text.wrapped($0, first: "  ", indent: 12) }
        return lines
    }

    private var place: String {
        let address =
            switch target.address {
            case .v4: "\(target.address):\(target.port)"
            case .v6: "[\(target.address)]:\(target.port)"
            }
        guard host != target.address.description else { return address }
        return "\(address) (\(host))"
    }

    private var verdict: String {
        outcome.liveness.inWords
            + (outcome.mediaProblem.map { ", IN PART: \($0.rawValue.inWords)" } ?? "")
    }

    private var finding: String {
        if case .tlsFailed(let alert?) = outcome.finding {
            "tls_failed, alert \(alert)"
        } else {
            outcome.finding.code
        }
    }

    private var times: String {
        [
            outcome.connectTime.map { "connected after \($0.fine)" },
            outcome.handshakeTime.map { "TLS after \($0.fine)" },
            "\(outcome.totalTime.fine) in all",
        ].compactMap { $0 }.joined(separator: ", ")
    }

    private static func facts(of certificate: CertificateFacts) -> [(String, String)] {
        let names = certificate.subjectAlternativeNames
        let usages = certificate.extendedKeyUsages
        let problems = certificate.problems.map(\.inWords)
        return [
            ("subject", certificate.subject),
            ("names", names.isEmpty ? "none" : names.joined(separator: ", ")),
            ("issuer", certificate.issuer),
            ("valid", "\(certificate.notBefore) to \(certificate.notAfter)"),
            (
                "usages",
                usages.isEmpty ? "any (no extended key usage)" : usages.joined(separator: ", ")
            ),
            ("SHA-256", certificate.fingerprint),
            ("chain", Text.count(certificate.chainLength, "certificate") + " sent"),
            ("problems", problems.isEmpty ? "none" : problems.joined(separator: "; ")),
        ]
    }

    private func table(_ facts: [(String, String)]) -> [String] {
        facts.flatMap { Text.wrapped($1, first: "  \($0.padded(to: 10))") }
    }
}

extension Liveness {
    fileprivate var inWords: String {
        switch self {
        case .alive: "ALIVE"
        case .dead: "NOT ALIVE"
        case .unknown: "NOT KNOWN (the probe could not be carried out here)"
        }
    }
}

extension Duration {
    /// Milliseconds with one decimal: `12.3 ms`.
    var fine: String {
        let tenths = wholeNanoseconds / 100_000
        return "\(tenths / 10).\(tenths % 10) ms"
    }

    /// Milliseconds, for JSON.
    var inMilliseconds: Double { Double(wholeNanoseconds / 1_000) / 1_000 }
}
