import FailoverCore

/// What Edge servers see of Microsoft 365 and of their own organisation's records.
extension StepExecutor {
    func checkCloudPath(from server: FQDN) async -> VerifyResult {
        let place = "\(CloudFederation.host):\(CloudFederation.port)"
        do {
            let isOpen = try await reader.reaches(
                CloudFederation.host,
                port: CloudFederation.port,
                from: .edge(server)
            )
            return isOpen
                ? .holds("\(server) reaches \(place)")
                : .doesNot(
                    "\(server) does not reach \(place): open \(CloudFederation.port) from its"
                        + " external address to the Internet, and see that it resolves the name"
                )
        } catch {
            return await unlessMissing(.testNetConnection, .port, on: server, error.message)
        }
    }

    /// Old data is waited for; where it may outlast the run it is told, and does not fail the run.
    func checkResolution(
        on server: FQDN,
        _ wanted: ResolutionExpectation,
        _ time: Duration
    ) async -> VerifyResult {
        var former: String?
        let result = await poll(time) {
            let (result, old) = await look(at: wanted, on: server)
            former = old
            return result
        }
        guard case .doesNot = result, let former, wanted.allowance > time, !isInterrupted else {
            return result
        }
        return .holds(
            "not counted: on \(server) \(former), which is the old data; it may be cached for up to"
                + " \(wanted.allowance.inWords): Clear-DnsClientCache there, then look again"
        )
    }

    /// The result for all names; with what an old answer said when nothing worse was found.
    private func look(
        at wanted: ResolutionExpectation,
        on server: FQDN
    ) async -> (VerifyResult, former: String?) {
        var good: [String] = []
        var old: [String] = []
        for name in wanted.names {
            do {
                let service = try await reader.services(of: name, on: server).min()
                let addresses =
                    if let service {
                        try await reader.addresses(of: service.target, on: server)
                    } else { [IPAddress]() }
                switch wanted.judge(name, service, addresses) {
                case .target(let text): good.append(text)
                case .former(let text): old.append(text)
                case .elsewhere(let text):
                    return (.doesNot("on \(server) \(text): not \(wanted.pool)"), nil)
                }
            } catch {
                return (await unlessMissing(.resolveName, .type, on: server, error.message), nil)
            }
        }
        guard old.isEmpty else {
            let text = old.joined(separator: "; ")
            return (
                .doesNot(
                    "on \(server) \(text), still not to \(wanted.pool): update the zone that it"
                        + " asks, or clear its cache (Clear-DnsClientCache) and hosts file"
                ), text
            )
        }
        return (.holds("on \(server) \(good.joined(separator: "; "))"), nil)
    }

    /// Old Windows versions lack these cmdlets, and an endpoint may hide them: then nothing can be
    /// looked at, which is no fault of the pool.
    private func unlessMissing(
        _ cmdlet: Cmdlet,
        _ parameter: CmdletParameter,
        on server: FQDN,
        _ failure: String
    ) async -> VerifyResult {
        let offers = try? await management.run(
            .findCommand(cmdlet, with: parameter),
            at: .edge(server),
            timeout: .seconds(60)
        )
        // Where not even that is answered, the first failure says more.
        guard let offers, offers.output.isEmpty else { return .doesNot(failure) }
        return .holds(
            "not looked at: the management endpoint of \(server) offers no \(cmdlet.rawValue)"
                + " (Windows Server 2012 R2 and later have it)"
        )
    }
}
