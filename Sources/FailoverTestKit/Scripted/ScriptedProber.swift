public import FailoverCore
public import FailoverEngine
import Synchronization

/// Probes a ``ScriptedOrganisation``; what a place answers can be set for the next probes.
public final class ScriptedProber: Prober {
    private let organisation: ScriptedOrganisation
    private let scripts = Mutex<[IPAddress: [ProbeFinding]]>([:])

    /// Makes a prober.
    public init(_ organisation: ScriptedOrganisation) {
        self.organisation = organisation
    }

    /// Sets what an address answers next, probe by probe; afterwards the organisation decides again.
    public func answer(_ address: IPAddress, with findings: [ProbeFinding]) {
        scripts.withLock { $0[address] = findings }
    }

    /// Finds what the organisation is like now; silence takes the whole time-out.
    public func probe(_ target: ProbeTarget, timeout: Duration) async -> ProbeOutcome {
        let scripted = scripts.withLock { scripts -> ProbeFinding? in
            guard let next = scripts[target.address]?.first else { return nil }
            scripts[target.address]?.removeFirst()
            return next
        }
        let (server, found) = organisation.finding(target)
        let finding = scripted ?? found
        if finding == .silent || finding == .connectTimeout || finding == .unanswered {
            // A cancelled probe has found nothing.
            try? await organisation.clock.sleep(until: organisation.clock.now() + timeout)
        }
        let certificate =
            finding.liveness == .alive && target.kind != .tcp && target.kind != .stun
            ? server.flatMap { organisation.certificate(of: $0, for: target.serverName) } : nil
        let place = server.map { "\($0)" } ?? "\(target.address)"
        return ProbeOutcome(
            finding: finding,
            reason: "\(place) port \(target.port): \(finding.code)",
            certificate: certificate,
            totalTime: .milliseconds(1)
        )
    }
}

extension ScriptedOrganisation {
    /// What a probe of a place finds.
    func finding(_ target: ProbeTarget) -> (server: FQDN?, finding: ProbeFinding) {
        let now = clock.now()
        for pool in organisation.edgePools {
            for server in pool.servers
            where server.publicAddresses.contains(target.address)
                || server.probeAddresses.values.contains(target.address)
                || server.mediaAddresses.contains(target.address)
            {
                let kind: LegKind =
                    if server.mediaAddresses.contains(target.address) {
                        .media
                    } else if target.port == pool.port(for: .access) {
                        .access
                    } else {
                        target.port == pool.port(for: .xmpp) ? .xmpp : .sip
                    }
                let finding = look { model -> ProbeFinding in
                    switch model.machines[server.fqdn]?.condition {
                    case .off, nil: target.kind == .stun ? .unanswered : .connectTimeout
                    case .hanging where target.kind == .stun: .unanswered
                    case .hanging: target.kind == .tcp ? .answered : .silent
                    case .crashed: .refused
                    case .well:
                        model.serverAnswers(server.fqdn, kind, at: now) ? .answered : .refused
                    }
                }
                return (server.fqdn, finding)
            }
        }
        return (nil, .unreachable)
    }

    /// What a server's certificate says, judged for a name.
    func certificate(of server: FQDN, for name: FQDN?) -> CertificateFacts? {
        look { model in
            guard let pool = model.machines[server]?.pool else { return nil }
            let names = model.certificateNames[pool] ?? []
            var problems = model.certificateProblems[pool] ?? []
            if let name, !names.contains(name.name) { problems.append(.nameMismatch) }
            return CertificateFacts(
                subject: "CN=\(pool)",
                issuer: "CN=Test authority",
                subjectAlternativeNames: names,
                notBefore: Timestamp(millisecondsSinceEpoch: 1_700_000_000_000),
                notAfter: Timestamp(millisecondsSinceEpoch: 1_900_000_000_000),
                extendedKeyUsages: ["serverAuth", "clientAuth"],
                fingerprint: String(repeating: "0", count: 64),
                chainLength: 2,
                problems: problems
            )
        }
    }
}
