public import FailoverCore

/// Everything that was found out about a configuration and the servers it names.
public struct SetupFindings: Sendable {
    /// A pool of a route, judged as a standby would be.
    public struct Judged: Sendable, Hashable {
        /// The route.
        public var route: RouteName
        /// The pool.
        public var pool: FQDN
        /// Every item but the drill, which is in the agent's journal.
        public var findings: [ReadinessFinding]

        /// Makes a judged pool.
        public init(route: RouteName, pool: FQDN, findings: [ReadinessFinding]) {
            self.route = route
            self.pool = pool
            self.findings = findings
        }
    }

    /// What was tried, in the order in which it was.
    public var connections: [ConnectionFinding]
    /// The endpoints among them, with what they tell.
    public var endpoints: [EndpointFinding]
    /// The pools of the routes.
    public var readiness: [Judged]
    /// Where file and topology disagree, a sentence each.
    public var drift: [String]
    /// Servers whose replica of the store is not up to date.
    public var staleReplicas: [FQDN]
    /// What could not be read for that, a sentence each.
    public var gaps: [String]
    /// Whether an agent has the state directory.
    public var isRunning = false
    /// Whether the unit is on this machine.
    public var isInstalled = false

    /// Makes findings; by default nothing was found.
    public init(
        connections: [ConnectionFinding] = [],
        endpoints: [EndpointFinding] = [],
        readiness: [Judged] = [],
        drift: [String] = [],
        staleReplicas: [FQDN] = [],
        gaps: [String] = []
    ) {
        self.connections = connections
        self.endpoints = endpoints
        self.readiness = readiness
        self.drift = drift
        self.staleReplicas = staleReplicas
        self.gaps = gaps
    }
}

/// Something that is missing: what to put right, and how.
public struct MissingPiece: Sendable, Hashable {
    /// What it keeps from working.
    public var stage: SetupStage
    /// What is wrong, a sentence for each place.
    public var sentences: [String]
    /// What to do about it.
    public var remedy: Remedy?
}

extension SetupFindings {
    /// What is missing, in the order in which it has to be put right; empty when nothing is.
    ///
    /// What only follows from something else that is missing is left out: rights on a server that
    /// does not answer, or the topology that no Front End could be asked for. What is put right in
    /// the same way is one piece.
    public var missing: [MissingPiece] {
        var pieces: [MissingPiece] = []
        func add(_ stage: SetupStage, _ sentence: String, _ remedy: Remedy?) {
            let same = pieces.firstIndex { $0.stage == stage && $0.remedy == remedy }
            if let same, remedy != nil {
                pieces[same].sentences.append(sentence)
            } else {
                pieces.append(
                    MissingPiece(stage: stage, sentences: [sentence], remedy: remedy)
                )
            }
        }
        for connection in connections where connection.grade == .missing {
            let words = connection.details.joined(separator: "; ")
            add(
                connection.stage,
                "\(connection.place)\(words.isEmpty ? "" : ": \(words)")",
                connection.remedy
            )
        }
        for sentence in drift { add(.watch, sentence, SetupFindings.drifted) }
        if endpoints.allSatisfy({ $0.failure == nil }) {
            for gap in gaps { add(.watch, gap, nil) }
        }
        for obstacle in obstacles { add(.act, obstacle.sentence, obstacle.remedy) }
        for server in staleReplicas {
            add(.act, "the replica of \(server) is not up to date", SetupFindings.stale)
        }
        return pieces.enumerated().sorted {
            ($0.element.stage, $0.offset) < ($1.element.stage, $1.offset)
        }.map(\.element)
    }

    /// Whether nothing is missing.
    public var isWell: Bool { missing.isEmpty }

    private static let drifted = Remedy(
        "mend the file where it is wrong, or compare it with a new draft: edgewarden discover"
    )
    private static let stale = Remedy(
        "wait some minutes; if it stays behind, look at that server's replica service and at port "
            + "4443 between it and the Front Ends"
    )

    /// What stands against pools and was not told of the connection it comes from.
    private var obstacles: [(sentence: String, remedy: Remedy?)] {
        let endpointsAreWell = endpoints.allSatisfy(\.isWell)
        let zonesAreWell = !connections.contains {
            $0.grade == .missing && $0.place.hasPrefix(ConnectionFinding.zonePrefix)
        }
        var told: Set<String> = []
        return readiness.flatMap { judged in
            judged.findings.filter { finding in
                guard finding.isObstacle else { return false }
                switch finding.item {
                case .management, .rights: return endpointsAreWell
                case .dnsPermission: return zonesAreWell
                case .replication: return endpointsAreWell && staleReplicas.isEmpty
                // Without an answer there is no certificate; that was told already.
                case .certificate: return finding.grade != .notKnown
                case .legs, .drill: return false
                }
            }.compactMap { finding in
                // Two routes over one pool say the same.
                let sentence = "\(judged.pool), \(finding.item.inWords): \(finding.reason)"
                guard told.insert(sentence).inserted else { return nil }
                return (sentence, SetupFindings.remedy(for: finding.item))
            }
        }
    }

    private static func remedy(for item: ReadinessItem) -> Remedy? {
        guard item == .certificate else { return nil }
        return Remedy(
            "renew the certificate on that server; if it is from an authority of your own, give "
                + "its PEM file in agent.conf: probes.ca_file"
        )
    }
}
