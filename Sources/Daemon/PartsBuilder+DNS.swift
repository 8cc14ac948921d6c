import Configuring
import DNSUpdating
import FailoverCore
import FailoverEngine
import NIOPosix

extension PartsBuilder {
    /// Who changes which zone; nil when the agent changes none, so that no plan counts on it.
    ///
    /// A zone that a person changes has no updater.
    func updater(
        _ management: any Management,
        _ wallClock: any WallClock
    ) throws(AgentError) -> RoutingUpdater? {
        var keys: [DNSZone: TSIGKey] = [:]
        var updaters: [DNSZone: any DNSUpdater] = [:]
        for zone in configuration.dns.zones {
            switch zone.provider {
            case .rfc2136(let key): keys[zone.zone] = try signing(key)
            case .powershell: updaters[zone.zone] = PowerShellUpdater(management: management)
            case .exec(let program):
                updaters[zone.zone] = ExecUpdater(
                    command: program.command,
                    timeout: program.timeout
                )
            case .manual: break
            }
        }
        if !keys.isEmpty {
            let signed = RFC2136Updater(
                group: MultiThreadedEventLoopGroup.singleton,
                keys: keys
            ) { wallClock.now() }
            for zone in keys.keys { updaters[zone] = signed }
        }
        return updaters.isEmpty ? nil : RoutingUpdater(updaters)
    }

    private func signing(
        _ key: AgentConfiguration.TransactionKey
    ) throws(AgentError) -> TSIGKey {
        let algorithm: TSIGKey.Algorithm =
            switch key.algorithm {
            case .hmacSHA256: .hmacSHA256
            case .hmacSHA512: .hmacSHA512
            }
        let value = try secret(key.secret)
        do throws(TSIGKey.InvalidKey) {
            return try TSIGKey(name: key.name, algorithm: algorithm, secret: value)
        } catch {
            throw AgentError(code: .secret, message: error.message)
        }
    }
}
