import Daemon
import FailoverCore
import FailoverEngine

/// What `check --online` says of the servers.
struct LiveView {
    private let findings: LiveFindings

    init(_ findings: LiveFindings) { self.findings = findings }

    var isWell: Bool { findings.isWell }

    var lines: [String] {
        var lines = [""]
        if findings.endpoints.isEmpty { lines.append("No server is configured to be managed.") }
        for endpoint in findings.endpoints { lines += LiveView.lines(endpoint) }
        lines.append("")
        if findings.drift.isEmpty, findings.gaps.isEmpty {
            lines.append("The file is what the topology is.")
        }
        if !findings.drift.isEmpty {
            lines.append("The file and the topology disagree:")
            lines += findings.drift.flatMap { Text.wrapped($0, first: "  - ") }
        }
        if !findings.staleReplicas.isEmpty {
            lines.append("Replicas of the store that are not up to date:")
            lines += findings.staleReplicas.map { "  - \($0)" }
        }
        if !findings.gaps.isEmpty {
            lines.append("Not compared:")
            lines += findings.gaps.flatMap { Text.wrapped($0, first: "  - ") }
        }
        return lines
    }

    private static func lines(_ endpoint: EndpointFinding) -> [String] {
        var lines = Text.wrapped(
            "\(endpoint.place), \(endpoint.address)",
            first: endpoint.isWell ? "ok  " : "NO  "
        )
        if let failure = endpoint.failure { return lines + Text.wrapped(failure, first: "    ") }
        let report = endpoint.report
        var words = report?.account.map { "sees us as \($0)" } ?? "does not say as whom it sees us"
        if let name = report?.configurationName { words += ", in \(name)" }
        if let version = report?.powerShell { words += "; PowerShell \(version)" }
        lines += Text.wrapped(words, first: "    ")
        for need in endpoint.missing {
            lines += Text.wrapped("\(need) is not there, or not allowed to us", first: "    ")
        }
        return lines
    }

    var body: Body {
        Body(
            well: findings.isWell,
            endpoints: findings.endpoints.map {
                Endpoint(
                    place: $0.place,
                    address: $0.address,
                    answers: $0.failure == nil,
                    account: $0.report?.account,
                    configurationName: $0.report?.configurationName,
                    product: $0.report?.product,
                    powerShell: $0.report?.powerShell,
                    failure: $0.failure,
                    missing: $0.missing.map(\.description)
                )
            },
            drift: findings.drift,
            staleReplicas: findings.staleReplicas.map(\.name),
            gaps: findings.gaps
        )
    }

    /// The JSON.
    struct Body: Encodable {
        let well: Bool
        let endpoints: [Endpoint]
        let drift: [String]
        let staleReplicas: [String]
        let gaps: [String]
    }

    /// One endpoint.
    struct Endpoint: Encodable {
        let place: String
        let address: String
        let answers: Bool
        let account: String?
        let configurationName: String?
        let product: String?
        let powerShell: String?
        let failure: String?
        let missing: [String]
    }
}
