import FailoverCore

extension ConnectionFinding {
    /// How findings about zones begin.
    static let zonePrefix = "zone "
}

extension Snapshotter {
    /// Whether the servers of each zone answer, and whether an update would be taken.
    ///
    /// The proof is that of preflight: a set that is there is repeated, which changes nothing.
    ///
    /// - Returns: a finding per zone, in the order of the configuration.
    public func surveyZones() async -> [ConnectionFinding] {
        guard !organisation.zones.isEmpty else { return [] }
        let move = organisation.routes.first { route in
            route.kind != .media && route.dnsStyle != .none && !route.standby.isEmpty
        }.flatMap { route in
            route.standby.first.map {
                Move(route: route.name, kind: route.kind, from: route.home, to: $0)
            }
        }
        let (readings, refusals) = await records(move.map { [$0] } ?? [], nil)
        return organisation.zones.map { zone in
            finding(
                zone,
                readings.filter { $0.zone == zone.key },
                refusal: refusals[zone.key],
                isChanged: move != nil
            )
        }
    }

    private func finding(
        _ zone: DNSZone,
        _ readings: [RecordReading],
        refusal: String?,
        isChanged: Bool
    ) -> ConnectionFinding {
        let place = ConnectionFinding.zonePrefix + "\(zone.key)"
        guard !readings.isEmpty else {
            return ConnectionFinding(
                place,
                .remark,
                ["no name that leads to a pool lies in it"],
                for: .act
            )
        }
        // The first failure of each server that answers nothing at all.
        let silent = zone.authoritative.compactMap { server -> RecordReading? in
            let own = readings.filter { $0.server == server }
            return own.allSatisfy { $0.failure != nil } ? own.first : nil
        }
        if let first = silent.first {
            return ConnectionFinding(
                place,
                .missing,
                silent.map { "\($0.server): \($0.failure ?? "")" },
                for: .act,
                remedy: Remedy(
                    "name the zone's own servers at dns.zones in agent.conf, and let this machine "
                        + "ask them; every detail:",
                    command: "edgewarden probe dns \(first.name) --type \(first.type.rawValue) "
                        + "--server \(first.server)"
                )
            )
        }
        if let refusal {
            return ConnectionFinding(
                place,
                .missing,
                [refusal],
                for: .act,
                remedy: Remedy(
                    "let what stands at 'provider' of this zone change its records, or make it "
                        + "'kind: manual': a person then changes them when a run asks"
                )
            )
        }
        let servers = zone.authoritative.count == 1 ? "its server answers" : "all servers answer"
        let isProven = readings.contains { $0.server == zone.authoritative.first && $0.set != nil }
        let permission: String
        if zone.provider == .manual {
            permission = "a person changes it"
        } else if !isChanged {
            permission = "no route changes it"
        } else {
            permission =
                isProven
                ? "it takes our updates" : "nothing is there with which an update could be tried"
        }
        return ConnectionFinding(place, .well, [servers, permission], for: .act)
    }
}
