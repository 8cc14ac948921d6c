import FailoverCore

extension StepExecutor {
    private func meantServices(
        _ server: FQDN,
        _ selection: ServiceSelection
    ) async throws(ManagementFailure) -> [WindowsService] {
        let services = try await reader.windowsServices(on: server)
            .filter { $0.isMeant(by: selection) }
        guard !services.isEmpty else {
            let what = selection == .xmpp ? "whose display name names XMPP" : "of the product"
            throw ManagementFailure(
                code: .protocolFault,
                message: "\(server) has no service \(what)",
                mayHaveActed: false
            )
        }
        return services
    }

    func observeServices(
        _ server: FQDN,
        _ selection: ServiceSelection,
        _ holds: (WindowsService) -> Bool
    ) async -> Observed {
        do {
            let services = try await meantServices(server, selection)
            let text = "\(server): \(describe(services))"
            return services.allSatisfy(holds) ? .intended(text) : .initial(text)
        } catch {
            return .unreadable(error.message)
        }
    }

    /// Waits until services run that have to, whatever else goes on.
    func awaitRunningAgain(
        _ server: FQDN,
        _ selection: ServiceSelection,
        _ timeout: Duration
    ) async -> VerifyResult {
        await poll(timeout, evenWhenStopping: true) {
            await observeServices(server, selection, \.isRunning).verification
        }
    }

    /// Starts or stops services by the short names that the server itself tells.
    func switchServices(
        _ server: FQDN,
        _ selection: ServiceSelection,
        _ timeout: Duration,
        _ command: ([String]) -> PowerShellCommand
    ) async -> ActResult {
        var names: [String] = []
        if selection != .all {
            do {
                names = try await meantServices(server, selection).map(\.name)
            } catch {
                return .failed(error.message)
            }
        }
        // The cmdlets take one name each; no name means all services.
        guard !names.isEmpty else { return await send(command([]), at: .edge(server), timeout) }
        var texts: [String] = []
        for name in names {
            let result = await send(command([name]), at: .edge(server), timeout)
            guard case .done(let text) = result else { return result }
            texts.append(text)
        }
        return .done(texts.joined(separator: "; "))
    }

    private func describe(_ services: [WindowsService]) -> String {
        services.map { "\($0.name) \($0.status)" }.joined(separator: ", ")
    }
}
