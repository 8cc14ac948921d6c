import Daemon
import FailoverCore
import FailoverEngine

/// What the servers and this machine say of a configuration: `check --online` and `init`.
struct LiveView {
    private let findings: SetupFindings

    init(_ findings: SetupFindings) { self.findings = findings }

    var isWell: Bool { findings.isWell }

    var lines: [String] {
        [""] + findings.connections.flatMap(LiveView.lines) + readinessLines + topologyLines
            + missingLines
    }

    private static func lines(_ connection: ConnectionFinding) -> [String] {
        let (mark, paint): (String, Paint) =
            switch connection.grade {
            case .well: ("ok  ", .good)
            case .remark: ("–   ", .faint)
            case .missing: ("NO  ", .bad)
            }
        let head = connection.place
        let whole = ([head] + connection.details).joined(separator: ": ")
        let lines: [String]
        if connection.details.count < 2, 4 + whole.columns <= Text.width {
            lines = [mark + whole]
        } else {
            lines =
                Text.wrapped(head, first: mark)
                + connection.details.flatMap { Text.wrapped($0, first: "    ") }
        }
        return [paint(mark) + lines[0].dropFirst(mark.count)] + lines.dropFirst()
    }

    private var readinessLines: [String] {
        guard !findings.readiness.isEmpty else { return [] }
        return ["", "As a standby, apart from its probes:"]
            + findings.readiness.flatMap { judged -> [String] in
                let obstacles = judged.findings.filter(\.isObstacle)
                let head = "\(judged.route)  \(judged.pool) is "
                return ["  " + head + (obstacles.isEmpty ? "ready" : Paint.bad("NOT ready"))]
                    + obstacles.flatMap { Text.wrapped($0.inWords, first: "    ") }
            }
    }

    private var topologyLines: [String] {
        var lines = [""]
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

    private var missingLines: [String] {
        let missing = findings.missing
        guard !missing.isEmpty else { return ["", Paint.good("Nothing is missing.")] }
        var lines = ["", Paint.bad("Missing; put right in this order:")]
        var stage: SetupStage?
        for (place, piece) in missing.enumerated() {
            if piece.stage != stage { lines += ["", "\(piece.stage.inWords):".capitalizedFirst] }
            stage = piece.stage
            let number = "\(place + 1). ".rightAligned(in: 5)
            for (index, sentence) in piece.sentences.enumerated() {
                lines += Text.wrapped(sentence, first: index == 0 ? number : "     ")
            }
            guard let remedy = piece.remedy else { continue }
            lines += Text.wrapped(remedy.words, first: "     → ", indent: 7)
            // Whole, to be copied.
            if let command = remedy.command { lines.append("         " + Paint.strong(command)) }
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
            connections: findings.connections.map {
                Connection(place: $0.place, grade: $0.grade, details: $0.details)
            },
            readiness: findings.readiness.map { judged in
                Standby(
                    route: judged.route.name,
                    pool: judged.pool.name,
                    obstacles: judged.findings.filter(\.isObstacle).map(\.inWords)
                )
            },
            drift: findings.drift,
            staleReplicas: findings.staleReplicas.map(\.name),
            gaps: findings.gaps,
            missing: findings.missing.map {
                Missing(
                    stage: $0.stage,
                    sentences: $0.sentences,
                    remedy: $0.remedy?.words,
                    command: $0.remedy?.command
                )
            }
        )
    }
}

extension LiveView {
    /// The JSON.
    struct Body: Encodable {
        let well: Bool
        let endpoints: [Endpoint]
        let connections: [Connection]
        let readiness: [Standby]
        let drift: [String]
        let staleReplicas: [String]
        let gaps: [String]
        /// In the order in which it has to be put right.
        let missing: [Missing]
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

    /// Something that was tried.
    struct Connection: Encodable {
        let place: String
        let grade: ConnectionFinding.Grade
        let details: [String]
    }

    /// A pool of a route.
    struct Standby: Encodable {
        let route: String
        let pool: String
        let obstacles: [String]
    }

    /// Something that is missing.
    struct Missing: Encodable {
        let stage: SetupStage
        let sentences: [String]
        let remedy: String?
        let command: String?
    }
}

extension String {
    /// With a capital at its beginning.
    fileprivate var capitalizedFirst: String { prefix(1).uppercased() + dropFirst() }
}
