import FailoverCore

/// Section `agent`: who and where the agent is.
struct AgentDraft {
    var name: Located<String>?
    var site: Located<SiteName>?
    var stateDirectory: String
    var socket: String
    var secretsDirectory: String
    var logLevel: AgentConfiguration.LogLevel

    init(_ fields: inout FieldReader) {
        name = fields.required("name", .name)
        site = fields.required("site", .site)
        stateDirectory = fields.value("state_directory", .path, default: "/var/lib/edgewarden")
        socket = fields.value("socket", .socket, default: "/run/edgewarden/agent.sock")
        secretsDirectory = fields.value(
            "secrets_directory",
            .path,
            default: SecretStore.defaultDirectory
        )
        logLevel = fields.value("log_level", .choice(), default: .info)
        fields.finish()
    }
}

extension ScalarKind where Value == String {
    /// An absolute path that fits a Unix socket's address (108 bytes with the final NUL).
    fileprivate static let socket = ScalarKind(path.expectation) { text in
        path.read(text).flatMap { path in
            path.utf8.count <= 107
                ? .success(path)
                : .failure(
                    .impossible(
                        "'\(text.key)' is longer than a Unix socket's path can be (107 bytes); "
                            + "choose a shorter one"
                    )
                )
        }
    }
}
