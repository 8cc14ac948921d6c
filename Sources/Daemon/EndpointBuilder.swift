import Configuring
import Curl
import FailoverCore
import PowerShellRemoting

/// Makes PowerShell endpoints from configured ones.
struct EndpointBuilder {
    let secrets: SecretStore

    func endpoint(
        _ endpoint: AgentConfiguration.Endpoint
    ) throws(AgentError) -> PowerShellEndpoint {
        if let logon = endpoint.sshLogon {
            return .ssh(
                SSHEndpoint(
                    host: endpoint.url.host,
                    port: endpoint.url.port,
                    address: endpoint.address?.description,
                    user: logon.user,
                    keyFile: logon.keyFile,
                    knownHostsFile: logon.knownHostsFile,
                    connectTimeout: endpoint.timeouts.connect
                )
            )
        }
        let authentication: HTTPAuthentication
        switch (endpoint.authentication, endpoint.credentials) {
        case (.basic, let credentials?):
            authentication = .basic(
                user: credentials.user,
                password: try secrets.found(credentials.password)
            )
        case (.ntlm, let credentials?):
            authentication = .ntlm(
                user: credentials.user,
                password: try secrets.found(credentials.password)
            )
        case (.negotiate, _):
            authentication = .negotiate(serviceName: endpoint.serviceName.rawValue)
        case (.certificate, _): authentication = .none
        case (.basic, nil), (.ntlm, nil), (nil, _):
            throw AgentError(
                code: .setup,
                message:
                    "\(endpoint.url) needs an authentication, a user and the name of its password's secret"
            )
        }
        return .wsman(
            WSManEndpoint(
                url: endpoint.url.absolute,
                configurationName: endpoint.configurationName,
                tls: tls(of: endpoint),
                authentication: authentication,
                connectTimeout: endpoint.timeouts.connect,
                connectAddress: endpoint.address?.description
            )
        )
    }

    private func tls(of endpoint: AgentConfiguration.Endpoint) -> TLSOptions {
        var options = TLSOptions(caFile: endpoint.caFile)
        guard let files = endpoint.clientCertificate else { return options }
        options.clientCertificate = .init(certificateFile: files.certificate, keyFile: files.key)
        // WinRM of Windows Server 2022 takes no certificates over TLS 1.3.
        options.maximumVersion = .tls12
        return options
    }
}

extension TLSOptions {
    /// Trusts the authorities in the file; the system's when there is none.
    init(caFile: String?) { self.init(trust: caFile.map { .file(path: $0) } ?? .system) }
}

extension SecretStore {
    func found(_ name: SecretName) throws(AgentError) -> Secret {
        do throws(SecretError) {
            return try secret(name)
        } catch {
            throw AgentError(code: .secret, message: error.message)
        }
    }
}
