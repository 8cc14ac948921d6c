import FailoverCore
import Foundation

/// A file that can be used, with what a person should look at nevertheless.
public struct LoadedConfiguration: Sendable, Hashable {
    /// What the file says.
    public var configuration: AgentConfiguration
    /// Warnings from top to bottom; may be empty.
    public var warnings: [Diagnostic]
}

/// Reads and checks `agent.conf`.
public enum ConfigurationLoader {
    /// Reads and checks a file.
    ///
    /// Touches nothing else: no secret and no DNS name is looked up.
    ///
    /// - Parameter path: the file; shown in diagnostics as it is given here.
    /// - Returns: the configuration and the warnings.
    /// - Throws: ``ConfigurationErrors`` with everything that is wrong with the file, at once.
    public static func load(path: String) throws(ConfigurationErrors) -> LoadedConfiguration {
        let findings = Findings(file: path)
        guard let text = ConfigurationFile(path: path, findings: findings).read() else {
            throw ConfigurationErrors(findings.sorted)
        }
        return try parse(text, findings)
    }

    /// Checks the text of a configuration.
    ///
    /// - Parameters:
    ///   - text: the file's contents.
    ///   - file: how diagnostics call it.
    /// - Returns: the configuration and the warnings.
    /// - Throws: ``ConfigurationErrors`` with everything that is wrong with it, at once.
    public static func parse(
        _ text: String,
        file: String = "agent.conf"
    ) throws(ConfigurationErrors) -> LoadedConfiguration {
        try parse(text, Findings(file: file))
    }

    /// Checks a text and leaves in `findings` what was said and which keys are known.
    static func parse(
        _ text: String,
        _ findings: Findings
    ) throws(ConfigurationErrors) -> LoadedConfiguration {
        guard let root = YAMLSource(findings: findings).parse(text) else {
            throw ConfigurationErrors(findings.sorted)
        }
        guard case .mapping(let entries) = root.content else {
            findings.error(
                .wrongType,
                at: root.position,
                "the file must be sections such as 'agent:' and 'routes:', not \(root.shape)"
            )
            throw ConfigurationErrors(findings.sorted)
        }
        var reader = FieldReader(root: entries, findings: findings)
        let draft = ConfigurationDraft(&reader)
        ReferenceCheck(draft: draft, findings: findings).run()
        RouteCheck(draft: draft, findings: findings).run()
        Advice(draft: draft, findings: findings).run()
        let configuration = ConfigurationBuilder(draft: draft, findings: findings).build()
        guard let configuration, !findings.hasErrors else {
            precondition(findings.hasErrors, "a file without errors made no configuration")
            throw ConfigurationErrors(findings.sorted)
        }
        return LoadedConfiguration(configuration: configuration, warnings: findings.sorted)
    }
}
