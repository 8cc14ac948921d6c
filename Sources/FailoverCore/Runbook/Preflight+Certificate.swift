/// The certificate that the target will show to partners (domain facts, section 6).
extension Preflight {
    /// How long before its end a certificate is worth a warning.
    private static let notice: Duration = .seconds(30 * 86_400)

    func certificate(_ move: Move) -> [PreflightBlocker] {
        guard let pool = organisation.edgePool(move.to) else { return [] }
        let names = requiredNames(move)
        return pool.servers.flatMap { server -> [PreflightBlocker] in
            guard let facts = shownCertificate(of: server.fqdn, for: move.kind) else { return [] }
            var problems = facts.problems.filter { $0.isSerious && $0 != .nameMismatch }
            if facts.notAfter <= snapshot.takenAt, !problems.contains(.expired) {
                problems.append(.expired)
            }
            var sentences = problems.map(\.inWords)
            let missing = names.filter { alternatives in
                !alternatives.contains { name in
                    facts.subjectAlternativeNames.contains {
                        name.isCovered(by: $0, wildcards: move.kind == .xmpp)
                    }
                }
            }
            if !missing.isEmpty {
                let list = missing.map { $0.map(\.name).joined(separator: " or ") }
                sentences.append("it does not carry \(list.joined(separator: ", "))")
            }
            return sentences.map { .certificate(server.fqdn, $0) }
        }
    }

    func certificateWarnings(_ move: Move) -> [String] {
        guard move.kind != .media, let pool = organisation.edgePool(move.to) else { return [] }
        var warnings: [String] = []
        var isSeen = false
        for server in pool.servers.map(\.fqdn) {
            guard let facts = shownCertificate(of: server, for: move.kind) else { continue }
            isSeen = true
            if facts.problems.contains(.noClientUsage) {
                warnings.append(
                    "the certificate of \(server) has no clientAuth usage: some partners may"
                        + " refuse connections from it"
                )
            }
            let rest = facts.notAfter - snapshot.takenAt
            if rest < Self.notice {
                warnings.append(
                    "the certificate of \(server) expires on \(facts.notAfter.description.prefix(10))"
                )
            }
        }
        if !isSeen {
            warnings.append(
                "no member of \(move.to) showed its certificate: whether partners accept it is not"
                    + " known"
            )
        }
        return warnings
    }

    /// The certificate of a member's Access Edge, by whichever leg it was shown.
    ///
    /// The federation ports and the client port share the external certificate, so before a port is
    /// enabled another leg shows it.
    private func shownCertificate(of server: FQDN, for kind: RouteKind) -> CertificateFacts? {
        let legs: [LegKind] =
            switch kind {
            case .sip: [.sip, .access, .xmpp]
            case .xmpp: [.xmpp, .sip, .access]
            case .media: []
            }
        for leg in legs {
            let member = snapshot.members.first { $0.server == server && $0.kind == leg }
            if let facts = member?.certificate { return facts }
        }
        return nil
    }

    /// Groups of names of which the certificate must carry one each.
    ///
    /// SIP: `sip.` of every domain (hybrid wants the same) and every SRV target that will lead here.
    /// XMPP: of every domain its XMPP name or the domain itself; certificates come in both forms.
    private func requiredNames(_ move: Move) -> [[FQDN]] {
        var names: Set<[FQDN]> = []
        for domain in organisation.domains(for: move.kind) {
            let targets = serviceTargets(of: domain, after: move)
            switch move.kind {
            case .media: break
            case .xmpp: names.insert(targets.prefix(1) + [domain])
            case .sip:
                if let name = domain.prefixed(by: "sip") { names.insert([name]) }
                names.formUnion(targets.map { [$0] })
            }
        }
        return names.sorted { $0.lexicographicallyPrecedes($1) }
    }
}

extension PreflightBlocker {
    fileprivate static func certificate(_ server: FQDN, _ sentence: String) -> PreflightBlocker {
        PreflightBlocker(
            check: "certificate",
            sentence: "the certificate of \(server) would be refused by partners: \(sentence)",
            readFrom: "the TLS probe",
            clearedBy: "install a certificate that is valid and carries every name"
        )
    }
}

extension FQDN {
    /// Whether a name of a certificate covers this one; wildcards do not satisfy SIP names.
    func isCovered(by name: String, wildcards: Bool) -> Bool {
        let name = name.lowercased()
        if name == self.name { return true }
        guard wildcards, name.hasPrefix("*."), let dot = self.name.firstIndex(of: ".") else {
            return false
        }
        return self.name[dot...] == name.dropFirst()
    }
}
