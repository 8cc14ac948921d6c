import FailoverCore

extension StepExecutor {
    func observeRoute(
        _ site: SiteName,
        _ kind: RouteKind,
        _ from: ServiceIdentity,
        _ to: ServiceIdentity,
        _ endpoint: ManagementEndpoint
    ) async -> Observed {
        let place = "Get-CsSite at \(management.address(of: endpoint))"
        do {
            let sites = try await reader.sites(at: endpoint)
            guard let found = sites.first(where: { $0.name == site }) else {
                return .foreign("site \(site) is not there any more (\(place))")
            }
            let value = found.route(kind) ?? "none"
            let text = "site \(site) has the \(kind.label) route \(value) (\(place))"
            return standing(ServiceIdentity(value), from, to, text)
        } catch {
            return .unreadable(error.message)
        }
    }

    func observeAssociation(
        _ service: ServiceIdentity,
        _ from: ServiceIdentity,
        _ to: ServiceIdentity,
        _ endpoint: ManagementEndpoint
    ) async -> Observed {
        let place = "Get-CsService at \(management.address(of: endpoint))"
        do {
            let reading = try await reader.services(at: endpoint)
            guard let found = reading.associations.first(where: { $0.service == service }) else {
                return .foreign("\(service) is not there any more (\(place))")
            }
            let value = found.edgeServer?.description ?? "none"
            let text = "\(service) uses the Edge pool \(value) (\(place))"
            return standing(found.edgeServer, from, to, text)
        } catch {
            return .unreadable(error.message)
        }
    }

    func observeNextHop(
        _ pool: FQDN,
        _ from: ServiceIdentity?,
        _ to: ServiceIdentity,
        _ endpoint: ManagementEndpoint
    ) async -> Observed {
        let place = "Get-CsService at \(management.address(of: endpoint))"
        do {
            let reading = try await reader.services(at: endpoint)
            guard let found = reading.edgeServices.first(where: { $0.pool == pool }) else {
                return .foreign("the Edge service of \(pool) is not there any more (\(place))")
            }
            let value = found.nextHop?.description ?? "none"
            let text = "the next hop of \(pool) is \(value) (\(place))"
            return standing(found.nextHop, from, to, text)
        } catch {
            return .unreadable(error.message)
        }
    }

    private func standing(
        _ value: ServiceIdentity?,
        _ from: ServiceIdentity?,
        _ to: ServiceIdentity,
        _ text: String
    ) -> Observed {
        if value == to { return .intended(text) }
        return value == from ? .initial(text) : .foreign(text)
    }

    func checkRoutes(
        _ kind: RouteKind,
        _ names: [SiteName],
        _ service: ServiceIdentity,
        _ endpoint: ManagementEndpoint
    ) async -> VerifyResult {
        do {
            let sites = try await reader.sites(at: endpoint)
            let wrong = names.filter { name in
                let value = sites.first { $0.name == name }?.route(kind)
                return value.flatMap(ServiceIdentity.init(_:)) != service
            }
            let list = names.map(\.name).joined(separator: ", ")
            if wrong.isEmpty { return .holds("the routes of \(list) read \(service)") }
            let wrongList = wrong.map(\.name).joined(separator: ", ")
            return .doesNot("the \(kind.label) route of \(wrongList) is not \(service)")
        } catch {
            return .doesNot(error.message)
        }
    }

    /// From the services' side, and from the Edge pool's where it lists anything.
    func checkAssociations(
        _ services: [ServiceIdentity],
        _ edge: ServiceIdentity,
        _ endpoint: ManagementEndpoint
    ) async -> VerifyResult {
        do {
            let reading = try await reader.services(at: endpoint)
            for service in services {
                let found = reading.associations.first { $0.service == service }
                guard found?.edgeServer == edge else {
                    let value = found?.edgeServer?.description ?? "none"
                    return .doesNot("\(service) uses the Edge pool \(value), not \(edge)")
                }
            }
            let list = services.map(\.description).joined(separator: ", ")
            let dependents =
                reading.edgeServices.first { $0.pool == edge.pool }?.dependents ?? []
            guard !dependents.isEmpty else {
                return .holds("\(list) use \(edge), which lists no dependents")
            }
            let unknown = services.filter { !dependents.contains($0) }
            guard unknown.isEmpty else {
                let names = unknown.map(\.description).joined(separator: ", ")
                return .doesNot("the DependentServiceList of \(edge) does not name \(names)")
            }
            return .holds("\(list) use \(edge), and it lists them")
        } catch {
            return .doesNot(error.message)
        }
    }

    /// The writing cmdlets with `-WhatIf`: the same endpoint, the same account, no change.
    func tryRights(
        _ site: SiteName,
        _ kind: RouteKind,
        _ to: ServiceIdentity,
        _ endpoint: ManagementEndpoint
    ) async -> VerifyResult {
        var trials = [PowerShellCommand.enableTopology(whatIf: true)]
        // Media has no route of a site.
        if kind != .media {
            trials.insert(.setRoute(of: site, kind, to: to, whatIf: true), at: 0)
        }
        for trial in trials {
            let result = await send(trial, at: endpoint, .seconds(120))
            switch result {
            case .done: continue
            case .failed(let text), .answerLost(let text), .foreign(let text):
                return .doesNot(text)
            }
        }
        return .holds("the writing cmdlets are permitted")
    }

    /// From the store's server, if it is one of the endpoints: what another server reaches proves
    /// nothing.
    func checkReplicationPath(
        _ servers: [FQDN],
        _ endpoint: ManagementEndpoint
    ) async -> VerifyResult {
        let port = Operation.replicationPort
        do {
            guard let master = try await reader.storeMaster(at: endpoint) else {
                return .doesNot("the Central Management store has no active master")
            }
            let places = [endpoint] + (0..<management.frontEndCount).map { .frontEnd($0) }
            let place = places.first {
                management.address(of: $0).lowercased().contains("//\(master.lowercased())")
            }
            guard let place else {
                return .holds(
                    "not looked at: the store's master \(master) is no management endpoint,"
                        + " and what others reach proves nothing"
                )
            }
            for server in servers {
                guard try await reader.reaches(server, port: port, from: place) else {
                    return .doesNot("\(master) does not reach port \(port) of \(server)")
                }
            }
            let list = servers.map(\.name).joined(separator: ", ")
            return .holds("\(master) reaches port \(port) of \(list)")
        } catch {
            return .doesNot(error.message)
        }
    }

    func testPartner(
        _ domain: FQDN,
        _ pool: FQDN,
        _ endpoint: ManagementEndpoint
    ) async -> (answers: Bool, text: String) {
        do {
            let result = try await management.run(
                .testPartner(domain, through: pool),
                at: endpoint,
                timeout: .seconds(60)
            )
            if let error = result.errors.first {
                return (false, "Test-CsFederatedPartner \(domain) through \(pool): \(error)")
            }
            let outcome = result.output.first?["Result"].text ?? "no result"
            let detail = result.output.first?["Error"].text.map { ": \($0)" } ?? ""
            return (
                outcome.lowercased() == "success",
                "Test-CsFederatedPartner \(domain) through \(pool): \(outcome)\(detail)"
            )
        } catch {
            return (false, error.message)
        }
    }
}
