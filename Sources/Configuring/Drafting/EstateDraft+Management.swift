public import FailoverCore

/// How Front Ends and Edge servers are reached.
extension EstateDraft {
    /// The Front End to go to when one is lost: of another site where there is such a one, else of
    /// another pool, else another one of its pool; nil where its pool is not known from its address.
    public static func otherFrontEnd(
        than frontEnd: FrontEndText,
        in estate: DiscoveredEstate
    ) -> FQDN? {
        guard let own = pool(of: frontEnd, in: estate) else { return nil }
        let others = estate.frontEndPools.filter { $0.fqdn != own.fqdn && !$0.members.isEmpty }
        let other = others.first { $0.site != own.site } ?? others.first ?? own
        return other.members.first { !frontEnd.names($0) }
    }

    private static func pool(
        of frontEnd: FrontEndText,
        in estate: DiscoveredEstate
    ) -> DiscoveredEstate.FrontEndPool? {
        estate.frontEndPools.first { pool in
            pool.members.contains(where: frontEnd.names) || frontEnd.names(pool.fqdn)
        }
    }

    mutating func writeManagement() {
        lines += ["", "management:", "  front_ends:"]
        for endpoint in [frontEnd] + choices.otherFrontEnds { writeFrontEnd(endpoint) }
        if choices.takesTicket(with: frontEnd) {
            remark(
                "the agent needs a keytab of its own user: systemctl edit edgewarden, section"
                    + " [Service]: Environment=KRB5_CLIENT_KTNAME=FILE:/etc/edgewarden/agent.keytab"
                    + " KRB5CCNAME=MEMORY:"
            )
        }
        let own = EstateDraft.pool(of: frontEnd, in: estate)
        let others = estate.frontEndPools.filter { $0.fqdn != own?.fqdn }.flatMap(\.members)
        if choices.otherFrontEnds.isEmpty, !others.isEmpty {
            lines += [
                "    # Add one of another site, for the day when this one is lost with its pool:",
                "    # \(others.map(\.name).joined(separator: ", "))",
            ]
        }
        if let edges = choices.edges {
            lines += ["  edges:"] + edges.lines.map { "    \($0)" }
        } else {
            lines.append(
                "  # edges: how the Edge servers are reached for their services; see"
                    + " agent.conf.example."
            )
        }
    }

    private mutating func writeFrontEnd(_ endpoint: FrontEndText) {
        let site = EstateDraft.pool(of: endpoint, in: estate)?.site
        if site == nil { remark("the site of \(endpoint.url) is not known from its name") }
        for (place, line) in endpoint.lines.enumerated() {
            lines.append((place == 0 ? "    - " : "      ") + line)
        }
        lines.append("      site: \(self.site(site))\(site == nil ? "   # CHECK" : "")")
    }
}

extension FrontEndText {
    /// Whether that server's name stands in the URL.
    fileprivate func names(_ server: FQDN) -> Bool { url.lowercased().contains(server.name) }
}

extension DraftChoices {
    /// Whether anything is logged on to with a Kerberos ticket.
    fileprivate func takesTicket(with frontEnd: FrontEndText) -> Bool {
        var endpoints = [frontEnd] + otherFrontEnds
        if case .powershell(let host) = provider { endpoints.append(host) }
        let ticket = AgentConfiguration.Authentication.negotiate.rawValue
        return endpoints.contains { $0.authentication == ticket }
    }
}
