/// Where a configuration and the live topology disagree.
extension DiscoveredEstate {
    /// Every disagreement, a sentence each; empty when the file is what the topology is.
    ///
    /// Only what both speak of is compared: addresses, for one, are in the file and in DNS, not in
    /// the topology.
    public func drift(from organisation: Organisation) -> [String] {
        siteDrift(from: organisation) + poolDrift(from: organisation)
            + frontEndDrift(from: organisation) + associationDrift(from: organisation)
            + domainDrift(from: organisation) + routeDrift(from: organisation)
    }

    private func siteDrift(from organisation: Organisation) -> [String] {
        let live = sites.map(\.name)
        let unknown = organisation.sites.filter { !live.contains($0) }
            .map { "site \($0) is in the file, and the topology has no such central site" }
        let missing = live.filter { !organisation.sites.contains($0) }
            .map { "site \($0) is in the topology, not in the file" }
        return unknown + missing
    }

    private func poolDrift(from organisation: Organisation) -> [String] {
        var drift: [String] = []
        for written in organisation.edgePools {
            guard let live = edgePools.first(where: { $0.fqdn == written.fqdn }) else {
                drift.append(
                    "Edge pool \(written.fqdn) is in the file, and the topology has no such Edge pool"
                )
                continue
            }
            drift += self.drift(of: written, live)
        }
        for live in edgePools where organisation.edgePool(live.fqdn) == nil {
            drift.append("Edge pool \(live.fqdn) is in the topology, not in the file")
        }
        return drift
    }

    private func drift(of written: FailoverCore.EdgePool, _ live: EdgePool) -> [String] {
        var drift: [String] = []
        if let site = live.site, site != written.site {
            drift.append(
                "Edge pool \(written.fqdn) belongs to site \(site); the file says \(written.site)"
            )
        }
        let members = written.servers.map(\.fqdn)
        for server in live.members where !members.contains(server) {
            drift.append(
                "\(server) is a member of \(written.fqdn) in the topology, not in the file"
            )
        }
        for server in members where !live.members.contains(server) {
            drift.append(
                "\(server) is a member of \(written.fqdn) in the file, not in the topology"
            )
        }
        if let version = live.version, !version.isAlike(written.version) {
            drift.append(
                "\(written.fqdn) runs \(version.productName) (\(live.productVersion ?? "")); the file"
                    + " says \(written.version.productName)"
            )
        }
        let ports: [(LegKind, UInt16?, String)] = [
            (.sip, live.service.federationPort, "SIP federation"),
            (.xmpp, live.service.xmppPort, "XMPP federation"),
            (.access, live.service.clientPort, "client sign-in"),
        ]
        for (leg, port, name) in ports {
            guard let port, port != 0, port != written.port(for: leg) else { continue }
            drift.append(
                "\(written.fqdn) listens on \(port) for \(name); the file says"
                    + " \(written.port(for: leg))"
            )
        }
        return drift
    }

    private func frontEndDrift(from organisation: Organisation) -> [String] {
        organisation.frontEndPools.compactMap { written in
            guard let live = frontEndPools.first(where: { $0.fqdn == written.fqdn }) else {
                return "Front End pool \(written.fqdn) is in the file, and the topology has no such"
                    + " pool"
            }
            guard let site = live.site, site != written.site else { return nil }
            return "Front End pool \(written.fqdn) belongs to site \(site); the file says"
                + " \(written.site)"
        }
    }

    private func associationDrift(from organisation: Organisation) -> [String] {
        frontEndPools.flatMap { pool in
            pool.edgePools.filter { organisation.edgePool($0) == nil }.map {
                "Front End pool \(pool.fqdn) uses Edge pool \($0) for media, which is not in the file"
            }
        }
    }

    private func domainDrift(from organisation: Organisation) -> [String] {
        // Not read, not compared.
        guard !sipDomains.isEmpty else { return [] }
        let written = organisation.sipDomains.map(\.name)
        let unknown = written.filter { !sipDomains.contains($0) }
            .map { "SIP domain \($0) is in the file, and the topology has no such domain" }
        let missing = sipDomains.filter { !written.contains($0) }
            .map { "SIP domain \($0) is in the topology, not in the file: its DNS is not watched" }
        return unknown + missing
    }

    private func routeDrift(from organisation: Organisation) -> [String] {
        organisation.routes.flatMap { route -> [String] in
            let holders = Set(sites.compactMap { $0.edgePool(route.kind) })
            return holders.subtracting(route.pools).sorted().map {
                "\($0) holds \(route.kind.carries) for a site, and is no pool of route \(route.name)"
            }
        }
    }
}

extension ProductVersion {
    /// Whether the same build numbers may be meant.
    fileprivate func isAlike(_ other: ProductVersion) -> Bool {
        let continued: Set<ProductVersion> = [.sfb2019, .sfbse]
        return self == other || continued.isSuperset(of: [self, other])
    }
}
