import FailoverCore

/// Domains and sites, with where DNS leads partners.
extension EstateDraft {
    mutating func writeDomains() {
        if !estate.sipDomains.isEmpty {
            lines += ["", "sip_domains:"]
            for domain in estate.sipDomains {
                lines.append("  - name: \(domain)\(led(.sip, domain))")
            }
            if estate.holder(of: .xmpp) != nil { writeXMPPDomains() }
        }
        lines += ["", "sites:"] + estate.sites.map { "  - name: \(quoted($0.name.name))" }
    }

    /// Those that DNS leads XMPP partners to; which others federate, nothing says.
    private mutating func writeXMPPDomains() {
        if !estate.services.contains(where: { $0.kind == .xmpp && !$0.targets.isEmpty }) {
            remark("which domains federate over XMPP is neither in the topology nor in DNS")
            lines += [
                "", "# CHECK: the domains that federate over XMPP.",
                "xmpp_domains: [\(xmppDomains[0])]",
            ]
        } else {
            lines += ["", "xmpp_domains:"]
            for domain in xmppDomains {
                lines.append("  - \(domain)\(led(.xmpp, domain))")
            }
        }
    }

    /// Where DNS leads partners of a domain, as a comment.
    private mutating func led(_ kind: RouteKind, _ domain: FQDN) -> String {
        let service = estate.services.first { $0.kind == kind && $0.domain == domain }
        guard let service else { return "" }
        if service.targets.isEmpty {
            let name = kind.serviceName(in: domain)?.name ?? ""
            remark("DNS leads no \(kind.label) partner to \(domain): it has no SRV record \(name)")
            return "   # CHECK: no SRV record leads here"
        }
        let targets = service.targets.map(\.name).joined(separator: ", ")
        return "   # DNS leads partners to \(targets)"
    }
}
