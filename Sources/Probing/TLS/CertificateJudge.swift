internal import Crypto
internal import FailoverCore
internal import Synchronization

/// Judges the chains that servers show, each kind once until a date in it makes a difference.
///
/// Parsing and verifying a chain costs about a third of a probe, and servers show the same chain
/// each time. So a judgement is kept per chain and names, for as long as no certificate in it, and
/// no authority, begins or ends to be valid.
final class CertificateJudge: Sendable {
    /// What a judgement depends on, apart from the time and the authorities.
    struct Question: Hashable, Sendable {
        /// Names of which the certificate has to carry one; empty to judge no name.
        var names: [FQDN]
        /// Whether `*.contoso.com` stands for `sip.contoso.com`; SIP peers do not accept that.
        var acceptsWildcards: Bool
    }

    private struct Key: Hashable, Sendable {
        var chainDigest: [UInt8]
        var question: Question
    }

    private struct Judgement: Sendable {
        var facts: CertificateFacts
        /// From when to (not including) when it holds, in milliseconds since the epoch.
        var holds: Range<Int64>
    }

    /// More judgements than an estate has servers times names; a hostile server that shows a new
    /// certificate each time cannot make it grow beyond.
    private static let judgementsMax = 256

    private let trust: TLSTrust
    private let judgements = Mutex<[Key: Judgement]>([:])

    init(trust: TLSTrust) {
        self.trust = trust
    }

    /// The facts of a chain (DER, leaf first), and what is wrong with it at a time.
    func judge(
        _ chain: [[UInt8]],
        _ question: Question,
        at now: Timestamp
    ) async -> CertificateFacts {
        var hash = SHA256()
        for certificate in chain { hash.update(data: certificate) }
        let key = Key(chainDigest: Array(hash.finalize()), question: question)
        let milliseconds = now.millisecondsSinceEpoch
        if let known = judgements.withLock({ $0[key] }), known.holds.contains(milliseconds) {
            return known.facts
        }
        let reading = ChainReading(chain: chain)
        let facts = await reading.facts(question, trust: trust, at: now)
        let holds = CertificateJudge.interval(
            around: milliseconds,
            boundaries: reading.boundaries + trust.boundaries
        )
        judgements.withLock { judgements in
            if judgements.count >= CertificateJudge.judgementsMax { judgements.removeAll() }
            judgements[key] = Judgement(facts: facts, holds: holds)
        }
        return facts
    }

    /// How many judgements are kept.
    var judgementCount: Int { judgements.withLock { $0.count } }

    /// The stretch of time around `now` in which none of the boundaries lies.
    static func interval(around now: Int64, boundaries: [Int64]) -> Range<Int64> {
        var lower = Int64.min
        var upper = Int64.max
        for boundary in boundaries {
            if boundary <= now {
                lower = max(lower, boundary)
            } else {
                upper = min(upper, boundary)
            }
        }
        return lower..<upper
    }
}
