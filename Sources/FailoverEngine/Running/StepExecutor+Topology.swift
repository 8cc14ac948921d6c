public import FailoverCore

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
            switch ServiceIdentity(value) {
            case from?: return .initial(text)
            case to?: return .intended(text)
            default: return .foreign(text)
            }
        } catch {
            return .unreadable(error.message)
        }
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

    /// The replication gate: up to date, and newer than before the run when the run changed anything.
    func awaitReplicas(
        _ servers: [FQDN],
        _ step: Step,
        _ run: RunState
    ) async -> VerifyResult {
        let endpoint = endpoint(run.opening)
        let hasChanged = run.plan.steps.contains { other in
            guard case .setSiteRoute = other.operation else { return false }
            return run.attempts[other.id, default: 0] > 0
        }
        let baseline = Dictionary(
            run.opening.snapshot.replicas.map { ($0.server, $0.lastUpdate) },
            uniquingKeysWith: { first, _ in first }
        )
        let forceAt = clock.now() + step.timeout / 3
        var hasForced = false
        return await poll(step.timeout) {
            let replicas: [ReplicaSnapshot]
            do throws(ManagementFailure) {
                replicas = try await reader.replicas(at: endpoint)
            } catch {
                return .doesNot(error.message)
            }
            let lagging = servers.filter { server in
                guard let replica = replicas.first(where: { $0.server == server }) else {
                    return true
                }
                if !replica.isUpToDate { return true }
                guard hasChanged, let before = baseline[server] ?? nil else { return false }
                return (replica.lastUpdate ?? .min) <= before
            }
            if lagging.isEmpty { return .holds("\(servers.count) servers have the change") }
            if !hasForced, clock.now() >= forceAt {
                hasForced = true
                for server in lagging {
                    // Best effort: what counts is the next reading.
                    _ = await send(.replicate(to: server), at: endpoint, .seconds(60))
                }
            }
            let list = lagging.map(\.name).joined(separator: ", ")
            return .doesNot("still without the change: \(list)")
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

    /// The partners that answer through a pool now.
    public func answeringPartners(of plan: Plan, at snapshot: Snapshot) async -> [FQDN] {
        var answering: [FQDN] = []
        for step in plan.steps {
            guard case .testPartner(let domain, let pool, _) = step.operation else { continue }
            let endpoint = ManagementEndpoint.frontEnd(snapshot.endpointIndex)
            if await testPartner(domain, pool, endpoint).answers { answering.append(domain) }
        }
        return answering
    }
}
