internal import Synchronization
internal import X509

/// The intermediates that a server sent, as a store that ends a search that goes on too long.
///
/// The verifier tries every path. Certificates that all name each other as issuer make those
/// paths grow with the factorial of their number, each step costing a signature check.
struct SentIntermediates: CustomCertificateStore {
    /// Enough for any honest chain of eight, and at most some hundred signature checks.
    private static let lookupsMax = 32

    private final class Budget: Sendable {
        let left = Atomic(SentIntermediates.lookupsMax)
    }

    private var certificates: [Certificate]
    private let budget = Budget()

    init(_ certificates: [Certificate]) {
        self.certificates = certificates
    }

    subscript(subject: DistinguishedName) -> [Certificate]? {
        get async {
            let left = budget.left.subtract(1, ordering: .relaxed).newValue
            if left < 0 { return nil }
            let found = certificates.filter { $0.subject == subject }
            return found.isEmpty ? nil : found
        }
    }

    func contains(_ certificate: Certificate) async -> Bool { certificates.contains(certificate) }

    mutating func append(contentsOf more: some Sequence<Certificate>) {
        certificates.append(contentsOf: more)
    }

    static func == (left: SentIntermediates, right: SentIntermediates) -> Bool {
        left.certificates == right.certificates
    }

    func hash(into hasher: inout Hasher) { hasher.combine(certificates) }
}
