import Configuring
import FailoverEngine
import Glibc
import Journaling

/// What the agent needs of the machine that it runs on: its folder, its user, its file.
struct HostLook {
    private let configuration: AgentConfiguration
    private let path: String

    private static let units = [
        "/etc/systemd/system", "/usr/lib/systemd/system", "/lib/systemd/system",
    ]

    init(_ configuration: AgentConfiguration, path: String) {
        self.configuration = configuration
        self.path = path
    }

    /// Takes what it finds in.
    func look(into findings: inout SetupFindings) {
        if isInstalled {
            findings.isInstalled = true
            if let user = serviceUser { findings.connections.append(user) }
        }
        let folder = StateFolder(at: configuration.agent.stateDirectory)
        if case .held = folder { findings.isRunning = true }
        findings.connections.append(finding(folder))
    }

    private var isInstalled: Bool {
        HostLook.units.contains { access("\($0)/edgewarden.service", F_OK) == 0 }
    }

    private func finding(_ state: StateFolder) -> ConnectionFinding {
        let folder = configuration.agent.stateDirectory
        let place = "state directory \(folder)"
        func finding(_ grade: ConnectionFinding.Grade, _ detail: String) -> ConnectionFinding {
            ConnectionFinding(place, grade, [detail], for: .start)
        }
        switch state {
        case .free: return finding(.well, "no agent runs")
        case .held(let holder): return finding(.well, "in use by \(holder)")
        case .absent: return finding(.well, "not there yet: it is made at the first start")
        case .closed: return finding(.remark, "only root may look into it")
        case .unusable(let why): return finding(.missing, why)
        }
    }

    /// Whether the unit's user is there and may read the file; nil when the file is not there.
    private var serviceUser: ConnectionFinding? {
        let place = "user \(ServiceUser.name)"
        switch ServiceUser.reading(of: path) {
        case .noFile: return nil
        case .allowed:
            return ConnectionFinding(place, .well, ["may read \(path)"], for: .start)
        case .noUser:
            return ConnectionFinding(
                place,
                .missing,
                ["the unit runs as this user, and there is none"],
                for: .start,
                remedy: Remedy("make it:", command: "systemd-sysusers")
            )
        case .refused:
            return ConnectionFinding(
                place,
                .missing,
                ["may not read \(path)"],
                for: .start,
                remedy: Remedy(
                    "let it:",
                    command: "chgrp \(ServiceUser.name) \(path) && chmod 0640 \(path)"
                )
            )
        }
    }
}
