public import FailoverEngine
import PSRP

extension PowerShellManagement: EndpointInspecting {
    /// Asks a place who it is and as whom it knows us, by Identify and by opening a session; the
    /// session is kept for the next command.
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
            var shell = self.newShell(target)
            let product: String?
            do throws(WSManFailure) {
                product = try await shell.identify(by: deadline)?.product
            } catch {
                throw ManagementFailure(error, during: .preparing)
            }
            try await self.open(&shell, by: deadline)
            let report = EndpointReport(
                product: product,
                account: shell.owner,
                configurationName: target.configurationName,
                powerShell: shell.powerShell,
                remotingProtocol: shell.pool.protocolVersion?.description
            )
            self.keep(shell, at: endpoint)
            return report
        }
    }
}
