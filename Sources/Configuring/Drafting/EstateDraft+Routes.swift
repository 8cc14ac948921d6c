import FailoverCore

/// Routes where federation is now.
extension EstateDraft {
    mutating func writeRoutes() {
        lines += ["", "routes:"]
        let before = lines.count
        for kind in [RouteKind.sip, .xmpp] { writeRoute(kind) }
        if lines.count == before {
            remark(
                "no site has a federation route to one of its Edge pools: there is no route to watch"
            )
            lines[before - 1] = "routes: []"
        }
    }

    private mutating func writeRoute(_ kind: RouteKind) {
        guard let home = estate.holder(of: kind), !estate.sipDomains.isEmpty else { return }
        let standby = estate.edgePools.filter { pool in
            pool.fqdn != home && (kind == .sip || (pool.version ?? .sfb2015).carriesXMPP)
        }.map(\.fqdn.name)
        let zoned = isZoned(kind)
        lines += [
            "  - name: \(kind.rawValue)", "    kind: \(kind.rawValue)",
            "    home: \(home)            # holds it now",
            "    standby: [\(standby.joined(separator: ", "))]",
            "    mode: \(choices.mode.rawValue)            # observe | approve | auto",
        ]
        if kind == .sip {
            let enabled = estate.edgePools.filter { $0.service.federationPort ?? 0 != 0 }
            lines += [
                "    # CHECK: \(enabled.count) of \(estate.edgePools.count) Edge pools have federation"
                    + " enabled (a port for it).",
                "    federation_flag: \(enabled.count > 1 ? "pre_staged" : "strict_single")",
            ]
        }
        lines.append("    dns: { style: \(zoned ? "address" : "none") }")
        if !zoned, !zones.isEmpty {
            remark(
                "not every domain's zone was found: route \(kind.rawValue) leaves DNS alone (style none)"
            )
        }
        if standby.isEmpty { remark("route \(kind.rawValue) has no other Edge pool to go to") }
    }
}
