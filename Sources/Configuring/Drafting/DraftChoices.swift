public import FailoverCore

/// What a person chooses when a configuration is drafted; the rest is read from the topology.
public struct DraftChoices: Sendable {
    /// The agent's name; letters, digits and `-`.
    public var agent = "warden-1"
    /// Where the agent stands; nil: guessed, and marked so.
    public var site: SiteName?
    /// How far the routes go by themselves; default: they only watch.
    public var mode = RouteMode.observe
    /// Further Front Ends, for the day when the first one is lost.
    public var otherFrontEnds: [FrontEndText] = []
    /// How the Edge servers are managed; nil: not at all, which only watching routes allow.
    public var edges: EdgeText?
    /// Who changes the zones; default a person.
    public var provider = ProviderText.manual
    /// Where alerts go; nil for nowhere.
    public var alert: AlertText?
    /// PEM file of the authorities of the Edge certificates; nil: the system's.
    public var edgeAuthorities: String?
    /// Where the secrets are; nil: in the default place.
    public var secretsDirectory: String?
    /// The command that drafts.
    public var command = "edgewarden discover"

    /// Makes the defaults.
    public init() {}

    /// What is wrong with the choices, as `check` would say it, a sentence each.
    public var problems: [String] {
        let providerLines = provider.lines
        var problems = Fragment.problems(of: providerLines) { _ = ProviderReader.read(&$0) }
        if case .rfc2136(let server?, _, _, _) = provider {
            problems += [AnswerKind.nameServer.problem(with: server)].compactMap(\.self)
        }
        problems += otherFrontEnds.compactMap { FrontEndText.problem(withAddress: $0.url) }
        if let alert { problems += Fragment.problems(of: alert.lines) { _ = AlertDraft(&$0) } }
        if let edges {
            problems += Fragment.problems(of: edges.lines) { _ = EdgeEndpointsDraft(&$0) }
        }
        if let edgeAuthorities {
            problems += [AnswerKind.path.problem(with: edgeAuthorities)].compactMap(\.self)
        }
        return problems
    }
}
