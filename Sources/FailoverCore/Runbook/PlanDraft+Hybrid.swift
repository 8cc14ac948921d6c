/// What a hybrid organisation needs of the Edge servers that carry SIP federation from now on.
extension PlanDraft {
    /// The way to Microsoft 365, and the organisation's own SRV records, as each target Edge server
    /// sees them.
    ///
    /// The Edge servers' caches may take their time, so what may have to wait comes last.
    mutating func addCloudChecks(_ move: Move, _ records: DNSPlanner.Result?) {
        guard move.kind == .sip, organisation.sharesAddressSpace,
            let pool = organisation.edgePool(move.to)
        else { return }
        addImpact(
            "users in Microsoft 365 and on premises reach each other through \(move.to) from now on"
        )
        let servers = askedMembers(move)
        guard !servers.isEmpty else { return }
        for server in servers {
            add(
                "Check that \(server.host) reaches Microsoft 365",
                .cloudPath,
                move,
                .checkCloudPath(server: server),
                timeout: .seconds(120)
            )
        }
        let expectation = ResolutionExpectation(
            names: organisation.domains(for: .sip).compactMap { RouteKind.sip.serviceName(in: $0) },
            pool: move.to,
            port: pool.port(for: .sip),
            addresses: pool.publishedAddresses,
            formerAddresses: organisation.edgePool(move.from)?.publishedAddresses ?? [],
            oldTTL: records?.changes.flatMap(\.changes).compactMap(\.from?.ttl).max() ?? 0
        )
        if expectation.outlastsRuns {
            warn(
                "the members of \(move.to) may have the old DNS records cached for longer than the"
                    + " run waits for them (\(ResolutionExpectation.patience.inWords)): until then"
                    + " they mistake \(move.from.host) for the way in; Clear-DnsClientCache on them,"
                    + " and on the DNS servers that they ask, shortens it"
            )
        }
        for server in servers {
            add(
                "Check where our SRV records lead \(server.host)",
                .edgeResolution,
                move,
                .checkResolution(server: server, expectation),
                timeout: patience(move, expectation)
            )
        }
    }

    /// The members that can be asked; of the others the plan says what is not looked at.
    private mutating func askedMembers(_ move: Move) -> [FQDN] {
        let isRestoring = direction == .failback && areAllDead(move.to)
        return members(of: move.to).filter { server in
            if deadMembers.contains(server), !isRestoring {
                warn("\(server) answers nothing: what it sees of Microsoft 365 is not looked at")
                return false
            }
            if !isManageable(server) {
                warn(
                    "\(server) cannot be managed by the agent: see there by hand that"
                        + " \(CloudFederation.host) answers on \(CloudFederation.port) and that"
                        + " our SRV records lead to \(move.to)"
                )
                return false
            }
            return true
        }
    }

    /// Until no cache has an excuse, or something else than the agent has moved the names.
    private func patience(_ move: Move, _ expectation: ResolutionExpectation) -> Duration {
        if organisation.route(move.route)?.dnsStyle == DNSStyle.none {
            return ResolutionExpectation.patience
        }
        return min(max(expectation.allowance, .seconds(120)), ResolutionExpectation.patience)
    }
}

/// Where Edge servers send what is meant for Microsoft 365 (domain facts, section 7).
public enum CloudFederation {
    /// The proxy of the hosting provider.
    public static let host = FQDN.known("sipfed.online.lync.com")
    /// SIP over mutual TLS.
    public static let port: UInt16 = 5_061
}

extension FQDN {
    /// A name that the source itself holds.
    fileprivate static func known(_ text: String) -> FQDN {
        guard let name = FQDN(text) else { preconditionFailure("'\(text)' is no DNS name") }
        return name
    }
}
