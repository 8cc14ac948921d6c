/// What is needed where, for the check of a configuration against the live servers.
extension CommandNeed {
    /// What runs send to any Front End: what moves the routes, and what reads.
    public static func ofFrontEnds(_ organisation: Organisation) -> [CommandNeed] {
        let kinds = Set(organisation.routes.map(\.kind))
        return [
            CommandNeed(.getSite, .localStore), CommandNeed(.getService, .localStore),
            CommandNeed(.getPool, .localStore),
        ] + needs(of: RouteKind.allCases.filter(kinds.contains))
            + [CommandNeed(.testFederatedPartner, .targetFqdn)]
    }

    /// What runs send to an Edge server.
    public static func ofEdges(_ organisation: Organisation) -> [CommandNeed] {
        var needs = [
            CommandNeed(.getWindowsService, .excludeActivityLevel),
            CommandNeed(.startWindowsService, .name), CommandNeed(.stopWindowsService, .name),
        ]
        if organisation.routes.contains(where: { $0.fence == .accessEdge }) {
            needs += [
                CommandNeed(.getWindowsServiceControl, .name),
                CommandNeed(.setWindowsServiceControl, .startupType),
            ]
        }
        return needs
    }

    /// What runs send to the Windows DNS server of a zone.
    public static let ofNameServers = [
        CommandNeed(.getRecords, .zoneName), CommandNeed(.addRecord, .zoneName),
        CommandNeed(.removeRecord, .zoneName),
    ]
}
