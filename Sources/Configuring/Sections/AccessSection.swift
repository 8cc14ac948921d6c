import FailoverCore

/// Section `access`: who may do what.
struct AccessDraft {
    /// Nil where the file has no such section.
    var members: [Role: [Located<AccessRules.Member>]]?
    var position: Position

    init(_ fields: inout FieldReader) {
        position = fields.position
        var members: [Role: [Located<AccessRules.Member>]] = [:]
        for role in Role.allCases {
            members[role] = fields.list(role.rawValue, of: .member)
        }
        self.members = fields.isPresent ? members : nil
        fields.finish()
    }

    var rules: AccessRules { AccessRules(members?.mapValues { $0.map(\.value) }) }
}

extension ScalarKind where Value == AccessRules.Member {
    /// A Unix user or, after `group:`, a Unix group.
    static let member = ScalarKind("a user, such as anna, or a group, such as group:edge-admins") {
        text in
        let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        switch parts.count {
        case 1 where ScalarKind<String>.isName(text): return .user(text)
        case 2 where parts[0] == "group" && ScalarKind<String>.isName(String(parts[1])):
            return .group(String(parts[1]))
        default: return nil
        }
    }
}
