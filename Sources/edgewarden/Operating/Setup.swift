import Configuring
import FailoverCore
import FailoverEngine
import Foundation

/// All that a first configuration is made of.
struct Setup {
    var frontEnd: FrontEndText
    var choices: DraftChoices
    var estate: DiscoveredEstate
    /// What was typed, and is in no file yet.
    var secrets: [SecretName: Secret]
    var secretsDirectory: String
    /// Whether a file that is there gives way.
    var replaces: Bool

    /// Writes secrets and configuration, each whole or not at all, the configuration last.
    ///
    /// - Returns: what was written, a line each.
    /// - Throws: `no` with the reason.
    func write(_ text: String, to path: String) throws(CommandFailure) -> [String] {
        // A Ctrl-C in between would leave a draft beside the file.
        Interrupt.watchTermination()
        defer { Interrupt.watchNoMore() }
        var lines: [String] = []
        if !secrets.isEmpty { try makeSecretsDirectory() }
        for (name, secret) in secrets.sorted(by: { $0.key < $1.key }) {
            let file = "\(secretsDirectory)/\(name)"
            let line = secret.withValue { $0 + "\n" }
            try PrivateFile(path: file, mode: 0o600).write(line, replacing: true)
            lines.append("\(file) is written, for its owner alone.")
        }
        try PrivateFile(path: path, mode: 0o640, group: PrivateFile.agentGroup).write(
            text,
            replacing: replaces,
            keepsOld: true
        )
        lines.append(
            replaces ? "\(path) is written; the old one is \(path).old." : "\(path) is written."
        )
        return lines
    }

    private func makeSecretsDirectory() throws(CommandFailure) {
        guard !FileManager.default.fileExists(atPath: secretsDirectory) else { return }
        do {
            try FileManager.default.createDirectory(
                atPath: secretsDirectory,
                withIntermediateDirectories: false,
                attributes: [.posixPermissions: 0o700]
            )
        } catch {
            throw CommandFailure(
                .no,
                "\(secretsDirectory) cannot be made: \(error.localizedDescription)"
            )
        }
    }
}

/// What to type once the configuration is there.
struct NextSteps {
    let lines: [String]

    init(_ findings: SetupFindings, path: String, _ configuration: AgentConfiguration) {
        let isStandard = path == ConfigurationPath.standard
        let option = isStandard ? "" : " --config \(path)"
        guard findings.missing.allSatisfy({ $0.stage != .start }) else {
            lines = ["", "Then look again:", "  edgewarden check --online\(option)"]
            return
        }
        var lines = ["", findings.isWell ? "Next:" : "The agent can start nevertheless. Next:"]
        if isStandard, findings.isInstalled {
            let order = findings.isRunning ? "reload" : "enable --now"
            lines.append("  systemctl \(order) edgewarden")
        } else {
            lines.append("  edgewarden run\(option)")
        }
        lines.append("  edgewarden status\(option)")
        if let alert = configuration.alerts.first {
            lines.append("  edgewarden alert test \(alert.name)\(option)")
        }
        if let route = configuration.organisation.routes.first {
            lines.append("  edgewarden drill \(route.name) --what-if\(option)")
        }
        self.lines = lines
    }
}
