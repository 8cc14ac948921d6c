public import FailoverEngine
import PSRP

extension PowerShellManagement: EndpointInspecting {
    /// Asks a place who it is and as whom it knows us, by Identify (not over ssh) and by opening
    /// a session, which is kept for the next command.
    ///
    /// Nothing is changed there.
    ///
    /// - Returns: What the place told.
    /// - Throws: `ManagementFailure`, which never may have acted.
    public func inspect(
        _ endpoint: ManagementEndpoint,
        timeout: Duration
    ) async throws(ManagementFailure) -> EndpointReport {
        try await using(endpoint, for: "Identify", timeout: timeout) {
            (target, deadline) async throws(ManagementFailure) in
            switch target {
            case .wsman(let target): try await self.inspect(target, at: endpoint, by: deadline)
            case .ssh(let target): try await self.sshSessions.inspect(target, by: deadline)
            }
        }
    }

    private func inspect(
        _ target: WSManEndpoint,
        at place: ManagementEndpoint,
        by deadline: Deadline
    ) async throws(ManagementFailure) -> EndpointReport {
        var shell = newShell(target)
        let product: String?
        do throws(WSManFailure) {
            product = try await shell.identify(by: deadline)?.product
        } catch {
            throw ManagementFailure(error, during: .preparing)
        }
        try await open(&shell, by: deadline)
        let report = EndpointReport(
            product: product,
            account: shell.owner,
            configurationName: target.configurationName,
            powerShell: shell.powerShell,
            remotingProtocol: shell.pool.protocolVersion?.description
        )
        keep(shell, at: place)
        return report
    }
}
