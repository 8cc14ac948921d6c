/// One move wanted: a route to a pool.
public struct Move: Sendable, Hashable, Codable, CustomStringConvertible {
    /// The route.
    public var route: RouteName
    /// What it carries.
    public var kind: RouteKind
    /// The pool that holds it now.
    public var from: FQDN
    /// The pool that is to hold it.
    public var to: FQDN

    /// Makes a move.
    public init(route: RouteName, kind: RouteKind, from: FQDN, to: FQDN) {
        self.route = route
        self.kind = kind
        self.from = from
        self.to = to
    }

    /// `sip: edgepool1.contoso.net → edgepool2.contoso.net`.
    public var description: String { "\(route): \(from) → \(to)" }
}

/// Whether a move leaves its home or returns to it.
public enum MoveDirection: String, Sendable, Hashable, Codable {
    /// Away from a pool that is down, or ordered by an operator.
    case failover
    /// Back to the home pool.
    case failback
}

/// Why a move is wanted.
public enum Trigger: Sendable, Hashable, Codable {
    /// The holder is down; the verdict's reason.
    case poolDown(reason: String)
    /// The holder lives, but its peers refuse it; the verdict's reason.
    ///
    /// A person has to say yes, in every mode.
    case poolImpaired(reason: String)
    /// The home pool is back and has been stable.
    case homeRestored(reason: String)
    /// A person ordered it.
    case ordered(by: Person, reason: String)
    /// A person ordered it as half of a drill: a real move, there and back.
    case drill(by: Person, reason: String)
    /// A person wants it rehearsed: the same code path, and nothing is changed.
    case rehearsal(by: Person, reason: String)

    /// The trigger in one sentence.
    public var inWords: String {
        switch self {
        case .poolDown(let reason), .poolImpaired(let reason), .homeRestored(let reason): reason
        case .ordered(let person, let reason): Trigger.words("ordered", person, reason)
        case .drill(let person, let reason): Trigger.words("a drill ordered", person, reason)
        case .rehearsal(let person, let reason):
            Trigger.words("a rehearsal ordered", person, reason)
        }
    }

    private static func words(_ what: String, _ person: Person, _ reason: String) -> String {
        reason.isEmpty ? "\(what) by \(person)" : "\(what) by \(person): \(reason)"
    }

    /// What a person ordered, as a drill or for good.
    init(isDrill: Bool, by person: Person, reason: String) {
        self = isDrill ? .drill(by: person, reason: reason) : .ordered(by: person, reason: reason)
    }

    /// Who ordered it; nil when the evidence did.
    public var orderedBy: Person? {
        switch self {
        case .poolDown, .poolImpaired, .homeRestored: nil
        case .ordered(let person, _), .drill(let person, _), .rehearsal(let person, _): person
        }
    }

    /// Whether a person ordered it.
    var isOrdered: Bool { orderedBy != nil }

    /// Whether it is a rescue.
    var isPoolDown: Bool { if case .poolDown = self { true } else { false } }

    /// Whether partners feel it now.
    var isUrgent: Bool { situation == .holderDown || situation == .holderImpaired }

    /// What in the evidence it came from; nil for a person's order.
    var situation: Situation? {
        switch self {
        case .poolDown: .holderDown
        case .poolImpaired: .holderImpaired
        case .homeRestored: .homeBack
        case .ordered, .drill, .rehearsal: nil
        }
    }

    /// Whether it is half of a drill.
    public var isDrill: Bool { if case .drill = self { true } else { false } }

    /// Whether nothing is to be changed.
    public var isRehearsal: Bool { if case .rehearsal = self { true } else { false } }
}

/// A person who gave an order or an answer, as the agent identified them.
public struct Person: Sendable, Hashable, Codable, CustomStringConvertible {
    /// Unix user name, or token owner.
    public var name: String
    /// Unix user id, when known.
    public var userID: UInt32?

    /// Makes a person.
    public init(name: String, userID: UInt32? = nil) {
        self.name = name
        self.userID = userID
    }

    /// The name.
    public var description: String { name }

    /// Whether that is the same human being, as far as the agent can tell: the same Unix user, or
    /// the same name by another way.
    public func isSame(as other: Person) -> Bool {
        name == other.name || userID != nil && userID == other.userID
    }
}

/// The number of a request, unique in one journal.
public struct RequestID: JournalNumber {
    /// Counted from 1.
    public let number: Int

    /// Takes a number.
    public init(_ number: Int) { self.number = number }
}

/// A move that is wanted, until it is carried out, refused or withdrawn; and the moves of other
/// routes that go with it.
public struct MoveRequest: Sendable, Hashable, Codable, CustomStringConvertible {
    /// Its number.
    public var id: RequestID
    /// What is to move: the route that has the request.
    public var move: Move
    /// Moves of other routes in the same plan, so that the topology is enabled once.
    public var companions: [Move]
    /// Away from home or back; the same for all of them.
    public var direction: MoveDirection
    /// Why.
    public var trigger: Trigger
    /// The rules that people named, so that they don't stand against it.
    public var overrides: [NamedOverride] = []
    /// What stood when people were asked; nil before, and when nobody was.
    public var basis: DecisionBasis?
    /// Who has said yes to its plan so far, in that order.
    public var approvals: [Person] = []

    /// Makes a request; without companions when none are named.
    public init(
        id: RequestID,
        move: Move,
        companions: [Move] = [],
        direction: MoveDirection,
        trigger: Trigger
    ) {
        self.id = id
        self.move = move
        self.companions = companions
        self.direction = direction
        self.trigger = trigger
    }

    /// Decodes; companions, overrides, what people saw and who said yes may be left out.
    public init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        id = try values.decode(RequestID.self, forKey: .id)
        move = try values.decode(Move.self, forKey: .move)
        companions = try values.decodeIfPresent([Move].self, forKey: .companions) ?? []
        direction = try values.decode(MoveDirection.self, forKey: .direction)
        trigger = try values.decode(Trigger.self, forKey: .trigger)
        overrides = try values.decodeIfPresent([NamedOverride].self, forKey: .overrides) ?? []
        basis = try values.decodeIfPresent(DecisionBasis.self, forKey: .basis)
        approvals = try values.decodeIfPresent([Person].self, forKey: .approvals) ?? []
    }

    /// Everything that is to move, the route that has the request first.
    public var moves: [Move] { [move] + companions }

    /// `request 7 (sip: edgepool1.contoso.net → edgepool2.contoso.net)`.
    public var description: String { "request \(id) (\(movesInWords))" }

    /// The moves in words, with commas between them.
    public var movesInWords: String { moves.map(\.description).joined(separator: ", ") }
}

/// The fingerprint of a plan: SHA-256 of its canonical form, hexadecimal.
public struct PlanDigest: Sendable, Hashable, Codable, CustomStringConvertible {
    /// 64 hexadecimal digits.
    public let hex: String

    /// Takes the hexadecimal digits.
    public init(hex: String) { self.hex = hex }

    /// Decodes the bare digits.
    public init(from decoder: any Decoder) throws {
        hex = try decoder.singleValueContainer().decode(String.self)
    }

    /// Encodes the bare digits.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(hex)
    }

    /// The first twelve digits, enough for people.
    public var description: String { String(hex.prefix(12)) }
}

/// By whose authority a run acts.
public enum Authority: Sendable, Hashable, Codable {
    /// The policy decided by itself (mode `auto`).
    case automatic
    /// A person approved this very plan, and a second one where two are needed.
    case approved(by: Person, and: Person? = nil, digest: PlanDigest)
    /// A person wants it rehearsed; that changes nothing and needs no approval.
    case rehearsal(by: Person)

    /// In words, for the journal and the report.
    public var inWords: String {
        switch self {
        case .automatic: "automatic"
        case .approved(let person, let second, let digest):
            "approved by \([person, second].compactMap(\.self).inWords) (plan \(digest))"
        case .rehearsal(let person): "a rehearsal for \(person)"
        }
    }
}

extension Sequence<Person> {
    /// `anna and berta`; empty for nobody.
    public var inWords: String { map(\.name).joined(separator: " and ") }
}

extension MoveRequest {
    /// By whose authority an approved plan is carried out.
    func authority(_ digest: PlanDigest) -> Authority {
        guard let first = approvals.first else {
            preconditionFailure("\(self) is approved by nobody")
        }
        return .approved(by: first, and: approvals.dropFirst().first, digest: digest)
    }

    /// Who said yes: `anna and berta`.
    var approvers: String { approvals.inWords }
}
