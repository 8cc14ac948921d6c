import FailoverCore

extension Snapshotter {
    /// What `Get-Command` does not find, and what the trials of writing cmdlets said.
    ///
    /// Trials take the same endpoint and account as a run, and change nothing. While the store is
    /// dead none can be tried.
    func commands(
        _ moves: [Move],
        _ topology: TopologyReading
    ) async -> (missing: [CommandNeed], failures: [String]) {
        let endpoint = ManagementEndpoint.frontEnd(topology.index)
        var missing: [CommandNeed] = []
        var failures: [String] = []
        for need in needs(moves, topology) {
            let command = PowerShellCommand.findCommand(need.cmdlet, with: need.parameter)
            do throws(ManagementFailure) {
                let result = try await management.run(
                    command,
                    at: endpoint,
                    timeout: .seconds(60)
                )
                // A command without the parameter is nothing, or an error, as the version goes.
                if result.output.isEmpty { missing.append(need) }
            } catch {
                failures.append(error.message)
            }
        }
        guard topology.storeFailure == nil, topology.storeMaster != nil else {
            return (missing, failures)
        }
        for command in trials(moves, topology) {
            do throws(ManagementFailure) {
                let result = try await management.run(
                    command,
                    at: endpoint,
                    timeout: .seconds(120)
                )
                if let error = result.errors.first { failures.append("\(command): \(error)") }
            } catch {
                failures.append(error.message)
            }
        }
        return (missing, failures)
    }

    private func needs(_ moves: [Move], _ topology: TopologyReading) -> [CommandNeed] {
        let roles = Set(
            topology.services.associations.compactMap { AssociatedRole($0.service)?.cmdlet }
        )
        return CommandNeed.needs(of: moves.map(\.kind)).filter { need in
            // Roles that this topology has not are no matter.
            let isOfRole = AssociatedRole.allCases.contains { $0.cmdlet == need.cmdlet }
            return !isOfRole || roles.contains(need.cmdlet)
        }
    }

    private func trials(_ moves: [Move], _ topology: TopologyReading) -> [PowerShellCommand] {
        var trials: [PowerShellCommand] = []
        for move in moves {
            let target = ServiceIdentity.edgeServer(move.to)
            switch move.kind {
            case .sip, .xmpp:
                let site = topology.sites.first { $0.edgePool(move.kind) == move.from }
                if let site {
                    trials.append(.setRoute(of: site.name, move.kind, to: target, whatIf: true))
                }
            case .media:
                let service = topology.services.associations.first {
                    $0.edgeServer == .edgeServer(move.from)
                }
                if let service {
                    trials.append(.setAssociation(of: service.service, to: target, whatIf: true))
                }
            }
        }
        // Whoever has nothing to change has nothing to enable either.
        return trials.isEmpty ? [] : trials + [.enableTopology(whatIf: true)]
    }
}
