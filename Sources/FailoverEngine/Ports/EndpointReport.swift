/// Tells who answers at an endpoint, and as whom it sees us; implemented by PowerShell remoting.
public protocol EndpointInspecting: Sendable {
    /// Asks without changing anything.
    ///
    /// - Throws: ``ManagementFailure`` when no session could be opened within `timeout`.
    func inspect(
        _ endpoint: ManagementEndpoint,
        timeout: Duration
    ) async throws(ManagementFailure) -> EndpointReport
}

/// What a WinRM listener tells of itself, and of us.
public struct EndpointReport: Sendable, Hashable {
    /// The vendor and version that Identify tells, such as `Microsoft Corporation, OS:
    /// 10.0.14393 SP: 0.0 Stack: 3.0`; nil where it does not answer that question.
    public var product: String?
    /// As whom we are authenticated, such as `CONTOSO\edgewarden`; nil when the server does not
    /// say.
    public var account: String?
    /// The session configuration in which commands run.
    public var configurationName: String
    /// The version of PowerShell, such as `5.1.17763.1`; nil when the server does not say.
    public var powerShell: String?
    /// The version of the remoting protocol that both sides speak, such as `2.3`.
    public var remotingProtocol: String?

    /// Makes a report; public so that doubles can make one.
    public init(
        product: String?,
        account: String?,
        configurationName: String,
        powerShell: String?,
        remotingProtocol: String?
    ) {
        self.product = product
        self.account = account
        self.configurationName = configurationName
        self.powerShell = powerShell
        self.remotingProtocol = remotingProtocol
    }
}
