internal import FailoverCore
internal import Glibc

extension Findings {
    /// One sentence: what happened, where, and what that usually means.
    func sentence(for finding: ProbeFinding, _ record: ConnectionRecord) -> String {
        let place = plan.target.place
        switch finding {
        case .answered:
            return "\(place) answered: \(record.answer ?? "")\(startTLSTrouble(record))"
        case .wantsClientCertificate:
            return profile?.showsCertificate == true
                ? "\(place) is alive, but refuses our client certificate\(ending(record))"
                : "\(place) is alive: it showed its certificate and wants one from us"
                    + ending(record)
        case .refused where plan.target.kind == .stun:
            return "\(place) refused the datagram (ICMP): nothing listens there (service stopped)"
        case .refused:
            return "\(place) refused the connection: nothing listens there"
                + " (service stopped or flag off)"
        case .connectTimeout:
            return "\(place) did not answer the connection attempt within \(plan.timeout.inWords):"
                + " host down, or packets are dropped on the way"
        case .unreachable:
            return "\(place) cannot be reached: the network says that there is no such host"
                + " or no way to it"
        case .reset:
            return "\(place) reset the connection \(moment(record))\(hint(record))"
        case .tlsFailed(let alert):
            return "\(place) failed the TLS handshake: " + tlsTrouble(alert, record)
        case .closedEarly:
            return "\(place) closed the connection \(moment(record))\(hint(record))"
        case .silent:
            return "\(place) accepted the connection, then said nothing\(pause(record))"
                + " within \(plan.timeout.inWords): the service hangs"
        case .unanswered:
            return
                "\(place) did not answer over UDP within \(plan.timeout.inWords): filtered or lost"
                + " on the way, or nobody is there; silence on UDP alone does not make a server dead"
        case .notTheProtocol:
            return "\(place) answered, but not with \(plan.target.kind.spoken): " + excerpt(record)
        case .inconclusive:
            return "\(place) could not be probed: " + ownTrouble(record)
        }
    }

    /// What is wrong with the certificate, to follow the sentence.
    func remarks(
        on certificate: CertificateFacts,
        _ question: CertificateJudge.Question?
    ) -> String {
        certificate.problems.map { problem in
            let detail =
                switch problem {
                case .expired: " (\(certificate.notAfter))"
                case .notYetValid: " (before \(certificate.notBefore))"
                case .notTrusted: " (issued by \(certificate.issuer))"
                case .nameMismatch:
                    " (\(question?.names.map(\.name).joined(separator: " or ") ?? "");"
                        + " it carries \(carried(certificate)))"
                case .noServerUsage, .noClientUsage, .unreadable: ""
                }
            return "; \(problem.inWords)\(detail)"
        }
        .joined()
    }

    /// The certificate as a line of the trace.
    func line(on certificate: CertificateFacts) -> String {
        let verdict =
            certificate.problems.isEmpty
            ? "nothing wrong with it"
            : certificate.problems.map(\.rawValue).joined(separator: ", ")
        return "certificate of \(certificate.subject), until \(certificate.notAfter): \(verdict)"
    }

    private func carried(_ certificate: CertificateFacts) -> String {
        let names = certificate.subjectAlternativeNames
        if names.isEmpty { return "none" }
        return names.prefix(5).joined(separator: ", ") + (names.count > 5 ? ", …" : "")
    }

    /// In which moment a connection fell silent.
    private func pause(_ record: ConnectionRecord) -> String {
        switch record.stage {
        case .handshaking: " during the TLS handshake"
        case .talking where plan.target.kind == .sip: " after the request"
        case .connecting, .talking: ""
        }
    }

    /// In which moment a connection ended.
    private func moment(_ record: ConnectionRecord) -> String {
        switch record.stage {
        case .connecting: "while connecting"
        case .handshaking: "during the TLS handshake"
        case .talking:
            plan.target.kind == .sip
                ? "after the request, without an answer" : "before it said anything"
        }
    }

    /// What to think of when a server that asked for our certificate ends the connection.
    private func hint(_ record: ConnectionRecord) -> String {
        record.askedForCertificate && profile?.showsCertificate == true
            ? " (it had asked for our client certificate, and may not trust it)" : ""
    }

    /// With what it ended the connection for want of a client certificate.
    private func ending(_ record: ConnectionRecord) -> String {
        switch record.end {
        case .tls(let failure): failure.alertName.map { " (TLS alert \($0))" } ?? " (it hung up)"
        case .failed: " (it reset the connection)"
        default: " (it hung up)"
        }
    }

    /// What became of STARTTLS when it did not come to its end; the server lives all the same.
    private func startTLSTrouble(_ record: ConnectionRecord) -> String {
        guard case .onRequest = plan.security, record.stage == .handshaking else { return "" }
        switch record.end {
        case .tls(let failure):
            return "; STARTTLS failed: "
                + (failure.endedInHandshake ? "it hung up" : tlsTrouble(failure.alertName, record))
        case .deadline: return "; STARTTLS failed: it was not finished in time"
        case .closed: return "; STARTTLS failed: it hung up"
        case .failed: return "; STARTTLS failed: it reset the connection"
        default: return "; STARTTLS was not finished"
        }
    }

    private func tlsTrouble(_ alert: String?, _ record: ConnectionRecord) -> String {
        if let alert { return "it sent the alert \(alert)" }
        guard case .tls(let failure) = record.end, !failure.reason.isEmpty else {
            return "for a reason unknown"
        }
        let words = Printable.text(failure.reason.lowercased(), limit: 80)
            .split(separator: "_").joined(separator: " ")
        return failure.reason == "UNSUPPORTED_PROTOCOL"
            ? "\(words) (it offers no TLS 1.2 or later)" : words
    }

    private func excerpt(_ record: ConnectionRecord) -> String {
        switch record.end {
        case .violated(let text): text
        case .tls: "it does not speak TLS on this port"
        default: "the conversation ended early"
        }
    }

    private func ownTrouble(_ record: ConnectionRecord) -> String {
        switch record.end {
        case .cancelled: "the probe was cancelled"
        case .setup(let text): text
        case .deadline(let late):
            "this machine was too busy to look in time (\(late.inWords) late), which says nothing"
                + " about the server"
        case .failed(let errno, let text): localTrouble(errno) ?? text
        default: "the fault is on our side"
        }
    }

    private func localTrouble(_ errno: Int32) -> String? {
        switch errno {
        case EMFILE, ENFILE: "too many open files on this machine (raise the limit)"
        case ENETUNREACH: "this machine has no route to \(plan.target.address)"
        case ENETDOWN: "this machine's network is down"
        case EADDRNOTAVAIL: "this machine has no free port or no address to connect from"
        case EACCES, EPERM: "a rule on this machine (firewall or sandbox) forbids the connection"
        case ENOBUFS, ENOMEM: "this machine has no memory left for connections"
        case EAFNOSUPPORT: "this machine does not speak the protocol of the address"
        default: nil
        }
    }
}

extension ProbeKind {
    /// The protocol's name in a sentence.
    var spoken: String {
        switch self {
        case .sip: "SIP"
        case .xmpp: "an XMPP stream"
        case .tls: "TLS"
        case .tcp: "TCP"
        case .stun: "STUN"
        }
    }
}
