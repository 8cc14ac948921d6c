/// Something that only a person can or may do in the middle of a run.
///
/// It says what to do and where, why the machine cannot, and what the machine will check
/// (runbooks, "A person's step").
public enum PersonTask: Sendable, Hashable, Codable {
    /// Topology Builder: the federation checkbox moves from one pool to another, and is published.
    case moveFederationFlag(from: FQDN, to: FQDN)
    /// The Central Management store is failed over to the pool of that site.
    ///
    /// `hasCmdlet` is false for Lync Server 2010, which has no cmdlet for it.
    case failOverStore(hasCmdlet: Bool, at: String)
    /// The Deployment Wizard's "Setup or Remove Components" on an Edge server.
    ///
    /// `mustRun` is false when a listening member needs nothing done.
    case runSetup(server: FQDN, pool: FQDN, version: ProductVersion, mustRun: Bool)
    /// A zone that no provider lets the agent change.
    case changeRecords(zone: ZoneKey, [DNSChange])
    /// Services of an Edge server that the agent cannot reach.
    case startServices(server: FQDN, pool: FQDN, ServiceSelection, LegKind)
    /// Services of an Edge server that the agent cannot reach are stopped and started again.
    case restartServices(server: FQDN, pool: FQDN, ServiceSelection, LegKind)
    /// The Access Edge of a member that the agent cannot reach is allowed to start again.
    case unfence(server: FQDN, pool: FQDN, startType: WindowsStartType)
    /// The Front End pool that had been failed over goes back.
    case failBackFrontEndPool(FQDN)

    /// The longest that a person is waited for; default 4 hours.
    public static let patience: Duration = .seconds(4 * 3_600)

    /// The same thing the other way round, for a run that is undone; nil where nothing needs it.
    public var undo: PersonTask? {
        switch self {
        case .moveFederationFlag(let from, let to): .moveFederationFlag(from: to, to: from)
        case .changeRecords(let zone, let changes):
            .changeRecords(zone: zone, changes.map(\.reversed))
        case .failOverStore, .runSetup, .startServices, .restartServices, .unfence,
            .failBackFrontEndPool:
            nil
        }
    }

    /// What to do, and where.
    public var instruction: String {
        switch self {
        case .moveFederationFlag(let from, let to):
            "On a Front End, open Topology Builder and download the topology anew. Under Edge pools,"
                + " edit the properties of \(from): under General clear 'Enable federation for this"
                + " Edge pool (Port 5061)'. Edit the properties of \(to): select it. Then Action,"
                + " Topology, Publish. Close Topology Builder afterwards: an open one would later"
                + " publish an old topology over what this run writes"
        case .failOverStore(true, let place):
            "On \(place), as a member of RTCUniversalServerAdmins, open the product's Management"
                + " Shell and run Invoke-CsManagementServerFailover -WhatIf, read what it says, and"
                + " then run it without -WhatIf. If the other SQL Server is gone too, it needs"
                + " -BackupSqlServerFqdn and -BackupSqlInstanceName of this estate's backup store"
        case .failOverStore(false, let place):
            "Lync Server 2010 has no cmdlet that fails the Central Management store over. Restore it"
                + " on \(place) from the backup (Export-CsConfiguration, Install-CsDatabase"
                + " -CentralManagementDatabase, Move-CsManagementServer -Force) as your own disaster"
                + " recovery document says"
        case .runSetup(let server, _, let version, _):
            "On \(server), open the \(version.wizardName) Deployment Wizard: Install or Update"
                + " \(version.wizardName) System, Setup or Remove \(version.wizardName) Components,"
                + " Run Again, Next. (The same from PowerShell: \(version.setupCommand).)"
                + " Look at the log, then Finish. If it installed anything,"
                + " apply the cumulative update again that the server had"
        case .changeRecords(let zone, let changes):
            "In the zone \(zone), change "
                + changes.map(\.inWords).joined(separator: "; ")
        case .startServices(let server, _, .all, _):
            "On \(server), run \(PowerShellCommand.startServices([]))"
        case .startServices(let server, _, .xmpp, _):
            "On \(server), start the service whose display name names XMPP"
        case .restartServices(let server, _, .all, _):
            "On \(server), run \(PowerShellCommand.stopServices([])), then"
                + " \(PowerShellCommand.startServices([]))"
        case .restartServices(let server, _, .xmpp, _):
            "On \(server), restart the service whose display name names XMPP"
        case .unfence(let server, _, let startType):
            "On \(server), run \(PowerShellCommand.setAccessEdge(startType)), then"
                + " \(PowerShellCommand.startServices([]))"
        case .failBackFrontEndPool(let pool):
            "If the Front End pool \(pool) had been failed over, run Invoke-CsPoolFailBack -PoolFqdn"
                + " \(pool) in the Management Shell (without -DisasterMode, which loses data). If it"
                + " had not been, do nothing"
        }
    }

    /// Why the machine does not do it.
    public var reason: String {
        switch self {
        case .moveFederationFlag: "no cmdlet moves this checkbox, and topology XML is not edited"
        case .failOverStore: "failing the store over can lose configuration, so a person decides"
        case .runSetup: "the wizard runs on the server itself, with a local administrator's rights"
        case .changeRecords: "the zone's provider is 'manual'"
        case .startServices(let server, _, _, _), .restartServices(let server, _, _, _),
            .unfence(let server, _, _):
            "\(server) cannot be managed by the agent now"
        case .failBackFrontEndPool:
            "failing a Front End pool back moves users, and nothing shows whether it was failed over"
        }
    }

    /// What the machine checks afterwards.
    public var check: String {
        switch self {
        case .moveFederationFlag(let from, let to):
            "the topology says that \(to) has federation port 5061 and \(from) none"
        case .failOverStore: "the Central Management store has an active master again"
        case .runSetup(let server, _, _, _):
            "\(server) listens on its federation port, and its product version is not older than"
                + " before"
        case .changeRecords(let zone, _): "every authoritative server of \(zone) says so"
        case .startServices(let server, _, _, let leg), .restartServices(let server, _, _, let leg):
            "\(server) answers \(leg.label)"
        case .unfence(let server, _, _): "\(server) answers \(LegKind.sip.label)"
        case .failBackFrontEndPool(let pool):
            "the replicas of the members of \(pool) are up to date; whether the users are back it"
                + " cannot see"
        }
    }

    /// What it changes, from what to what.
    public var changes: [String] {
        switch self {
        case .moveFederationFlag(let from, let to): ["federation checkbox: \(from) → \(to)"]
        case .failOverStore: ["the Central Management store moves"]
        case .runSetup(let server, _, _, _): ["\(server): the product's setup runs again"]
        case .changeRecords(_, let changes): changes.map(\.inWords)
        case .startServices(let server, _, _, _): ["\(server): services start"]
        case .restartServices(let server, _, _, _): ["\(server): services stop and start"]
        case .unfence(let server, _, _): ["\(server): the Access Edge may start again"]
        case .failBackFrontEndPool(let pool): ["the users of \(pool) go back to it"]
        }
    }

    /// Commands that the person runs, as they would type them; none where it is done by hand.
    public var commands: [String] {
        switch self {
        case .failOverStore(true, _): ["Invoke-CsManagementServerFailover"]
        case .runSetup(let server, _, let version, _):
            ["on \(server): \(version.setupCommand)"]
        case .changeRecords(_, let changes): changes.flatMap(\.lines)
        case .startServices(let server, _, let selection, _):
            ["on \(server): \(PowerShellCommand.startServices(selection.names))"]
        case .restartServices(let server, _, let selection, _):
            [
                "on \(server): \(PowerShellCommand.stopServices(selection.names))",
                "on \(server): \(PowerShellCommand.startServices(selection.names))",
            ]
        case .unfence(let server, _, let startType):
            [
                "on \(server): \(PowerShellCommand.setAccessEdge(startType))",
                "on \(server): \(PowerShellCommand.startServices([]))",
            ]
        case .failBackFrontEndPool(let pool): ["Invoke-CsPoolFailBack -PoolFqdn '\(pool)'"]
        case .failOverStore(false, _), .moveFederationFlag: []
        }
    }
}
