internal import FailoverCore
internal import Glibc

/// Turns what a connection showed into a finding, and the finding into a sentence.
struct Findings {
    let plan: ConnectionPlan
    /// Nil for a probe without TLS.
    let profile: TLSProfile?

    /// The outcome of a connection.
    ///
    /// The question says what the certificate is judged for; nil for a probe without TLS.
    func outcome(
        of record: ConnectionRecord,
        _ question: CertificateJudge.Question?
    ) async -> ProbeOutcome {
        var certificate: CertificateFacts?
        if let profile, let question, !record.chain.isEmpty {
            certificate = await profile.judge.judge(record.chain, question, at: profile.wallClock())
        }
        let finding = finding(of: record)
        var reason = sentence(for: finding, record)
        var trace = record.trace
        if let certificate {
            reason += remarks(on: certificate, question)
            let time = Milliseconds.text(record.handshakeTime ?? record.totalTime)
            let place = trace.lastIndex { $0.contains("TLS handshake done") }.map { $0 + 1 }
            trace.insert("\(time) \(line(on: certificate))", at: place ?? trace.endIndex)
        }
        let total = Milliseconds.text(record.totalTime)
        if !finding.isAnswered { trace.append("\(total) \(finding.code)") }
        return ProbeOutcome(
            finding: finding,
            reason: reason,
            certificate: certificate,
            tlsVersion: record.tlsVersion?.name,
            answer: record.answer,
            reply: record.reply,
            connectTime: record.connectTime,
            handshakeTime: record.handshakeTime,
            totalTime: record.totalTime,
            trace: trace
        )
    }

    /// The code of what happened.
    ///
    /// Once the peer has spoken the protocol nothing undoes that.
    func finding(of record: ConnectionRecord) -> ProbeFinding {
        if record.answer != nil { return .answered }
        switch record.end {
        case .finished, .violated: return .notTheProtocol
        case .cancelled, .setup: return .inconclusive
        case .deadline(let late):
            if late > .zero { return .inconclusive }
            if plan.target.kind == .stun { return .unanswered }
            return record.stage == .connecting ? .connectTimeout : .silent
        case .closed:
            return endedForWantOfCertificate(record) ? .wantsClientCertificate : .closedEarly
        case .failed(let errno, _):
            return finding(errno: errno, record)
        case .tls(let failure):
            return finding(of: failure, record)
        }
    }

    private func finding(errno: Int32, _ record: ConnectionRecord) -> ProbeFinding {
        switch errno {
        case ECONNREFUSED: .refused
        case EHOSTUNREACH, EHOSTDOWN: .unreachable
        case ETIMEDOUT where plan.target.kind == .stun: .unanswered
        case ETIMEDOUT: record.stage == .connecting ? .connectTimeout : .silent
        case ECONNRESET, ECONNABORTED, EPIPE:
            endedForWantOfCertificate(record) ? .wantsClientCertificate : .reset
        // What else the system may say is about this machine: files, memory, ports, routes.
        default: .inconclusive
        }
    }

    private func finding(of failure: TLSFailure, _ record: ConnectionRecord) -> ProbeFinding {
        if failure.endedInHandshake {
            return endedForWantOfCertificate(record) ? .wantsClientCertificate : .closedEarly
        }
        if failure.refusesClientCertificate, record.askedForCertificate, !record.chain.isEmpty {
            return .wantsClientCertificate
        }
        return failure.isNotTLS ? .notTheProtocol : .tlsFailed(alert: failure.alertName)
    }

    /// Whether a connection that ended without an alert did so because of our certificate.
    ///
    /// So it is when the server showed its own, asked for ours and was given none; or, having been
    /// given one, ended before the handshake was over. Windows servers are said to end it so.
    private func endedForWantOfCertificate(_ record: ConnectionRecord) -> Bool {
        guard record.askedForCertificate, !record.chain.isEmpty else { return false }
        return profile?.showsCertificate == false || record.stage == .handshaking
    }
}

extension ProbeFinding {
    var isAnswered: Bool { self == .answered }
}
