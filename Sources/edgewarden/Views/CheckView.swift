import Configuring
import FailoverCore

/// What `check` says of a file.
struct CheckView {
    let path: String
    let configuration: AgentConfiguration?
    let diagnostics: [Diagnostic]

    var diagnosticLines: [String] { diagnostics.map(\.report) }

    /// One line: what the file describes, or how much is wrong with it.
    var summary: String {
        guard let organisation = configuration?.organisation else {
            let warnings = warnings > 0 ? ", \(Text.count(warnings, "warning"))" : ""
            return "\(path) cannot be used: \(Text.count(errors, "error"))\(warnings)"
        }
        let servers = organisation.edgePools.map(\.servers.count).reduce(0, +)
        let facts = [
            Text.count(organisation.routes.count, "route"),
            "\(Text.count(organisation.edgePools.count, "Edge pool")) with "
                + Text.count(servers, "server"),
            Text.count(organisation.sites.count, "site"),
            Text.count(organisation.sipDomains.count, "SIP domain"),
            Text.count(configuration?.alerts.count ?? 0, "alert"),
        ]
        let warned = warnings > 0 ? " (\(Text.count(warnings, "warning")))" : ""
        return "\(path) is valid: \(facts.joined(separator: ", "))\(warned)"
    }

    var body: Body {
        Body(
            file: path,
            valid: configuration != nil,
            errors: errors,
            warnings: warnings,
            summary: summary,
            diagnostics: diagnostics
        )
    }

    private var errors: Int { diagnostics.count { $0.severity == .error } }

    private var warnings: Int { diagnostics.count { $0.severity == .warning } }

    /// The JSON.
    struct Body: Encodable {
        let file: String
        let valid: Bool
        let errors: Int
        let warnings: Int
        let summary: String
        let diagnostics: [Diagnostic]
        /// With --online: what the servers say.
        var online: LiveView.Body?
    }
}
