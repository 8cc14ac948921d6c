/// What people may do with the agent.
public enum Role: String, Sendable, Hashable, Codable, CaseIterable, Comparable {
    /// Look: status, plans, runs, reports, the audit log.
    case view
    /// Answer the plans that wait: yes or no.
    case approve
    /// Order moves, see to runs, pause and maintain.
    case operate
    /// Order drills and rehearsals.
    case drill

    /// Orders by name.
    public static func < (left: Role, right: Role) -> Bool { left.rawValue < right.rawValue }
}

/// A person who asks or orders, with what their Unix account belongs to.
public struct Caller: Sendable, Hashable {
    /// Who it is.
    public var person: Person
    /// The names of their Unix groups.
    public var groups: Set<String>

    /// Makes a caller.
    public init(person: Person, groups: Set<String> = []) {
        self.person = person
        self.groups = groups
    }

    /// Whether it is root, who can change the rules themselves.
    public var isRoot: Bool { person.userID == 0 }
}

/// Who may do what: section `access` of the configuration.
public struct AccessRules: Sendable, Hashable {
    /// Somebody who is named there.
    public enum Member: Sendable, Hashable, CustomStringConvertible {
        /// A Unix user, or the owner of a token.
        case user(String)
        /// A Unix group.
        case group(String)

        /// `anna`, `group:edge-admins`.
        public var description: String {
            switch self {
            case .user(let name): name
            case .group(let name): "group:\(name)"
            }
        }
    }

    private let members: [Role: [Member]]?

    /// Makes rules.
    ///
    /// Of the parameters: `members` has who is named for each role; a role that is left out is
    /// nobody's, but everybody may look when `view` is. Nil lets everybody do everything who reaches
    /// the agent.
    public init(_ members: [Role: [Member]]?) { self.members = members }

    /// Everybody who reaches the agent may do everything.
    public static let open = AccessRules(nil)

    /// Whether somebody has one of the roles: root always, and who has any may look.
    public func allow(_ caller: Caller, oneOf roles: Set<Role>) -> Bool {
        guard let members, !caller.isRoot else { return true }
        if roles.contains(.view), members[.view] == nil { return true }
        let wanted = roles.contains(.view) ? Set(Role.allCases) : roles
        return wanted.contains { role in (members[role] ?? []).contains { names($0, caller) } }
    }

    /// Why somebody is refused what needs one of these roles.
    public func refusal(of caller: Caller, _ roles: Set<Role>) -> String {
        let who = roles.sorted().map { role in
            let named = (members?[role] ?? []).map(\.description).joined(separator: ", ")
            return "access.\(role.rawValue) names \(named.isEmpty ? "nobody" : named)"
        }
        return "\(caller.person) may not do that: " + who.joined(separator: ", ")
    }

    private func names(_ member: Member, _ caller: Caller) -> Bool {
        switch member {
        case .user(let name): name == caller.person.name
        case .group(let name): caller.groups.contains(name)
        }
    }

    /// The only user who may approve; nil where several may, or a group, or anybody.
    public var onlyApprover: String? {
        guard let approvers = members?[.approve], approvers.count == 1,
            case .user(let name) = approvers[0]
        else { return nil }
        return name
    }
}
