import Alerting
import Configuring
import FailoverCore
import FailoverEngine
import Glibc
import Probing

/// Whether a place for alerts can be reached, as far as can be told without sending one.
struct AlertLook {
    private let target: AgentConfiguration.AlertTarget
    private let secrets: SecretStore

    init(_ target: AgentConfiguration.AlertTarget, secrets: SecretStore) {
        self.target = target
        self.secrets = secrets
    }

    func finding() async -> ConnectionFinding {
        switch target.kind {
        case .exec(let command): program(command[0])
        case .webhook(let webhook):
            switch webhook.address {
            case .plain(let url): await connection(url.host, url.port)
            case .secret(let name): await connection(secret: name)
            }
        case .slack(let chat), .teams(let chat): await connection(secret: chat.url)
        case .pagerDuty(let service):
            if let url = service.url ?? ServiceURL.ofSecret(PagerDutyHook.standardURL) {
                await connection(url.host, url.port)
            } else {
                finding(.remark, "where it is cannot be told")
            }
        case .alertmanager(let receiver):
            await connection(receiver.url.host, receiver.url.port)
        case .mail(let mail): await connection(mail.server.host, mail.server.port)
        case .syslog(let place): await log(place)
        }
    }

    private func finding(
        _ grade: ConnectionFinding.Grade,
        _ detail: String,
        _ remedy: Remedy? = nil
    ) -> ConnectionFinding {
        ConnectionFinding("alerts '\(target.name)'", grade, [detail], for: .tell, remedy: remedy)
    }

    private func program(_ path: String) -> ConnectionFinding {
        guard access(path, X_OK) == 0 else {
            return finding(
                .missing,
                "\(path): \(String(cString: strerror(errno)))",
                Remedy("put the program there, and let it be run: chmod 0755 \(path)")
            )
        }
        return finding(.well, "\(path) can be run")
    }

    private func log(_ place: AgentConfiguration.LogPlace) async -> ConnectionFinding {
        switch place {
        case .journald: socket("/run/systemd/journal/socket")
        case .socket(let path): socket(path)
        case .tcp(let server): await connection(server.host, server.port)
        case .udp(let server):
            finding(.remark, "\(server.host), over UDP: whether it arrives cannot be told here")
        }
    }

    private func socket(_ path: String) -> ConnectionFinding {
        guard access(path, F_OK) == 0 else {
            return finding(
                .missing,
                "there is no log at \(path)",
                Remedy("name a log that is there, at 'log' of this place in agent.conf")
            )
        }
        return finding(.well, "\(path) is there")
    }

    /// The address is as good as a password: only its host is told.
    private func connection(secret name: SecretName) async -> ConnectionFinding {
        let url = try? secrets.secret(name).withValue(ServiceURL.ofSecret)
        // What is wrong with a secret was told of the secret.
        guard let url else { return finding(.remark, "its address, '\(name)', cannot be used") }
        return await connection(url.host, url.port)
    }

    private func connection(_ host: String, _ port: UInt16) async -> ConnectionFinding {
        let server = "\(host):\(port)"
        var reason: String
        do throws(NoAddress) {
            reason = "nothing at \(server) answers"
            for address in try HostAddresses.of(host) {
                let target = ProbeTarget(kind: .tcp, address: address, port: port, serverName: nil)
                let outcome = await TCPProber().probe(target, timeout: .seconds(5))
                if outcome.liveness == .alive {
                    return finding(.well, "\(server) takes connections; nothing was sent")
                }
                reason = outcome.reason
            }
        } catch {
            reason = error.message
        }
        return finding(
            .missing,
            reason,
            Remedy("let this machine reach \(server), or correct the place in agent.conf")
        )
    }
}
