public import FailoverCore

/// Associations, next hops, service control, Setup, and what one server can see of another.
extension OrganisationModel {
    func object(_ association: Association) -> ManagementObject {
        ManagementObject([
            ("Identity", .string(association.service)),
            ("SiteId", .string("Site:\(association.site)")),
            ("EdgeServer", association.edgeServer.map(ManagementValue.string) ?? .null),
            ("PoolFqdn", .string(ServiceIdentity(association.service)?.pool.name ?? "")),
            ("Role", .string(ServiceIdentity(association.service)?.role ?? "")),
        ])
    }

    mutating func setAssociation(_ command: PowerShellCommand) -> CommandResult {
        guard case .string(let service)? = command[.identity],
            let role = ServiceIdentity(service).flatMap(AssociatedRole.init(_:)),
            role.cmdlet == command.cmdlet,
            let index = topology.associations.firstIndex(where: { $0.service == service })
        else {
            return CommandResult(errors: ["\(command.cmdlet.rawValue): cannot find the service"])
        }
        guard case .string(let edge)? = command[.edgeServer],
            let pool = edgeServices.first(where: { Self.printed($0.pool) == edge })?.pool
        else {
            return CommandResult(errors: ["\(command.cmdlet.rawValue): no such Edge service"])
        }
        if command.isTrial { return CommandResult() }
        let changed = topology.associations[index].edgeServer != edge
        topology.associations[index].edgeServer = edge
        acts.append(ActRecord(key: "associate:\(service):\(pool)", changed: changed))
        return CommandResult()
    }

    mutating func setNextHop(_ command: PowerShellCommand) -> CommandResult {
        guard case .string(let text)? = command[.identity],
            let edge = ServiceIdentity(text)?.pool, topology.nextHops[edge] != nil,
            case .string(let hop)? = command[.registrar],
            topology.associations.contains(where: { $0.service == hop })
        else { return CommandResult(errors: ["Set-CsEdgeServer: cannot find the service"]) }
        if command.isTrial { return CommandResult() }
        let changed = topology.nextHops[edge] != hop
        topology.nextHops[edge] = hop
        acts.append(ActRecord(key: "nexthop:\(edge):\(hop)", changed: changed))
        return CommandResult()
    }

    func findCommand(_ command: PowerShellCommand) -> CommandResult {
        guard case .string(let name)? = command[.name] else { return CommandResult() }
        if case .string(let parameter)? = command[.parameterName],
            missingParameters.contains(where: { $0.rawValue == parameter })
        {
            return CommandResult()
        }
        return CommandResult(output: [ManagementObject([("Name", .string(name))])])
    }

    func testPath(
        _ command: PowerShellCommand,
        on edge: FQDN?,
        at now: Instant
    ) -> CommandResult {
        guard case .string(let name)? = command[.computerName],
            case .integer(let port)? = command[.port]
        else { return CommandResult(errors: ["Test-NetConnection: wrong parameters"]) }
        let targets = machines.filter { $0.key.name == name || $0.value.pool.name == name }
        let isCloud = name == Self.cloud && !(edge.map(edgesWithoutCloud.contains) ?? false)
        let isOpen =
            !closedPorts.contains(UInt16(port))
            && (isCloud
                || targets.contains {
                    $0.value.condition == .well || $0.value.condition == .hanging
                })
        return CommandResult(output: [
            ManagementObject([
                ("ComputerName", .string(name)), ("RemotePort", .integer(Int64(port))),
                ("TcpTestSucceeded", .bool(isOpen)),
            ])
        ])
    }

    mutating func serviceControl(
        _ command: PowerShellCommand,
        on server: FQDN,
        at now: Instant
    ) -> CommandResult {
        guard case .string(let name)? = command[.name], var machine = machines[server],
            let index = machine.services.firstIndex(where: { $0.name == name })
        else { return CommandResult(errors: ["Cannot find any service with that name."]) }
        let service = machine.services[index]
        if command.cmdlet == .getWindowsServiceControl {
            return CommandResult(output: [
                ManagementObject([
                    ("Name", .string(name)),
                    ("Status", .string(machine.status(of: service, at: now))),
                    ("StartType", .string(service.startType.rawValue)),
                ])
            ])
        }
        guard case .string(let text)? = command[.startupType],
            let type = WindowsStartType(rawValue: text)
        else { return CommandResult(errors: ["Set-Service: no such startup type"]) }
        if command.isTrial { return CommandResult() }
        machine.services[index].startType = type
        machines[server] = machine
        let key = "starttype:\(server):\(type.rawValue)"
        acts.append(ActRecord(key: key, changed: service.startType != type))
        return CommandResult()
    }

    mutating func runSetup(on server: FQDN) -> CommandResult {
        guard var machine = machines[server] else { return CommandResult() }
        acts.append(ActRecord(key: "setup:\(server)", changed: machine.needsSetup))
        machine.needsSetup = false
        if let version = machine.versionAfterSetup { machine.productVersion = version }
        machines[server] = machine
        return CommandResult(output: [
            ManagementObject([
                ("ExitCode", .integer(0)), ("LogFile", .string("C:\\Bootstrap.html")),
                ("ProductVersion", .string(machine.productVersion)),
            ])
        ])
    }

    /// Moves the federation checkbox and publishes, as a person in Topology Builder does.
    ///
    /// The pool that it is switched on for listens once Setup has run on its members.
    public mutating func moveFederationFlag(from: FQDN, to: FQDN, port: UInt16 = 5061) {
        for index in edgeServices.indices {
            if edgeServices[index].pool == from { edgeServices[index].federationPort = nil }
            if edgeServices[index].pool == to { edgeServices[index].federationPort = port }
        }
        for (server, machine) in machines where machine.pool == to {
            machines[server]?.needsSetup = true
        }
    }
}

extension PowerShellCommand {
    /// Whether it reads or writes the Central Management store.
    var needsStore: Bool {
        switch cmdlet {
        case .getSite, .getService, .getPool: self[.localStore] != .bool(true)
        case .setSite, .setRegistrar, .setConferenceServer, .setMediationServer, .setDirector,
            .setEdgeServer, .enableTopology, .getReplicationStatus, .invokeReplication:
            true
        default: false
        }
    }
}
