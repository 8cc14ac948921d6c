public import FailoverCore

/// What was found at one endpoint.
public struct EndpointFinding: Sendable, Hashable {
    /// The kinds of server.
    public enum Kind: Sendable, Hashable {
        /// Takes topology cmdlets.
        case frontEnd
        /// Has its own services managed.
        case edge(FQDN)
        /// Takes the Windows DNS cmdlets for a zone.
        case nameServer(ZoneKey)
    }

    /// What it is, such as `Front End of site Dublin`.
    public var place: String
    /// Its URL.
    public var address: String
    /// What it tells of itself and of us; nil when it does not answer.
    public var report: EndpointReport?
    /// Which kind of server it is.
    public var kind: Kind
    /// Why it cannot be used; nil when it answers.
    public var failure: String?
    /// The cause of that; nil when it answers.
    public var failureCode: ManagementFailure.Code?
    /// What it has not, or does not let us use.
    public var missing: [CommandNeed]

    /// Whether it answers and has all that is needed.
    public var isWell: Bool { failure == nil && missing.isEmpty }
}

/// Asks every configured endpoint whether it answers, as whom, and what it lets us use.
public struct EndpointSurvey: Sendable {
    private let organisation: Organisation
    private let management: any Management & EndpointInspecting
    private let sitesOfEndpoints: [SiteName]
    private let timeout: Duration

    /// Makes a survey.
    ///
    /// - Parameters:
    ///   - organisation: what is configured.
    ///   - management: reaches the endpoints.
    ///   - sitesOfEndpoints: the site of each Front End endpoint, in order.
    ///   - timeout: for one question; default 60 seconds (modules load slowly).
    public init(
        organisation: Organisation,
        management: any Management & EndpointInspecting,
        sitesOfEndpoints: [SiteName],
        timeout: Duration = .seconds(60)
    ) {
        self.organisation = organisation
        self.management = management
        self.sitesOfEndpoints = sitesOfEndpoints
        self.timeout = timeout
    }

    /// Asks all endpoints at the same time.
    ///
    /// - Returns: a finding per endpoint: Front Ends, Edge servers, name servers, in the order of the
    ///   configuration.
    public func run() async -> [EndpointFinding] {
        let questions = questions
        return await withTaskGroup(of: (Int, EndpointFinding).self) { group in
            for (index, question) in questions.enumerated() {
                group.addTask { (index, await self.ask(question)) }
            }
            return await group.reduce(into: []) { $0.append($1) }.sorted { $0.0 < $1.0 }.map(\.1)
        }
    }

    private struct Question: Sendable {
        var place: String
        var kind: EndpointFinding.Kind
        var endpoint: ManagementEndpoint
        var needs: [CommandNeed]
    }

    private var questions: [Question] {
        var questions = sitesOfEndpoints.enumerated().map { index, site in
            Question(
                place: "Front End of site \(site)",
                kind: .frontEnd,
                endpoint: .frontEnd(index),
                needs: CommandNeed.ofFrontEnds(organisation)
            )
        }
        for server in organisation.edgePools.flatMap(\.servers).map(\.fqdn)
        where management.isConfigured(.edge(server)) {
            questions.append(
                Question(
                    place: "Edge server \(server)",
                    kind: .edge(server),
                    endpoint: .edge(server),
                    needs: CommandNeed.ofEdges(organisation)
                )
            )
        }
        for zone in organisation.zones where zone.provider == .powershell {
            questions.append(
                Question(
                    place: "name server of zone \(zone.key)",
                    kind: .nameServer(zone.key),
                    endpoint: .nameServer(zone.key),
                    needs: CommandNeed.ofNameServers
                )
            )
        }
        return questions
    }

    private func ask(_ question: Question) async -> EndpointFinding {
        var finding = EndpointFinding(
            place: question.place,
            address: management.address(of: question.endpoint),
            kind: question.kind,
            missing: []
        )
        do throws(ManagementFailure) {
            finding.report = try await management.inspect(question.endpoint, timeout: timeout)
            for need in question.needs {
                let result = try await management.run(
                    .findCommand(need.cmdlet, with: need.parameter),
                    at: question.endpoint,
                    timeout: timeout
                )
                if result.output.isEmpty { finding.missing.append(need) }
            }
        } catch {
            finding.failure = error.message
            finding.failureCode = error.code
        }
        return finding
    }
}
