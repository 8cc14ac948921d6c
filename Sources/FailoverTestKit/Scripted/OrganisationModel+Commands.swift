import FailoverCore

extension OrganisationModel {
    /// Carries a command out on a machine, as the cmdlet would.
    mutating func execute(
        _ command: PowerShellCommand,
        on edge: FQDN?,
        at now: Instant
    ) -> CommandResult {
        settle(at: now)
        if storeMaster == nil, command.needsStore {
            return CommandResult(errors: [
                "\(command.cmdlet.rawValue): cannot connect to the Central Management store"
            ])
        }
        switch command.cmdlet {
        case .getSite: return CommandResult(output: sites.map(object))
        case .getSipDomain: return CommandResult(output: sipDomains.map(object))
        case .setRegistrar, .setConferenceServer, .setMediationServer, .setDirector:
            return setAssociation(command)
        case .setEdgeServer: return setNextHop(command)
        case .getCommand: return findCommand(command)
        case .testNetConnection: return testPath(command, on: edge, at: now)
        case .resolveName: return resolve(command, on: edge)
        case .testSetupPermission: return testSetupPermission(command)
        case .getRecords, .addRecord, .removeRecord: return records(command)
        case .setSite: return setSite(command)
        case .enableTopology: return enable(command, at: now)
        case .getService:
            return CommandResult(
                output: edgeServices.map(object) + topology.associations.map(object)
            )
        case .getPool: return CommandResult(output: pools.map { poolObject($0.fqdn, $0.site) })
        case .getReplicationStatus: return replicationStatus(command, at: now)
        case .invokeReplication: return force(command, at: now)
        case .testFederatedPartner: return testPartner(command, at: now)
        case .getWindowsService, .startWindowsService, .stopWindowsService,
            .getWindowsServiceControl, .setWindowsServiceControl, .invokeSetup:
            guard let edge else {
                return CommandResult(errors: ["\(command.cmdlet.rawValue): not on an Edge server"])
            }
            switch command.cmdlet {
            case .getWindowsServiceControl, .setWindowsServiceControl:
                return serviceControl(command, on: edge, at: now)
            case .invokeSetup: return runSetup(on: edge)
            default: return services(command, on: edge, at: now)
            }
        }
    }

    private func object(_ site: Site) -> ManagementObject {
        ManagementObject([
            ("Identity", .string("Site:\(site.name)")),
            ("FederationRoute", site.routes[.sip].map(ManagementValue.string) ?? .null),
            ("XmppFederationRoute", site.routes[.xmpp].map(ManagementValue.string) ?? .null),
            ("DisplayName", .string(site.name)),
            ("SiteType", .string("CentralSite")),
            ("ParentSite", .null),
        ])
    }

    /// The domains that have a federation record.
    private var sipDomains: [FQDN] {
        let prefix = "_sipfederationtls._tcp."
        let names = zones.flatMap(\.sets).map(\.name.name).filter { $0.hasPrefix(prefix) }
        return Set(names).sorted().compactMap { FQDN(String($0.dropFirst(prefix.count))) }
    }

    private func object(_ domain: FQDN) -> ManagementObject {
        ManagementObject([
            ("Identity", .string(domain.name)), ("Name", .string(domain.name)),
            ("IsDefault", .bool(domain == sipDomains.first)),
        ])
    }

    private func object(_ service: EdgeServiceSnapshot) -> ManagementObject {
        func port(_ value: UInt16?) -> ManagementValue {
            value.map { .integer(Int64($0)) } ?? .null
        }
        return ManagementObject([
            ("Identity", .string("EdgeServer:\(service.pool)")),
            ("AccessEdgeExternalSipPort", port(service.federationPort)),
            ("AccessEdgeClientSipPort", port(service.clientPort)),
            ("AccessEdgeExternalFqdn", .string(service.externalName?.name ?? "")),
            ("XmppListeningPort", port(service.xmppPort)),
            (
                "Registrar",
                topology.nextHops[service.pool].map(ManagementValue.string) ?? .null
            ),
            (
                "DependentServiceList",
                .list(
                    topology.associations
                        .filter { $0.edgeServer == Self.printed(service.pool) }
                        .map { .string($0.service) }
                )
            ),
            ("PoolFqdn", .string(service.pool.name)),
            ("Role", .string("EdgeServer")),
        ])
    }

    private func poolObject(_ pool: FQDN, _ site: String) -> ManagementObject {
        let computers = machines.filter { $0.value.pool == pool }.keys.sorted()
        let isEdge = pools.first { $0.fqdn == pool }?.isEdge ?? false
        let isDirector = topology.associations.contains { $0.service == "Director:\(pool)" }
        let roles =
            isEdge
            ? ["EdgeServer"] : isDirector ? ["Director"] : ["UserServer", "Registrar"]
        return ManagementObject([
            ("Identity", .string(pool.name)),
            ("Services", .list(roles.map { .string("\($0):\(pool)") })),
            ("Computers", .list(computers.map { .string($0.name) })),
            ("Site", .string("Site:\(site)")),
        ])
    }

    private mutating func setSite(_ command: PowerShellCommand) -> CommandResult {
        guard case .string(let name)? = command[.identity],
            let index = sites.firstIndex(where: { $0.name.lowercased() == name.lowercased() })
        else {
            return CommandResult(errors: ["Set-CsSite: cannot find the site"])
        }
        for (kind, parameter) in [
            (RouteKind.sip, CmdletParameter.federationRoute), (.xmpp, .xmppFederationRoute),
        ] {
            guard case .string(let value)? = command[parameter] else { continue }
            guard let service = edgeServices.first(where: { "EdgeServer:\($0.pool)" == value })
            else {
                return CommandResult(errors: ["Set-CsSite: '\(value)' is not a service identity"])
            }
            if command.isTrial { return CommandResult() }
            let changed = sites[index].routes[kind] != value
            sites[index].routes[kind] = value
            let key = "site:\(sites[index].name):\(kind.rawValue):\(service.pool)"
            acts.append(ActRecord(key: key, changed: changed))
        }
        return CommandResult()
    }

    private mutating func enable(_ command: PowerShellCommand, at now: Instant) -> CommandResult {
        if command.isTrial { return CommandResult() }
        let changed = published != topology
        acts.append(ActRecord(key: "enable", changed: changed))
        guard changed else { return CommandResult() }
        published = topology
        publishedAt = Self.ticks(at: now)
        publishedAtInstant = now
        for (server, machine) in machines {
            machines[server]?.isCurrentAt =
                machine.waitsForForce
                ? .origin + .seconds(1_000_000) : now + machine.replicationDelay
        }
        return CommandResult(warnings: ["the topology was enabled; replication takes a while"])
    }

    private func replicationStatus(
        _ command: PowerShellCommand,
        at now: Instant
    ) -> CommandResult {
        if command[.centralManagementStoreStatus] != nil {
            guard let storeMaster else { return CommandResult(output: [ManagementObject([])]) }
            return CommandResult(output: [
                ManagementObject([("ActiveMasterFqdn", .string(storeMaster))])
            ])
        }
        let isEarly = now < publishedAtInstant + statusLag
        return CommandResult(
            output: machines.sorted { $0.key < $1.key }.map { server, machine in
                ManagementObject([
                    ("ReplicaFqdn", .string(server.name)),
                    ("UpToDate", .bool(machine.isCurrentAt == nil || isEarly)),
                    ("LastUpdateCreation", .ticks(machine.lastUpdate)),
                    ("ProductVersion", .string(machine.productVersion)),
                ])
            }
        )
    }

    private mutating func force(_ command: PowerShellCommand, at now: Instant) -> CommandResult {
        guard case .string(let name)? = command[.replicaFqdn], let server = FQDN(name),
            let machine = machines[server]
        else {
            return CommandResult(errors: ["Invoke-CsManagementStoreReplication: no such replica"])
        }
        acts.append(ActRecord(key: "force:\(server)", changed: machine.isCurrentAt != nil))
        if machine.isCurrentAt != nil { machines[server]?.isCurrentAt = now + .seconds(1) }
        return CommandResult()
    }

    private func testPartner(_ command: PowerShellCommand, at now: Instant) -> CommandResult {
        guard case .string(let target)? = command[.targetFqdn], let pool = FQDN(target),
            case .string(let text)? = command[.domain], let domain = FQDN(text)
        else { return CommandResult(errors: ["Test-CsFederatedPartner: wrong parameters"]) }
        let works = answers(pool, LegKind.sip, at: now) && answeringPartners.contains(domain)
        return CommandResult(output: [
            ManagementObject([
                ("TargetFqdn", .string(target)), ("Result", .string(works ? "Success" : "Failure")),
                ("Error", works ? .null : .string("504, Server time-out")),
            ])
        ])
    }

    private mutating func services(
        _ command: PowerShellCommand,
        on server: FQDN,
        at now: Instant
    ) -> CommandResult {
        guard var machine = machines[server] else { return CommandResult() }
        if command.cmdlet == .getWindowsService {
            return CommandResult(
                output: machine.services.map { service in
                    ManagementObject([
                        ("Name", .string(service.name)),
                        ("DisplayName", .string(service.displayName)),
                        ("Status", .string(machine.status(of: service, at: now))),
                    ])
                }
            )
        }
        var names = Set(machine.services.map(\.name))
        if case .string(let name)? = command[.name] { names = [name] }
        if case .strings(let list)? = command[.name] { names = Set(list) }
        if let unknown = names.subtracting(machine.services.map(\.name)).min() {
            return CommandResult(errors: ["Cannot find any service with service name '\(unknown)'."]
            )
        }
        let starts = command.cmdlet == .startWindowsService
        let isAll = names.count == machine.services.count
        if command.isTrial { return CommandResult() }
        if starts, !isAll,
            let disabled = machine.services.first(where: {
                names.contains($0.name) && $0.startType == .disabled
            })
        {
            return CommandResult(errors: ["Cannot start service \(disabled.name): it is disabled"])
        }
        var changed = false
        for index in machine.services.indices where names.contains(machine.services[index].name) {
            let runs = machine.services[index].isStarted && machine.condition != .crashed
            guard runs != starts else { continue }
            // Starting all of them passes the disabled ones over.
            if starts, machine.services[index].startType == .disabled { continue }
            changed = true
            machine.services[index].isStarted = starts && machine.canStart
            machine.services[index].startsUntil = starts ? now + startDelay : nil
            if starts, machine.services[index].isXMPP { machine.needsXMPPRestart = false }
        }
        if starts, isAll, machine.condition == .crashed, machine.canStart {
            machine.condition = .well
        }
        machines[server] = machine
        let single = machine.services.first { names.contains($0.name) }
        let what = isAll ? "all" : single?.isXMPP == true ? "xmpp" : single?.name ?? ""
        let key = "\(starts ? "start" : "stop"):\(server):\(what)"
        acts.append(ActRecord(key: key, changed: changed))
        return CommandResult()
    }
}

extension OrganisationModel.Service {
    /// Whether the display name names XMPP; short names are not to be relied on.
    var isXMPP: Bool { displayName.contains("XMPP") }
}

extension OrganisationModel.Machine {
    func status(of service: OrganisationModel.Service, at now: Instant) -> String {
        if condition == .crashed || !service.isStarted { return "Stopped" }
        if let until = service.startsUntil, now < until { return "StartPending" }
        return "Running"
    }
}

extension PowerShellCommand {
    subscript(parameter: CmdletParameter) -> ParameterValue? {
        bindings.first { $0.parameter == parameter }?.value
    }

    /// Whether it only shows what it would do.
    var isTrial: Bool { self[.whatIf] == .bool(true) }
}
