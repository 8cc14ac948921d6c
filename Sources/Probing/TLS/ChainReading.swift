internal import Crypto
internal import FailoverCore
internal import FoundationEssentials
internal import SwiftASN1
@_spi(FixedExpiryValidationTime) internal import X509

/// A chain as read from the wire: the leaf and what came with it.
struct ChainReading {
    private let sent: [[UInt8]]
    /// The leaf; nil when it cannot be parsed.
    private let leaf: Certificate?
    private let intermediates: [Certificate]

    /// No public hierarchy is deeper; more is an attempt to keep us busy.
    private static let intermediatesMax = 8
    /// Names beyond this many are matched but not listed.
    private static let listedNamesMax = 100

    init(chain: [[UInt8]]) {
        sent = chain
        // A certificate that cannot be parsed is a finding about the server, not an error here.
        leaf = chain.first.flatMap { try? Certificate(derEncoded: $0) }
        intermediates = chain.dropFirst().prefix(ChainReading.intermediatesMax)
            .compactMap { try? Certificate(derEncoded: $0) }
    }

    /// The moments at which a certificate of the chain begins or ceases to be valid.
    var boundaries: [Int64] {
        ((leaf.map { [$0] } ?? []) + intermediates).flatMap(\.validityBoundaries)
    }

    func facts(
        _ question: CertificateJudge.Question,
        trust: TLSTrust,
        at now: Timestamp
    ) async -> CertificateFacts {
        let fingerprint = sent.first.map { Hexadecimal.text(of: SHA256.hash(data: $0)) } ?? ""
        guard let leaf else {
            return CertificateFacts(
                subject: "",
                issuer: "",
                subjectAlternativeNames: [],
                notBefore: Timestamp(millisecondsSinceEpoch: 0),
                notAfter: Timestamp(millisecondsSinceEpoch: 0),
                extendedKeyUsages: [],
                fingerprint: fingerprint,
                chainLength: sent.count,
                problems: [.unreadable]
            )
        }
        let names = CertificateNames(leaf)
        let usages = leaf.usages
        var problems: [CertificateProblem] = []
        if now >= leaf.endStamp { problems.append(.expired) }
        if now < leaf.notBeforeStamp { problems.append(.notYetValid) }
        if await !leads(to: trust, leaf: leaf, at: now) { problems.append(.notTrusted) }
        if !question.names.isEmpty,
            !question.names.contains(where: { name in
                names.carry(name, acceptingWildcards: question.acceptsWildcards)
            })
        {
            problems.append(.nameMismatch)
        }
        if let usages {
            let any = usages.contains(.any)
            if !any, !usages.contains(.serverAuth) { problems.append(.noServerUsage) }
            if !any, !usages.contains(.clientAuth) { problems.append(.noClientUsage) }
        }
        return CertificateFacts(
            subject: Printable.text(leaf.subject.description, limit: 400),
            issuer: Printable.text(leaf.issuer.description, limit: 400),
            subjectAlternativeNames: Array(names.listed.prefix(ChainReading.listedNamesMax)),
            notBefore: leaf.notBeforeStamp,
            notAfter: leaf.notAfterStamp,
            extendedKeyUsages: usages?.map(Certificate.word(for:)) ?? [],
            fingerprint: fingerprint,
            chainLength: sent.count,
            problems: problems
        )
    }

    /// Whether the leaf leads to an authority, its own dates apart: those have their own codes.
    private func leads(to trust: TLSTrust, leaf: Certificate, at now: Timestamp) async -> Bool {
        let moment = min(max(now, leaf.notBeforeStamp), leaf.notAfterStamp)
        let date = Date(timeIntervalSince1970: Double(moment.millisecondsSinceEpoch / 1_000))
        var verifier = Verifier(rootCertificates: CertificateStore(trust.anchors)) {
            RFC5280Policy(fixedExpiryValidationTime: date)
            LeafExtensionsJudgedElsewhere()
        }
        let store = CertificateStore(custom: SentIntermediates(intermediates))
        switch await verifier.validate(leaf: leaf, intermediates: store) {
        case .validCertificate: return true
        case .couldNotValidate: return false
        }
    }
}

/// Accepts critical SAN and EKU extensions, which ``ChainReading`` judges itself, and sees to it
/// that no intermediate is limited to uses other than servers.
private struct LeafExtensionsJudgedElsewhere: VerifierPolicy {
    let verifyingCriticalExtensions: [ASN1ObjectIdentifier] = [
        .X509ExtensionID.subjectAlternativeName, .X509ExtensionID.extendedKeyUsage,
    ]

    mutating func chainMeetsPolicyRequirements(
        chain: UnverifiedCertificateChain
    ) -> PolicyEvaluationResult {
        for issuer in chain.dropFirst() {
            guard let usages = issuer.usages else { continue }
            if !usages.contains(.any), !usages.contains(.serverAuth) {
                return .failsToMeetPolicy(reason: "an issuer may not issue for servers")
            }
        }
        return .meetsPolicy
    }
}

extension TLSTrust {
    /// The moments at which an authority begins or ceases to be valid.
    var boundaries: [Int64] { anchors.flatMap(\.validityBoundaries) }
}

extension Certificate {
    var notBeforeStamp: Timestamp { Certificate.stamp(notValidBefore) }
    var notAfterStamp: Timestamp { Certificate.stamp(notValidAfter) }

    /// The first moment at which it is valid no more: the whole second of `notAfter` belongs to it.
    var endStamp: Timestamp {
        Timestamp(millisecondsSinceEpoch: notAfterStamp.millisecondsSinceEpoch + 1_000)
    }

    /// The moments at which the certificate begins and ceases to be valid.
    var validityBoundaries: [Int64] {
        [notBeforeStamp.millisecondsSinceEpoch, endStamp.millisecondsSinceEpoch]
    }

    private static func stamp(_ date: Date) -> Timestamp {
        Timestamp(millisecondsSinceEpoch: Int64((date.timeIntervalSince1970 * 1_000).rounded()))
    }

    /// The extended key usages; nil when the certificate has none or they cannot be read.
    var usages: [ExtendedKeyUsage.Usage]? {
        // An unreadable extension limits nothing that we could name.
        guard let usages = try? extensions.extendedKeyUsage else { return nil }
        return Array(usages)
    }

    /// `serverAuth` and `clientAuth` by name, the others as the library prints them.
    static func word(for usage: ExtendedKeyUsage.Usage) -> String {
        switch usage {
        case .serverAuth: "serverAuth"
        case .clientAuth: "clientAuth"
        default: Printable.text(usage.description, limit: 80)
        }
    }
}
