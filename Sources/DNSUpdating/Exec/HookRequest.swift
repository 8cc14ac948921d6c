import FailoverCore
import FoundationEssentials

/// The JSON that a program gets; ``ExecUpdater`` says what its keys mean.
struct HookRequest: Encodable {
    enum Action: String, Encodable {
        case update
        case provePermission = "prove_permission"
    }

    /// One record set before and after.
    struct Change: Encodable {
        let name: String
        let type: String
        let from: Content?
        let to: Content?

        enum CodingKeys: CodingKey {
            case name
            case type
            case from
            case to
        }

        /// Writes `null` for a set that is not there, where the default leaves the key out.
        func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: CodingKeys.self)
            try container.encode(name, forKey: .name)
            try container.encode(type, forKey: .type)
            try container.encode(from, forKey: .from)
            try container.encode(to, forKey: .to)
        }
    }

    /// What a record set holds.
    struct Content: Encodable {
        let ttl: UInt32
        let data: [String]

        init(_ set: RecordSet) {
            ttl = set.ttl
            data = set.data.map(\.description)
        }
    }

    let version = 1
    let action: Action
    let zone: String
    let view: String
    let changes: [Change]

    init(_ action: Action, _ changes: [DNSChange], in zone: DNSZone) {
        self.action = action
        self.zone = zone.name.name
        view = zone.view
        self.changes = changes.map { change in
            Change(
                name: change.name.name,
                type: change.type.rawValue,
                from: change.from.map(Content.init),
                to: change.to.map(Content.init)
            )
        }
    }

    /// One line with a line break at its end; keys in alphabetical order.
    func json() throws -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return Array(try encoder.encode(self)) + [UInt8(ascii: "\n")]
    }
}
