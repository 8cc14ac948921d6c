import FailoverCore

extension ProbeView {
    /// The JSON of a probe.
    struct Body: Encodable {
        let target: Target
        let alive: Bool
        let liveness: String
        let finding: String
        /// That of the answer, where there was one; see the page on decisions.
        let code: String
        let alert: String?
        let mediaProblem: String?
        let reason: String
        let connectMilliseconds: Double?
        let handshakeMilliseconds: Double?
        let totalMilliseconds: Double
        let tlsVersion: String?
        let answer: String?
        let certificate: Certificate?
        let trace: [String]
    }

    /// What was probed.
    struct Target: Encodable {
        let `protocol`: String
        let host: String
        let address: String
        let port: UInt16
        let stunPort: UInt16?
        let serverName: String?
        let otherAddresses: [String]
    }

    /// What the certificate says of itself.
    struct Certificate: Encodable {
        let subject: String
        let subjectAlternativeNames: [String]
        let issuer: String
        let notBefore: String
        let notAfter: String
        let extendedKeyUsages: [String]
        let fingerprint: String
        let chainLength: Int
        let problems: [Problem]

        init(_ facts: CertificateFacts) {
            subject = facts.subject
            subjectAlternativeNames = facts.subjectAlternativeNames
            issuer = facts.issuer
            notBefore = facts.notBefore.description
            notAfter = facts.notAfter.description
            extendedKeyUsages = facts.extendedKeyUsages
            fingerprint = facts.fingerprint
            chainLength = facts.chainLength
            problems = facts.problems.map(Problem.init)
        }
    }

    /// A fault of a certificate.
    struct Problem: Encodable {
        let code: String
        let sentence: String
        let isSerious: Bool

        init(_ problem: CertificateProblem) {
            code = problem.rawValue
            sentence = problem.inWords
            isSerious = problem.isSerious
        }
    }

    var body: Body {
        var alert: String?
        if case .tlsFailed(let name) = outcome.finding { alert = name }
        return Body(
            target: Target(
                protocol: stunPort == nil ? target.kind.rawValue : "media",
                host: host,
                address: target.address.description,
                port: target.port,
                stunPort: stunPort,
                serverName: target.serverName?.name,
                otherAddresses: others.map(\.description)
            ),
            alive: outcome.liveness == .alive,
            liveness: outcome.liveness.rawValue,
            finding: outcome.finding.code,
            code: outcome.code.rawValue,
            alert: alert,
            mediaProblem: outcome.mediaProblem?.rawValue,
            reason: outcome.reason,
            connectMilliseconds: outcome.connectTime?.inMilliseconds,
            handshakeMilliseconds: outcome.handshakeTime?.inMilliseconds,
            totalMilliseconds: outcome.totalTime.inMilliseconds,
            tlsVersion: outcome.tlsVersion,
            answer: outcome.answer,
            certificate: outcome.certificate.map(Certificate.init),
            trace: outcome.trace
        )
    }
}
