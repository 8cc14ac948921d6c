public import FailoverCore

/// When a fault is to strike: which exchange with the organisation it waits for.
public enum Occasion: Sendable, Hashable {
    /// A command, wherever it is sent; trials with `-WhatIf` do not count.
    case command(Cmdlet)
    /// A command sent to one Edge server.
    case edgeCommand(Cmdlet, FQDN)
    /// A command sent to the Front End endpoint of that place.
    case frontEnd(Int)
    /// A trial of a command with `-WhatIf`.
    case trial(Cmdlet)
    /// An update of records.
    case recordUpdate
    /// The trial that shows whether updates are permitted.
    case recordTrial
    /// A question to one DNS server.
    case question(DNSServer)
}

/// What goes wrong.
public enum Fault: Sendable, Hashable {
    /// It is refused before anything is done: an error record, or a DNS response code.
    case refused(String)
    /// The endpoint cannot be reached, so nothing was done.
    case unreachable
    /// It is carried out, and the answer is lost.
    case answerLost
    /// It is not carried out, and no answer comes until the time-out.
    case hangs
    /// It is carried out, and no answer comes until the time-out.
    case hangsAfterActing
    /// It says that it was carried out, and it was not.
    case pretends
}

/// A fault on order.
struct OrderedFault: Sendable {
    var fault: Fault
    var occasion: Occasion
    /// Exchanges of that kind that go well before it strikes.
    var skipping: Int
    /// How often it strikes.
    var times: Int
}

/// One act that had an effect on the organisation, or would have had one were it not done already.
public struct ActRecord: Sendable, Hashable, CustomStringConvertible {
    /// Such as `site:Redmond:sip:edgepool2.contoso.net`, `enable` or `stop:edge21.contoso.net:xmpp`.
    public var key: String
    /// Whether it changed anything.
    public var changed: Bool

    /// The key, with a mark when nothing changed.
    public var description: String { changed ? key : key + " (no change)" }
}

extension Operation {
    /// The key under which ``ScriptedOrganisation`` counts this operation's acts; nil for a check.
    public var actKey: String? {
        switch self {
        case .setSiteRoute(let site, let kind, _, let to):
            "site:\(site):\(kind.rawValue):\(to.pool)"
        case .setAssociation(let service, _, let to): "associate:\(service):\(to.pool)"
        case .setNextHop(let pool, _, let to): "nexthop:\(pool):\(to)"
        case .runSetup(let server, _): "setup:\(server)"
        case .fence(let server, _): "starttype:\(server):\(WindowsStartType.disabled.rawValue)"
        case .unfence(let server, let type): "starttype:\(server):\(type.rawValue)"
        case .enableTopology: "enable"
        case .stopServices(let server, let selection): "stop:\(server):\(selection.actWord)"
        case .startServices(let server, let selection): "start:\(server):\(selection.actWord)"
        case .changeRecords(_, let changes):
            "dns:" + changes.map { "\($0.name) \($0.type.rawValue)" }.joined(separator: ",")
        case .awaitReplication, .checkPath, .checkProtocol, .soak, .tryRights,
            .checkReplicationPath, .checkRecords, .checkSiteRoutes, .checkAssociations,
            .testPartner, .checkCloudPath, .checkResolution, .person:
            nil
        }
    }
}

extension Operation {
    /// Every key that its act may leave, fencing having two cmdlets; empty for a check.
    public var actKeys: [String] {
        switch self {
        case .fence(let server, _):
            ["stop:\(server):\(WindowsStartType.accessEdge)"] + [actKey].compactMap(\.self)
        default: [actKey].compactMap(\.self)
        }
    }
}

extension ServiceSelection {
    var actWord: String {
        switch self {
        case .all: "all"
        case .xmpp: "xmpp"
        }
    }
}
