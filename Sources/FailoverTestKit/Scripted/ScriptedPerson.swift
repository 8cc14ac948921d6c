public import FailoverCore

extension ScriptedOrganisation {
    /// Does what a run asks a person to do, as a careful person would.
    public func perform(_ task: PersonTask) {
        let now = clock.now()
        switch task {
        case .moveFederationFlag(let from, let to):
            change { $0.moveFederationFlag(from: from, to: to) }
        case .failOverStore:
            change { model in
                let living = model.machines.filter { machine in
                    machine.value.condition == .well
                        && model.pools.contains { $0.fqdn == machine.value.pool && !$0.isEdge }
                }
                model.storeMaster = living.keys.min()?.name
            }
        case .runSetup(let server, _, _, _): change { _ = $0.runSetup(on: server) }
        case .changeRecords(let zone, let changes):
            change { model in
                let primary = model.zones.first { $0.zone == zone.name && $0.view == zone.view }
                guard let server = primary?.server else { return }
                _ = model.update(changes, at: server, zone.name, now: now)
            }
        case .startServices(let server, _, _, _), .restartServices(let server, _, _, _):
            startAll(on: server)
        case .unfence(let server, _, let type):
            change { model in
                for index in model.machines[server]?.services.indices ?? 0..<0
                where model.machines[server]?.services[index].name == WindowsStartType.accessEdge {
                    model.machines[server]?.services[index].startType = type
                }
            }
            startAll(on: server)
        case .failBackFrontEndPool: break
        }
        // A person's acts are not the agent's.
        change { model in model.acts.removeAll { $0.isPersons(task) } }
    }

    private func startAll(on server: FQDN) {
        change { model in
            guard var machine = model.machines[server] else { return }
            for index in machine.services.indices { machine.services[index].isStarted = true }
            machine.needsXMPPRestart = false
            model.machines[server] = machine
        }
    }
}

extension ActRecord {
    /// Whether it is the trace that a person's own doing leaves.
    fileprivate func isPersons(_ task: PersonTask) -> Bool {
        switch task {
        case .runSetup(let server, _, _, _): key == "setup:\(server)"
        case .changeRecords(_, let changes):
            key
                == Operation.changeRecords(zone: ZoneKey(name: changes[0].zone.name), changes)
                .actKey
        default: false
        }
    }
}
