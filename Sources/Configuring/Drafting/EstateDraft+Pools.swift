import FailoverCore

/// Edge pools with their servers, and Front End pools.
extension EstateDraft {
    mutating func writeEdgePools() {
        lines += ["", "edge_pools:"]
        for pool in estate.edgePools where !pool.members.isEmpty {
            let version = pool.version ?? .sfb2015
            if pool.version == nil {
                remark(
                    "the version of \(pool.fqdn) is not known (\(pool.productVersion ?? "no replica tells"))"
                )
            }
            if pool.site == nil { remark("the site of \(pool.fqdn) is not known") }
            lines += [
                "  - fqdn: \(pool.fqdn)",
                "    site: \(site(pool.site))\(pool.site == nil ? "   # CHECK" : "")",
                "    version: \(version.rawValue)\(pool.version == nil ? "   # CHECK" : "")",
            ]
            writeMembers(pool)
        }
    }

    private mutating func writeMembers(_ pool: DiscoveredEstate.EdgePool) {
        let v4 = pool.addresses.filter { !$0.description.contains(":") }
        let isBehindBalancer = v4.count == 1 && pool.members.count > 1
        writePorts(pool.service)
        if isBehindBalancer {
            remark(
                "\(pool.fqdn) has one public address for \(pool.members.count) members: is it a hardware load balancer?"
            )
            lines += [
                "    load_balancing: hlb      # CHECK: one public address, several members",
                "    vip: { access: [\(quoted(v4[0].description))] }",
            ]
        } else if v4.count == pool.members.count, v4.count > 1 {
            remark("which public address of \(pool.fqdn) is which member's is not in the topology")
            lines.append("    # CHECK: which address is whose.")
        }
        lines.append("    servers:")
        for (place, member) in pool.members.enumerated() {
            lines.append("      - fqdn: \(member)")
            if isBehindBalancer {
                let own = placeholder(for: "the address where \(member) is probed")
                lines.append("        access: { probe: { default: \(own) } }   # NOT FOUND, CHECK")
            } else if v4.count == pool.members.count {
                lines.append("        access: { public: [\(quoted(v4[place].description))] }")
            } else {
                let own = placeholder(for: "the public address of \(member)")
                lines.append("        access: { public: [\(own)] }   # NOT FOUND, CHECK")
            }
        }
    }

    private mutating func writePorts(_ service: EdgeServiceSnapshot) {
        let ports: [(LegKind, UInt16?)] = [
            (.sip, service.federationPort), (.xmpp, service.xmppPort),
            (.access, service.clientPort),
        ]
        let odd = ports.compactMap { leg, port in
            port.flatMap { $0 == 0 || $0 == leg.standardPort ? nil : "\(leg.rawValue): \($0)" }
        }
        if !odd.isEmpty { lines.append("    ports: { \(odd.joined(separator: ", ")) }") }
    }

    mutating func writeFrontEndPools() {
        guard !estate.frontEndPools.isEmpty else { return }
        lines += ["", "front_end_pools:"]
        for pool in estate.frontEndPools {
            let media = pool.edgePools.map(\.name).joined(separator: ", ")
            lines.append(
                "  - { fqdn: \(pool.fqdn), site: \(site(pool.site)) }"
                    + (media.isEmpty ? "" : "   # media through \(media)")
            )
        }
    }
}
